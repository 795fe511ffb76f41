"""An explorer that computes nothing: a table of documents that remembers what it was handed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError, OptionError, RunError, UnknownNameError

ORIGIN = "http://127.0.0.1:8100"
LIMIT = 200_000
HOSTILE = '<script>alert("1")</script>\'/../'


class Table:
    """An explorer that computes nothing."""

    def __init__(self, *, accepts: Mapping[str, int] | None) -> None:
        self.accepts = accepts
        self.taken: list[tuple[str, Any]] = []
        self.folders: list[Path] = []

    def document(self, name: str, parameters: Mapping[str, str], /) -> dict[str, Any]:
        if name == "index":
            return {"title": HOSTILE, "accepts": self.accepts}
        if parameters.get("head") == "99-99":
            raise UnknownNameError("head '99-99'; allowed: 1-1 to 2-2")
        if parameters.get("head") == "nan":
            return {"weight": float("nan")}
        if parameters.get("head") == "broken":
            raise RunError("run x: it is damaged")
        if "property" in parameters:
            raise OptionError("property 'x'; allowed: contact")
        return {"name": name, "parameters": dict(parameters)}

    def add_structure(self, path: Path, /) -> list[str]:
        self.folders.append(path.parent)
        proteins = read_structure(path)
        self.taken.append((path.name, path.read_bytes()))
        return [protein.id for protein in proteins]

    def add_sequence(self, text: str, /, *, name: str) -> list[str]:
        if not text.strip():
            raise FileFormatError("sequence: it is empty")
        self.taken.append((name, text))
        return [name]
