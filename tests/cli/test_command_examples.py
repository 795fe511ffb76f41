"""The examples in the help are of their command, and parse."""

from collections.abc import Iterator
from shlex import split
from typing import Any

import pytest
import typer

from protlens.cli.command_examples import EXAMPLES_OF
from protlens.cli.commands import app

ROOT = typer.main.get_command(app)


def _commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    for name, part in group.commands.items():
        yield from _commands(part, (*path, name)) if hasattr(part, "commands") else [" ".join((*path, name))]


def test_every_command_has_examples():
    assert set(_commands(ROOT)) == set(EXAMPLES_OF)


@pytest.mark.parametrize("name", EXAMPLES_OF)
def test_the_examples_parse_and_stand_in_the_help(name, tmp_path, command):
    for example in EXAMPLES_OF[name]:
        words = split(example)
        assert words.pop(0) == "protlens"
        group = ROOT
        while hasattr(group, "commands"):
            group = group.commands[words.pop(0)]
        group.make_context(name, words)
    said = command(*name.split(), "--help", cwd=tmp_path).stdout
    assert all(example[:60] in " ".join(said.split()) for example in EXAMPLES_OF[name])


def test_help_stands_in_groups_without_colour_where_there_is_no_terminal(tmp_path, command):
    said = command("--help", cwd=tmp_path).stdout
    places = [said.index(word) for word in ("Find what attention follows", " analyze ", "Look at it", " serve ")]
    assert places == sorted(places)
    assert "\x1b" not in said
    assert max(map(len, said.splitlines())) <= 80
