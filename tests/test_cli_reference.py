import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from protlens.cli.commands import app

SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "write_cli_reference.py"))


def _parameters(command: Any, path: str = "protlens") -> Iterator[tuple[str, Any]]:
    for parameter in command.params:
        yield f"{path} {parameter.name}", parameter
    for name, part in getattr(command, "commands", {}).items():
        yield from _parameters(part, f"{path} {name}")


PARAMETERS = dict(_parameters(typer.main.get_command(app)))


def test_the_page_is_what_the_commands_say():
    assert SCRIPT["PAGE"].read_text(encoding="utf-8") == SCRIPT["reference"](), "run scripts/write_cli_reference.py"


def test_the_page_does_not_depend_on_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    narrow = SCRIPT["reference"]()
    monkeypatch.setenv("COLUMNS", "200")
    assert SCRIPT["reference"]() == narrow


def test_all_commands_were_found():
    assert {"protlens analyze model", "protlens dataset build files", "protlens models check model"} < set(PARAMETERS)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_option_and_argument_is_explained(name):
    assert (PARAMETERS[name].help or "").strip().endswith("."), name
