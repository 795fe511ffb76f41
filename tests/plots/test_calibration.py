import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from protlens.errors import OptionError
from protlens.plots.calibration import calibration_figure, draw_calibration, draw_pair_counts


def segments(axes, label: str) -> np.ndarray:
    return np.array(next(part for part in axes.collections if part.get_label() == label).get_segments())


def test_each_bin_is_a_segment_at_its_share(make_calibration):
    table = make_calibration()
    axes = draw_calibration(table.reverse(), Figure().add_subplot(), background=0.0127)
    bins = segments(axes, "pairs in this bin")
    known = table.drop_nulls("probability")
    assert len(bins) == 19
    np.testing.assert_allclose(bins[1:, 0, 0], known["bin_low"][1:])
    np.testing.assert_allclose(bins[1:, 1, 0], known["bin_high"][1:])
    assert axes.get_xlim()[0] < bins[0, 0, 0] < bins[0, 1, 0] < 0  # the lowest bin stands apart
    np.testing.assert_allclose(bins[:, :, 1].T, np.tile(100 * known["probability"].to_numpy(), (2, 1)))
    background, _ = axes.lines
    assert list(background.get_ydata()) == pytest.approx([1.27, 1.27])


def test_intervals_end_where_the_table_says(make_calibration):
    table = make_calibration()
    intervals = segments(draw_calibration(table, Figure().add_subplot()), "confidence interval")
    known = table.drop_nulls("ci_low")
    np.testing.assert_allclose(intervals[:, 0, 1], 100 * known["ci_low"].to_numpy())
    np.testing.assert_allclose(intervals[:, 1, 1], 100 * known["ci_high"].to_numpy())
    np.testing.assert_allclose(intervals[1:, 0, 0], 0.025 + 0.05 * np.arange(1, 18))
    assert intervals[0, 0, 0] < 0


def test_the_bars_below_end_at_the_number_of_pairs(make_calibration):
    table = make_calibration()
    axes = draw_pair_counts(table, Figure().add_subplot())
    tops = [bar.get_y() + bar.get_height() for bar in axes.patches]
    assert tops == pytest.approx(table.filter(pl.col("pairs") > 0)["pairs"].to_list())
    assert axes.patches[0].get_x() + axes.patches[0].get_width() < 0
    assert [bar.get_x() for bar in axes.patches[1:]] == pytest.approx(0.05 * np.arange(1, 19))
    assert axes.get_yscale() == "log"
    assert axes.get_ylim()[1] > max(tops)


@pytest.mark.parametrize("name", ["contact", "modification:" + "a_long_name_" * 10])
@pytest.mark.parametrize("background", [None, 0.01266])
def test_the_figure_is_tidy(name, background, make_calibration, assert_tidy):
    figure = calibration_figure(make_calibration(name), background=background, about="model · data")
    assert_tidy(figure)
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()
    ticks = [tick.get_text() for tick in figure.axes[1].get_xticklabels()]
    assert ticks == ["<0.05", "0.2", "0.4", "0.6", "0.8", "1.0"]


def test_one_head_is_named_and_several_are_refused(make_calibration, assert_tidy):
    table = make_calibration().with_columns(label=pl.lit("2-3"))
    figure = calibration_figure(table)
    assert_tidy(figure)
    assert "Contact, head 2-3, by attention weight" in [text.get_text() for text in figure.texts]
    assert len(segments(figure.axes[0], "pairs in this bin")) == 19
    several = pl.concat([table, table.with_columns(label=pl.lit("2-4"))])
    with pytest.raises(OptionError, match=r"2 heads; allowed: rows of one head; filter the table by its label column"):
        draw_calibration(several, Figure().add_subplot())
    pooled = calibration_figure(table.with_columns(label=pl.lit(None, pl.String)))
    assert "Contact, by attention weight" in [text.get_text() for text in pooled.texts]


def test_a_set_without_pairs_is_said(make_calibration, assert_tidy):
    table = make_calibration().with_columns(
        pairs=0, hits=0, probability=pl.lit(None, pl.Float64), ci_low=pl.lit(None, pl.Float64)
    )
    figure = calibration_figure(table)
    assert [text.get_text() for text in figure.axes[0].texts] == ["no pairs"]
    assert_tidy(figure)


def test_two_properties_are_refused(make_calibration):
    table = pl.concat([make_calibration(), make_calibration("other")])
    with pytest.raises(OptionError, match="2 properties"):
        draw_calibration(table, Figure().add_subplot())
