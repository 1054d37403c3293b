"""What would make us distrust the risks: no figures, figures too good to be true, or a drift."""

import sqlalchemy as sa

from clinic_assets.risk import tables
from clinic_assets.settings import settings
from clinic_assets.warehouse.checks import ERROR, WARN, Check
from clinic_assets.warehouse.contracts import is_present
from clinic_assets.warehouse.rules import rows_are_as_written


def _have_figures(models: sa.Table) -> Check:
    return Check(
        "models_have_figures",
        models,
        "The model that serves says why it does, with the figures it was chosen by.",
        f"""
        select day, count(*) as bad_rows, string_agg(stage, ', ' order by stage) as detail
        from {models.fullname}
        where day between :first_day and :last_day
            and (
                decision = '' or card -> 'n' is null
                or card #> array['candidates', kind, 'all'] is null
            )
        group by day
        """,
        ERROR,
        counted="models",
    )


def _do_not_leak(models: sa.Table) -> Check:
    return Check(
        "models_do_not_leak",
        models,
        "No model is so good that it must have seen the outcome beforehand.",
        f"""
        select day, count(*) as bad_rows, string_agg(stage, ', ' order by stage) as detail
        from {models.fullname}
        where day between :first_day and :last_day and card ->> 'warning' is not null
        group by day
        """,
        ERROR,
        counted="models",
    )


_risks_come_true = Check(
    "risks_come_true",
    tables.cancellation_risk,
    "Over four weeks, or all days asked for, about as many visits are lost as the risks said.",
    # Lost and kept as in visits.outcomes. A cancellation that was known when the risk was told is
    # left out: nobody asked for its risk.
    """
    with
    labelled as (
        select told.stage, told.day, told.risk,
            (visit.status not in ('arrived', 'completed'))::int as is_lost
        from score.cancellation_risk as told
        join core.fct_appointment as visit using (clinic_id, appointment_key)
        where told.day between least(:first_day, :last_named_day - 27) and :last_day
            and (visit.cancelled_known_at is null or visit.cancelled_known_at > told.scored_for)
            and (
                visit.status in ('arrived', 'completed', 'no_show')
                or visit.status = 'cancelled_patient' and (
                    visit.cancelled_at is null
                    or visit.cancelled_at
                    > visit.start_at - make_interval(secs => 3600 * :notice_hours)
                )
            )
    ),
    drifted as (
        select stage, max(day) as day, count(*) as visits, avg(risk) as told, sum(is_lost) as lost,
            sum(risk) as expected, 3 * sqrt(sum(risk * (1 - risk))) as margin
        from labelled
        group by stage
        having count(*) >= 30 and max(day) >= :first_day
            and abs(sum(risk) - sum(is_lost)) > 3 * sqrt(sum(risk * (1 - risk)))
    )
    select day, sum(visits) as bad_rows,
        string_agg(
            stage || ': ' || round(100 * told, 1) || ' % told, ' || lost || ' of ' || visits
            || ' lost, ' || ceil(greatest(expected - margin, 0)) || ' to '
            || floor(least(expected + margin, visits)) || ' expected', '; ' order by stage
        ) as detail
    from drifted
    group by day
    """,
    WARN,
    counted="risks",
    bound={"notice_hours": settings().notice_hours},
)

CHECKS = (
    *(rows_are_as_written(table) for table in tables.TABLES if is_present(table)),
    *(
        about(models)
        for models in tables.MODELS
        if is_present(models)
        for about in (_have_figures, _do_not_leak)
    ),
    _risks_come_true,
)
