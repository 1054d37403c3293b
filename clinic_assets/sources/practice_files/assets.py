"""The way of the practice files into the warehouse: each file as it came, then its clean rows."""

from clinic_assets.sources.practice_files.checks import CHECKS
from clinic_assets.sources.practice_files.files import KINDS
from clinic_assets.warehouse.file_assets import file_assets

ASSETS = [asset for kind in KINDS for asset in file_assets(kind, CHECKS)]
