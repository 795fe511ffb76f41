"""The poster: every head has its cell, in the colour of its family, and all fits on A4."""

import itertools

import polars as pl
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from protlens.behaviour.behaviours import BEHAVIOURS
from protlens.errors import OptionError
from protlens.plots.head_poster import FAMILIES, UNSUPPORTED, draw_behaviours, head_poster

NAMES = {
    "structure": "contact",
    "site": "peptide",
    "repeat": "induct.",
    "sequence": "similar",
    "place": "i\N{MINUS SIGN}16",
}


def table(layers, heads):
    """Return heads of all families in turn."""
    families = itertools.cycle([*FAMILIES, UNSUPPORTED])
    rows = [
        {
            "layer": layer,
            "head": head,
            "family": (family := next(families)),
            "short": NAMES.get(family, ""),
            "share": 0.676 if family in NAMES else None,
            "other_families": "place,site,place" if head % 3 == 1 and family in NAMES else "",
        }
        for layer in range(layers)
        for head in range(heads)
    ]
    return pl.DataFrame(rows, schema_overrides={"share": pl.Float64})


def cells(axes):
    return {
        (patch.get_y() + 0.5, patch.get_x() + 0.5): to_hex(patch.get_facecolor())
        for patch in axes.patches
        if isinstance(patch, Rectangle) and patch.get_height() == 1
    }


def test_cells_have_the_colours_of_their_families_and_their_names():
    given = table(3, 7)
    axes = draw_behaviours(given, Figure(figsize=(6, 3)).add_subplot())
    wanted = {
        (row["layer"] + 1, row["head"] + 1): FAMILIES[row["family"]][1]
        for row in given.iter_rows(named=True)
        if row["family"] != UNSUPPORTED
    }
    assert cells(axes) == wanted
    texts = [text.get_text() for text in axes.texts]
    assert texts == [f"{name}\n68" for name in given["short"] if name]


def test_a_stripe_shows_each_other_family_once():
    axes = draw_behaviours(table(1, 2), Figure(figsize=(6, 3)).add_subplot())
    stripes = [patch for patch in axes.patches if isinstance(patch, Rectangle) and patch.get_height() < 1]
    assert [to_hex(one.get_facecolor()) for one in stripes] == [FAMILIES[name][1] for name in ("place", "site")]
    assert sum(one.get_width() for one in stripes) == pytest.approx(1)


@pytest.mark.slow
def test_the_poster_is_tidy_and_fits_on_a4(shape, assert_tidy):
    figure = head_poster(table(*shape), about="model · data")
    assert_tidy(figure)
    short, long = sorted(figure.get_size_inches())
    assert short <= 8.27
    assert long <= 11.69


@pytest.mark.parametrize("shape", [(33, 20), (30, 16), (12, 12)])
def test_cells_of_known_models_can_be_read(shape):
    figure = head_poster(table(*shape))
    sizes = {text.get_fontsize() for text in figure.axes[0].texts}
    assert min(sizes) >= 4.5


def test_every_behaviour_has_a_colour_and_no_two_families_share_one():
    assert {one.family for one in BEHAVIOURS.values()} < FAMILIES.keys()
    assert len({colour for _, colour in FAMILIES.values()}) == len(FAMILIES)


def test_an_empty_table_is_refused():
    with pytest.raises(OptionError, match="no rows"):
        head_poster(table(1, 1).clear())
