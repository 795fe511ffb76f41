import numpy as np
import polars as pl
import pytest

from protlens.errors import OptionError
from protlens.plots.table_columns import (
    background_range,
    grid_shape,
    head_grid,
    pooled_share,
    single_property,
    supported_heads,
)


def test_a_grid_holds_each_value_at_its_layer_and_head():
    table = pl.DataFrame({"layer": [2, 0], "head": [1, 0], "x": [5.0, None]})
    assert grid_shape(table) == (3, 2)
    grid = head_grid(table, "x", shape=(3, 2))
    assert grid[2, 1] == 5.0
    assert np.isnan(grid).sum() == 5


def test_unsupported_and_undefined_heads_are_left_out(make_heads):
    table = make_heads(np.array([[0.1, np.nan, np.nan, 0.3]]))
    assert table["alignment"].to_list() == [0.1, 0.5, None, 0.3]
    undefined = table.with_columns(supported=True)
    assert supported_heads(table)["head"].to_list() == [0, 3]
    assert supported_heads(undefined)["head"].to_list() == [0, 1, 3]
    assert supported_heads(undefined.with_columns(pl.col("alignment").fill_null(np.nan)))["head"].to_list() == [0, 1, 3]


def test_tables_of_no_or_several_properties_are_refused(make_heads):
    one = make_heads(np.array([[0.1]]))
    assert single_property(one) == "contact"
    with pytest.raises(OptionError, match="2 properties"):
        single_property(pl.concat([one, make_heads(np.array([[0.1]]), name="other")]))
    with pytest.raises(OptionError, match="0 properties"):
        single_property(one.clear())
    with pytest.raises(OptionError, match="no rows"):
        grid_shape(one.clear())


def test_the_background_is_a_range_in_percent(make_heads):
    table = make_heads(np.array([[0.1, 0.2]]), background=0.05)
    assert background_range(table) == (5, 5)
    assert background_range(table.with_columns(background=pl.Series([0.05, None]))) == (5, 5)
    assert background_range(table.with_columns(background=pl.Series([0.06, 0.05]))) == (5, 6)
    assert background_range(make_heads(np.array([[0.1]]), background=None)) is None


def test_the_pooled_share_counts_pairs():
    assert pooled_share(pl.DataFrame({"pairs": [90, 10, 0], "hits": [1, 4, 0]})) == 0.05
    assert pooled_share(pl.DataFrame({"pairs": [0], "hits": [0]})) is None
