"""Regressions that are at hand for a model, found by the digests of its weights and settings."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from protlens.contacts.regression_file import FORMAT, read_bounded
from protlens.data.structures.download import cache_folder
from protlens.errors import ModelError, explain
from protlens.models.protocol import ModelInfo
from protlens.runs.manifest import is_same_model

SHIPPED = Path(__file__).parent / "regressions"
"""Those that come with protlens; ``scripts/write_default_regressions.py`` writes them."""

VARIABLE = "PROTLENS_REGRESSIONS"
"""The environment variable that names a folder of the user's."""


def own_regressions() -> Path:
    """Return the user's folder: ``$PROTLENS_REGRESSIONS``, or ``regressions`` beside the structures that are kept."""
    return Path(os.environ.get(VARIABLE) or cache_folder().parent / "regressions").expanduser()


def find_regression(model: ModelInfo) -> Path:
    """Return the file of a regression for a model: one that comes with protlens, or else one in the user's folder.

    Files may have any name; what counts is the model that a JSON file names. Whether a file is damaged shows when it is
    loaded; a JSON file that cannot be read at all is passed over, as it may be anything. One that needs a Jacobian is
    passed over too: what takes hundreds of runs of the model is to be asked for by its name.

    Parameters
    ----------
    model
        The model it will be used with.

    Raises
    ------
    ModelError
        If there is none.
    """
    there = [*_named(SHIPPED), *_named(own_regressions())]
    for path, fitted in there:
        if is_same_model(fitted, asdict(model)):
            return path
    raise ModelError(
        explain(
            f"contact regression for model {model.name!r}",
            found=f"none comes with protlens, none in {own_regressions()}",
            allowed=dict.fromkeys(str(fitted.get("name")) for _, fitted in there),
            hint=f"learn one with 'protlens contacts --model {model.name}' and give its regression.safetensors",
        )
    )


def _named(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the regressions of a folder by their names, with the model that each is for."""
    for about in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            content = json.loads(read_bounded(about))
            if content["format"] == FORMAT and content["training"]["settings"].get("jacobian") is None:
                yield about.with_suffix(".safetensors"), dict(content["model"])
