"""What each entry of a manifest may be, checked when one is read: a file that others may have changed."""

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]

LARGEST = 10**7
"""Layers, heads, shards and residues of which no run has as many."""


def text(value: Any) -> bool:
    """Whether a value is a string."""
    return isinstance(value, str)


def whole(low: int, high: int = LARGEST) -> Check:
    """Return whether a value is an integer in a range, both ends included."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def weight(value: Any) -> bool:
    """Whether a value is a number above 0, up to 1."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1


def maybe(check: Check) -> Check:
    """Return whether a value is null or passes a check."""
    return lambda value: value is None or check(value)


def texts(value: Any) -> bool:
    """Whether a value is a list of strings."""
    return isinstance(value, list) and all(map(text, value))


def reaches(value: Any) -> bool:
    """Whether a value is a list of pairs of null or whole numbers."""
    limit = maybe(whole(0))
    return isinstance(value, list) and all(
        isinstance(one, list) and len(one) == 2 and all(map(limit, one)) for one in value
    )


MODEL: Mapping[str, Check] = {
    "name": text,
    "family": text,
    "layers": whole(1),
    "heads": whole(1),
    "max_residues": maybe(whole(1)),
    "revision": text,
    "sha256": text,
    "dtype": text,
    "reach": reaches,
}
DATASET: Mapping[str, Check] = {"name": text, "fingerprint": text, "proteins": whole(0, 10**12)}
OPTIONS: Mapping[str, Check] = {
    "threshold": weight,
    "max_length": whole(1),
    "limit": maybe(whole(0, 10**12)),
    "seed": whole(0, 2**64),
    "keep_arcs": maybe(weight),
    "arcs_of": texts,
    "shard_residues": whole(1, 10**12),
    "definitions": texts,
}
LEVELS = ("residue", "pair")

NEEDED = {
    "model": ("name", "layers", "heads", "sha256"),
    "dataset": ("name", "fingerprint"),
    "options": ("threshold", "keep_arcs"),
}
"""Entries that are read, and must be there; the others are checked where they are."""


def first_fault(content: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the entries of a manifest, the first thing only; None if nothing is."""
    if not whole(0)(content["shards"]):
        return f"shards is {_short(content['shards'])}"
    for name in ("model", "dataset", "properties", "options", "versions"):
        if not isinstance(content[name], dict):
            return f"{name} is {_short(content[name])}"
    for name, checks in (("model", MODEL), ("dataset", DATASET), ("options", OPTIONS)):
        for key, check in checks.items():
            if key not in content[name]:
                if key in NEEDED[name]:
                    return f"{key} of {name} is missing"
            elif not check(content[name][key]):
                return f"{key} of {name} is {_short(content[name][key])}"
    model = content["model"]
    if len(model.get("reach", [])) not in (0, model["layers"]):
        return f"reach of model has {len(model['reach'])} entries for {model['layers']} layers"
    for name, level in content["properties"].items():
        if level not in LEVELS:
            return f"the level of property {_short(name)} is {_short(level)}"
    return None


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
