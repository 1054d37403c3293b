"""What would make us distrust the shared facts: unknown words, orphans, the implausible.

An end before its start is refused on the way in and waits in quarantine.
"""

from clinic_assets.core import tables, tables_treatment
from clinic_assets.warehouse.checks import ERROR, WARN, Check
from clinic_assets.warehouse.contracts import is_present
from clinic_assets.warehouse.rules import rows_are_as_written, volume_is_usual

_statuses_are_known = Check(
    "statuses_are_known",
    tables.fct_appointment,
    "Every appointment has a status that we know; the unknown words are listed.",
    # Long runs of digits are hidden: a phone that slipped into the column is not a word.
    r"""
    with word as (
        select day, count(*) as rows,
            regexp_replace(left(status_raw, 30), '[0-9]{3,}', '#', 'g') as word,
            row_number() over (partition by day order by count(*) desc, left(status_raw, 30))
                as place
        from core.fct_appointment
        where status = 'unresolved' and day between :first_day and :last_day
        group by day, left(status_raw, 30)
    )
    select day, sum(rows) as bad_rows,
        string_agg(word, ', ' order by place) filter (where place <= 10) as detail
    from word
    group by day
    """,
    ERROR,
    counted="appointments",
)

_appointments_do_not_overlap = Check(
    "appointments_do_not_overlap",
    tables.fct_appointment,
    "A practitioner's appointment ends before the next one in the same room, or in none that is"
    " known, starts; cancelled ones included.",
    """
    with neighbour as (
        select day, end_at, lead(start_at) over (
            partition by clinic_id, practitioner_key, room_key, day
            order by start_at, end_at, appointment_key
        ) as next_start_at
        from core.fct_appointment
        where day between :first_day and :last_day
    )
    select day, count(*) as bad_rows
    from neighbour
    where next_start_at < end_at
    group by day
    """,
    WARN,
    counted="pairs of appointments",
)

_patients_exist_before_booking = Check(
    "patients_exist_before_booking",
    tables.fct_appointment,
    "Nobody is booked before the practice has entered them as a patient.",
    """
    select booked.day, count(*) as bad_rows
    from core.fct_appointment as booked
    cross join lateral (
        select created_at from core.patient_version as told
        where told.clinic_id = booked.clinic_id and told.patient_key = booked.patient_key
            and told.day <= booked.day
        order by told.day desc
        limit 1
    ) as patient
    where booked.day between :first_day and :last_day and booked.created_at < patient.created_at
    group by booked.day
    """,
    WARN,
    counted="appointments",
    beside=(tables.patient_version,),
)

_patients_are_known = Check(
    "patients_are_known",
    tables.fct_appointment,
    "The patient of every appointment is known by its source.",
    """
    select booked.day, count(*) as bad_rows
    from core.fct_appointment as booked
    where booked.day between :first_day and :last_day and not exists (
        select from core.patient_version as told
        where told.clinic_id = booked.clinic_id and told.patient_key = booked.patient_key
    )
    group by booked.day
    """,
    ERROR,
    counted="appointments",
    beside=(tables.patient_version,),
)

_practitioners_are_known = Check(
    "practitioners_are_known",
    tables.fct_appointment,
    "The practitioner of every appointment is known by its source.",
    """
    select booked.day, count(*) as bad_rows
    from core.fct_appointment as booked
    where booked.day between :first_day and :last_day and not exists (
        select from core.practitioner_version as told
        where told.clinic_id = booked.clinic_id
            and told.practitioner_key = booked.practitioner_key
    )
    group by booked.day
    """,
    ERROR,
    counted="appointments",
    beside=(tables.practitioner_version,),
)

_booked_before_start = Check(
    "booked_before_start",
    tables.fct_appointment,
    "No appointment is entered only after it has started.",
    """
    select day, count(*) as bad_rows
    from core.fct_appointment
    where created_at > start_at and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="appointments",
)

_visits_take_time = Check(
    "visits_take_time",
    tables.fct_appointment,
    "No appointment ends in the minute it starts.",
    """
    select day, count(*) as bad_rows
    from core.fct_appointment
    where end_at = start_at and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="appointments",
)

_patients_have_names = Check(
    "patients_have_names",
    tables.patient_version,
    "Every patient has a first or a last name.",
    """
    select day, count(*) as bad_rows
    from core.patient_version
    where coalesce(trim(first_name), '') = '' and coalesce(trim(last_name), '') = ''
        and (day between :first_day and :last_day or day = date '0001-01-01')
    group by day
    """,
    WARN,
    counted="patients",
)

_consent_is_yes_or_no = Check(
    "consent_is_yes_or_no",
    tables.patient_version,
    "A patient's consent says yes or no; anything else is taken as no.",
    """
    select day, count(*) as bad_rows
    from core.patient_version
    where consent_raw is not null and has_consent is null
        and (day between :first_day and :last_day or day = date '0001-01-01')
    group by day
    """,
    WARN,
    counted="patients",
)

_stock_adds_up = Check(
    "stock_adds_up",
    tables.fct_stock_day,
    "What is left is what was there, plus what came, less what was handed out.",
    """
    select day, count(*) as bad_rows
    from core.fct_stock_day
    where unexplained_qty <> 0 and day between :first_day and :last_day
    group by day
    """,
    WARN,
    counted="items",
)

_stock_opens_as_it_closed = Check(
    "stock_opens_as_it_closed",
    tables.fct_stock_day,
    "An item starts the day with what it was closed with the evening before.",
    """
    select today.day, count(*) as bad_rows
    from core.fct_stock_day as today
    join core.fct_stock_day as yesterday
        on yesterday.clinic_id = today.clinic_id and yesterday.location_id = today.location_id
        and yesterday.item = today.item and yesterday.day = today.day - 1
    where today.opening_qty <> yesterday.closing_qty
        and today.day between :first_day and :last_day
    group by today.day
    """,
    WARN,
    counted="items",
)

CHECKS = (
    rows_are_as_written(tables.patient_version),
    _patients_have_names,
    _consent_is_yes_or_no,
    rows_are_as_written(tables.practitioner_version),
    rows_are_as_written(tables.fct_appointment),
    volume_is_usual(tables.fct_appointment, "bookings", only="status <> 'rescheduled'"),
    _statuses_are_known,
    _appointments_do_not_overlap,
    _patients_exist_before_booking,
    _patients_are_known,
    _practitioners_are_known,
    _booked_before_start,
    _visits_take_time,
    rows_are_as_written(tables.fct_payment),
    volume_is_usual(tables.fct_payment, "payments"),
    rows_are_as_written(tables.fct_capacity),
    rows_are_as_written(tables.fct_stock_order),
    rows_are_as_written(tables.item_version),
    rows_are_as_written(tables.location_version),
    rows_are_as_written(tables.service_item_version),
    rows_are_as_written(tables.fct_stock_day),
    volume_is_usual(tables.fct_stock_day, "stock reports"),
    _stock_adds_up,
    _stock_opens_as_it_closed,
    *(rows_are_as_written(table) for table in tables_treatment.TABLES if is_present(table)),
)
