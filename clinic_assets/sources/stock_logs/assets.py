"""The way of the stock logs into the warehouse: each file as it came, then its clean rows."""

from clinic_assets.sources.stock_logs.checks import CHECKS
from clinic_assets.sources.stock_logs.files import KINDS
from clinic_assets.warehouse.file_assets import file_assets

ASSETS = [asset for kind in KINDS for asset in file_assets(kind, CHECKS)]
