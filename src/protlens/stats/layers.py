"""How alignment changes with depth."""

import polars as pl


def layer_table(heads: pl.DataFrame) -> pl.DataFrame:
    """Return the mean and the highest alignment of each layer, over its supported heads.

    Parameters
    ----------
    heads
        The table of heads.

    Returns
    -------
    pl.DataFrame
        ``property``, ``layer``, ``heads`` (those supported), ``mean_alignment`` (each head weighing the same),
        ``max_alignment`` and ``max_label``, the first head that reaches it; null for a layer without supported heads.
    """
    supported = pl.col("alignment").filter("supported")
    return heads.group_by("property", "layer", maintain_order=True).agg(
        pl.col("supported").sum().cast(pl.Int64).alias("heads"),
        supported.mean().alias("mean_alignment"),
        supported.max().alias("max_alignment"),
        pl.col("label").filter("supported").get(supported.arg_max(), null_on_oob=True).alias("max_label"),
    )


def centre_of_gravity(layers: pl.DataFrame) -> pl.DataFrame:
    """Return the mean layer of each property, weighted by alignment and counted from one.

    ``sum(l * p_l) / sum(p_l)`` over the layers l with a mean alignment p_l, as in Vig et al. (arXiv 2006.15222),
    after Tenney et al. (arXiv 1905.05950).

    Parameters
    ----------
    layers
        The result of :func:`layer_table`.

    Returns
    -------
    pl.DataFrame
        ``property`` and ``centre_of_gravity``, null where no layer has an alignment above zero.
    """
    mean = pl.col("mean_alignment")
    moment = ((pl.col("layer") + 1) * mean).sum()
    return layers.group_by("property", maintain_order=True).agg(
        pl.when(mean.sum() > 0).then(moment / mean.sum()).alias("centre_of_gravity")
    )
