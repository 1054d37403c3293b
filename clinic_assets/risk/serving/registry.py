"""The model registry: what was trained is kept in `ops.model`, trees in a file that is refused if
it is not the one recorded there."""

import datetime as dt
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from clinic_assets.risk.recipe.model import TrainedModel
from clinic_assets.risk.recipe.model_file import ModelRefused, load
from clinic_assets.risk.recipe.score import Score
from clinic_assets.risk.recipe.train import VERSION
from clinic_assets.risk.tables import MODEL_TABLES
from clinic_assets.settings import settings

KEPT_SECONDS = 24 * 60 * 60
"""A file younger than that may belong to a run that has not ended."""


def models_folder() -> Path:
    """Where files of trees lie."""
    return settings().home / "models"


@dataclass(frozen=True)
class Registered:
    """What is known of a model without opening its file."""

    model_id: str
    kind: str
    card: dict[str, Any]


def trained_before(
    connection: sa.Connection, score: Score, month: dt.date, facts_sha256: str
) -> Registered | None:
    """The model that was trained for a month from exactly these facts, None if there is none."""
    found = connection.execute(
        sa.text(
            "select model_id, kind, card from ops.model where score = :score and stage = :stage"
            " and trained_for = :month and facts_sha256 = :facts order by created_at desc limit 1"
        ),
        {"score": score.name, "stage": score.stage, "month": month, "facts": facts_sha256},
    ).first()
    return None if found is None else Registered(found.model_id, found.kind, found.card)


def register(connection: sa.Connection, model: TrainedModel, facts_sha256: str) -> Registered:
    """Keep a trained model; the same model again only renews its file.

    Files of models that serve no day any more go. Their rows stay, and a model that is to serve
    again is trained again, as any model whose file is not there.
    """
    _clear_out(connection)
    name = sha256 = None
    if isinstance(model.payload, bytes):
        from clinic_assets.risk.recipe.model_file import save

        path, sha256 = save(model, models_folder())
        name = path.name
    connection.execute(
        sa.text(
            "insert into ops.model (model_id, score, stage, kind, trained_for, facts_sha256,"
            " payload, card, file_name, file_sha256) values (:model_id, :score, :stage, :kind,"
            " :trained_for, :facts, cast(:payload as jsonb), cast(:card as jsonb), :file_name,"
            " :file_sha256) on conflict (model_id) do update"
            " set file_name = excluded.file_name, file_sha256 = excluded.file_sha256,"
            " facts_sha256 = excluded.facts_sha256"
        ),
        {
            "model_id": model.model_id,
            "score": model.score,
            "stage": model.stage,
            "kind": model.kind,
            "trained_for": model.trained_for,
            "facts": facts_sha256,
            "payload": json.dumps(model.to_json()),
            "card": json.dumps(model.card),
            "file_name": name,
            "file_sha256": sha256,
        },
    )
    return Registered(model.model_id, model.kind, model.card)


def _clear_out(connection: sa.Connection) -> None:
    serving = " union ".join(f"select model_id from {table}" for table in MODEL_TABLES)
    served = set(
        connection.scalars(
            sa.text(f"select file_name from ops.model where model_id in ({serving})")
        )
    )
    for path in models_folder().glob("*"):
        if path.suffix not in (".model", ".part") or path.name in served:
            continue
        with suppress(OSError):  # gone meanwhile, or held open by a reader: the next time will do
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()


def serving(
    connection: sa.Connection, model_table: str, score: Score, month: dt.date
) -> TrainedModel | None:
    """The model that serves a month's moments, None if none was trained.

    Raises ModelRefused when its file is not the one recorded, or another recipe trained it.
    """
    found = connection.execute(
        sa.text(
            "select model.payload, model.file_name, model.file_sha256, model.model_id,"
            " model.card ->> 'recipe_version' as recipe_version"
            f" from {model_table} as served"
            " join ops.model on model.model_id = served.model_id"
            " where served.stage = :stage and served.trained_for = :month"
            " order by served.day desc limit 1"
        ),
        {"stage": score.stage, "month": month},
    ).first()
    if found is None:
        return None
    if found.recipe_version != VERSION:
        raise ModelRefused(
            f"Model {found.model_id} is of recipe {found.recipe_version}, this is {VERSION}."
        )
    if found.file_name is None:
        return TrainedModel.from_json(found.payload)
    return load(models_folder() / found.file_name, found.file_sha256)
