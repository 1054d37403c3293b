"""Rows on their way: a batch's bytes bound all that is held of them, however many there are."""

import tracemalloc

import pytest

from clinic_assets.replica.copy.reading import Reading
from clinic_assets.replica.mapping.target import target_of
from clinic_assets_tests.replica.tables import column, key, table

BATCH = 1 << 20
SHAPES = {
    # Columns, one value, and what is held at most: rows at once are few batches' worth at worst.
    "short": ([key("id"), *(column(f"c{i}", "int(11)") for i in range(60))], b"-12345", BATCH),
    "long": ([key("id"), column("note", "varchar(8000)")], b"a\\b\n" * 1500, 3 * BATCH),
}


class Source:
    """As many rows as are asked for, each made anew."""

    def __init__(self, rows, values, value):
        self.rows, self.values, self.value = rows, values, value

    def write_in(self, charset):
        pass

    def stream(self, select, at_once):
        for first in range(0, self.rows, at_once):
            number = min(at_once, self.rows - first)
            yield [tuple(bytes(bytearray(self.value))
                         for _ in range(self.values)) for _ in range(number)]  # fmt: skip


def held(way, columns, value, rows):
    """The most that was held while so many rows were read."""
    reading = Reading(target_of(table("t", *columns), "copy"), BATCH)
    values = len(columns) if way == "careful" else 1
    value = value if way == "careful" else b"\x01".join([value] * len(columns))
    tracemalloc.start()
    try:
        for _ in getattr(reading, way)(Source(rows, values, value), "true"):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("way", ["quick", "careful"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_batch_bounds_what_is_held_of_its_values_and_more_rows_take_no_more(way, shape):
    columns, value, most = SHAPES[shape]
    few, many = (held(way, columns, value, rows) for rows in (1_000, 4_000))
    assert many < most and many < 1.1 * few
