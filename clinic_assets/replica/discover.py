"""What the source has: its tables, columns and keys, in four queries of its catalogue."""

from clinic_assets.replica.catalog import SourceTable
from clinic_assets.replica.server import Server


def discover(server: Server) -> tuple[SourceTable, ...]:
    """Every base table of the source's database, by name; views are left out."""
    raise NotImplementedError
