import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from protlens.errors import OptionError
from protlens.plots.layers import draw_layer_curve, layers_figure


def curve(values: list[float | None], name: str = "contact") -> pl.DataFrame:
    return pl.DataFrame(
        {"property": [name] * len(values), "layer": range(len(values)), "mean_alignment": values},
        schema_overrides={"mean_alignment": pl.Float64},
    )


def test_the_curve_is_in_percent_at_layers_from_one():
    axes = draw_layer_curve(curve([0.1, 0.4, 0.2]).reverse(), Figure().add_subplot(), centre=2.14)
    line, centre = axes.lines
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert line.get_ydata().tolist() == pytest.approx([10, 40, 20])
    assert list(centre.get_xdata()) == [2.14, 2.14]
    assert axes.get_ylim()[0] == 0


def test_a_scaled_curve_reaches_a_hundred():
    axes = draw_layer_curve(curve([0.1, 0.4, 0.2]), Figure().add_subplot(), scaled=True)
    assert axes.lines[0].get_ydata().tolist() == pytest.approx([25, 100, 50])
    assert len(axes.lines) == 1


def test_a_layer_without_mean_is_a_gap():
    axes = draw_layer_curve(curve([0.1, None, 0.2]), Figure().add_subplot())
    assert np.isnan(axes.lines[0].get_ydata()).tolist() == [False, True, False]
    nothing = draw_layer_curve(curve([None, None]), Figure().add_subplot(), scaled=True)
    assert np.isnan(nothing.lines[0].get_ydata()).all()


def test_several_properties_on_one_axes_are_refused():
    with pytest.raises(OptionError, match="2 properties"):
        draw_layer_curve(pl.concat([curve([0.1]), curve([0.1], "other")]), Figure().add_subplot())


def test_panels_stand_in_the_order_of_depth_as_published(paper_layers, assert_tidy):
    table, centres = paper_layers
    figure = layers_figure(table, centres=centres, about="TapeBert")
    assert_tidy(figure)
    titles = [(axes.get_title(loc="left"), axes.get_title(loc="right")) for axes in figure.axes]
    assert titles == [
        ("Secondary structure: helix", "centre of gravity 6.59"),
        ("Secondary structure: turn", "centre of gravity 6.91"),
        ("Secondary structure: strand", "centre of gravity 7.05"),
        ("Binding site", "centre of gravity 7.46"),
        ("Contact", "centre of gravity 8.22"),
    ]
    assert figure.axes[4].lines[0].get_ydata()[11] == pytest.approx(10.657)
    assert figure.axes[4].lines[1].get_xdata()[0] == 8.22


@pytest.mark.slow
@pytest.mark.parametrize(("layers", "count"), [(1, 1), (12, 8), (48, 9), (6, 23)])
def test_any_number_of_layers_and_properties_is_tidy(layers, count, assert_tidy):
    means = np.random.default_rng(5).random(layers)
    tables = [curve(list(means), f"property_{'of_mine_' * (index % 9)}{index}") for index in range(count)]
    centres = (
        pl.DataFrame({"property": [t["property"][0] for t in tables], "centre_of_gravity": [None, *[2.5] * 22]})[:count]
        if count == 23
        else None
    )
    figure = layers_figure(pl.concat(tables), centres=centres, scaled=count == 9, about="model · data")
    assert_tidy(figure)
    assert len(figure.axes) == count
    if centres is not None:
        assert figure.axes[-1].get_title(loc="left") == "Property 0"


def test_a_property_that_no_layer_has_a_number_of_gets_no_panel():
    table = pl.concat([curve([0.1, None]), curve([None, None], "other")])
    assert [axes.get_title(loc="left") for axes in layers_figure(table).axes] == ["Contact"]
    assert len(layers_figure(curve([None, None])).axes) == 1
