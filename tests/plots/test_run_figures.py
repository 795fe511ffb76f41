import re

import matplotlib as mpl
import numpy as np
import polars as pl
import pytest

from protlens.plots.run_figures import draw_run_figures
from protlens.stats.run_tables import RunTables


@pytest.fixture
def tables(tape_bert, amino_acids, paper_layers, similarity, paper, make_calibration, make_profile) -> RunTables:
    layers, centres = paper_layers
    own = tape_bert.with_columns(property=pl.lit("my/own: $ property"))
    return RunTables(
        heads=pl.concat([tape_bert, own, amino_acids]),
        layers=layers,
        centres=centres,
        similarity=similarity,
        correlation=paper["similarity_correlation"],
        calibration=make_calibration(),
        profile=make_profile(12, 12),
    )


@pytest.mark.slow
def test_all_figures_of_a_run_are_written(tables, tmp_path):
    files = draw_run_figures(tables, out=tmp_path / "figures", model="TapeBert", dataset="ProteinNet")
    stems = [
        "summary",
        "heads-contact",
        "top_heads-contact",
        "calibration-contact",
        "heads-my-own-property",
        "top_heads-my-own-property",
        "layers",
        "amino_acids",
        "amino_acid_similarity",
        "head_profile",
    ]
    assert [file.name for file in files] == [f"{stem}.{suffix}" for stem in stems for suffix in ("pdf", "png")]
    assert sorted(files) == sorted((tmp_path / "figures").iterdir())
    for file in files[::2]:
        assert not re.search(rb"/Subtype\s*/Image", file.read_bytes()), file


@pytest.mark.slow
def test_the_same_tables_give_the_same_bytes_whatever_the_settings(tape_bert, similarity, tmp_path):
    tables = RunTables(heads=tape_bert, similarity=similarity)
    first = draw_run_figures(tables, out=tmp_path / "first")
    with mpl.rc_context({"font.size": 20, "svg.fonttype": "none", "axes.grid": True}):
        second = draw_run_figures(tables, out=tmp_path / "second")
    assert [file.name for file in first] == [file.name for file in second]
    assert all(one.read_bytes() == two.read_bytes() for one, two in zip(first, second, strict=True))


def test_what_is_not_given_is_not_drawn(make_heads, tmp_path):
    files = draw_run_figures(RunTables(heads=make_heads(np.full((1, 1), np.nan))), out=tmp_path)
    assert [file.stem for file in files[::2]] == ["summary", "heads-contact", "top_heads-contact"]
    empty = RunTables(heads=make_heads(np.ones((1, 1))).clear())
    assert draw_run_figures(empty, out=tmp_path) == []


@pytest.mark.slow
def test_top_draws_a_summary_and_what_was_found(tables, tmp_path):
    found = pl.col("property").str.contains("my/own|:W")
    heads = tables.heads.with_columns(
        verdict=pl.when(found & pl.col("supported")).then(pl.lit("beyond_background")).otherwise(pl.lit("neither"))
    )
    seen = []
    given = {"which": "top", "on_progress": lambda *done: seen.append(done)}
    files = draw_run_figures(RunTables(heads=heads, profile=tables.profile), out=tmp_path, **given)
    stems = ["summary", "heads-my-own-property", "top_heads-my-own-property", "amino_acids"]
    assert [file.stem for file in files[::2]] == stems
    assert seen == [(number, 4) for number in range(5)]
    nothing = heads.with_columns(verdict=pl.lit("neither"))
    files = draw_run_figures(RunTables(heads=nothing), out=tmp_path, which="top")
    assert [file.stem for file in files[::2]] == ["summary"]
