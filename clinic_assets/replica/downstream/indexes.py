"""Indexes of a copy beside its key: what readers search by. A reload comes without them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from clinic_assets.replica.books import ledger
from clinic_assets.replica.mapping.names import quoted, table_name
from clinic_assets.warehouse.sessions import told_plainly

if TYPE_CHECKING:
    from clinic_assets.replica.planning.plan import ReplicaPlan

Needed = Mapping[str, Sequence[tuple[str, ...]]]
"""Table to the columns of each index."""


def index(engine: sa.Engine, plan: "ReplicaPlan", needed: Needed) -> list[str]:
    """Make those indexes that a copied table lacks; their names. Raises WarehouseError."""
    made = []
    for table in sorted(set(needed) & {each.table.name for each in plan.tables}):
        with told_plainly(f"{plan.instance}.{table}, its indexes"):
            made += _index(engine, plan.instance, table, needed[table])
    return made


def _index(
    engine: sa.Engine, instance: str, table: str, needed: Sequence[tuple[str, ...]]
) -> list[str]:
    with engine.begin() as connection:
        wanted = {table_name(f"{table}_by_{'_'.join(columns)}"): columns for columns in needed}
        there = connection.scalars(
            sa.text("select indexname from pg_indexes where schemaname = :schema"),
            {"schema": instance},
        )
        missing = {name: wanted[name] for name in wanted.keys() - set(there)}
        columns = set(
            connection.scalars(
                sa.text(
                    "select column_name from information_schema.columns"
                    " where table_schema = :schema and table_name = :name"
                ),
                {"schema": instance, "name": table_name(table)},
            )
        )
        made = sorted(name for name, some in missing.items() if columns.issuperset(some))
        if made:
            ledger.lock(connection, instance, table)
        for name in made:
            listed = ", ".join(map(quoted, missing[name]))
            where = f"{quoted(instance)}.{quoted(table_name(table))}"
            ledger.run(
                connection, f"create index if not exists {quoted(name)} on {where} ({listed})"
            )
        return made
