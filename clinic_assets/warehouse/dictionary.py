"""The data dictionary: every declared table and published measure, written as docs/dictionary.md.

    python -m clinic_assets.warehouse.dictionary

Nothing is described here: the words come from the rooms' tables.py and measures.py, and a test
holds the committed file to them. It needs no database.
"""

import importlib
import sys
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from clinic_assets.settings import ROOT
from clinic_assets.warehouse.contracts import SCHEMAS, metadata
from clinic_assets.warehouse.measures import Measure

FILE = ROOT / "docs" / "dictionary.md"
COMMAND = "python -m clinic_assets.warehouse.dictionary"
LAYERS = {
    "raw": "As it came: rows of accepted files as text, append-only.",
    "clean": "Typed and deduplicated, in the clinic's vocabulary.",
    "core": "The shared model: versions of people, and facts, whatever source they came from.",
    "mart": "Numbers by topic and day.",
    "score": "Models and what they expect.",
    "desk": "What lies on somebody's desk.",
    "ops": "The platform's own books.",
}
HEAD = f"""# Data dictionary

Generated from the declarations in the code by `{COMMAND}`; change those, not this page.

Every table lives in Postgres under the name given here; a table of any layer but `ops` is a Dagster
asset with the same name. *Sensitivity*: `phi` names or describes a person, `pseudonym` is a key of
one, `plain` is neither. **Bold** columns are the primary key. Times are moments (UTC inside), `day`
is the date in the clinic's own zone.
"""


def dictionary() -> str:
    """The whole page."""
    importlib.import_module("clinic_assets.definitions")
    parts = [HEAD, "## Measures\n", *(_measures_of(room) for room in _rooms_with_measures())]
    for schema in SCHEMAS:
        tables = sorted(
            (t for t in metadata.tables.values() if t.schema == schema), key=lambda t: t.name
        )
        parts += [f"## `{schema}`\n\n{LAYERS[schema]}\n", *map(_table, tables)]
    return "\n".join(parts).rstrip() + "\n"


def _rooms_with_measures() -> list[str]:
    """Rooms whose declarations are loaded and that publish measures."""
    rooms = {str(table.info["room"]) for table in metadata.tables.values()}
    return sorted(room for room in rooms if f"clinic_assets.{room}.measures" in sys.modules
                  and room != "warehouse")  # fmt: skip


def _measures_of(room: str) -> str:
    published = sys.modules[f"clinic_assets.{room}.measures"].MEASURES
    measures: Iterable[Measure] = published.values() if isinstance(published, dict) else published
    rows = [
        (f"`{m.id}`", m.words, m.formula, m.unit, m.grain, str(m.version), str(m.valid_from))
        for m in measures
    ]
    header = ("measure", "words", "formula", "unit", "grain", "version", "valid from")
    return f"### {room}\n\n{_grid(header, rows)}"


def _table(table: sa.Table) -> str:
    rows = [
        (
            f"**`{c.name}`**" if c.primary_key else f"`{c.name}`",
            _type_of(c),
            str(c.info.get("sensitivity", "plain")),
            c.comment or "",
        )
        for c in table.columns
    ]
    header = ("column", "type", "sensitivity", "comment")
    return f"### {table.fullname}\n\n{table.comment}\n\n{_grid(header, rows)}"


def _type_of(column: sa.Column[object]) -> str:
    kind = column.type.compile(dialect=postgresql.dialect()).lower()  # type: ignore[no-untyped-call, unused-ignore]
    needed = "" if column.nullable else ", never null"
    return f"{kind}{needed}{', generated' if column.computed is not None else ''}"


def _grid(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in r)} |\n" for r in lines)


def main() -> None:
    """Write the page."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(dictionary(), encoding="utf-8")


if __name__ == "__main__":
    main()
