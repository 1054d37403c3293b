"""The model registry: what was trained is kept in `ops.model`, trees in a file that is refused if it
is not the one recorded there."""

import datetime as dt
import json
from pathlib import Path

import sqlalchemy as sa

from clinic_assets.risk.score import TrainedModel
from clinic_assets.settings import settings

SCORE = "cancellation"


def models_folder() -> Path:
    """Where files of trees lie."""
    return settings().home / "models"


def register(connection: sa.Connection, model: TrainedModel) -> None:
    """Keep a trained model; the same model again changes nothing."""
    name = sha256 = None
    if isinstance(model.payload, bytes):
        from clinic_assets.risk.model_file import save

        path, sha256 = save(model, models_folder())
        name = path.name
    connection.execute(
        sa.text(
            "insert into ops.model (model_id, score, stage, kind, trained_for, payload, card,"
            " file_name, file_sha256) values (:model_id, :score, :stage, :kind, :trained_for,"
            " cast(:payload as jsonb), cast(:card as jsonb), :file_name, :file_sha256)"
            " on conflict (model_id) do update"
            " set file_name = excluded.file_name, file_sha256 = excluded.file_sha256"
        ),
        {
            "model_id": model.model_id,
            "score": SCORE,
            "stage": model.stage,
            "kind": model.kind,
            "trained_for": model.trained_for,
            "payload": json.dumps(model.to_json()),
            "card": json.dumps(model.card),
            "file_name": name,
            "file_sha256": sha256,
        },
    )


def serving(connection: sa.Connection, stage: str, month: dt.date) -> TrainedModel | None:
    """The model that serves a month's moments, None if none was trained.

    Raises ModelRefused when its file is not the one recorded.
    """
    found = connection.execute(
        sa.text(
            "select model.payload, model.file_name, model.file_sha256"
            " from score.cancellation_model as served"
            " join ops.model on model.model_id = served.model_id"
            " where served.stage = :stage and served.trained_for = :month"
            " order by served.day desc limit 1"
        ),
        {"stage": stage, "month": month},
    ).first()
    if found is None:
        return None
    if found.file_name is None:
        return TrainedModel.from_json(found.payload)
    from clinic_assets.risk.model_file import load

    return load(models_folder() / found.file_name, found.file_sha256)
