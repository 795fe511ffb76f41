import numpy as np
import polars as pl
import pytest
from matplotlib.collections import PatchCollection, PathCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from protlens.errors import OptionError
from protlens.plots.head_figures import (
    NOTHING,
    draw_head_map,
    draw_layer_maxima,
    draw_lift_map,
    draw_top_heads,
    head_map_figure,
    lift_map_figure,
    top_heads_figure,
)
from protlens.plots.style import VALUES


def random_grid(shape: tuple[int, int], *, missing: float = 0.1) -> np.ndarray:
    draw = np.random.default_rng(3)
    grid = draw.beta(0.6, 4, shape)
    grid[draw.random(shape) < missing] = np.nan
    grid[0, 0] = 0.3
    return grid


def hatched(axes) -> int:
    return sum(len(part.get_paths()) for part in axes.collections if isinstance(part, PatchCollection))


def mesh_of(axes) -> QuadMesh:
    (mesh,) = [part for part in axes.collections if isinstance(part, QuadMesh)]
    return mesh


def ticks_of(axes, column="background") -> Line2D:
    (line,) = [line for line in axes.lines if line.get_label() == column]
    return line


def span_of(bar) -> Line2D:
    (line,) = [line for line in bar.lines if line.get_label().startswith("background")]
    return line


def texts(figure: Figure) -> str:
    legends = [text for legend in figure.legends for text in legend.get_texts()]
    return " | ".join(text.get_text() for text in [*figure.texts, *legends])


def test_the_map_shows_tape_bert_as_published(tape_bert, paper):
    axes = draw_head_map(tape_bert, Figure(figsize=(5, 5)).add_subplot())
    mesh = mesh_of(axes)
    shown = mesh.get_array()
    published = np.array(paper["contact_grids"]["tape_bert"], dtype=float)
    assert shown.shape == (12, 12)
    assert shown.mask.tolist() == np.isnan(published).tolist()
    assert np.nanmax(np.abs(shown.filled(np.nan) - published)) < 0.27  # the shades of the published map
    assert shown.max() == pytest.approx(44.667)
    mesh.update_scalarmappable()
    assert to_hex(mesh.get_facecolors()[11 * 12 + 3]) == to_hex(VALUES(1.0))
    assert hatched(axes) == 1
    (patch,) = next(part for part in axes.collections if isinstance(part, PatchCollection)).get_paths()
    assert patch.get_extents().get_points().mean(axis=0).tolist() == pytest.approx([9, 11])  # head 11-9


def test_limits_can_be_shared_between_maps(make_heads):
    axes = draw_head_map(make_heads(np.array([[0.2]])), Figure().add_subplot(), limits=(0, 80))
    assert mesh_of(axes).norm(20) == 0.25


def test_the_bars_are_the_largest_of_each_layer(tape_bert, paper):
    axes = draw_layer_maxima(tape_bert, Figure(figsize=(5, 5)).add_subplot())
    lengths = {round(bar.get_y() + bar.get_height() / 2): bar.get_width() for bar in axes.patches}
    published = paper["contact_layer_maxima"]["tape_bert"]
    assert lengths == pytest.approx(dict(enumerate(published, 1)), abs=0.27)
    assert [text.get_text() for text in axes.texts][7::4] == ["8-5", "12-4"]


def test_a_layer_without_supported_heads_has_no_bar(make_heads):
    axes = draw_layer_maxima(make_heads(np.array([[0.2, 0.1], [np.nan, np.nan], [0, 0]])), Figure().add_subplot())
    assert [round(bar.get_y() + bar.get_height() / 2) for bar in axes.patches] == [1, 3]


