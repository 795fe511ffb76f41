import numpy as np
import pytest
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure

from protlens.errors import OptionError
from protlens.plots.profile import MEASURES, draw_profile, profile_figure


@pytest.mark.parametrize(("measure", "factor"), [("entropy", 1), ("mean_distance", 1), ("to_special", 100)])
def test_cells_hold_the_measure_in_its_unit(measure, factor, make_profile):
    table = make_profile(3, 4)
    axes = draw_profile(table, Figure().add_subplot(), measure=measure)
    shown = axes.collections[0].get_array()
    for row in table.head(11).to_dicts():
        assert shown[row["layer"], row["head"]] == pytest.approx(factor * row[measure])
    assert shown.mask.sum() == 1
    (hatched,) = [part for part in axes.collections if isinstance(part, PatchCollection)]
    assert hatched.get_paths()[0].get_extents().get_points().mean(axis=0).tolist() == pytest.approx([4, 3])


@pytest.mark.slow
def test_the_figure_is_tidy(shape, make_profile, assert_tidy):
    figure = profile_figure(make_profile(*shape), about="model · data")
    assert_tidy(figure)
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert titles == [title for title, _, _ in MEASURES.values()]
    assert max(figure.get_size_inches()) < 8
    labels = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert labels == ([] if shape == (1, 1) else [f"not defined (1 of {np.prod(shape)})"])


def test_an_empty_table_is_refused(make_profile):
    with pytest.raises(OptionError, match="no rows"):
        profile_figure(make_profile(1, 1).clear())
