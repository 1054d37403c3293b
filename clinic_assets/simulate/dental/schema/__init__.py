"""The tables that the practice writes, column by column as OpenDental has them.

They are declared in short, in `people`, `office`, `chair`, `insurance` and `money`:

    PatNum              bigint, not null; most columns are like this
    AptNum:key          bigint that counts itself, the primary key; `:pk`: a key that does not
    Pattern:v255?=      varchar(255); ? may be null; = has a default, nothing: '', or for dates the
                        0001-01-01 that stands for none; =0 in dates is 0000-00-00
    DateTStamp:stamp    the moment of the last change, kept by the server
    OldCode:v15b=       compared by bytes, not by letters

Not here: what is written into them.
"""

import re
from dataclasses import dataclass

from clinic_assets.simulate.dental.schema import chair, insurance, money, office, people

TYPES = {
    "big": "bigint(20)", "int": "int(11)", "int2": "int(2)", "small": "smallint(6)",
    "usmall": "smallint(5) unsigned", "tiny": "tinyint(4)", "utiny": "tinyint(3) unsigned",
    "bool": "tinyint(1)", "ubool": "tinyint(1) unsigned", "double": "double", "float": "float",
    "date": "date", "datetime": "datetime", "time": "time", "text": "text", "stamp": "timestamp",
    "key": "bigint(20)", "pk": "bigint(20)",
}  # fmt: skip
DEFAULTS = {
    ("date", ""): "0001-01-01", ("datetime", ""): "0001-01-01 00:00:00",
    ("date", "0"): "0000-00-00", ("datetime", "0"): "0000-00-00 00:00:00",
    ("time", "0"): "00:00:00",
}  # fmt: skip
TOKEN = re.compile(r"(?P<name>\w+)(:(?P<kind>\w+)(?P<null>\?)?(=(?P<default>\S*))?)?$")


@dataclass(frozen=True)
class Column:
    """One column; `default` is None where the server has none of its own."""

    name: str
    kind: str
    nullable: bool
    default: str | None

    @property
    def sql_type(self) -> str:
        """As the server spells it, with the collation where it is not the table's."""
        text = re.fullmatch(r"([vc])(\d+)(b?)", self.kind)
        if not text:
            return TYPES[self.kind]
        sql = f"{'varchar' if text[1] == 'v' else 'char'}({text[2]})"
        return f"{sql} collate utf8mb3_bin" if text[3] else sql

    @property
    def nothing(self) -> str | None:
        """What stands for nothing where the server has no default; None where it has one."""
        if self.nullable or self.default is not None or self.kind in ("key", "pk", "stamp"):
            return None
        if self.kind in ("date", "datetime"):
            return "'0001-01-01'"
        return "0" if self.kind in TYPES and self.kind != "text" else "''"

    @property
    def ddl(self) -> str:
        """The column in a `create table`."""
        sql = f"`{self.name}` {self.sql_type}{'' if self.nullable else ' not null'}"
        if self.kind == "key":
            return f"{sql} auto_increment"
        if self.kind == "stamp":
            return f"{sql} default current_timestamp() on update current_timestamp()"
        return sql if self.default is None else f"{sql} default '{self.default}'"


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, its key, and its other indexes with their columns."""

    name: str
    columns: tuple[Column, ...]
    key: str
    indexes: tuple[tuple[str, str], ...]

    @property
    def kinds(self) -> dict[str, str]:
        """Each column's kind, in order."""
        return {column.name: column.kind for column in self.columns}

    @property
    def ddl(self) -> str:
        """`create table` with the key alone; other indexes are quicker made over full tables."""
        lines = [*(column.ddl for column in self.columns), f"primary key (`{self.key}`)"]
        return (
            f"create table `{self.name}` ({', '.join(lines)})"
            " engine=InnoDB default charset=utf8mb3 collate=utf8mb3_general_ci"
        )

    @property
    def index_ddl(self) -> str:
        """`alter table` that adds all indexes but the key at once; empty when there are none."""
        added = ", ".join(f"add index `{name}` ({columns})" for name, columns in self.indexes)
        return f"alter table `{self.name}` {added}" if added else ""


def _table(name: str, columns: str, indexes: str) -> Table:
    made = tuple(_column(token) for token in columns.split())
    [key] = [column.name for column in made if column.kind in ("key", "pk")]
    pairs = [token.partition("=") for token in indexes.split()]
    return Table(name, made, key, tuple((called, on or called) for called, _, on in pairs))


def _column(token: str) -> Column:
    found = TOKEN.match(token)
    if not found:
        raise ValueError(f"no column is spelled {token!r}")
    kind, default = found["kind"] or "big", found["default"]
    if default is not None:
        default = DEFAULTS.get((kind, default), default)
    return Column(found["name"], kind, found["null"] is not None, default)


TABLES: dict[str, Table] = {
    name: _table(name, columns, indexes)
    for group in (people, office, chair, insurance, money)
    for name, (columns, indexes) in group.TABLES.items()
}
"""Every table that is written, by name."""
