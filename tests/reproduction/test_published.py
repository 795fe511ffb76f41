"""The published numbers hold together, and say what the paper's text says."""

import numpy as np
import polars as pl
import pytest

from protlens.data.catalog import load_dataset
from protlens.data.protein import AMINO_ACIDS
from protlens.errors import UnknownNameError
from protlens.models.catalog import CATALOG
from protlens.reproduction.published import PAPER_MODELS, SCHEMA, published_numbers

FEATURES = {
    "contact",
    "paper_binding_site",
    "paper_modification",
    *(f"secondary_structure:{kind}" for kind in ("helix", "strand", "turn", "other")),
    *(f"amino_acid:{letter}" for letter in AMINO_ACIDS),
}
CATALOG_NAMES = {"binding_site": "paper_binding_site", "modification": "paper_modification", "contact": "contact"}


@pytest.mark.parametrize("model", PAPER_MODELS)
def test_every_head_of_every_property_is_there_once(model):
    numbers, spec = published_numbers(model), CATALOG[model]
    assert numbers.schema == {name: kind for name, kind in SCHEMA.items() if name != "model"}
    heads = numbers.filter(kind="head")
    assert set(heads["property"]) == FEATURES
    assert len(heads) == len(FEATURES) * spec.layers * spec.heads
    assert not heads.select("property", "layer", "head").is_duplicated().any()
    assert heads["layer"].max() == spec.layers - 1
    assert heads["head"].max() == spec.heads - 1


@pytest.mark.parametrize("model", PAPER_MODELS)
def test_colours_agree_with_bars(model):
    """What was read from two kinds of figures is the same, to half a shade and the unknown end of the scale."""
    numbers = published_numbers(model)
    tops, heads = numbers.filter(kind="top head"), numbers.filter(kind="head")
    both = tops.join(heads, on=["property", "layer", "head"], suffix="_cell")
    assert len(both) == len(tops) == 30
    assert ((both["value"] - both["value_cell"]).abs() <= both["accuracy_cell"] + 0.06).all()
    maxima = numbers.filter(kind="layer maximum").join(
        heads.group_by("property", "layer").agg(pl.col("value").max(), pl.col("accuracy").first()),
        on=["property", "layer"],
        suffix="_cell",
    )
    close = (maxima["value"] - maxima["value_cell"]).abs() <= maxima["accuracy_cell"] + maxima["accuracy"] + 0.1
    assert close.drop_nulls().mean() > 0.99


@pytest.mark.parametrize("model", PAPER_MODELS)
def test_masked_heads_are_those_without_a_value(model):
    numbers = published_numbers(model)
    counted = numbers.filter(kind="head").group_by("property").agg(pl.col("value").null_count().alias("masked"))
    told = numbers.filter(kind="heads with few arcs").join(counted, on="property")
    assert (told["value"] == told["masked"]).all()
    assert len(told) == len(FEATURES)


@pytest.mark.parametrize("model", PAPER_MODELS)
def test_the_best_heads_are_those_of_the_catalog(model):
    tops = published_numbers(model).filter(kind="top head", rank=1)
    found = {row["property"]: (f"{row['layer'] + 1}-{row['head'] + 1}", row["value"]) for row in tops.to_dicts()}
    for head in CATALOG[model].published:
        assert found[CATALOG_NAMES[head.property]] == (head.label, pytest.approx(head.percent, abs=0.06))


def test_centres_of_gravity_follow_from_the_means_of_layers():
    numbers = published_numbers("tape-bert")
    for name, centre in numbers.filter(kind="centre of gravity").select("property", "value").iter_rows():
        means = numbers.filter(kind="layer mean", property=name).sort("layer")["value"].to_numpy()
        assert centre == pytest.approx(np.average(np.arange(1, 13), weights=means), abs=0.002)


def test_a_model_that_is_none_of_the_five_is_refused():
    with pytest.raises(UnknownNameError, match=r"'tape-brt': not known; did you mean tape-bert"):
        published_numbers("tape-brt")


def test_the_labels_are_what_their_page_says():
    dataset = load_dataset("provis-valid")
    assert dataset.name == "provis-valid"
    assert (len(dataset), sum(dataset.lengths), len(set(dataset.clusters))) == (1418, 354947, 1411)
    marked = {track: sum(p.tracks[track].count("1") for p in dataset) for track in dataset.tracks}
    assert marked == {"paper_binding_site": 17600, "paper_modification": 2731}
    assert all(p.residue_numbers for p in dataset)
