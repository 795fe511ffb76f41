"""Published and measured numbers meet where they are of the same thing, and only there."""

import polars as pl
import pytest

from protlens.reproduction.comparison_rows import beside, measured_numbers, probe_numbers, summarise
from protlens.reproduction.published import SCHEMA
from protlens.stats.layers import centre_of_gravity, layer_table
from protlens.stats.run_tables import RunTables


def published(*rows):
    columns = {name: kind for name, kind in SCHEMA.items() if name != "model"}
    return pl.DataFrame([dict.fromkeys(columns) | {"accuracy": 0.1} | row for row in rows], schema=columns)


def tables(*rows, correlation=None):
    """Tables of a run with rows of (layer, head, property, alignment, arcs); background 0.05."""
    heads = pl.DataFrame(
        [
            {"property": name, "layer": layer, "head": head, "label": f"{layer + 1}-{head + 1}"}
            | {"alignment": share, "arcs": arcs, "background": 0.05, "supported": arcs >= 100}
            for layer, head, name, share, arcs in rows
        ]
    )
    layers = layer_table(heads)
    return RunTables(heads=heads, layers=layers, centres=centre_of_gravity(layers), correlation=correlation)


RUN = tables(
    (0, 0, "contact", 0.10, 200),
    (0, 1, "contact", 0.30, 20),
    (1, 0, "contact", 0.40, 500),
    (1, 1, "contact", 0.20, 500),
    correlation=0.5,
)
CELL = {"kind": "head", "property": "contact"}


def test_a_head_meets_the_same_head():
    rows = beside(
        published(
            CELL | {"layer": 1, "head": 0, "value": 45.0},
            CELL | {"layer": 0, "head": 1, "value": 7.0},
            CELL | {"layer": 0, "head": 0, "value": None},
            CELL | {"layer": 5, "head": 0, "value": 9.0},
            CELL | {"property": "paper_binding_site", "layer": 1, "head": 0, "value": 9.0},
        ),
        measured_numbers([RUN]),
    )
    assert rows["measured"].to_list() == [pytest.approx(40), None, pytest.approx(10), None, None]
    assert rows["difference"].to_list() == [pytest.approx(-5), None, None, None, None]
    assert rows["note"].to_list() == [
        None,
        "measured: fewer than 100 arcs",
        "published: fewer than 100 arcs",
        "not in this model",
        "not measured",
    ]
    assert rows["arcs"].to_list()[:2] == [500, 20]


def test_single_numbers_are_those_of_the_run():
    rows = beside(
        published(
            {"kind": "background", "property": "contact", "value": 4.0},
            {"kind": "heads with few arcs", "property": "contact", "value": 3.0},
            {"kind": "layer maximum", "property": "contact", "layer": 1, "value": 39.0},
            {"kind": "layer mean", "property": "contact", "layer": 1, "value": 31.0},
            {"kind": "layer mean", "property": "contact", "layer": 4, "value": 31.0},
            {"kind": "centre of gravity", "property": "contact", "value": 1.5},
            {"kind": "BLOSUM62 correlation", "value": 0.7},
            {"kind": "probe", "property": "contact", "layer": 1, "source": "embedding", "metric": "F1", "value": 0.7},
        ),
        measured_numbers([RUN]),
    )
    centre = (1 * 10 + 2 * 30) / 40
    assert rows["measured"].to_list() == pytest.approx([5.0, 1.0, 40.0, 30.0, None, centre, 0.5, None])
    assert rows["note"].to_list() == [None, None, None, None, "not in this model", None, None, "not measured"]
    assert rows["difference"].to_list()[0] == pytest.approx(1.0)


def test_the_best_heads_and_the_agreement_are_summed_up():
    own = [CELL | {"layer": layer, "head": head, "value": 10.0 + layer} for layer in (0, 1) for head in (0, 1)]
    best = {"kind": "top head", "property": "contact", "layer": 1, "head": 1, "rank": 1, "value": 11.04}
    measured = measured_numbers([RUN])
    rows = beside(published(*own, best), measured)
    (row,) = summarise(rows, measured).to_dicts()
    assert (row["published_head"], row["published"], row["measured"]) == ("2-2", 11.04, pytest.approx(20))
    assert (row["measured_head"], row["measured_best"]) == ("2-1", pytest.approx(40))
    assert (row["top"], row["top_shared"], row["heads"]) == (1, 0, 3)
    assert row["mean_difference"] == pytest.approx((0 + 29 + 9) / 3)
    assert row["mean_absolute"] == pytest.approx((0 + 29 + 9) / 3)


def test_what_was_not_measured_is_not_summed_up():
    measured = measured_numbers([RUN])
    rows = beside(published(CELL | {"property": "antigen", "layer": 0, "head": 0, "value": 1.0}), measured)
    assert summarise(rows, measured).is_empty()


def test_numbers_against_themselves_agree():
    measured = measured_numbers([RUN])
    same = measured.filter(kind="head").select(
        pl.lit("head").alias("kind"), "property", "layer", "head", pl.col("measured").alias("value")
    )
    rows = beside(published(*same.to_dicts()), measured)
    assert rows["difference"].drop_nulls().to_list() == [0.0] * 3
    (row,) = summarise(rows, measured).to_dicts()
    assert row["correlation"] == pytest.approx(1.0)
    assert (row["top"], row["top_shared"]) == (3, 3)
    assert rows["note"].to_list().count("both: fewer than 100 arcs") == 1


def test_curves_of_probes_meet_the_layer_that_the_states_leave():
    probes = pl.DataFrame(
        {
            "property": ["contact", "contact", "contact", "contact", "secondary_structure:helix", "contact"],
            "source": ["embedding", "embedding", "attention", "majority", "embedding", "embedding"],
            "layer": [0, 1, 1, None, 2, 1],
            "metric": [*["precision:all:L/5"] * 4, "f1", "precision:long:L/5"],
            "value": [0.01, 0.2, 0.3, 0.05, 0.7, 0.9],
        }
    )
    curve = {"kind": "probe", "property": "contact", "metric": "precision@L/5"}
    rows = beside(
        published(
            curve | {"layer": 0, "source": "embedding", "value": 0.19},
            curve | {"layer": 0, "source": "attention", "value": 0.33},
            curve | {"layer": 1, "source": "embedding", "value": 0.5},
            {"kind": "probe", "property": "secondary_structure:helix", "metric": "F1", "layer": 1, "value": 0.6}
            | {"source": "embedding"},
            {"kind": "probe", "property": "paper_binding_site", "metric": "precision@L/20", "layer": 0, "value": 0.1}
            | {"source": "embedding"},
        ),
        pl.concat([measured_numbers([RUN]), probe_numbers(probes)]),
    )
    assert rows["measured"].to_list() == [0.2, 0.3, None, 0.7, None]
    assert rows["difference"].to_list()[0] == pytest.approx(0.01)
    assert rows["note"].to_list() == [None, None, "not in this model", None, "not measured"]
