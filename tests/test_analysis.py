import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from commands import PROTLENS, snapshot
from protlens.analysis import analyze
from protlens.data.catalog import load_dataset
from protlens.data.protein import AMINO_ACIDS
from protlens.extraction.run import extract
from protlens.files import UNFINISHED
from protlens.properties.mask import Mask
from protlens.properties.selection import DEFAULT_FAMILIES, select_properties
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate, write_tables
from toy import toy_dataset, toy_model

NAMES = ("layers", "centres", "similarity", "calibration", "controls", "profile")
ALL = {*(f"{name}.csv" for name in NAMES), "controls.parquet"}


def _extract(out: Path, *properties: str) -> Run:
    return extract(toy_model(), toy_dataset(), select_properties(toy_dataset(), properties), out=out)


def _tables(out: Path) -> set[str]:
    return {path.name for path in (out / "tables").iterdir()}


@pytest.mark.slow
def test_everything_is_written_and_the_tables_are_those_returned(matched):
    assert _tables(matched.run.path) == ALL
    assert pl.read_parquet(matched.run.path / "heads.parquet").equals(matched.tables.heads)
    assert all(path.is_file() for path in matched.figures)
    assert {path.suffix for path in matched.figures} == {".pdf", ".png"}


@pytest.mark.slow
def test_one_property_alone_can_be_analysed(tmp_path):
    analysis = analyze(toy_model(), toy_dataset(), ["contact"], out=tmp_path / "run")
    assert analysis.tables.heads["property"].unique().to_list() == ["contact"]


@pytest.mark.parametrize("properties", [["contact"], ["binding_site", "amino_acid:C"]])
def test_a_run_without_all_amino_acids_has_no_similarity(tmp_path, properties):
    run = _extract(tmp_path / "run", *properties)
    tables = tabulate(run)
    write_tables(run, tables)
    assert tables.similarity is None
    assert tables.correlation is None
    assert _tables(run.path) == ALL - {"similarity.csv"}


def test_single_amino_acids_that_make_up_all_twenty_have_a_similarity(tmp_path):
    run = _extract(tmp_path / "run", *(f"amino_acid:{letter}" for letter in AMINO_ACIDS))
    assert len(tabulate(run).similarity) == 190


def test_one_run_gives_both_modes(tmp_path):
    run = _extract(tmp_path / "run", "contact")
    for mode in ("matched", "paper"):
        assert tabulate(run, mode=mode).heads["mode"].unique().to_list() == [mode]


CHOSEN = ("contact", "modification", "amino_acid")


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    return analyze(toy_model(), toy_dataset(), CHOSEN, out=tmp_path_factory.mktemp("paper") / "run", mode="paper")


@pytest.fixture(scope="module")
def matched(tmp_path_factory):
    return analyze(toy_model(), toy_dataset(), CHOSEN, out=tmp_path_factory.mktemp("matched") / "run")


@pytest.mark.slow
def test_the_files_hold_what_the_tables_hold(paper):
    heads = pl.read_parquet(paper.run.path / "heads.parquet")
    assert heads.equals(paper.tables.heads)
    assert_frame_equal(pl.read_csv(paper.run.path / "heads.csv", schema=heads.schema), heads)
    assert pl.read_parquet(paper.run.path / "tables" / "controls.parquet").equals(paper.tables.controls)
    for name in (f"{name}.csv" for name in NAMES):
        table = getattr(paper.tables, name.removesuffix(".csv"))
        assert_frame_equal(pl.read_csv(paper.run.path / "tables" / name, schema=table.schema), table)
    assert not list(paper.run.path.rglob(UNFINISHED))