@pytest.mark.slow
def test_the_map_figure_is_tidy_and_complete(shape, make_heads, assert_tidy):
    grid = random_grid(shape)
    figure = head_map_figure(make_heads(grid, name="binding_site:small_molecule"), about="TapeBert · ProteinNet")
    assert_tidy(figure)
    cells, maxima = figure.axes[:2]
    missing = int(np.isnan(grid).sum())
    assert hatched(cells) == missing
    assert mesh_of(cells).get_array().count() == grid.size - missing
    assert len(maxima.patches) == (~np.isnan(grid)).any(axis=1).sum()
    assert cells.get_ylim() == maxima.get_ylim()
    assert (f"too few arcs ({missing} of {grid.size})" in texts(figure)) == bool(missing)
    assert "Binding site: small molecule, all heads" in texts(figure)
    assert "background 1.3 %" in texts(figure)
    width, height = figure.get_size_inches()
    assert 3 < width < 7.2
    assert height < 7.6


def test_the_background_is_marked_even_if_all_heads_are_below(make_heads):
    figure = head_map_figure(make_heads(np.array([[0.1, 0.2]]), background=0.66))
    bar = figure.axes[2]
    assert bar.get_xlim()[1] == pytest.approx(66)
    assert span_of(bar).get_label() == "background 66.0 %"
    assert list(span_of(bar).get_xdata()) == pytest.approx([66, 66])
    assert min(span_of(bar).get_ydata()) > 1, "above the bar, whose colours are all seen"


def test_a_background_that_differs_is_shown_for_each_layers_best(make_heads):
    table = make_heads(np.array([[0.1, 0.2], [np.nan, np.nan], [0.3, 0.1]])).with_columns(
        background=pl.Series([0.01, 0.02, 0.9, 0.9, 0.03, 0.04])
    )
    figure = head_map_figure(table)
    _, maxima, bar = figure.axes
    np.testing.assert_allclose(ticks_of(maxima).get_xydata(), [[2, 1], [3, 3]])
    assert span_of(bar).get_label() == "background 1.0\N{EN DASH}4.0 %"
    assert list(span_of(bar).get_xdata()) == pytest.approx([1, 4])
    assert bar.get_xlim()[1] == pytest.approx(30)


@pytest.mark.parametrize("make", [head_map_figure, top_heads_figure])
def test_no_supported_head_is_said(make, make_heads, assert_tidy):
    figure = make(make_heads(np.full((6, 8), np.nan), background=None))
    assert NOTHING in [text.get_text() for text in [*figure.texts, *figure.axes[0].texts]]
    assert_tidy(figure)


@pytest.mark.parametrize("draw", [draw_head_map, draw_layer_maxima, draw_top_heads])
def test_a_table_of_two_properties_is_refused(draw, make_heads):
    table = pl.concat([make_heads(np.array([[0.1]])), make_heads(np.array([[0.1]]), name="other")])
    with pytest.raises(OptionError, match="2 properties"):
        draw(table, Figure().add_subplot())


def test_top_heads_show_the_published_bars_and_intervals(tape_bert, paper):
    axes = draw_top_heads(tape_bert, Figure().add_subplot())
    labels, percents, lows, highs, arcs, _ = zip(*paper["contact_top_heads"]["tape_bert"], strict=True)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(labels)
    assert [bar.get_width() for bar in axes.patches] == pytest.approx(percents)
    (errors,) = [part for part in axes.containers if isinstance(part, ErrorbarContainer)]
    ends = np.array([segment[:, 0] for segment in errors.lines[2][0].get_segments()])
    assert ends[:, 0].tolist() == pytest.approx(lows)
    assert ends[:, 1].tolist() == pytest.approx(highs)
    written = [text.get_text() for text in axes.texts]
    assert written[:11] == ["arcs", *(f"{count:,}" for count in arcs)]
    assert written[11:] == ["proteins", *["300"] * 10]
    assert ticks_of(axes).get_xdata().tolist() == pytest.approx([1.266] * 10)
    assert not [line for line in axes.lines if line.get_label() == "control"], "the paper has none"
    assert axes.get_ylim() == (9.5, -0.5)


