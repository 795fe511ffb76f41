import re

import matplotlib as mpl
import numpy as np
import polars as pl
import pytest
from PIL import Image

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
        "overview",
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
    assert [file.stem for file in files[::2]] == ["overview", "summary", "heads-contact", "top_heads-contact"]
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
    stems = ["overview", "summary", "heads-my-own-property", "top_heads-my-own-property", "amino_acids"]
    assert [file.stem for file in files[::2]] == stems
    assert seen == [(number, 5) for number in range(6)]
    nothing = heads.with_columns(verdict=pl.lit("neither"))
    files = draw_run_figures(RunTables(heads=nothing), out=tmp_path, which="top")
    assert [file.stem for file in files[::2]] == ["overview", "summary"]


def about_image(file):
    with Image.open(file) as image:
        return image.info


@pytest.mark.slow
def test_a_journal_gets_vectors_of_its_width_without_titles_and_their_captions(tables, tmp_path):
    files = draw_run_figures(tables, out=tmp_path, model="TapeBert", dataset="ProteinNet", style="journal")
    assert {file.suffix for file in files[:-1]} == {".pdf", ".svg", ".png"}
    captions = dict(line.split(": ", 1) for line in files[-1].read_text().splitlines())
    assert set(captions) == {file.stem for file in files[:-1]}
    assert captions["heads-contact"].startswith("Contact, all heads. TapeBert")
    for file in files[:-1]:
        if file.suffix == ".pdf":
            content = file.read_bytes()
            (width,) = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ", content)
            single = file.stem.startswith(("summary", "top_heads"))
            assert float(width) <= 72 * (3.5 if single else 7.2) + 0.01, file
            assert b"/CIDFontType2" in content, "letters are TrueType"
            assert b"/Type3" not in content
        if file.suffix == ".png":
            assert about_image(file)["dpi"] == pytest.approx((300, 300), abs=0.1)
        if file.stem == "heads-contact" and file.suffix == ".svg":
            assert "<title>Contact, all heads. TapeBert" in file.read_text()


def test_a_figure_of_the_screen_keeps_its_title_and_says_it_to_readers_of_files(tape_bert, tmp_path):
    png = next(
        file for file in draw_run_figures(RunTables(heads=tape_bert), out=tmp_path) if file.name == "heads-contact.png"
    )
    assert about_image(png)["Title"].startswith("Contact, all heads")
