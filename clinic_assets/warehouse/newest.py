"""Which raw row counts: for each thing, the row of the newest current file that tells of it."""

from clinic_assets.warehouse.days import UNDATED
from clinic_assets.warehouse.kinds import Kind


def newest(kind: Kind, only: str) -> str:
    """A select of the raw rows that count, among the things that the select `only` names.

    Newest is by the file's declared date, undated before all dated ones, then by its hash; never by
    the clock. `day` is the row's own day, or for versions of a thing the file's date;
    `known_since` the earliest declared date of a current file with exactly this row.
    """
    key = ", ".join(("source", *kind.keys))
    version = "" if kind.event_day else ", as_of"
    day = "event_day" if kind.event_day else f"coalesce(as_of, date '{UNDATED.isoformat()}')"
    return f"""
        select distinct on ({key}{version}) told.*, {day} as home_day, {_known_since(key)}
        from (
            select kept.*, file.as_of
            from {kind.raw.fullname} as kept
            join ops.file_ledger as file
                on file.is_current and file.kind = '{kind.name}'
                and file.source = kept.source and file.sha256 = kept.file_sha256
            where ({", ".join(f"kept.{k}" for k in ("source", *kind.keys))}) in ({only})
        ) as told
        order by {key}{version}, as_of desc nulls last, file_sha256 desc, line desc
    """


def _known_since(key: str) -> str:
    return f"min(as_of) over (partition by {key}, row_sha256) as known_since"


def things_of_days(kind: Kind) -> str:
    """A select of the keys of all things that a current file puts on one of the days asked for."""
    key = ", ".join(f"kept.{k}" for k in ("source", *kind.keys))
    between = "between :first_day and :last_day"
    if kind.event_day:
        return f"select {key} from {kind.raw.fullname} as kept where kept.event_day {between}"
    return (
        f"select {key} from {kind.raw.fullname} as kept join ops.file_ledger as file"
        f" on file.is_current and file.kind = '{kind.name}'"
        " and file.source = kept.source and file.sha256 = kept.file_sha256"
        f" where file.as_of is null or file.as_of {between}"
    )


def rows_of_days(kind: Kind) -> str:
    """A select of the rows that count on the days asked for; undated versions always do."""
    always = "" if kind.event_day else f" or home_day = date '{UNDATED.isoformat()}'"
    return (
        f"select * from ({newest(kind, things_of_days(kind))}) as counted"
        f" where home_day between :first_day and :last_day{always}"
    )
