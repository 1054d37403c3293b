"""What would make us distrust the practice's files: refused, incomplete or missing ones."""

from clinic_assets.settings import settings
from clinic_assets.sources.practice_files import tables
from clinic_assets.sources.practice_files.files import KINDS
from clinic_assets.warehouse.rules import every_day_was_told, file_checks

CHECKS = (
    *(check for kind in KINDS for check in file_checks(kind)),
    every_day_was_told(tables.raw_appointments, settings().practice_files),
)
