"""Which days a backfill needs, and handing them to the running platform as one asset backfill."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import typer

from clinic_assets.cli.shown import CommandFailed, counted
from clinic_assets.cli.work.running import known_tables

if TYPE_CHECKING:
    from clinic_assets.warehouse.days import Days

LAUNCH = """
mutation Launch($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
STANDING = """
    select asset, day, code_version from ops.load_day
    where asset = any(:assets) and day between :first and :last
"""
NOTED = "select asset, day from ops.touched_day where asset = any(:assets)"


def wanted(
    engine: sa.Engine, first: dt.date, last: dt.date, select: Sequence[str], everything: bool
) -> "list[tuple[Days, str]]":
    """Unbroken ranges to run, each with the reason; days that are up to date are left alone."""
    from clinic_assets.warehouse.days import Days, ranges

    if everything:
        return [(Days(first, last), "all, as asked")]
    why = _reasons(engine, first, last, _assets(select))
    return [(days, _said([why[d] for d in days.listed()])) for days in ranges(why)]


def _assets(select: Sequence[str]) -> dict[str, str | None]:
    """Names of the tables asked for, with their present code version."""
    from clinic_assets.definitions import ASSETS

    versions = {
        ".".join(key.path): asset.code_versions_by_key.get(key)
        for asset in ASSETS
        for key in asset.keys
    }
    return {name: versions[name] for name in known_tables(select) or versions}


def _reasons(
    engine: sa.Engine, first: dt.date, last: dt.date, assets: dict[str, str | None]
) -> dict[dt.date, str]:
    from clinic_assets.warehouse.days import Days

    with engine.connect() as connection:
        bound = {"assets": list(assets), "first": first, "last": last}
        there = {(r.asset, r.day): r.code_version
                 for r in connection.execute(sa.text(STANDING), bound)}  # fmt: skip
        noted = {day for _, day in connection.execute(sa.text(NOTED), bound)}
    found: dict[dt.date, str] = {}
    for day in Days(first, last).listed():
        if any((asset, day) not in there for asset in assets):
            found[day] = "missing"
        elif day in noted:
            found[day] = "input changed"
        elif any(there[asset, day] != version for asset, version in assets.items()):
            found[day] = "written by older code"
    return found


def _said(reasons: list[str]) -> str:
    return ", ".join(f"{reasons.count(r)} {r}" for r in sorted(set(reasons)))


def launch(address: str, plan: "list[tuple[Days, str]]", select: Sequence[str]) -> None:
    """Hand all ranges to the running platform as one asset backfill, which the UI shows."""
    import requests

    days = [str(day) for found, _ in plan for day in found.listed()]
    params: dict[str, Any] = {
        "assetSelection": [{"path": name.split(".")} for name in _assets(select)],
        "partitionNames": days,
        "tags": [{"key": "clinic/trigger", "value": "command line: backfill"}],
        "title": f"clinic backfill {days[0]} to {days[-1]}",
    }
    answer = requests.post(
        f"{address}/graphql", json={"query": LAUNCH, "variables": {"params": params}}, timeout=60
    )
    told = answer.json().get("data", {}).get("launchPartitionBackfill", {})
    if "backfillId" not in told:
        raise CommandFailed(f"The platform did not take the backfill: {told.get('message', '?')}")
    typer.echo(f"Backfill {told['backfillId']} of {counted(len(days), 'day')}: {address}/runs/b/"
               f"{told['backfillId']}")  # fmt: skip
