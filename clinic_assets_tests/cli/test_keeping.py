"""A backup is the whole clinic in one file; brought back elsewhere, it goes on."""

import stat
import tarfile

import psycopg
import pytest

from clinic_assets.cli.commands import keeping
from clinic_assets.warehouse.embedded import EmbeddedPostgres
from clinic_assets_tests.cli.command import clinic_says
from clinic_assets_tests.folders import open_folder, remove

DAY = "2025-09-03"
STAFF = f"daily/{DAY}/physios.csv"


@pytest.fixture
def elsewhere():
    """Another machine, as it were: a folder in which an embedded server may live."""
    folder = open_folder()
    yield folder
    EmbeddedPostgres(folder / "home").stop()
    remove(folder)


@pytest.fixture
def kept(clinic, tmp_path, monkeypatch):
    """A backup of a clinic on a server of its own, whose database has some other name."""
    monkeypatch.setattr(keeping, "ROOT", tmp_path)
    (tmp_path / ".env").write_text("CLINIC_CURRENCY=EUR\n")
    (clinic.home / "postgres").mkdir(parents=True)
    (clinic.home / "postgres" / "live").touch()
    (clinic.home / "models").mkdir()
    (clinic.home / "models" / "one.json").write_text("{}")
    clinic.drop(STAFF, "physio_id,full_name\n1,Ada\n2,Bea\n")
    assert clinic.run(DAY).success
    file = tmp_path / "kept" / "clinic.tar.gz"
    said = clinic_says("backup", str(file))
    assert said.code == 0, said.err
    return file


def test_a_backup_brought_back_elsewhere_is_the_same_clinic(kept, clinic, elsewhere, monkeypatch):
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with tarfile.open(kept) as archive:
        names = archive.getnames()
    assert {".env", "warehouse.dump", "dagster.dump", f"data/{STAFF}"} <= set(names)
    assert not [name for name in names if name.startswith("home/postgres")]
    assert "is there already" in clinic_says("backup", str(kept)).err

    monkeypatch.setenv("CLINIC_DATABASE_URL", "")
    monkeypatch.setenv("CLINIC_HOME", str(elsewhere / "home"))
    monkeypatch.setenv("CLINIC_DATA", str(elsewhere / "data"))
    said = clinic_says("restore", str(kept))
    assert said.code == 0, said.err
    server = EmbeddedPostgres(elsewhere / "home")
    assert not server.is_running()
    assert (elsewhere / "data" / STAFF).read_text() == (clinic.data / STAFF).read_text()
    assert (elsewhere / "home" / "models" / "one.json").exists()
    server.start()
    try:
        counted = "select asset, day, content_sha256 from ops.load_day order by 1, 2"
        with psycopg.connect(server.url("clinic")) as connection:
            assert connection.execute(counted).fetchall() == clinic.rows(counted)
        assert "overwrites nothing" in clinic_says("restore", str(kept)).err
    finally:
        server.stop()


def test_a_restore_never_overwrites_and_takes_no_other_clinics_backup(
    kept, clinic, tmp_path, monkeypatch
):
    assert "is not empty, and a restore overwrites nothing" in clinic_says("restore", str(kept)).err
    monkeypatch.setenv("CLINIC_DATA", str(tmp_path / "new"))
    told = clinic_says("restore", str(kept)).err
    assert "The database test_" in told and "overwrites nothing" in told
    monkeypatch.setenv("CLINIC_ID", "other")
    assert "CLINIC_ID is other" in clinic_says("restore", str(kept)).err
    (tmp_path / ".env").unlink()
    assert "holds a .env" in clinic_says("restore", str(kept)).err
    (tmp_path / "cut.tar.gz").write_bytes(kept.read_bytes()[:2000])
    assert "is no whole backup" in clinic_says("restore", str(tmp_path / "cut.tar.gz")).err
