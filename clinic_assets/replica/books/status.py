"""How the tables of a copy stand and what was last done with them, read from the books at once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa

from clinic_assets.warehouse.sessions import told_plainly

STANDING = """
    select name as table_name, known.rows, known.bytes, known.loaded_at, known.followed_at,
        known.rows_compared, known.rows_differing, known.watermark, known.normalised,
        known.notice, worked.ended_at as looked_at, verified.ended_at as verified_at,
        latest.action as last_action, latest.seconds as last_seconds,
        coalesce(latest.is_ok, true) as last_is_ok, latest.reason as last_reason,
        latest.lag_seconds, latest.rows_read, latest.rows_written, latest.rows_deleted,
        latest.bytes_read, latest.ranges_healed
    from unnest(:names) as name
    left join ops.replica_table as known
        on known.instance = :instance and known.table_name = name
    left join lateral ({latest}) as latest on true
    left join lateral ({latest_worked}) as worked on true
    left join lateral ({latest_verified}) as verified on true
    order by name
"""
LATEST = """
    select *, started_at + seconds * interval '1 second' as ended_at from ops.replica_load
    where instance = :instance and table_name = name{} order by load_id desc limit 1
"""
KEPT_DAYS = 90


@dataclass(frozen=True)
class Status:
    """What the books say of one table; moments by the platform's clock, unless said otherwise."""

    table_name: str
    rows: int | None = None
    bytes: int | None = None
    looked_at: dt.datetime | None = None
    """When the last load, following or verification that worked had ended."""
    loaded_at: dt.datetime | None = None
    followed_at: dt.datetime | None = None
    """By the source's clock."""
    verified_at: dt.datetime | None = None
    rows_compared: int | None = None
    rows_differing: int | None = None
    watermark: dict[str, str] | None = None
    normalised: dict[str, int] | None = None
    notice: str | None = None
    last_action: str | None = None
    last_seconds: float | None = None
    last_is_ok: bool = True
    last_reason: str | None = None
    lag_seconds: float | None = None
    rows_read: int | None = None
    rows_written: int | None = None
    rows_deleted: int | None = None
    bytes_read: int | None = None
    ranges_healed: int | None = None
    """These and the ones above them: of the last action."""

    @property
    def integrity(self) -> float | None:
        """Share of rows that the last verification found as they should be."""
        if self.rows_compared is None or self.rows_differing is None:
            return None
        return 1 - self.rows_differing / max(self.rows_compared, self.rows_differing, 1)

    @property
    def is_begun(self) -> bool:
        """Whether anything was ever tried."""
        return self.loaded_at is not None or self.last_action is not None


def statuses(engine: sa.Engine, instance: str, names: Sequence[str]) -> dict[str, Status]:
    """Every named table, also one that was never copied. Raises WarehouseError."""
    statement = STANDING.format(
        latest=LATEST.format(""),
        latest_worked=LATEST.format(" and is_ok"),
        latest_verified=LATEST.format(" and is_ok and action = 'verify'"),
    )
    asked = sa.text(statement).bindparams(sa.bindparam("names", type_=sa.ARRAY(sa.Text)))
    bound = {"names": list(names), "instance": instance}
    with told_plainly("ops.replica_table"), engine.connect() as connection:
        rows = connection.execute(asked, bound).mappings().all()
    known = {field.name for field in fields(Status)}
    return {r["table_name"]: Status(**{k: v for k, v in r.items() if k in known}) for r in rows}


@dataclass(frozen=True)
class Done:
    """What one run did, over all its tables."""

    tables: int
    rows_written: int
    rows_deleted: int
    ranges_healed: int
    bytes_read: int


def done_by(engine: sa.Engine, instance: str, run_id: str) -> Done:
    """What a run has entered in the books. Raises WarehouseError."""
    with told_plainly("ops.replica_load"), engine.connect() as connection:
        row = connection.execute(
            sa.text(
                "select count(distinct table_name) as tables,"
                " coalesce(sum(rows_written), 0)::bigint as rows_written,"
                " coalesce(sum(rows_deleted), 0)::bigint as rows_deleted,"
                " coalesce(sum(ranges_healed), 0)::bigint as ranges_healed,"
                " coalesce(sum(bytes_read), 0)::bigint as bytes_read from ops.replica_load"
                " where instance = :instance and run_id = :run_id and is_ok"
            ),
            {"instance": instance, "run_id": run_id},
        ).mappings()
        return Done(**row.one())


def forget(engine: sa.Engine, instance: str) -> None:
    """Entries of runs long past: one a table and hour makes millions in a year."""
    with told_plainly("ops.replica_load"), engine.begin() as connection:
        connection.execute(
            sa.text(
                "delete from ops.replica_load where instance = :instance"
                " and started_at < now() - make_interval(days => :days)"
            ),
            {"instance": instance, "days": KEPT_DAYS},
        )
