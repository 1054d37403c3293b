"""What is written is held to what is there: settings, dictionary, commands, columns, links."""

import re
import tomllib

import pytest
import typer
from pydantic import AliasChoices

from clinic_assets.cli.main import app
from clinic_assets.definitions import KINDS
from clinic_assets.settings import ROOT, Settings
from clinic_assets.warehouse import dictionary

EXAMPLE = ROOT / ".env.example"
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = typer.main.get_command(app)

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def variable_of(name):
    alias = Settings.model_fields[name].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"CLINIC_{name.upper()}"


def example_lines():
    """Variables of .env.example with their values, and whether they are commented out."""
    found = re.findall(r"^(#?)([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    return {name: (value, bool(hidden)) for hidden, name, value in found}


def test_the_example_names_every_setting_and_no_other():
    assert set(example_lines()) == {variable_of(name) for name in Settings.model_fields}


@pytest.fixture
def unconfigured(monkeypatch, tmp_path):
    """No variable set but a home in which no demonstration was run."""
    for name in example_lines():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path / "home"))


def test_the_example_holds_the_defaults_and_is_understood(unconfigured):
    assert Settings(_env_file=EXAMPLE) == Settings(_env_file=None)


def test_what_has_no_default_is_commented_out_and_would_be_understood(unconfigured, tmp_path):
    filled = tmp_path / "filled"
    filled.write_text(re.sub(r"^#([A-Z_]+=)", r"\1", EXAMPLE.read_text(), flags=re.MULTILINE))
    settings, nothing = Settings(_env_file=filled), Settings(_env_file=None)
    hidden = {name for name, (_, is_hidden) in example_lines().items() if is_hidden}
    changed = {
        variable_of(name)
        for name in Settings.model_fields
        if getattr(settings, name) != getattr(nothing, name)
    }
    assert changed == hidden


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_says_what_it_is(name):
    source = (ROOT / "clinic_assets" / "settings.py").read_text()
    assert re.search(rf'\n    {name}: [^"]*?("[^"\n]*"[^"]*?)*\n    """', source), name


def test_the_dictionary_is_what_the_code_says():
    assert dictionary.FILE.read_text() == dictionary.dictionary(), f"run {dictionary.COMMAND}"


def test_the_readme_names_the_columns_of_every_file():
    listed = README.read_text().replace("`", "")
    for kind in KINDS:
        [row] = [line for line in listed.splitlines() if line.startswith(f"| {kind.file_name} ")]
        missing = [f.name for f in kind.contract.fields if not re.search(rf"\b{f.name}\b", row)]
        assert not missing, kind.name


@every_page
def test_a_command_in_the_text_exists_with_its_options(page):
    text = page.read_text()
    called = re.findall(
        r"(?:^ {4,}|`|&& |\$\(|/)clinic ((?:[a-z]+|--)[^`\n#);\"]*)", text, re.MULTILINE
    )
    for line in called:
        words = line.replace("\\", "").split()
        if words[0] in ("owner", "login", "--"):
            continue
        command = COMMANDS
        while hasattr(command, "commands") and words and not words[0].startswith("-"):
            assert words[0] in command.commands, f"clinic {line}"
            command = command.commands[words.pop(0)]
        options = {name for parameter in command.params for name in parameter.opts}
        options |= {name for p in command.params for name in p.secondary_opts} | {"--help"}
        if not command.ignore_unknown_options:
            assert {w for w in words if w.startswith("--")} <= options, f"clinic {line}"


@every_page
def test_a_target_of_make_in_the_text_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`| {4})make ([a-z-]+)", page.read_text()))
    assert named <= targets


@every_page
def test_a_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@every_page
def test_a_setting_in_the_text_exists(page):
    known = {variable_of(name) for name in Settings.model_fields} | {"CLINIC_DAGSTER_URL"}
    assert set(re.findall(r"CLINIC_[A-Z_]+", page.read_text())) <= known


def test_every_dependency_has_its_reason():
    reasons = (ROOT / "docs" / "decisions" / "0007-libraries.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[\[<>=]", d)[0] for d in project["dependencies"]]
    known = {"psycopg": "psycopg 3"}
    assert not [n for n in names if known.get(n, n).casefold() not in reasons.casefold()]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_hashes_and_no_address(name):
    lines = (ROOT / name).read_text().splitlines()
    assert not [line for line in lines if "://" in line or "index-url" in line]
    pinned = [line for line in lines if re.match(r"[A-Za-z0-9]", line)]
    assert pinned and all("==" in line and line.endswith("\\") for line in pinned)
