import inspect

import polars as pl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from protlens.errors import OptionError, UnknownNameError
from protlens.plots.run_plots import RunPlots
from protlens.stats.run_tables import RunTables


@pytest.fixture
def plots(tape_bert, amino_acids, paper_layers, similarity, paper, make_profile) -> RunPlots:
    layers, centres = paper_layers
    heads = pl.concat([tape_bert, amino_acids]).with_columns(control_lift=pl.lit(2.0))
    return RunPlots(
        RunTables(
            heads=heads,
            layers=layers,
            centres=centres,
            similarity=similarity,
            correlation=paper["similarity_correlation"],
            profile=make_profile(12, 12),
        ),
        "TapeBert",
    )


GIVEN = {"property": "contact", "measure": "to_self"}


@pytest.mark.slow
def test_each_is_a_page_or_a_plot_on_given_axes(plots):
    drawn = [name for name, one in vars(RunPlots).items() if inspect.isfunction(one) and not name.startswith("_")]
    assert set(drawn) == set(repr(plots).split(": ")[1].split(", "))
    for name in drawn:
        draw = getattr(plots, name)
        parameters = inspect.signature(draw).parameters
        page = draw(**({"property": "contact"} if "property" in parameters else {}))
        assert isinstance(page, Figure)
        assert "TapeBert" in [text.get_text() for text in page.texts]
        if "ax" in parameters:
            axes = Figure().add_subplot()
            assert draw(**{key: GIVEN[key] for key in GIVEN if key in parameters}, ax=axes) is axes
            assert axes.has_data() or axes.collections or axes.patches


def test_a_page_is_a_picture_in_a_notebook(plots):
    assert plots.top_heads("contact")._repr_png_().startswith(b"\x89PNG")


def test_so_many_heads_are_drawn_as_asked(plots):
    axes = plots.top_heads("contact", ax=Figure().add_subplot(), count=3)
    assert isinstance(axes, Axes)
    assert len(axes.get_yticklabels()) == 3


def test_an_unknown_property_is_answered_with_the_nearest(plots):
    with pytest.raises(UnknownNameError, match="did you mean contact"):
        plots.heads("contakt")


def test_a_table_that_is_not_there_is_said(tape_bert):
    with pytest.raises(OptionError, match=r"similarity.*all twenty amino acids"):
        RunPlots(RunTables(heads=tape_bert)).similarity()
