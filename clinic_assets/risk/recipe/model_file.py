"""Boosted trees: grown, asked, and kept in a file that is refused unless it is the one we wrote.

Here: all that touches sklearn and skops, imported inside the functions as it takes seconds. Not
here: models of other kinds, whose payload is JSON and needs no file, and choosing (train.py).

A file is one line naming the format, one line of JSON (the model without its trees), and skops
bytes. Nothing is parsed before the sha256 that was recorded at training is found to be the same.
"""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from clinic_assets.risk.recipe.asof import Vector
from clinic_assets.risk.recipe.model import TrainedModel, Trees

FORMAT = b"clinic-risk-model 2"
TRUSTED = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)
"""Types that skops does not know and that we reviewed: arrays of one tree's nodes, no code."""
THREADS = 1
"""Trees this small gain nothing from two, and sklearn 1.9's threads race on warning filters."""


class ModelRefused(ValueError):
    """A model file is not the one that was recorded, or holds what we never write."""


def grown_trees(rows: pd.DataFrame, outcome: Vector, seed: int) -> Trees:
    """Fit small boosted trees to (n, k) features, missing values allowed; one seed, one result."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    trees = HistGradientBoostingClassifier(  # type: ignore[no-untyped-call]
        max_iter=80,
        learning_rate=0.06,
        max_leaf_nodes=8,
        min_samples_leaf=40,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    with threadpool_limits(limits=THREADS):
        return cast(Trees, trees.fit(rows.to_numpy(dtype=float), outcome))


def predicted_by_trees(trees: Trees, rows: pd.DataFrame) -> Vector:
    """Return the probability of the event, shape (n,); no rows, no forecasts."""
    from threadpoolctl import threadpool_limits

    if rows.empty:
        return np.zeros(0)
    with threadpool_limits(limits=THREADS):
        return trees.predict_proba(rows.to_numpy(dtype=float))[:, 1]


def bytes_of(trees: Trees) -> bytes:
    """Return trees as skops bytes."""
    import skops.io

    return skops.io.dumps(trees)


@lru_cache(maxsize=4)
def trees_of(payload: bytes) -> Trees:
    """Read skops bytes; a type that was not reviewed is refused before anything is built."""
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return cast(Trees, skops.io.loads(payload, trusted=list(TRUSTED)))
    except UntrustedTypesFoundException as unknown:
        raise ModelRefused(f"The trees hold types that nobody reviewed: {unknown}") from None


def save(model: TrainedModel, folder: Path) -> tuple[Path, str]:
    """Write a model of trees into `folder`; return the path and the sha256 to record.

    The name holds both the model and its content, so a rerun never touches a file in use.
    """
    if not isinstance(model.payload, bytes):
        raise ValueError(f"Model {model.model_id} is a {model.kind}: its payload needs no file.")
    if not re.fullmatch("[0-9a-f]{16}", model.model_id):
        raise ValueError(f"Not a model id: {model.model_id!r}.")
    head = json.dumps(model.to_json(), sort_keys=True, allow_nan=False).encode()
    content = b"\n".join([FORMAT, head, model.payload])
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / f"{model.model_id}-{sha256[:12]}.model"
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path, sha256


def load(path: Path, sha256: str) -> TrainedModel:
    """Read a model file if, and only if, its sha256 is the recorded one."""
    if not path.is_file():
        raise ModelRefused(f"{path.name} is not there; the model has to be trained again.")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelRefused(
            f"{path.name} is not the file that was recorded: its sha256 is {found}, expected "
            f"{sha256}. It was not opened; train the model again, or restore the file."
        )
    if not content.startswith(FORMAT + b"\n"):
        raise ModelRefused(f"{path.name} does not begin with {FORMAT.decode()!r}.")
    _, head, trees = content.split(b"\n", 2)
    model = TrainedModel.from_json(json.loads(head), trees)
    trees_of(trees)
    return model
