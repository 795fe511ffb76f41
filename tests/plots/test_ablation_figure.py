import numpy as np
import polars as pl
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from protlens.errors import OptionError
from protlens.plots.ablation_figure import ablation_figure, draw_cost_by_alignment
from protlens.plots.style import LINE


def heads(count=8, **changes):
    places = np.arange(count)
    table = {
        "label": [f"1-{place + 1}" for place in places],
        "property": ["contact"] * count,
        "alignment": [None if place == 3 else 0.02 * place for place in places],
        "verdict": ["beyond_control" if place in (1, 5) else "neither" for place in places],
    }
    for name in ("loss", "precision_L"):
        table |= {name: 0.01 * (places - 2.0), f"{name}_low": 0.01 * (places - 3.0), f"{name}_high": 0.01 * places}
    return pl.DataFrame(table).with_columns(**changes)


CORRELATIONS = pl.DataFrame(
    [
        ("loss", "all heads", 7, 0.5, -0.6, 0.61, 0.032),
        ("loss", "within layers", 7, 0.5, -0.4, 0.7, 0.21),
    ],
    schema=["measure", "permuted", "heads", "rho", "null_low", "null_high", "p_value"],
    orient="row",
)


@pytest.mark.parametrize(("measure", "scale"), [("loss", 1), ("precision_L", 100)])
def test_each_head_is_a_point_at_its_alignment_and_its_cost(measure, scale):
    table = heads()
    axes = draw_cost_by_alignment(table, Figure().add_subplot(), measure=measure)
    lines, *points = axes.collections
    drawn = np.concatenate([part.get_offsets() for part in points])
    known = table.filter(pl.col("alignment").is_not_null())
    expected = np.column_stack([100 * known["alignment"], scale * known[measure]])
    np.testing.assert_allclose(drawn[np.argsort(drawn[:, 0])], expected)
    ends = np.array(lines.get_segments())[:, :, 1]
    np.testing.assert_allclose(ends, scale * known.select(f"{measure}_low", f"{measure}_high").to_numpy())
    other, beyond = points
    assert len(beyond.get_offsets()) == 2
    assert beyond.get_facecolor()[0] == pytest.approx(to_rgba(LINE))
    assert other.get_facecolor()[0] == pytest.approx(to_rgba("white"))


def test_the_heads_at_the_top_of_either_axis_are_named():
    axes = draw_cost_by_alignment(heads(), Figure().add_subplot(), measure="loss")
    assert {text.get_text() for text in axes.texts} == {"1-6", "1-7", "1-8"}


@pytest.mark.parametrize("measure", ["loss", "precision_L"])
def test_the_figure_is_tidy_and_says_the_correlation(measure, assert_tidy):
    correlations = CORRELATIONS.with_columns(measure=pl.lit(measure))
    figure = ablation_figure(heads(), correlations, measure=measure, about="model · data")
    assert_tidy(figure)
    texts = [text.get_text() for text in figure.texts]
    assert "Spearman 0.50, 7 heads; permuted over all heads: \N{MINUS SIGN}0.60 to 0.61, p 0.032" in texts
    assert "Spearman 0.50, 7 heads; permuted within layers: \N{MINUS SIGN}0.40 to 0.70, p 0.21" in texts


def test_heads_without_alignment_are_said_to_be_none(assert_tidy):
    table = heads(alignment=pl.lit(None, pl.Float64))
    figure = ablation_figure(table, CORRELATIONS.clear(), measure="loss")
    assert [text.get_text() for text in figure.axes[0].texts] == ["no heads"]
    assert_tidy(figure)


def test_two_properties_are_refused():
    table = pl.concat([heads(), heads(property=pl.lit("disulfide"))])
    with pytest.raises(OptionError, match="2 properties"):
        draw_cost_by_alignment(table, Figure().add_subplot(), measure="loss")
