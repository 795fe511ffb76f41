import numpy as np
import polars as pl
import pytest
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.figure import Figure

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import OptionError
from protlens.naming import THREE_LETTERS
from protlens.plots.amino_acids import ORDER, amino_acid_figure, draw_similarity, pair_grid, similarity_figure


def meshes(figure: Figure) -> list[QuadMesh]:
    """The maps, without the colour bars."""
    return [
        part
        for axes in figure.axes
        for part in axes.collections
        if isinstance(part, QuadMesh) and min(part.get_array().shape) > 1
    ]


def test_the_order_holds_each_amino_acid_once():
    assert sorted(ORDER) == list(AMINO_ACIDS)


@pytest.mark.slow
def test_the_grid_shows_twenty_maps_on_one_scale(amino_acids, paper, assert_tidy):
    figure = amino_acid_figure(amino_acids, about="TapeBert · ProteinNet")
    assert_tidy(figure)
    maps = meshes(figure)
    assert [axes.get_title(loc="left") for axes in figure.axes[:20]] == [
        f"{THREE_LETTERS[letter]} ({letter})" for letter in AMINO_ACIDS
    ]
    assert {(mesh.norm.vmin, round(mesh.norm.vmax, 6)) for mesh in maps} == {(0, 97.7)}
    published = np.array(paper["amino_acid_grids"]["C"], dtype=float)
    np.testing.assert_allclose(maps[1].get_array().filled(np.nan), published)
    assert figure.axes[1].get_title(loc="right") == "11-6: 82.7 %"
    assert all(
        len(part.get_paths()) == 1
        for axes in figure.axes[:20]
        for part in axes.collections
        if isinstance(part, PatchCollection)
    )
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["too few arcs (20 of 2880)"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "letters"),
    [((1, 1), AMINO_ACIDS), ((6, 8), "A"), ((12, 64), AMINO_ACIDS), ((36, 40), "ACD"), ((48, 1), AMINO_ACIDS)],
)
def test_any_shape_and_any_of_the_twenty_are_tidy(shape, letters, make_heads, assert_tidy):
    draw = np.random.default_rng(1)
    tables = [make_heads(draw.beta(0.5, 5, shape), name=f"amino_acid:{letter}") for letter in letters]
    figure = amino_acid_figure(pl.concat([*tables, make_heads(np.ones(shape))]), about="model · data")
    assert_tidy(figure)
    assert len([axes for axes in figure.axes if axes.get_title(loc="left")]) == len(letters)
    assert max(figure.get_size_inches()) < 8


def test_amino_acids_without_a_supported_head_are_shown_as_such(make_heads, assert_tidy):
    tables = [make_heads(np.full((2, 3), np.nan), name=f"amino_acid:{letter}") for letter in AMINO_ACIDS]
    figure = amino_acid_figure(pl.concat(tables))
    assert_tidy(figure)
    hatched = [part for axes in figure.axes for part in axes.collections if isinstance(part, PatchCollection)]
    assert [len(part.get_paths()) for part in hatched] == [6] * 20


def test_a_table_without_amino_acids_is_refused(make_heads):
    with pytest.raises(OptionError, match="amino_acid:A to Y"):
        amino_acid_figure(make_heads(np.ones((2, 2))))


@pytest.mark.parametrize("column", ["similarity", "blosum62"])
def test_the_triangle_holds_each_pair_once(column, similarity):
    axes = draw_similarity(similarity, Figure(figsize=(4, 4)).add_subplot(), column=column)
    shown = axes.collections[0].get_array()
    assert shown.count() == 190
    across = [label.get_text() for label in axes.get_xticklabels()]
    upward = [label.get_text() for label in axes.get_yticklabels()]
    for row in similarity.to_dicts():
        first, second = sorted((row["a"], row["b"]), key=ORDER.index)
        place = axes.get_yticks()[upward.index(second)] - 1, axes.get_xticks()[across.index(first)] - 1
        assert shown[place] == pytest.approx(row[column])


def test_a_pair_without_similarity_is_hatched(similarity):
    table = similarity.with_columns(
        similarity=pl.when((pl.col("a") == "A") & (pl.col("b") == "C")).then(None).otherwise("similarity")
    )
    assert np.isnan(pair_grid(table, "similarity")).sum() == 20 + 2
    axes = draw_similarity(table, Figure().add_subplot(), column="similarity")
    (hatched,) = [part for part in axes.collections if isinstance(part, PatchCollection)]
    (path,) = hatched.get_paths()
    assert path.get_extents().get_points().mean(axis=0).tolist() == pytest.approx([1, 20 - ORDER.index("A")])


@pytest.mark.parametrize(
    ("correlation", "said"), [(0.7268, "r = 0.73"), (-0.1, "r = \N{MINUS SIGN}0.10"), (None, "BLOSUM62")]
)
def test_the_similarity_figure_says_the_correlation(correlation, said, similarity, assert_tidy):
    figure = similarity_figure(similarity, correlation=correlation, about="TapeBert")
    assert_tidy(figure)
    assert figure.texts[0].get_text().endswith(said)
    assert len(meshes(figure)) == 2
