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
