"""Which heads are named first."""

import polars as pl

TOP = 3
"""Heads named of a property that has no classes."""


def top_heads(heads: pl.DataFrame) -> pl.DataFrame:
    """Return the supported heads with the highest alignment: three of a property, one of each class of a family.

    Parameters
    ----------
    heads
        A table of heads; the properties keep their order.
    """
    supported = heads.filter("supported").sort("alignment", descending=True, maintain_order=True)
    order = heads["property"].unique(maintain_order=True).to_list()
    parts = [supported.filter(property=name).head(1 if ":" in name else TOP) for name in order]
    return pl.concat(parts) if parts else supported
