import numpy as np
import polars as pl
import pytest

from protlens.plots.overview_figure import clearest, overview_figure
from protlens.plots.summary_figure import best_heads


@pytest.fixture
def run_of(make_heads):
    """Return what makes the heads of a run from names, each with the lift over control of its best head."""

    def make(lifts, shape=(6, 8)):
        grid = np.random.default_rng(1).beta(0.6, 4, shape)
        grid[-1, -1] = np.nan
        parts = []
        for number, (name, lift) in enumerate(lifts.items()):
            table = make_heads(np.roll(grid, number, axis=1), name=name)
            best = pl.col("alignment") == table.filter("supported")["alignment"].max()
            verdict = pl.when(best & pl.lit(lift > 1)).then(pl.lit("beyond_control")).otherwise(pl.lit("neither"))
            parts.append(table.with_columns(verdict=verdict, control=0.05, control_lift=pl.lit(lift)))
        return pl.concat(parts)

    return make


LIFTS = {
    "binding_site": 3.0,
    "binding_site:metal": 4.0,
    "contact": 9.0,
    "secondary_structure:helix": 2.0,
    "secondary_structure:strand": 1.5,
    "modification": 0.9,
    "amino_acid:W": 20.0,
}


def test_the_maps_are_of_the_clearest_findings_one_of_a_kind(run_of):
    assert clearest(best_heads(run_of(LIFTS))) == ["contact", "binding_site:metal", "secondary_structure:helix"]


def test_amino_acids_are_mapped_if_there_is_nothing_else(run_of):
    assert clearest(best_heads(run_of({"amino_acid:W": 20.0}))) == ["amino_acid:W"]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (6, 20), (12, 12), (36, 40)], ids=str)
def test_the_page_is_tidy(size, run_of, assert_tidy):
    heads = run_of(LIFTS, size) if size != (1, 1) else run_of(LIFTS, (1, 2))
    figure = overview_figure(heads, about="TapeBert")
    assert_tidy(figure)
    assert figure.get_size_inches()[0] == pytest.approx(7.2)
    letters = [text.get_text() for text in figure.texts if len(text.get_text()) == 1]
    assert letters == ["a", "b", "c", "d"]


def test_a_run_without_support_says_so(make_heads):
    figure = overview_figure(make_heads(np.full((2, 2), np.nan)))
    assert "no head has enough arcs" in [text.get_text() for text in figure.texts]
