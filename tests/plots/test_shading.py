import numpy as np
import pytest
from matplotlib.colors import to_rgb

from protlens.plots.shading import apart, rising_by_roots


def test_colours_apart_have_their_middle_where_it_is_said():
    values = np.array([np.nan, -0.2, 0.8])
    norm, colours = apart(values)
    assert norm(0) == 0.5
    assert (norm(0.8), norm(-0.8)) == (1, 0)
    assert min(to_rgb(colours(norm(0.0)))) > 0.95, "the middle is white"
    assert to_rgb(colours(norm(0.8))) != to_rgb(colours(norm(-0.8)))
    assert apart(np.array([7.0]), middle=5.0, most=1.0).norm(6) == 1


@pytest.mark.parametrize("values", [[], [np.nan], [0.0]])
def test_without_values_there_is_a_scale(values):
    assert apart(np.array(values)).norm(1.0) == 1


def test_small_values_are_told_apart_by_their_roots():
    norm, _ = rising_by_roots((0.0, 100.0))
    assert [norm(value) for value in (0, 1, 25, 100)] == pytest.approx([0, 0.1, 0.5, 1])
