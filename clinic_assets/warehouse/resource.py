"""The warehouse as Dagster's runs see it: one resource, which turns a write into its metadata.

It holds no secret: the address is read from the settings when a run first needs it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, cast

import dagster as dg
import sqlalchemy as sa

from clinic_assets.warehouse import books, intake, replay
from clinic_assets.warehouse.contracts import contract_of
from clinic_assets.warehouse.days import Days
from clinic_assets.warehouse.embedded import PostgresNotStarted
from clinic_assets.warehouse.kinds import Kind
from clinic_assets.warehouse.postgres import engine
from clinic_assets.warehouse.publish import (
    Author,
    ContractBroken,
    Produce,
    Select,
    Superseded,
    publish,
)
from clinic_assets.warehouse.sessions import WarehouseError
from clinic_assets.warehouse.unforeseen import place_of

TRIGGER_TAG = "clinic/trigger"
MOST_TOLD = 20

TRANSIENT_RETRIES = dg.RetryPolicy(
    max_retries=3, delay=2, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
"""For what a second try can cure; everything else is raised with `allow_retries=False`."""


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg, unused-ignore]
    """Postgres, written the one way. The run's place in the order of starts is taken at its
    start.
    """

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Take the run's fence before any of its steps reads."""
        if context.run:
            with _as_failure():
                books.take_fence(engine(), context.run.run_id, context.run.tags.get(TRIGGER_TAG))

    @property
    def engine(self) -> sa.Engine:
        """For reading."""
        return engine()

    def write(
        self,
        context: dg.AssetExecutionContext,
        days: Days,
        rows: Produce | Select,
        lineage: dg.TableColumnLineage | None = None,
    ) -> dg.MaterializeResult[Any]:
        """Replace the range's rows in the asset's table; say what happened and whence they come."""
        table = contract_of(context.asset_key)
        try:
            with _as_failure():
                done = publish(engine(), table, days, _author(context), rows)
        except Superseded as late:
            # Nothing is wrong: what is there is newer than what this run would have written.
            context.log.info(str(late))
            return dg.MaterializeResult(
                metadata={"superseded": str(late), "days_superseded": len(days)}
            )
        return dg.MaterializeResult(
            metadata={
                **_of_range(days, done.rows_written),
                "rows_read": done.rows_read,
                "rows_changed": done.rows_changed,
                "rows_quarantined": 0,
                "days_superseded": len(done.superseded),
                **({"dagster/column_lineage": lineage} if lineage else {}),
            }
        )

    def take_in(
        self,
        context: dg.AssetExecutionContext,
        kind: Kind,
        days: Days,
        consent: Sequence[str],
    ) -> dg.MaterializeResult[Any]:
        """Let in the kind's new files and say what came, what was refused and why.

        Rows that somebody has corrected since they were refused come in too.
        """
        with _as_failure():
            replay.let_in_corrected(engine(), [kind])
            came = intake.take_in(engine(), kind, days, _author(context), consent)
        refused = [str(a.reason) for a in came.refused]
        return dg.MaterializeResult(
            metadata={
                "files_new": len(came.files),
                "files_refused": len(refused),
                "rows_read": came.total("rows_in"),
                "rows_quarantined": came.total("quarantined"),
                "rows_deduplicated": came.total("deduplicated"),
                **_of_range(
                    days,
                    came.total("rows_in") - came.total("quarantined") - came.total("deduplicated"),
                ),
                **_listed(refused),
            }
        )


def _listed(refused: list[str]) -> dict[str, str]:
    """Each reason as a text of its own: the page shows it at once, other than markdown."""
    if len(refused) == 1:
        return {"refused": refused[0]}
    return {f"refused {n}": reason for n, reason in enumerate(refused[:MOST_TOLD], 1)}


def _of_range(days: Days, rows: int) -> dict[str, int | str]:
    """Dagster shows a range's metadata on each of its days: say that it is the range's."""
    if len(days) == 1:
        return {"dagster/partition_row_count": rows}
    return {"days": f"{days.first} to {days.last}", "rows_written": rows}


def _author(context: dg.AssetExecutionContext) -> Author:
    run_id = context.run.run_id
    fence = books.take_fence(engine(), run_id, None)
    versions = context.assets_def.code_versions_by_key
    return Author(run_id, fence, versions.get(context.asset_key))


@contextmanager
def _as_failure() -> Iterator[None]:
    """Only what is transient stays an exception that the retry policy tries again.

    Of an unforeseen error its kind and place are told and nothing else: its text may hold a
    patient's data, and Dagster keeps what it is told.
    """
    try:
        yield
    except Superseded:
        raise
    except WarehouseError as error:
        if error.is_transient:
            raise
        _fail(str(error))
    except (ContractBroken, PostgresNotStarted) as error:
        _fail(str(error))
    except Exception as error:
        _fail(f"Unforeseen {type(error).__name__} at {place_of(error)}. Run `clinic doctor`.")


def _fail(told: str) -> NoReturn:
    raise cast(Exception, dg.Failure(told, allow_retries=False)) from None
