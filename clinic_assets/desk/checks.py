"""What would make us distrust the lists, and what the reception should mend before the visit."""

from clinic_assets.desk import tables
from clinic_assets.warehouse.checks import WARN, Check
from clinic_assets.warehouse.rules import rows_are_as_written

_patients_can_be_reached = Check(
    "patients_can_be_reached",
    tables.reception_priorities,
    "Everybody who is expected has left a phone number and a consent form.",
    """
    select day, count(*) as bad_rows,
        count(*) filter (where missing_phone) || ' without phone, '
        || count(*) filter (where missing_consent) || ' without consent' as detail
    from desk.reception_priorities
    where (missing_phone or missing_consent) and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="visits",
)

CHECKS = (
    rows_are_as_written(tables.reception_priorities),
    _patients_can_be_reached,
    rows_are_as_written(tables.procurement_list),
    rows_are_as_written(tables.overbooking),
)
