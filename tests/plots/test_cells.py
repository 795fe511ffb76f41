import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from protlens.plots.cells import (
    cell_size,
    draw_cells,
    draw_colour_bar,
    draw_numbered_cells,
    hatch_cells,
    limits_of,
    number_cells,
    ring_cells,
)
from protlens.plots.shading import rising
from protlens.plots.style import VALUES

NAN = np.nan


def test_each_cell_has_the_colour_of_its_value():
    axes = Figure().add_subplot()
    draw_cells(np.array([[0.0, 5.0], [10.0, NAN]]), axes, shading=rising((0, 10)))
    (mesh,) = axes.collections
    mesh.update_scalarmappable()
    colours = mesh.get_facecolors()
    assert [to_hex(colour) for colour in colours[:3]] == [to_hex(VALUES(value)) for value in (0.0, 0.5, 1.0)]
    assert colours[3][3] == 0
    assert mesh.get_coordinates()[0, 0].tolist() == [0.5, 0.5]
    assert mesh.get_coordinates()[-1, -1].tolist() == [2.5, 2.5]


def test_missing_cells_are_hatched_where_they_are():
    axes = Figure().add_subplot()
    hatch_cells(np.array([[False, True, False], [False, False, True]]), axes)
    (hatched,) = axes.collections
    centres = sorted(tuple(path.get_extents().get_points().mean(axis=0).round(6)) for path in hatched.get_paths())
    assert centres == [(2, 1), (3, 2)]
    assert hatched.get_hatch()
    hatch_cells(np.zeros((2, 3), bool), axes)
    assert len(axes.collections) == 1


def test_chosen_cells_have_a_ring_where_they_are():
    axes = Figure().add_subplot()
    axes.set_xlim(0.5, 3.5)
    axes.set_ylim(0.5, 2.5)
    ring_cells(np.zeros((2, 3), bool), axes)
    assert not axes.collections
    ring_cells(np.array([[False, True, False], [False, False, True]]), axes)
    (rings,) = axes.collections
    assert rings.get_offsets().tolist() == [[2, 1], [3, 2]]
    assert not len(rings.get_facecolor())


@pytest.mark.parametrize(
    ("count", "inches", "expected"),
    [
        (1, 0.3, [1]),
        (3, 0.9, [1, 2, 3]),
        (12, 2.1, list(range(1, 13))),
        (12, 1.5, [2, 4, 6, 8, 10, 12]),
        (30, 2.0, [1, 5, 10, 15, 20, 25, 30]),
        (64, 1.3, [1, 10, 20, 30, 40, 50, 60]),
        (2, 0.01, [2]),
        (1000, 5.0, [1, 50, *range(100, 1001, 50)]),
    ],
)
def test_numbers_are_one_based_and_keep_apart(count, inches, expected):
    axes = Figure().add_subplot()
    axes.set_xlim(0.5, count + 0.5)
    number_cells(axes.xaxis, count, inches=inches)
    assert axes.get_xticks().tolist() == expected


def test_limits_hold_all_values_and_are_never_empty():
    assert limits_of(np.array([NAN, 3.0, 1.0]), np.array([[7.0]])) == (0, 7)
    assert limits_of(np.array([-2.0, 3.0])) == (0, 3)
    assert limits_of(np.array([NAN])) == (0, 1)
    assert limits_of(np.array([])) == (0, 1)
    assert limits_of(np.array([0.0, 0.0])) == (0, 1)


def test_cells_fit_the_space_and_are_not_stretched():
    for rows, columns in ((1, 1), (12, 12), (12, 64), (48, 1), (1, 100), (36, 40)):
        width, height = cell_size(rows, columns, width=5, height=5.5)
        assert columns * width <= 5.0001
        assert rows * height <= 5.5001
        assert max(width, height) <= 0.3
        assert 0.499 <= width / height <= 2.001


def test_numbered_cells_have_the_first_layer_at_the_bottom():
    axes = Figure().add_subplot()
    draw_numbered_cells(np.zeros((3, 4)), axes, shading=rising((0, 1)))
    assert axes.get_ylim() == (0.5, 3.5)
    assert axes.get_xlim() == (0.5, 4.5)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Head", "Layer")


def test_a_colour_bar_spans_the_limits():
    figure = Figure()
    axes = draw_colour_bar(figure.add_axes((0.1, 0.5, 0.8, 0.1)), "nats", shading=rising((0, 4.2)))
    assert axes.get_xlim() == (0, 4.2)
    assert axes.get_xlabel() == "nats"
