"""First load of a table, or its reload: a fresh table is filled, keyed and swapped in, at once.

Not here: how rows cross (stream.py), what changes afterwards (follow.py, heal.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from clinic_assets.replica.plan import TablePlan
from clinic_assets.replica.server import Server

if TYPE_CHECKING:
    import sqlalchemy as sa

Progress = Callable[[str, int], None]
"""Hears table and rows so far."""


class Touched(Protocol):
    """Notes the business dates of changed keys; called in the transaction of the write, before
    the rows change (not at a first load) and again after.
    """

    def __call__(
        self, connection: "sa.Connection", instance: str, plan: TablePlan, keys: str | None
    ) -> None:
        """`keys` is a temp table with the key columns of changed rows; None means every row."""


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    rows: int
    bytes: int
    seconds: float
    normalised: dict[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def load(
    server: Server,
    engine: "sa.Engine",
    plan: TablePlan,
    instance: str,
    *,
    run_id: str | None,
    consent: bool = False,
    touched: Touched | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Copy a whole table from one snapshot and swap it in, with its entry in the books.

    Raises SourceError, WarehouseError, NeedsConsent; then the copy is as it was.
    """
    raise NotImplementedError


def load_tiny(
    server: Server,
    engine: "sa.Engine",
    plans: Sequence[TablePlan],
    instance: str,
    *,
    run_id: str | None,
    consent: bool = False,
    touched: Touched | None = None,
    progress: Progress | None = None,
) -> dict[str, Loaded | Exception]:
    """The same for many small tables over one pair of connections and one snapshot.

    One table's failure leaves the others alone: its error stands in its place.
    """
    raise NotImplementedError
