import polars as pl
import pytest
from matplotlib.figure import Figure

from protlens.errors import OptionError
from protlens.plots.amino_acid_maps import amino_acid_maps_figure
from protlens.plots.reproduction_figure import draw_published, reproduction_figure

ROWS = pl.DataFrame(
    [
        ("head", "contact", 10.0, 12.0, None),
        ("head", "contact", 20.0, None, "measured: fewer than 100 arcs"),
        ("top head", "contact", 40.0, 35.0, None),
        ("head", "amino_acid:A", 5.0, 6.0, None),
        ("head", "amino_acid:C", 5.0, 7.0, None),
        ("head", "antigen", 5.0, None, "not measured"),
        ("background", "contact", 1.0, 1.1, None),
    ],
    schema=["kind", "property", "published", "measured", "note"],
    orient="row",
)


def test_points_lie_at_both_numbers_and_the_line_where_they_are_equal():
    axes = draw_published(ROWS.filter(property="contact"), Figure().add_subplot())
    line, heads, tops = axes.lines
    assert (line.get_xdata() == line.get_ydata()).all()
    assert heads.get_xydata().tolist() == [[10.0, 12.0]]
    assert tops.get_xydata().tolist() == [[40.0, 35.0]]
    assert axes.get_xlim() == axes.get_ylim()


def test_a_panel_without_a_head_in_both_says_so():
    axes = draw_published(ROWS.filter(property="antigen"), Figure().add_subplot())
    assert [text.get_text() for text in axes.texts] == ["no head in both"]


def test_amino_acids_share_a_panel_and_what_was_not_measured_has_none():
    figure = reproduction_figure(ROWS, about="here")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Contact", "Amino acids"]
    assert reproduction_figure(ROWS.filter(property="antigen")).axes == []


def heads(*names):
    return pl.DataFrame(
        {
            "property": [name for name in names for _ in range(4)],
            "layer": [0, 0, 1, 1] * len(names),
            "head": [0, 1, 0, 1] * len(names),
            "alignment": [0.1, 0.5, None, 1.0] * len(names),
            "supported": [True, True, False, True] * len(names),
        }
    )


def test_each_amino_acid_has_a_map_in_one_scale():
    figure = amino_acid_maps_figure(heads("amino_acid:W", "contact", "amino_acid:C"))
    maps = [axes for axes in figure.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in maps] == ["Cys (C)", "Trp (W)"]
    assert {axes.collections[0].get_clim() for axes in maps} == {(0.0, 100.0)}


def test_a_table_without_amino_acids_is_refused():
    with pytest.raises(OptionError, match="no rows"):
        amino_acid_maps_figure(heads("contact"))
