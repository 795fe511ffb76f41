"""Labels of heads, one-based as in the literature (``12-4``: layer 12, head 4), and the columns that name heads."""

import re
from typing import TYPE_CHECKING

from protlens.errors import OptionError, explain

if TYPE_CHECKING:
    import polars as pl

_LABEL = re.compile(r"([1-9]\d{0,3})-([1-9]\d{0,3})", re.ASCII)


def head_label(layer: int, head: int) -> str:
    """Return the one-based label of a zero-based layer and head: ``head_label(11, 3) == "12-4"``.

    Examples
    --------
    >>> protlens.head_label(11, 3)
    '12-4'
    """
    return f"{layer + 1}-{head + 1}"


def head_labels(layers: int, heads: int) -> list[str]:
    """Return the labels of all heads of a model, in the order of an array ``[layer, head]`` laid flat."""
    return [head_label(layer, head) for layer in range(layers) for head in range(heads)]


def parse_head_label(label: str) -> tuple[int, int]:
    """Return the zero-based layer and head of a one-based label: ``parse_head_label("12-4") == (11, 3)``.

    Raises
    ------
    OptionError
        If the text is not two positive whole numbers joined by a hyphen.

    Examples
    --------
    >>> protlens.parse_head_label("12-4")
    (11, 3)
    """
    match = _LABEL.fullmatch(label)
    if match is None:
        raise OptionError(explain(f"head {label!r}", allowed="LAYER-HEAD counted from one, as in 12-4"))
    return int(match[1]) - 1, int(match[2]) - 1


def head_columns(layers: int, heads: int) -> dict[str, "pl.Series"]:
    """Return the columns ``layer``, ``head`` and ``label``, in the order of an array ``[layer, head]`` laid flat."""
    import numpy as np  # not above: to name a head takes neither
    import polars as pl

    layer, head = (axis.ravel() for axis in np.indices((layers, heads)))
    return {
        "layer": pl.Series(layer, dtype=pl.Int64),
        "head": pl.Series(head, dtype=pl.Int64),
        "label": pl.Series(head_labels(layers, heads), dtype=pl.String),
    }
