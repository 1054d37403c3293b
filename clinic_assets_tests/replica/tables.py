"""Tables of a made-up practice, as a source's catalogue would describe them."""

import re

from clinic_assets.replica.source.catalog import SourceColumn, SourceTable

NOW = "current_timestamp()"


def column(name, kind, extra="", **more):
    """A column by its name and whole type."""
    bare = re.match(r"\w+", kind)[0]
    return SourceColumn(name, bare, kind, extra=extra, **more)


def key(name, kind="bigint(20)"):
    """A key that the server counts up."""
    return column(name, kind, "auto_increment", is_nullable=False)


def edited(name="DateTStamp"):
    """A stamp that the server moves with each change."""
    return column(name, "timestamp", f"on update {NOW}", default=NOW)


def table(name, *columns, rows=0, size=0, **more):
    """A table keyed by its first column if the server counts that up."""
    keyed = (columns[0].name,) if "auto_increment" in columns[0].extra else ()
    return SourceTable(name, columns, rows_estimate=rows, bytes_estimate=size,
                       **({"key": keyed} | more))  # fmt: skip


def pointer(name):
    """A column named for another table's key."""
    return column(name, "bigint(20)")


PRACTICE = (
    table("patient", key("PatNum"), pointer("PriProv"), pointer("ClinicNum"), pointer("FeeSchedNum"),
          pointer("SuperNum"), edited(), pointer("SecUserNumEntry"), column("SecDateEntry", "date"),
          pointer("EmployerNum"), rows=30_000),
    table("visit", key("VisitNum"), pointer("PatNum"), pointer("ProvNum"), pointer("ClinicNum"),
          pointer("NextVisitNum"), column("SecDateTEntry", "datetime"), edited("SecDateTEdit"),
          rows=90_000),
    table("treatment", key("TreatmentNum"), pointer("PatNum"), pointer("VisitNum"),
          pointer("ProvNum"), pointer("PlannedVisitNum"), pointer("CodeNum"), edited(),
          column("SecDateEntry", "datetime"), rows=800_000),
    table("provider", key("ProvNum"), pointer("FeeSchedNum"), column("Abbr", "varchar(255)"),
          rows=12),
    table("clinic", key("ClinicNum"), column("Description", "varchar(255)"), rows=3),
    table("code", key("CodeNum"), column("Name", "varchar(15)"), edited(), rows=900),
    table("feesched", key("FeeSchedNum"), column("Description", "varchar(255)"), rows=20),
    table("accesslog", key("AccessLogNum"), pointer("PatNum"), column("LogDateTime", "datetime"),
          rows=4_700_000),
    table("visithist", key("VisitHistNum"), pointer("VisitNum"), pointer("PatNum"),
          column("HistDateTEntry", "datetime"), rows=20_000),
    table("catalog", key("CatalogNum"), column("Title", "varchar(80)"), rows=60_000),
    table("employer", key("EmployerNum"), column("Name", "varchar(80)"), rows=800),
)  # fmt: skip
"""Patients come to visits, at which treatments are done; two tables only watch them."""