def test_equal_heads_stand_in_the_order_of_layers_and_heads(make_heads):
    axes = draw_top_heads(make_heads(np.full((3, 2), 0.25)), Figure().add_subplot(), count=4)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1-1", "1-2", "2-1", "2-2"]


def test_heads_without_interval_or_with_their_own_background(make_heads):
    table = make_heads(np.array([[0.3, 0.2, 0.1]])).with_columns(
        ci_low=pl.Series([0.25, None, 0.05]),
        background=pl.Series([0.01, 0.02, None]),
        control=pl.Series([None, 0.05, 0.06]),
    )
    axes = draw_top_heads(table, Figure().add_subplot())
    (errors,) = [part for part in axes.containers if isinstance(part, ErrorbarContainer)]
    assert [segment[0, 1] for segment in errors.lines[2][0].get_segments()] == [0, 2]
    assert ticks_of(axes).get_xydata().tolist() == [[1, 0], [2, 1]]
    assert ticks_of(axes, "control").get_xydata().tolist() == [[5, 1], [6, 2]]


def test_the_top_heads_figure_is_tidy(shape, make_heads, assert_tidy):
    grid = random_grid(shape)
    arcs = np.full(shape, 1_234_567_890)
    figure = top_heads_figure(make_heads(grid, name="a_property_" + "of_mine_" * 12, arcs=arcs), about="model · data")
    assert_tidy(figure)
    assert len(figure.axes[0].patches) == min(10, int((~np.isnan(grid)).sum()))


def found(table: pl.DataFrame, *labels: str) -> pl.DataFrame:
    """Call some heads findings, each twice its control, and the others as often as theirs."""
    is_found = pl.col("label").is_in(labels)
    return table.with_columns(
        verdict=pl.when(is_found).then(pl.lit("beyond_control")).otherwise(pl.lit("neither")),
        control_lift=pl.when(is_found).then(pl.lit(2.0)).otherwise(pl.lit(1.0)),
    )


def rings_of(axes) -> list[list[float]]:
    (rings,) = [part for part in axes.collections if isinstance(part, PathCollection)]
    return rings.get_offsets().tolist()


@pytest.mark.parametrize("draw", [draw_head_map, draw_lift_map])
def test_findings_have_a_ring(draw, make_heads):
    table = found(make_heads(np.array([[0.2, 0.1], [0.3, np.nan]])), "1-2", "2-1")
    assert rings_of(draw(table, Figure().add_subplot())) == [[2, 1], [1, 2]]


def test_the_lift_map_tells_more_from_less_in_equal_steps(make_heads):
    table = found(make_heads(np.array([[0.2, 0.1, 0.0], [0.3, np.nan, 0.4]])), "1-1").with_columns(
        control_lift=pl.Series([2.0, 0.5, 0.0, 1.0, None, 4.0])
    )
    axes = draw_lift_map(table, Figure().add_subplot())
    mesh = mesh_of(axes)
    np.testing.assert_allclose(mesh.get_array().filled(np.nan), [[1, -1, -4], [0, np.nan, 2]])
    assert mesh.norm(0) == 0.5
    assert mesh.norm(1) - 0.5 == pytest.approx(0.5 - mesh.norm(-1))
    assert hatched(axes) == 1


def test_the_lift_map_says_times_and_not_logarithms(make_heads, assert_tidy):
    table = found(make_heads(np.array([[0.2, 0.1], [0.3, np.nan]])), "1-2")
    table = table.with_columns(control_lift=pl.Series([2.0, 0.25, 1.0, None]))
    figure = lift_map_figure(table, about="TapeBert")
    assert_tidy(figure)
    bar = figure.axes[1]
    assert bar.get_xlabel() == "Times the control"
    low, high = bar.get_xlim()
    shown = [text.get_text() for text in bar.get_xticklabels() if low <= text.get_position()[0] <= high]
    assert shown == ["0.25", "0.5", "1", "2", "4"]
    assert "beyond background and control" in texts(figure)
