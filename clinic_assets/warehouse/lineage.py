"""From which columns of which tables each column of a model comes.

Told with each write and not with the asset: Dagster's page shows the lineage of the last
materialization, and reading every model takes longer than all else that a process starts with.
"""

from functools import cache

import dagster as dg
import sqlalchemy as sa
from sqlglot import exp
from sqlglot.lineage import Node, lineage

from clinic_assets.warehouse.contracts import key_of, metadata, plain_columns


@cache
def column_lineage(table: sa.Table, text: str, parents: tuple[str, ...]) -> dg.TableColumnLineage:
    """The lineage of a table's columns in the select that makes it.

    `parents`: the tables it reads that are assets, as schema.table; others are passed over.
    """
    roots = lineage(None, text, schema=_known_columns(), dialect="postgres")
    deps: dict[str, list[dg.TableColumnDep]] = {}
    for name in plain_columns(table):
        found = {
            leaf for node in roots[name].walk() if (leaf := _leaf(node)) and leaf[0] in parents
        }
        if found:
            deps[name] = [dg.TableColumnDep(key_of(parent), read) for parent, read in sorted(found)]
    return dg.TableColumnLineage(deps)


def _leaf(node: Node) -> tuple[str, str] | None:
    read = node.expression
    if not isinstance(read, exp.Table):
        return None
    return f"{read.db}.{read.name}", node.name.rpartition(".")[2].strip('"')


def _known_columns() -> dict[str, dict[str, dict[str, str]]]:
    known: dict[str, dict[str, dict[str, str]]] = {}
    for table in metadata.tables.values():
        columns = {c.name: "text" for c in table.columns}
        known.setdefault(str(table.schema), {})[table.name] = columns
    return known
