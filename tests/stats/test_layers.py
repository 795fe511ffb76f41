import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from protlens.stats.layers import centre_of_gravity, layer_table

PAPER = json.loads(gzip.decompress((Path(__file__).parent.parent / "data_files/paper_statistics.json.gz").read_bytes()))


def heads(rows):
    schema = {"property": pl.String, "layer": pl.Int64, "label": pl.String, "alignment": pl.Float64}
    return pl.DataFrame(rows, schema={**schema, "supported": pl.Boolean}, orient="row")


def test_unsupported_heads_take_no_part():
    table = layer_table(
        heads(
            [
                ("contact", 0, "1-1", 0.2, True),
                ("contact", 0, "1-2", 0.4, True),
                ("contact", 0, "1-3", 0.9, False),
                ("contact", 1, "2-1", None, False),
                ("contact", 1, "2-2", 0.7, False),
                ("helix", 0, "1-1", 0.5, True),
                ("helix", 0, "1-2", 0.5, True),
            ]
        )
    )
    assert table.columns == ["property", "layer", "heads", "mean_alignment", "max_alignment", "max_label"]
    assert table.rows() == [
        ("contact", 0, 2, pytest.approx(0.3), 0.4, "1-2"),
        ("contact", 1, 0, None, None, None),
        ("helix", 0, 2, 0.5, 0.5, "1-1"),
    ]


def test_centre_leaves_out_layers_without_support():
    table = heads(
        [("contact", 0, "1-1", 0.1, True), ("contact", 1, "2-1", 0.9, False), ("contact", 2, "3-1", 0.3, True)]
    )
    assert centre_of_gravity(layer_table(table)).rows() == [("contact", pytest.approx((1 * 0.1 + 3 * 0.3) / 0.4))]


@pytest.mark.parametrize("alignment", [0.0, None])
def test_centre_of_nothing_is_null(alignment):
    table = heads([("site", 0, "1-1", alignment, alignment is not None)])
    assert centre_of_gravity(layer_table(table)).rows() == [("site", None)]


@pytest.mark.parametrize("feature", PAPER["layer_means"])
def test_published_centres_follow_from_the_published_curves(feature):
    published = PAPER["layer_means"][feature]
    rows = [
        (feature, layer, f"{layer + 1}-{head + 1}", percent / 100 + shift, True)
        for layer, percent in enumerate(published["percent"])
        for head, shift in enumerate((-0.004, 0.004))
    ]
    layers = layer_table(heads(rows))
    assert layers["mean_alignment"].to_list() == pytest.approx([p / 100 for p in published["percent"]])
    centre = centre_of_gravity(layers)["centre_of_gravity"].item()
    assert centre == pytest.approx(published["centre_of_gravity"], abs=0.001)
