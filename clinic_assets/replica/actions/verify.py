"""Every row of a copy compared with its source, by checksums on both servers, and healed.

A live source moves while it is compared. So a large table is compared while nobody waits for it,
and only what differed is looked at again, in one snapshot and after following: what differs then
is damage.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clinic_assets.replica.actions.load import reload
from clinic_assets.replica.books.ledger import standing_of
from clinic_assets.replica.compare.checksums import Found, differing, is_large, parts_of
from clinic_assets.replica.compare.heal import Healed, follow_from_here, heal
from clinic_assets.replica.copy.brake import NeedsConsent
from clinic_assets.replica.copy.fill import Progress
from clinic_assets.replica.copy.swap import Touched
from clinic_assets.replica.planning.plan import TablePlan
from clinic_assets.replica.source.server import Server
from clinic_assets.replica.sync.incremental import Newer, bring_newer, followed
from clinic_assets.replica.sync.pair import Pair, Reshaped, Task, owned, seen
from clinic_assets.warehouse.sessions import told_plainly

if TYPE_CHECKING:
    import sqlalchemy as sa

TOLD = "At the last comparison: "
"""How a line of a table's notice begins that the next comparison takes back."""


@dataclass(frozen=True)
class Verified:
    """What a verification found and did."""

    rows_compared: int
    rows_differing: int = 0
    """Before healing."""
    ranges_healed: int = 0
    rows_written: int = 0
    rows_deleted: int = 0

    @property
    def integrity(self) -> float:
        """Share of rows that were as they should be."""
        if not self.rows_differing:
            return 1.0
        return max(0.0, 1 - self.rows_differing / max(self.rows_compared, self.rows_differing))


def verify(
    server: Server,
    engine: "sa.Engine",
    plan: TablePlan,
    instance: str,
    *,
    run_id: str | None,
    consent: bool = False,
    touched: Touched | None = None,
    progress: Progress | None = None,
    heals: bool = True,
) -> Verified:
    """Compare every row of a table and heal what differs; one that is not there yet is loaded.

    Raises SourceError, WarehouseError; then nothing has changed. Raises NeedsConsent when all was
    done but deleting a great share of the rows.
    """
    task = Task(server, engine, plan, instance, run_id, consent, touched, progress)
    try:
        return compared(task, "verify", heals=heals)
    except Reshaped:
        return Verified(reload(task).rows)


def compared(task: Task, action: str, *, heals: bool = True) -> Verified:
    """The same for a table that is there, under this name in the books. Raises Reshaped too."""
    found, suspicion = None, None
    if is_large(_rows(task)):
        suspicion = followed(task).suspicion
        with seen(task) as pair:
            found = differing(pair, parts_of(pair))
    with owned(task) as pair:
        is_moved = found is None or bool(found.parts) or suspicion is not None
        newer = bring_newer(pair) if is_moved else Newer(pair.standing)
        pair = replace(pair, standing=newer.standing)
        found = found or differing(pair, parts_of(pair))
        healed = heal(pair, found.parts, writes=heals)
        _enter(pair, action, newer, found, healed)
    if healed.refusal:
        raise NeedsConsent(healed.refusal)
    return Verified(
        found.rows, healed.differing.rows, len(found.parts), healed.done.written, healed.done.gone
    )


def _rows(task: Task) -> int:
    with told_plainly("ops.replica_table"), task.engine.connect() as connection:
        standing = standing_of(connection, task.instance, task.name)
    if standing is None:
        raise Reshaped
    return standing.rows


def _enter(pair: Pair, action: str, newer: Newer, found: Found, healed: Healed) -> None:
    """How the copy stands now, and what was done."""
    standing = healed.standing
    if newer.suspicion and not healed.refusal:
        standing = follow_from_here(pair, standing)
    told = healed.refusal or newer.suspicion
    others = [n for n in (standing.notice or "").splitlines() if not n.startswith(TOLD)]
    pair.enter(
        action,
        replace(
            standing,
            rows=standing.rows if found.parts else found.rows,
            verified_at=found.at,
            rows_compared=found.rows,
            rows_differing=healed.differing.rows,
            notice="\n".join(others + ([TOLD + told] if told else [])) or None,
        ),
        rows_read=found.rows + newer.copied.rows,
        rows_written=healed.done.written + newer.differing.written,
        rows_deleted=healed.done.gone,
        bytes_read=healed.copied.bytes + newer.copied.bytes,
        ranges_healed=len(found.parts) if healed.done.rows else 0,
        lag_seconds=newer.lag_seconds,
        reason=healed.refusal or newer.oddity,
    )
