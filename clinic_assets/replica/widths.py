"""How long a value can be on its way: what keeps a batch of rows within its bytes."""

import re

from clinic_assets.replica.catalog import SourceColumn
from clinic_assets.replica.types import SHAPES

LENGTHS = {"tinytext": 2**8, "text": 2**16, "tinyblob": 2**9, "blob": 2**17}
UNBOUNDED = {"mediumtext", "longtext", "json", "mediumblob", "longblob", *SHAPES}
UNBOUNDED_BYTES = 2**26


def most_bytes(column: SourceColumn) -> int:
    """The most bytes of a value as it is carried: a character can take four."""
    if column.data_type in UNBOUNDED:
        return UNBOUNDED_BYTES
    if column.data_type in LENGTHS:
        return LENGTHS[column.data_type]
    declared = re.search(r"\((\d+)", column.column_type)
    return max(32, 4 * int(declared[1]) if declared else len(column.column_type))
