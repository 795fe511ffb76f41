import numpy as np
import polars as pl
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from protlens.plots.summary_figure import best_heads, draw_summary, summary_figure


def rows(make_heads, *named):
    """Return a table of heads: for each name, verdict and alignment one property of one head."""
    parts = [
        make_heads(np.full((1, 1), alignment)).with_columns(
            property=pl.lit(name), verdict=pl.lit(verdict), hits=pl.lit(round(100 * alignment))
        )
        for name, verdict, alignment in named
    ]
    return pl.concat(parts)


NAMED = [
    ("contact", "neither", 0.2),
    ("amino_acid:N", "neither", 0.0),
    ("binding_site", "beyond_background", 0.3),
    ("amino_acid:W", "beyond_control", 0.9),
]


def test_findings_come_first_and_a_head_without_a_hit_is_not_shown(make_heads):
    assert best_heads(rows(make_heads, *NAMED))["property"].to_list() == ["amino_acid:W", "binding_site", "contact"]


def test_the_numbers_are_those_of_the_table(make_heads):
    best = best_heads(rows(make_heads, *NAMED))
    axes = draw_summary(best, Figure().add_subplot())
    dots = {
        part.get_label(): part.get_offsets().tolist() for part in axes.collections if isinstance(part, PathCollection)
    }
    assert dots["beyond background and control"] == pytest.approx(np.array([[90, 0]]))
    assert dots["not beyond both"] == pytest.approx(np.array([[30, 1], [20, 2]]))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Trp (W)", "Binding site", "Contact"]
    backgrounds = next(line for line in axes.lines if line.get_label() == "background")
    assert np.allclose(backgrounds.get_xdata(), 100 * best["background"].to_numpy())


def test_a_run_without_support_is_said_to_have_none(make_heads):
    figure = summary_figure(make_heads(np.full((1, 1), np.nan)))
    assert "no head has enough arcs" in [text.get_text() for text in figure.texts]
