"""Whether a model of the catalog is on this machine; asked without torch."""

from typing import Literal, TypeAlias

from protlens.models.catalog import ModelSpec
from protlens.models.checkpoint.hub import is_cached
from protlens.models.checkpoint.packaged import find_packaged

Place: TypeAlias = Literal["bundled", "in a package", "in the cache", "not here"]


def place_of(spec: ModelSpec) -> Place:
    """Return where a model of the catalog is, without asking the network."""
    if spec.bundled:
        return "bundled"
    if spec.package is not None and find_packaged(spec.package) is not None:
        return "in a package"
    return "in the cache" if spec.repository is not None and is_cached(spec.repository) else "not here"
