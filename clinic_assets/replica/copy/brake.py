"""The brake: a copy never loses most of its rows without a person's word."""

SMALLEST_JUDGED = 100
"""Rows: a smaller table may well lose half."""


class NeedsConsent(RuntimeError):
    """The source has lost so many rows that somebody must say that this is right."""

    is_transient = False


def refuse_shrinking(table_name: str, before: int, after: int, *, consent: bool) -> None:
    """Raise NeedsConsent when less than half of at least 100 rows would be left."""
    if not consent and before >= SMALLEST_JUDGED and 2 * after < before:
        raise NeedsConsent(
            f"{table_name}: the source has {after} rows where the copy has {before}, less than"
            " half. The copy is left as it was. If the source is right, run again with consent."
        )


MOST_DELETED, LEAST_DELETED = 0.2, 50
"""Share and number of rows: fewer may be deleted as they are in the source."""


def refusal_to_delete(
    table_name: str, before: int, new: int, gone: int, *, consent: bool
) -> str | None:
    """Why rows that are gone from the source are kept in the copy, unless it may lose them."""
    is_great = gone >= LEAST_DELETED and gone > MOST_DELETED * before
    is_all = gone > 0 and before + new == gone
    if consent or not (is_great or is_all):
        return None
    return (
        f"{table_name}: the source no longer has {gone} of the copy's {before} rows. They are kept"
        f" in the copy. If the source is right, run again with --consent {table_name}."
    )
