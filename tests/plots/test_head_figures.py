import numpy as np
import polars as pl
import pytest
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from protlens.errors import OptionError
from protlens.plots.head_figures import (
    NOTHING,
    draw_head_map,
    draw_layer_maxima,
    draw_top_heads,
    head_map_figure,
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


def background_of(axes) -> Line2D:
    (line,) = [line for line in axes.lines if line.get_label().startswith("background")]
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
    (mark,) = [patch for patch in bar.patches if patch.get_label() == "background 66.0 %"]
    assert mark.get_x() == pytest.approx(66)
    assert mark.get_width() == 0


def test_a_background_that_differs_between_heads_is_shown_for_each_layers_best(make_heads):
    table = make_heads(np.array([[0.1, 0.2], [np.nan, np.nan], [0.3, 0.1]])).with_columns(
        background=pl.Series([0.01, 0.02, 0.9, 0.9, 0.03, 0.04])
    )
    figure = head_map_figure(table)
    _, maxima, bar = figure.axes
    assert background_of(maxima).get_xdata().tolist() == pytest.approx([2, 2, 3, 3])
    (mark,) = [patch for patch in bar.patches if patch.get_label() == "background 1.0\N{EN DASH}4.0 %"]
    assert (mark.get_x(), mark.get_width()) == (pytest.approx(1), pytest.approx(3))
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
    background = background_of(axes)
    assert background.get_xdata().tolist() == pytest.approx([1.266] * 20)
    assert axes.get_ylim() == (9.5, -0.5)


def test_equal_heads_stand_in_the_order_of_layers_and_heads(make_heads):
    axes = draw_top_heads(make_heads(np.full((3, 2), 0.25)), Figure().add_subplot(), count=4)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1-1", "1-2", "2-1", "2-2"]


def test_heads_without_interval_or_with_their_own_background(make_heads):
    table = make_heads(np.array([[0.3, 0.2, 0.1]])).with_columns(
        ci_low=pl.Series([0.25, None, 0.05]), background=pl.Series([0.01, 0.02, None])
    )
    axes = draw_top_heads(table, Figure().add_subplot())
    (errors,) = [part for part in axes.containers if isinstance(part, ErrorbarContainer)]
    assert [segment[0, 1] for segment in errors.lines[2][0].get_segments()] == [0, 2]
    background = background_of(axes)
    np.testing.assert_allclose(background.get_xdata(), [1, 1, 2, 2, np.nan, np.nan])
    assert background.get_ydata().tolist() == [-0.5, 0.5, 0.5, 1.5, 1.5, 2.5]
    assert "background 1.0\N{EN DASH}2.0 %" in texts(top_heads_figure(table))


def test_the_top_heads_figure_is_tidy(shape, make_heads, assert_tidy):
    grid = random_grid(shape)
    arcs = np.full(shape, 1_234_567_890)
    figure = top_heads_figure(make_heads(grid, name="a_property_" + "of_mine_" * 12, arcs=arcs), about="model · data")
    assert_tidy(figure)
    assert len(figure.axes[0].patches) == min(10, int((~np.isnan(grid)).sum()))
