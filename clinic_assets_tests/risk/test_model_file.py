"""Files of trees: kept, read back, and refused before anything in them is parsed."""

import datetime as dt
import hashlib
import pickle
from dataclasses import replace

import pytest

from clinic_assets.risk.recipe import model_file
from clinic_assets.risk.recipe.model import TrainedModel, told_by
from clinic_assets.risk.recipe.model_file import FORMAT, ModelRefused, load, save, trees_of
from clinic_assets.risk.recipe.train import train
from clinic_assets_tests.risk.test_worlds import a_clinic, lost

CLINIC = a_clinic(signal="crossed")


@pytest.fixture(scope="module")
def model() -> TrainedModel:
    trained = train(CLINIC, dt.date(2026, 8, 1), lost())
    assert trained.kind == "trees"
    return trained


def test_a_model_read_back_is_the_model_that_was_saved(model, tmp_path):
    path, sha256 = save(model, tmp_path / "new")
    again = load(path, sha256)
    assert again == model and path.name.startswith(model.model_id)
    told, retold = (told_by(m, lost(), lost().cases(CLINIC), CLINIC) for m in (model, again))
    assert told.equals(retold)


def test_saving_twice_leaves_one_file_and_nothing_unfinished(model, tmp_path):
    assert save(model, tmp_path) == save(model, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("place", [0, 30, -1])
def test_a_flipped_byte_is_refused_before_anything_is_parsed(model, tmp_path, place, monkeypatch):
    path, sha256 = save(model, tmp_path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    monkeypatch.setattr(model_file, "trees_of", None)
    monkeypatch.setattr(model_file, "TrainedModel", None)
    with pytest.raises(ModelRefused, match="is not the file that was recorded"):
        load(path, sha256)


def test_a_file_that_is_gone_is_refused_in_words(tmp_path):
    with pytest.raises(ModelRefused, match="is not there"):
        load(tmp_path / "gone.model", "0" * 64)


class Bomb:
    """Says on the disk that it was run."""

    def __init__(self, sentinel):
        self.sentinel = sentinel

    def __reduce__(self):
        return (type(self.sentinel).touch, (self.sentinel,))


def test_a_pickle_is_refused_even_if_its_sha256_is_given_and_never_runs(tmp_path):
    sentinel, path = tmp_path / "ran", tmp_path / "bad.model"
    path.write_bytes(pickle.dumps(Bomb(sentinel)))
    with pytest.raises(ModelRefused, match="does not begin with"):
        load(path, hashlib.sha256(path.read_bytes()).hexdigest())
    assert not sentinel.exists()


def test_types_that_nobody_reviewed_are_refused(model, tmp_path):
    import skops.io

    strange = skops.io.dumps({"trees": Bomb(tmp_path / "ran")})
    path, sha256 = save(replace(model, payload=strange), tmp_path)
    with pytest.raises(ModelRefused, match="nobody reviewed"):
        load(path, sha256)
    assert path.read_bytes().startswith(FORMAT)


def test_our_own_trees_hold_no_type_beyond_the_reviewed_ones(model):
    import skops.io

    assert set(skops.io.get_untrusted_types(data=model.payload)) <= set(model_file.TRUSTED)
    assert trees_of(model.payload) is trees_of(model.payload)


def test_a_model_kept_as_json_needs_no_file_and_an_id_is_never_a_path(model, tmp_path):
    with pytest.raises(ValueError, match="needs no file"):
        save(replace(model, kind="table", payload={}), tmp_path)
    with pytest.raises(ValueError, match="Not a model id"):
        save(replace(model, model_id="../../etc/passwd"), tmp_path)
    assert list(tmp_path.iterdir()) == []
