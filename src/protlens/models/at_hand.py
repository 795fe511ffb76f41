"""Whether a model of the catalog is on this machine; asked without torch."""

import os
from pathlib import Path
from typing import Literal, TypeAlias

from protlens.errors import ModelError, explain
from protlens.models.catalog import CATALOG, ModelSpec
from protlens.models.checkpoint.hub import is_cached
from protlens.models.checkpoint.packaged import find_packaged
from protlens.registry import unknown_name

OF_SEQUENCE = ":sequence"
"""What stands behind the name of a model of sequence and structure that is to read sequences alone."""

Place: TypeAlias = Literal["bundled", "in a package", "in the cache", "not here"]


def place_of(spec: ModelSpec) -> Place:
    """Return where a model of the catalog is, without asking the network."""
    if spec.bundled:
        return "bundled"
    if spec.package is not None and find_packaged(spec.package) is not None:
        return "in a package"
    return "in the cache" if spec.repository is not None and is_cached(spec.repository) else "not here"


def check_name(name: str) -> None:
    """Raise an error for what is neither a name of the catalog, nor a folder, nor a name that the hub may have.

    Raises
    ------
    UnknownNameError
        With the nearest names of the catalog.
    ModelError
        If it is the path of a folder that is not there.
    """
    asked = name.removesuffix(OF_SEQUENCE)
    if asked in CATALOG or Path(asked).expanduser().is_dir() or is_hub_name(asked):
        return
    if os.sep in asked:
        raise ModelError(explain(f"model {asked!r}", found="there is no such folder"))
    raise unknown_name("model", asked, list(CATALOG), hint="or give a folder, or OWNER/NAME on the Hugging Face hub")


def is_hub_name(name: str) -> bool:
    """Whether a name is written as those of the Hugging Face hub are: OWNER/NAME."""
    return name.count("/") == 1 and not name.startswith((".", "/", "~")) and not name.endswith("/")
