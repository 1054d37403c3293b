"""A person's word for a file that waits for it: it must reach one, else it is said which wait."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from clinic_assets.cli.shown import CommandFailed

if TYPE_CHECKING:
    from clinic_assets.warehouse.days import Days

WAITING = """
    select name, sha256, as_of, name like 'daily/%' as is_slice from (
        select distinct on (source, name) * from ops.file_ledger
        order by source, name, file_id desc
    ) as newest
    where not is_accepted order by as_of, name
"""
MOST_SAID = 10


def refuse_unmet(engine: sa.Engine, days: "Days", consent: Sequence[str]) -> None:
    """Raises CommandFailed for a word that means no waiting file of the range."""
    from clinic_assets.warehouse.brake import is_consented

    if not consent:
        return
    with engine.connect() as connection:
        waiting = connection.execute(sa.text(WAITING)).all()
    reached = [w for w in waiting if not w.is_slice or days.first <= w.as_of <= days.upper]
    unmet = [
        word for word in consent if not any(is_consented(w.name, w.sha256, [word]) for w in reached)
    ]
    if unmet:
        raise CommandFailed(
            f"No refused file of {days.first} to {days.last} waits for {', '.join(unmet)}, so"
            f" nothing was run. {_listed(waiting)}"
        )


def _listed(waiting: Sequence[sa.Row[Any]]) -> str:
    if not waiting:
        return "No file waits at all; a run judges what is new, `clinic run --day DAY`."
    told = [f"{w.name} (`clinic run {_day(w)}--consent {_word(w)}`)" for w in waiting[:MOST_SAID]]
    more = len(waiting) - len(told)
    return f"These wait: {', '.join(told)}{f' and {more} more' if more else ''}."


def _day(file: sa.Row[Any]) -> str:
    return f"--day {file.as_of} " if file.is_slice else ""


def _word(file: sa.Row[Any]) -> str:
    # A file that could not be read has no hash of its content.
    return str(file.name if file.sha256.startswith("unread-") else file.sha256[:12])