@pytest.mark.slow
def test_the_tables_agree_with_each_other(paper):
    heads, layers, profile = paper.tables.heads, paper.tables.layers, paper.tables.profile
    for row in layers.iter_rows(named=True):
        of_layer = heads.filter(property=row["property"], layer=row["layer"])
        supported = of_layer.filter("supported")["alignment"]
        assert row["heads"] == len(supported)
        assert row["max_alignment"] == (supported.max() if len(supported) else None)
    arcs = heads.filter(property="amino_acid:A").select("layer", "head", "arcs")
    assert arcs["arcs"].to_list() == profile["arcs"].to_list(), "every protein carries amino acids: these are all arcs"
    hits = heads.filter(pl.col("property").str.starts_with("amino_acid:"))["hits"].sum()
    assert hits == paper.run.head_sums().amino_acids.sum()


@pytest.mark.slow
def test_calibration_above_the_threshold_is_the_matched_table(paper):
    heads = tabulate(paper.run).heads
    above = paper.tables.calibration.filter(pl.col("bin_low") >= paper.run.bins.threshold)
    for name in heads["property"].unique():
        bins, rows = above.filter(property=name), heads.filter(property=name)
        assert (bins["pairs"].sum(), bins["hits"].sum()) == (rows["arcs"].sum(), rows["hits"].sum())


@pytest.mark.slow
def test_a_matched_run_gives_the_same_paper_table_as_a_paper_run(matched, paper):
    assert tabulate(matched.run, mode="paper").heads.equals(paper.tables.heads)
    again = Run.open(matched.run.path)
    assert tabulate(again).heads.equals(matched.tables.heads)
    assert again.shards_done == [0]
    assert again.proteins()["id"].to_list() == toy_dataset().ids


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(tmp_path, paper):
    analyze(toy_model(), toy_dataset(), CHOSEN, out=tmp_path / "run", mode="paper")
    first, second = snapshot(paper.run.path), snapshot(tmp_path / "run")
    assert first == second


@pytest.mark.slow
def test_a_user_s_property_stands_beside_named_ones(tmp_path):
    class AfterGlycine:
        name, level = "after_glycine", "residue"

        def mask(self, protein):
            holds = np.array([False, *(letter == "G" for letter in protein.sequence[:-1])])
            return Mask(holds=holds, known=np.ones(len(protein), bool))

    analysis = analyze(toy_model(), toy_dataset(), ["amino_acid:C", AfterGlycine()], out=tmp_path / "run")
    assert analysis.tables.heads["property"].unique(maintain_order=True).to_list() == ["amino_acid:C", "after_glycine"]


NO_NETWORK = """
import socket

def refuse(*arguments, **options):
    raise AssertionError(f"the network was asked for: {arguments}")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
"""


OF_ANTIBODIES = {"antigen", "cdr", "disulfide"}
"""Properties for which the bundled mini dataset has no labels."""


@pytest.mark.slow
def test_the_command_without_options_finishes_without_network(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    (tmp_path / "work").mkdir()
    offline = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment = {**offline, "PYTHONPATH": str(tmp_path), "HF_HOME": str(tmp_path / "hub")}
    probe = [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"]
    assert b"the network was asked for" in subprocess.run(probe, env=environment, stderr=-1, check=False).stderr
    done = subprocess.run(
        [PROTLENS, "analyze"], cwd=tmp_path / "work", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    run = Run.open(tmp_path / "work" / "protlens-run")
    assert len(run.proteins()) == len(load_dataset())
    assert f"{len(load_dataset())} of {len(load_dataset())} proteins analysed" in done.stdout
    figures = {path.name for path in (run.path / "figures").iterdir()}
    assert f"Figures: protlens-run/figures ({len(figures)} files; " in done.stdout
    assert {f"{name}.{kind}" for name in ("summary", "amino_acids") for kind in ("pdf", "png")} <= figures
    assert {f"heads-{name}.pdf" for name in ("contact", "binding_site")} <= figures, "heads beyond their background"
    heads = pl.read_parquet(run.path / "heads.parquet")
    assert {name.partition(":")[0] for name in heads["property"]} == set(DEFAULT_FAMILIES) - OF_ANTIBODIES
    assert heads.filter(pl.col("property") == "amino_acid:Y", "supported")["alignment"].max() > 0.9
