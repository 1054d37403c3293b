"""Whoever types a wrong or an incomplete command is told what there is."""

import pytest
import typer

from clinic_assets.cli.main import app
from clinic_assets_tests.cli.command import clinic_says

ROOM = typer.main.get_command(app)


def commands(command=ROOM, path=()):
    """Every command with the words that call it."""
    below = getattr(command, "commands", None)
    if below is None:
        return [(path, command)]
    return [found for name in below for found in commands(below[name], (*path, name))]


@pytest.mark.parametrize(
    ("path", "command"),
    commands(),
    ids=lambda told: " ".join(told) if isinstance(told, tuple) else "",
)
def test_every_command_says_what_it_does_and_what_each_option_means(path, command):
    assert len((command.help or "").split()) >= 4
    mute = [p.name for p in command.params if not getattr(p, "help", None)]
    assert mute == []


def test_help_of_a_command_is_shown_and_is_no_error():
    said = clinic_says("backfill", "--help")
    assert said.code == 0
    assert "Run past days" in said.out and "--from" in said.out


def test_without_a_command_all_are_listed_with_words():
    said = clinic_says()
    listed = said.out + said.err
    for path, _ in commands():
        assert path[0] in listed
    assert "From nothing" in listed or "A clinic from nothing" in listed


def test_a_command_that_is_not_there_is_refused_in_one_sentence():
    said = clinic_says("runn")
    assert said.code == 2
    assert "No such command 'runn'" in said.err and "Traceback" not in said.err


def test_a_forgotten_option_is_named():
    said = clinic_says("snapshot")
    assert said.code == 2 and "--day" in said.err
