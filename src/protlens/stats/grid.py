"""Columns that name the heads of a model in a table."""

import numpy as np
import polars as pl

from protlens.heads import head_labels


def head_columns(layers: int, heads: int) -> dict[str, pl.Series]:
    """Return the columns ``layer``, ``head`` and ``label``, in the order of an array ``[layer, head]`` laid flat."""
    layer, head = (axis.ravel() for axis in np.indices((layers, heads)))
    return {
        "layer": pl.Series(layer, dtype=pl.Int64),
        "head": pl.Series(head, dtype=pl.Int64),
        "label": pl.Series(head_labels(layers, heads), dtype=pl.String),
    }
