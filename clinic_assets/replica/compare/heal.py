"""Parts of a copy that are not as their source are brought again, in one transaction.

Not here: which parts those are (checksums.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from clinic_assets.replica.books.ledger import Standing
from clinic_assets.replica.compare.checksums import Part
from clinic_assets.replica.copy.brake import refusal_to_delete
from clinic_assets.replica.copy.reach import reach
from clinic_assets.replica.copy.stream import Copied
from clinic_assets.replica.sync import merge
from clinic_assets.replica.sync.merge import Differing
from clinic_assets.replica.sync.pair import Pair


@dataclass(frozen=True)
class Healed:
    """What was found in the parts, and what was done about it."""

    standing: Standing
    differing: Differing = field(default_factory=Differing)
    """Before healing."""
    done: Differing = field(default_factory=Differing)
    copied: Copied = field(default_factory=Copied)
    refusal: str | None = None
    """Why rows that are gone from the source are still in the copy."""


def heal(pair: Pair, parts: Sequence[Part], *, writes: bool = True) -> Healed:
    """Bring the parts' rows, write those that differ and delete those that are gone.

    Without consent a great share of the table is not deleted; everything else is done.
    """
    standing = pair.standing
    if not parts:
        return Healed(standing)
    copied = pair.bring(" or ".join(part.on_source for part in parts))
    scope = " or ".join(part.on_target for part in parts)
    found = done = merge.find(pair.connection, pair.table, scope)
    refusal = refusal_to_delete(
        pair.task.name, standing.rows, found.new, found.gone, consent=pair.task.consent
    )
    if refusal:
        done = merge.keep_what_is_gone(pair.connection, found)
    if not writes:
        return Healed(standing, found, copied=copied)
    if done.rows:
        pair.apply()
    rows = standing.rows + done.new - done.gone
    return Healed(replace(standing, rows=rows), found, done, copied, refusal)


def follow_from_here(pair: Pair, standing: Standing) -> Standing:
    """The standing of a copy that equals its source, whatever was followed before."""
    plan = pair.task.plan
    columns = plan.watermarks if plan.strategy == "changed_since" else ()
    reached = reach(pair.connection, pair.table, pair.table.name, columns, pair.clock)
    watermark, highest = reached
    return replace(standing, watermark=watermark, highest_key=highest)
