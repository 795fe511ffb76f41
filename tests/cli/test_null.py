"""``protlens null``: what it prints, writes and refuses."""

import re
import shutil
from dataclasses import replace

import polars as pl
import pytest

import protlens
from planted import planted_dataset
from protlens.cli.printed_nulls import print_nulls
from protlens.nulls.null_analysis import null
from protlens.number_text import bare_percent
from sharp import PLANTED, PROTEINS, sharp_model, sharp_run

pytestmark = pytest.mark.slow


@pytest.fixture
def place(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "place")


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    run = sharp_run(tmp_path_factory.mktemp("planted") / "run", properties=["contact", "amino_acid:W", "amino_acid:A"])
    options = {"model": sharp_model(), "dataset": planted_dataset(PROTEINS), "repeats": 2}
    return {kind: null(run, kind=kind, **options) for kind in ("rows", "labels")}


@pytest.mark.parametrize("kind", ["rows", "weights", "shuffled-weights"])
def test_the_command_makes_what_it_says_and_makes_it_once(place, command, kind):
    asked = ("null", "run", "--kind", kind, "--repeats", 2, "--model", "model", "--dataset", "tiny.fasta")
    done = command(*asked, cwd=place)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == [f"Null runs: run/nulls/{kind}", "Table of all heads: run/tables/nulls.csv"]
    assert "proteins: 4 of 4" in done.stderr
    assert sorted(path.name for path in (place / "run" / "nulls" / kind).iterdir()) == ["00000", "00001"]
    again = command(*asked, cwd=place)
    assert (again.stdout, again.stderr) == (done.stdout, "")


def test_what_a_kind_says_nothing_of_is_refused_in_one_line(place, command):
    done = command("null", "run", "--kind", "labels", "--model", "model", "--dataset", "tiny.fasta", cwd=place)
    assert done.returncode == 2
    assert re.fullmatch(r"protlens: properties for nulls of the kind 'labels': none of run run .*\n", done.stderr)
    assert command("null", "run", "--repeats", 0, cwd=place).stderr == "protlens: --repeats 0; allowed: 1 or more\n"
    assert not (place / "run" / "nulls").exists()


def test_the_table_fits_a_screen_and_has_the_numbers_of_the_table(planted, capsys):
    found = planted["rows"]
    print_nulls(found)
    printed = capsys.readouterr().out
    assert printed.startswith("fake on planted beside 2 null runs: rows shuffled")
    [row] = [line for line in printed.splitlines() if line.startswith("Contact")]
    [head] = found.tables.nulls.filter(property="contact", label=PLANTED).iter_rows(named=True)
    cells = re.split(r"\s{2,}", row.strip())
    assert cells[:2] == ["Contact", PLANTED]
    assert cells[4] == cells[7] == "0.33"
    assert cells[-1] == f"{head['null_findings']} of {head['null_heads']}"
    assert "at least 0.33 with so many" in printed
    assert "Left out" not in printed
    assert max(len(line.rstrip()) for line in printed.splitlines()[:12]) <= 130
    first, second = found.tables.amino_acids.iter_rows(named=True)
    assert [first["property"], second["property"]] == ["amino_acid:W", "amino_acid:A"]
    [row] = [line for line in printed.splitlines() if line.startswith("Ala (A)")]
    cells = re.split(r"\s{2,}", row.strip())
    assert cells[:3] == ["Ala (A)", second["label"], bare_percent(second["alignment"])]
    assert cells[5] == second["null_label"]
    assert cells[6:8] == [bare_percent(second["null_alignment"]), bare_percent(second["null_background"])]


def test_what_is_left_out_is_named(planted, capsys):
    print_nulls(planted["labels"])
    printed = capsys.readouterr().out
    assert "Left out, as these nulls say nothing of it: Trp (W) and Ala (A)" in printed
    assert "amino acid " not in printed


def test_null_heads_without_support_and_heads_without_support_are_told(planted, capsys):
    found, tables = planted["rows"], planted["rows"].tables
    bare = replace(tables, summary=tables.summary.with_columns(null_heads=0, p_best=pl.lit(None, pl.Float64)))
    print_nulls(protlens.NullAnalysis(found.run, "rows", bare, ()))
    assert "No null head has support, so that nothing can be compared: Contact" in capsys.readouterr().out
    none = replace(tables, summary=tables.summary.clear())
    print_nulls(protlens.NullAnalysis(found.run, "rows", none, ()))
    assert "No head of the run has support for any of these properties." in capsys.readouterr().out
