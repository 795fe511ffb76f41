"""What can be chosen on a page."""

from collections.abc import Mapping
from typing import Any

from protlens.errors import OptionError, explain
from protlens.heads import head_label, parse_head_label
from protlens.page.hosting import Source
from protlens.registry import unknown_name


def check_choice(source: Source, name: str, value: str | None) -> None:
    """Refuse a property, mode, head's label or protein's id that is not there.

    Raises
    ------
    ProtlensError
        With the reason, and what there is.
    """
    index = source.document("index", {})
    properties = [entry["name"] for entry in index["properties"]]
    if name == "property" and value not in properties:
        raise unknown_name("property", str(value), properties)
    if name == "mode" and value not in index["modes"]:
        raise OptionError(explain(f"mode {value!r}", allowed=index["modes"]))
    if name == "head":
        _check_head(str(value), index["model"])
    if name == "protein" and value is not None:
        source.document("protein", {"id": value})


def _check_head(label: str, model: Mapping[str, Any]) -> None:
    layer, head = parse_head_label(label)
    if layer >= model["layers"] or head >= model["heads"]:
        last = head_label(model["layers"] - 1, model["heads"] - 1)
        raise OptionError(explain(f"head {label!r}", found="the model has none such", allowed=f"1-1 to {last}"))
