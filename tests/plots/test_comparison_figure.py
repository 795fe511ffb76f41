import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from protlens.errors import OptionError
from protlens.plots.comparison_figure import comparison_figure, draw_best_heads, draw_depth_curves

RUNS = ("first", "second")
BEST = pl.DataFrame(
    {
        "property": ["contact"] * 2 + ["binding_site"] * 2 + ["antigen"] * 2,
        "run": RUNS * 3,
        "label": ["1-1", "2-1", "1-2", None, None, None],
        "alignment": [0.4, 0.1, 0.2, None, None, None],
        "ci_low": [0.3, 0.05, None, None, None, None],
        "ci_high": [0.5, 0.2, None, None, None, None],
        "background": [0.02, 0.02, 0.1, None, None, None],
    }
)
LAYERS = pl.DataFrame(
    {
        "property": ["contact"] * 5 + ["binding_site"] * 3,
        "run": ["first", "first", "second", "second", "second", "first", "first", "second"],
        "depth": [0.5, 1.0, 1 / 3, 2 / 3, 1.0, 0.5, 1.0, 1.0],
        "mean_alignment": [0.1, 0.2, 0.05, None, 0.1, 0.1, 0.2, None],
    }
)
CENTRES = pl.DataFrame(
    {"property": ["contact"] * 2 + ["binding_site"], "run": [*RUNS, "first"], "relative_centre": [0.8, None, 0.6]}
)


def axes():
    return Figure().add_subplot()


def test_the_best_heads_stand_where_their_alignment_is():
    drawn = draw_best_heads(BEST.filter(property="contact"), axes(), runs=RUNS)
    points = [line.get_xydata().tolist() for line in drawn.lines]
    assert points == [[[40.0, 0.0]], [[10.0, 1.0]]]
    assert [label.get_text() for label in drawn.get_yticklabels()] == ["1-1", "2-1"]
    intervals = drawn.collections[0].get_segments()[0][:, 0].tolist()
    assert intervals == [30.0, 50.0]


def test_a_run_without_a_head_says_so():
    drawn = draw_best_heads(BEST.filter(property="binding_site"), axes(), runs=RUNS)
    assert [label.get_text() for label in drawn.get_yticklabels()] == ["1-2", "none"]


def test_curves_go_over_relative_depth_with_gaps():
    drawn = draw_depth_curves(
        LAYERS.filter(property="contact"), axes(), runs=RUNS, centres=CENTRES.filter(property="contact")
    )
    first, centre, second = drawn.lines
    assert first.get_xydata().tolist() == [[0.5, 10.0], [1.0, 20.0]]
    assert centre.get_xdata()[0] == 0.8
    np.testing.assert_allclose(second.get_ydata(), [5.0, np.nan, 10.0])


def test_the_figure_has_two_panels_for_each_property_that_any_run_has_a_head_for():
    figure = comparison_figure(BEST, layers=LAYERS, centres=CENTRES, runs=RUNS, about="somewhere")
    assert len(figure.axes) == 4
    titles = [one.get_title(loc="left") for one in figure.axes[::2]]
    assert titles == ["Contact", "Binding site"]


def test_without_any_head_the_figure_says_so():
    figure = comparison_figure(BEST.filter(property="antigen"), layers=LAYERS, centres=CENTRES, runs=RUNS)
    assert figure.axes == []
    assert "no head has enough arcs" in [text.get_text() for text in figure.texts]


def test_one_property_at_a_time():
    with pytest.raises(OptionError, match="3 properties"):
        draw_best_heads(BEST, axes(), runs=RUNS)
    with pytest.raises(OptionError, match="2 properties"):
        draw_depth_curves(LAYERS, axes(), runs=RUNS)
