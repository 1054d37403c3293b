"""Each score: the model that serves each day, then what is told of each day's cases."""

from collections.abc import Sequence
from functools import partial

import dagster as dg

from clinic_assets.risk import tables
from clinic_assets.risk.checks import CHECKS
from clinic_assets.risk.recipe.asof import HISTORY_DAYS
from clinic_assets.risk.serving import scores, serve
from clinic_assets.risk.serving.patients import patient_scores_of_days
from clinic_assets.risk.serving.served import Served
from clinic_assets.warehouse.frame_models import frame_asset
from clinic_assets.warehouse.reach import SAME_DAY, Reach

CODE_VERSION = "3"
LONGEST_MONTH = 31
LONGEST_LEAD = 200
"""Days; a booking made earlier than that before the visit is scored by the oldest model reached."""


Edges = dict[str, list[Reach]]


def _score(served: Served, facts: Sequence[str], edges: Edges) -> list[dg.AssetsDefinition]:
    """The score's two assets: a month's model reads whole facts, a day's rows what `edges` say."""
    oldest = LONGEST_MONTH + served.history_days
    of_model = {fact: [Reach(back=oldest, ahead=-1)] for fact in facts}
    models, told = (partial(do, served=served) for do in (serve.models_of_days, serve.told_of_days))
    return [
        frame_asset(served.model_table, models, of_model, CODE_VERSION, checks=CHECKS),
        frame_asset(served.table, told, edges, CODE_VERSION, checks=CHECKS),
    ]


def _through(table: str) -> Reach:
    return Reach(through=table, on=("clinic_id", "patient_key"))


PAST = Reach(back=2 * HISTORY_DAYS, ahead=-1)
"""Of the person and the family, two years back from the day."""
ASSETS = [
    *_score(
        scores.CANCELLATION,
        ["core.fct_appointment"],
        {
            "core.fct_appointment": [
                SAME_DAY,
                _through("core.fct_appointment"),
            ],
            "score.cancellation_model": [Reach(back=LONGEST_LEAD)],
        },
    ),
    frame_asset(
        tables.patient_score,
        patient_scores_of_days,
        {
            "core.fct_appointment": [SAME_DAY, PAST],
            "core.fct_procedure": [PAST],
            "core.fct_adjustment": [PAST],
            "core.fct_payment": [PAST],
            "core.fct_communication": [PAST],
            "core.patient_version": [_through("core.fct_appointment")],
        },
        code_version="1",
        checks=CHECKS,
    ),
]
if tables.IS_PRESENT:
    ASSETS += _score(
        scores.ACCEPTANCE,
        ["core.fct_procedure", "core.fct_claim", "core.fct_appointment"],
        {
            # A treatment that is done moves away from the day of its proposal, and so touches it.
            "core.fct_procedure": [SAME_DAY, PAST],
            "core.fct_appointment": [PAST],
            "core.fct_claim": [PAST],
            "core.patient_version": [_through("core.fct_procedure")],
            "score.acceptance_model": [SAME_DAY],
        },
    )
    ASSETS += _score(
        scores.PAYMENT,
        ["core.fct_appointment", "core.fct_payment", "core.fct_procedure", "core.fct_adjustment"],
        {
            "core.fct_appointment": [SAME_DAY, PAST],
            "core.fct_procedure": [SAME_DAY, PAST],
            "core.fct_adjustment": [SAME_DAY, PAST],
            "core.fct_payment": [PAST],
            "core.patient_version": [_through("core.fct_appointment")],
            "score.payment_model": [SAME_DAY],
        },
    )
    ASSETS += _score(
        scores.RECALL,
        ["core.fct_procedure", "core.fct_appointment", "core.fct_payment", "core.fct_adjustment"],
        {
            "core.fct_procedure": [SAME_DAY, PAST],
            "core.fct_appointment": [SAME_DAY, PAST],
            "core.fct_adjustment": [PAST],
            "core.fct_payment": [PAST],
            "core.patient_version": [_through("core.fct_procedure")],
            "score.recall_model": [SAME_DAY],
        },
    )
