from pathlib import Path

import polars as pl
import pytest

from protlens.analysis import analyze, tabulate, write_tables
from protlens.data.alphabet import AMINO_ACIDS
from protlens.extraction.run import extract
from protlens.properties.catalog import select_properties
from protlens.runs.store import Run
from toy import toy_dataset, toy_model

ALL = {"layers.csv", "centres.csv", "similarity.csv", "calibration.csv", "controls.csv", "profile.csv"}


def _extract(out: Path, *properties: str) -> Run:
    return extract(toy_model(), toy_dataset(), select_properties(toy_dataset(), properties), out=out)


def _tables(out: Path) -> set[str]:
    return {path.name for path in (out / "tables").iterdir()}


def test_everything_is_written_and_the_tables_are_those_returned(tmp_path):
    analysis = analyze(toy_model(), toy_dataset(), ["contact", "amino_acid"], out=tmp_path / "run")
    assert _tables(tmp_path / "run") == ALL
    assert pl.read_parquet(tmp_path / "run" / "heads.parquet").equals(analysis.tables.heads)
    assert all(path.is_file() for path in analysis.figures)
    assert {path.suffix for path in analysis.figures} == {".pdf", ".png"}


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
