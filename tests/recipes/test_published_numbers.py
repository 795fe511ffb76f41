"""The recipe of the published numbers, on files of its four kinds that are made up."""

import importlib.util
import json
import sys
from pathlib import Path

import polars as pl
import pytest

from protlens.reproduction.published import SCHEMA

RECIPE = Path(__file__).parents[2] / "recipes/reproduction/published_numbers.py"

TOPS = {
    "features": {
        "contact_map": {
            "models": {
                "tape_bert": {
                    "background_percent": 1.266,
                    "top_heads": [{"head": "12-4", "percent": 44.667, "rank": 1}],
                }
            }
        }
    }
}


def heat_map(feature, source="exact, from top-heads bar chart"):
    cells = {"values_percent": [[1.0, None], [2.0, 3.0]], "layer_max_percent": [1.1, 3.1], "n_heads_masked": 1}
    about = {"quantisation_half_width_percent": 0.2, "scale_source": source, "scale_max_percent": 50.0}
    return {"features": {feature: {"prot_bert": cells | about}}}


EXTRA = {
    "combined_tape_bert": {"Turn/Bend": {"mean_percent_by_layer": [1.0, 3.0], "center_of_gravity_layer": 1.75}},
    "aa_correlation": {
        "tape_bert": {
            "from_aa_corr_pdf": {"pearson_20_standard_only": 0.7268},
            "recomputed_from_heatmap_pdfs": {"pearson_vs_blosum62": 0.724},
        },
        "prot_albert": {"recomputed_from_heatmap_pdfs": {"pearson_vs_blosum62": 0.603}},
    },
    "probing_tape_bert": {"Contact (precision@L/5)": {"attention probe": [0.04, 0.05]}},
}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("numbers")
    contents = {
        "topheads": TOPS,
        "heatmaps": heat_map("binding_site_to"),
        "heatmaps_ss_aa": heat_map("aa_to_W", "Max-axis tick label (about 1 % relative)"),
        "extra": EXTRA,
    }
    for name, content in contents.items():
        (folder / f"paper_{name}.json").write_text(json.dumps(content))
    spec = importlib.util.spec_from_file_location("published_numbers_recipe", RECIPE)
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    given = sys.argv
    sys.argv = ["recipe", "--numbers", str(folder), "-o", str(folder / "published.parquet")]
    try:
        recipe.main()
    finally:
        sys.argv = given
    return pl.read_parquet(folder / "published.parquet")


def test_each_number_is_a_row(numbers):
    assert numbers.schema == SCHEMA
    assert dict(numbers["kind"].value_counts().iter_rows()) == {
        "background": 1,
        "top head": 1,
        "heads with few arcs": 2,
        "head": 8,
        "layer maximum": 4,
        "layer mean": 2,
        "centre of gravity": 1,
        "BLOSUM62 correlation": 2,
        "probe": 2,
    }


def test_heads_and_layers_are_counted_from_zero(numbers):
    top = numbers.filter(kind="top head").row(0, named=True)
    assert (top["model"], top["property"]) == ("tape-bert", "contact")
    assert (top["layer"], top["head"], top["rank"], top["value"]) == (11, 3, 1, 44.667)
    cells = numbers.filter(kind="head", property="paper_binding_site")
    assert cells.select("layer", "head", "value").rows() == [(0, 0, 1.0), (0, 1, None), (1, 0, 2.0), (1, 1, 3.0)]


def test_accuracy_is_that_of_the_figure(numbers):
    maxima = numbers.filter(kind="layer maximum").group_by("property").agg(pl.col("accuracy").first())
    assert dict(maxima.iter_rows()) == {"paper_binding_site": 0.01, "amino_acid:W": 0.05}
    assert set(numbers.filter(kind="head")["accuracy"]) == {0.2}


def test_curves_and_correlations_have_their_names(numbers):
    assert numbers.filter(kind="centre of gravity").select("property", "value").row(0) == (
        "secondary_structure:turn",
        1.75,
    )
    assert dict(numbers.filter(kind="BLOSUM62 correlation").select("model", "value").iter_rows()) == {
        "tape-bert": 0.7268,
        "prot-albert": 0.603,
    }
    probe = numbers.filter(kind="probe").select("property", "source", "metric", "layer", "value").rows()
    assert probe == [
        ("contact", "attention", "precision@L/5", 0, 0.04),
        ("contact", "attention", "precision@L/5", 1, 0.05),
    ]
