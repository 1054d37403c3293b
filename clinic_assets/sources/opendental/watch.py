"""Whether the copies keep to what they owe: as checks of each table, and told when they do not.

The verdicts come from the books, so a source that is away or a run that never starts is noticed
too. They are reported as they change and once a day, without a run: as many checks as there are
tables would cost each hourly run three times its own time.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import sqlalchemy as sa

from clinic_assets.replica.books.service_level import RULES, Verdict, verdicts
from clinic_assets.replica.books.status import Status, statuses
from clinic_assets.replica.planning.plan import ReplicaPlan, TablePlan
from clinic_assets.sources.opendental.assets import PLANS, key_of_copy
from clinic_assets.timing.alert import tell
from clinic_assets.timing.partitions import today
from clinic_assets.warehouse.postgres import engine
from clinic_assets.warehouse.resource import Warehouse
from clinic_assets.warehouse.sessions import told_plainly

ERRORS = ("critical", "important")
"""Importances whose failing checks are errors; the others only warn."""
MOST_LISTED = 30


@dataclass(frozen=True)
class Judged:
    """A table's verdict with what it was judged from."""

    plan: TablePlan
    status: Status
    verdict: Verdict


def judged(plan: ReplicaPlan, warehouse: sa.Engine) -> list[Judged]:
    """Both verdicts on every table of a copy, as of now. Raises WarehouseError."""
    known = statuses(warehouse, plan.instance, [each.table.name for each in plan.tables])
    with told_plainly("clock"), warehouse.connect() as connection:
        now: dt.datetime = connection.scalar(sa.text("select now()")) or dt.datetime.now(dt.UTC)
    return [
        Judged(each, known[each.table.name], verdict)
        for each in plan.tables
        for verdict in verdicts(each, known[each.table.name], now)
    ]


def checks_of_copy(plan: ReplicaPlan) -> dg.AssetChecksDefinition:
    """The checks of a copy, for whoever executes them by hand."""
    keys = {each.table.name: key_of_copy(plan.instance, each.table.name) for each in plan.tables}

    @dg.multi_asset_check(
        name=f"judge_{plan.instance}",
        specs=[
            dg.AssetCheckSpec(name, asset=key, description=rule, blocking=False)
            for key in keys.values()
            for name, rule in RULES.items()
        ],
        can_subset=True,
    )
    def judge(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        chosen = context.selected_asset_check_keys
        for found in judged(plan, warehouse.engine):
            key = keys[found.verdict.table]
            if dg.AssetCheckKey(key, found.verdict.check) in chosen:
                yield dg.AssetCheckResult(asset_key=key, check_name=found.verdict.check,
                                          **_told(found))  # fmt: skip

    return judge


def _told(found: Judged) -> dict[str, Any]:
    figures = {
        "importance": found.plan.importance,
        "size_class": found.plan.size_class,
        "integrity": found.status.integrity,
        "rows_compared": found.status.rows_compared,
        "rows_differing": found.status.rows_differing,
        "last_seconds": found.status.last_seconds,
    }
    is_error = found.plan.importance in ERRORS
    return {
        "passed": found.verdict.passed,
        "severity": dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN,
        "description": found.verdict.told,
        "metadata": {name: value for name, value in figures.items() if value is not None},
    }


@dataclass(frozen=True)
class Seen:
    """What the sensor last reported: of which plans, on which day, and what did not pass."""

    plans: str = ""
    day: str = ""
    failing: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def read(cls, cursor: str | None) -> "Seen":
        """From the sensor's cursor."""
        told = json.loads(cursor or "{}")
        return cls(told.get("plans", ""), told.get("day", ""), frozenset(told.get("failing", ())))

    def written(self) -> str:
        """As the sensor's cursor."""
        return json.dumps({"plans": self.plans, "day": self.day, "failing": sorted(self.failing)})


def watch_sensor(plans: Sequence[ReplicaPlan]) -> dg.SensorDefinition:
    """Reports what has changed in how the copies stand, and mails what newly needs somebody."""
    names = "".join(f"{p.instance} {[each.table.name for each in p.tables]}" for p in plans)
    shape = hashlib.sha256(names.encode()).hexdigest()[:16]

    @dg.sensor(
        minimum_interval_seconds=120,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Judges every copied table by its class's bar: late, failed or less whole than"
        " it owes. Reports changes as checks of the table and, if CLINIC_SMTP_URL and"
        " CLINIC_ALERT_TO are set, mails those whose plan says so; never a patient's data.",
    )
    def copies_watched(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        before = Seen.read(context.cursor)
        by_name = {_name(plan, found): (plan, found)
                   for plan in plans for found in judged(plan, engine())}  # fmt: skip
        wrong = {name for name, (_, found) in by_name.items() if not found.verdict.passed}
        is_new = (before.plans, before.day) != (shape, str(today()))
        news = by_name if is_new else wrong ^ (before.failing & set(by_name))
        _mail([found for name, (_, found) in by_name.items()
               if name in wrong - before.failing and found.verdict.is_alert])  # fmt: skip
        return dg.SensorResult(
            asset_events=[_event(*by_name[name]) for name in sorted(news)],
            cursor=Seen(shape, str(today()), frozenset(wrong)).written(),
        )

    return copies_watched


def _name(plan: ReplicaPlan, found: Judged) -> str:
    return f"{plan.instance}.{found.verdict.table} {found.verdict.check}"


def _event(plan: ReplicaPlan, found: Judged) -> dg.AssetCheckEvaluation:
    key = key_of_copy(plan.instance, found.verdict.table)
    told = _told(found)
    metadata = {name: dg.MetadataValue.float(v) if isinstance(v, float) else v
                for name, v in told.pop("metadata").items()}  # fmt: skip
    return dg.AssetCheckEvaluation(
        asset_key=key, check_name=found.verdict.check, metadata=metadata, **told
    )


def _mail(found: Sequence[Judged]) -> None:
    if not found:
        return
    lines = [f"{f.verdict.table} ({f.plan.importance}): {f.verdict.told}" for f in found]
    more = [f"And {len(lines) - MOST_LISTED} more."] if len(lines) > MOST_LISTED else []
    tables = {f.verdict.table for f in found}
    tell(
        f"Clinic: {len(tables)} copied tables need a look",
        "\n".join([*lines[:MOST_LISTED], *more, "See `clinic opendental status`."]) + "\n",
    )


CHECKS = [checks_of_copy(plan) for plan in PLANS]
SENSORS = [watch_sensor(PLANS)] if PLANS else []
