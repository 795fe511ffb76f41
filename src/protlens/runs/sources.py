"""Where the model and the dataset of a run were: ``sources.json``.

It helps to find them again and is no part of what identifies a run: whoever reads them compares digests, so a file that
was moved or changed makes no other numbers.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from protlens.files import write_json

SOURCES = "sources.json"
FORMAT = "protlens-sources"

RunPart: TypeAlias = Literal["model", "dataset"]


def write_sources(run: Path, places: Mapping[RunPart, Path | None]) -> None:
    """Remember where the parts of a run are; a part without a place keeps what was remembered before.

    Parameters
    ----------
    run
        The run directory.
    places
        Absolute paths, None for what has a name instead.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    known: dict[str, Any] = {part: str(path) for part, path in places.items() if path is not None}
    if known:
        write_json(run / SOURCES, {"format": FORMAT, **_content(run), **known})


def read_source(run: Path, part: RunPart) -> Path | None:
    """Return where a part of a run was when it was made, None if that is not known; nothing needs to be there now."""
    place = _content(run).get(part)
    return Path(place) if isinstance(place, str) and place and "\0" not in place else None


def _content(run: Path) -> dict[str, Any]:
    try:
        content = json.loads((run / SOURCES).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and content.get("format") == FORMAT else {}
