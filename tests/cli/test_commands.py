"""The commands that succeed: what they print, where, and what they leave behind."""

import json
import os
import pickle
import pty
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import lmdb
import polars as pl
import pytest

from commands import ENVIRONMENT, PROTLENS, TINY, snapshot
from protlens.data.catalog import DATASETS
from protlens.data.dataset import Dataset
from protlens.models.catalog import CATALOG
from protlens.naming import property_title
from protlens.number_text import bare_percent
from protlens.runs.store import Run

IMPORTS = {
    "flip": (["flip_ss"], 6, "ss3"),
    "proteinnet": (["proteinnet.txt.gz"], 2, ""),
    "tape-json": (["provis.jsonl.gz"], 3, "paper_"),
    "bindpredict": (["bindpredict"], 4, "binding_site:metal"),
    "uniprot-sites": (["uniprot_sites.fasta", "--labels", "uniprot_sites.tsv"], 6, "modification:"),
    "fasta": (["uniprot_sites.fasta"], 6, ""),
}


def succeeded(done: subprocess.CompletedProcess) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("file_format", IMPORTS)
def test_import_of_every_format(tmp_path, command, data_files, file_format):
    arguments, proteins, track = IMPORTS[file_format]
    paths = [word if word.startswith("--") else str(data_files / word) for word in arguments]
    done = command("dataset", "import", file_format, *paths, "-o", "made/x.parquet", cwd=tmp_path)
    data = Dataset.read(tmp_path / "made" / "x.parquet")
    assert len(data) == proteins
    said = (
        f"made/x.parquet: {proteins} proteins, {sum(data.lengths)} residues; tracks: {', '.join(data.tracks) or 'none'}"
    )
    assert succeeded(done).strip() == said.strip()
    assert done.stderr == ""
    assert track in done.stdout
    assert list(snapshot(tmp_path)) == ["made", "made/x.parquet"]


def test_records_that_are_left_out_are_lines_on_standard_error(tmp_path, command):
    (tmp_path / "a.fasta").write_text(">a\nMK*T\n>b\nMKT*\n")
    done = command("dataset", "import", "fasta", "a.fasta", "-o", "x.parquet", cwd=tmp_path)
    assert succeeded(done) == "x.parquet: 1 proteins, 3 residues; tracks: none\n"
    assert done.stderr == "left out a.fasta, line 1: record 'a' has a stop, '*', as letter 3\n"


def test_import_of_lmdb(tmp_path, command):
    environment = lmdb.open(str(tmp_path / "tape.lmdb"), subdir=False, lock=False)
    with environment, environment.begin(write=True) as transaction:
        transaction.put(b"num_examples", pickle.dumps(2))
        for index, sequence in enumerate(("MKTAY", "ACD")):
            transaction.put(str(index).encode(), pickle.dumps({"id": f"p{index}", "primary": sequence}))
    done = command("dataset", "import", "tape-lmdb", "tape.lmdb", "-o", "x.parquet", cwd=tmp_path)
    assert succeeded(done).startswith("x.parquet: 2 proteins, 8 residues")


def test_import_with_a_label_table(place, command):
    (place / "labels.tsv").write_text("id\tposition\tlabel\none\t3\thinge\none\t33\thinge\n")
    succeeded(
        command("dataset", "import", "fasta", "tiny.fasta", "--labels", "labels.tsv", "-o", "x.parquet", cwd=place)
    )
    one, two = Dataset.read(place / "x.parquet")
    assert [position for position, mark in enumerate(one.tracks["hinge"]) if mark == "1"] == [2, 32]
    assert "hinge" not in two.tracks


def test_build_from_every_kind_of_structure_file(tmp_path, command, data_files):
    names = ["1a8o.bcif.gz", "1crn.cif.gz", "1bx8.pdb.gz"]
    done = command("dataset", "build", *(data_files / "structures" / n for n in names), "-o", "x.parquet", cwd=tmp_path)
    data = Dataset.read(tmp_path / "x.parquet")
    assert [name[:4] for name in data.ids] == ["1A8O", "1CRN", "1BX8"]
    assert succeeded(done) == f"x.parquet: 3 chains, {sum(data.lengths)} residues; 0 files skipped\n"
    described = succeeded(command("dataset", "info", "x.parquet", cwd=tmp_path))
    assert f"fingerprint {data.fingerprint()}" in described
    assert all(track in described for track in data.tracks)


def test_build_keeps_one_of_the_copies_and_says_so(tmp_path, command, data_files):
    arguments = ["dataset", "build", *(data_files / "structures" / n for n in ("7hvp.pdb.gz", "1crn.cif.gz"))]
    done = command(*arguments, "-o", "x.parquet", cwd=tmp_path)
    assert "1 copies left out" not in succeeded(done)
    assert "x.parquet: 2 chains, 145 residues; 0 files skipped\n1 copy left out" in done.stdout
    assert "left out beside 7HVP.A: 7HVP.B (identical)" in done.stderr
    done = command(*arguments, "-o", "x.parquet", "--all", cwd=tmp_path)
    assert "3 chains" in succeeded(done)
    assert "3 proteins in 2 clusters of similar sequence" in done.stdout
    assert "left out" not in done.stdout + done.stderr


def test_lists_name_everything_in_the_catalogs(tmp_path, command):
    datasets, models = (succeeded(command(kind, "list", cwd=tmp_path)) for kind in ("dataset", "models"))
    assert [name for name in DATASETS if not re.search(rf"^{name} ", datasets, re.MULTILINE)] == []
    assert [name for name in CATALOG if not re.search(rf"^{name} ", models, re.MULTILINE)] == []
    assert re.search(r"^mini-bert +6 x 8 +2\.8 M +11 +bundled +CC BY 4\.0 *$", models, re.MULTILINE)
    assert "not here" in models
    assert max(len(line.rstrip()) for line in models.splitlines()) <= 80


@pytest.mark.parametrize("name", list(CATALOG))
def test_info_of_every_model(tmp_path, command, name):
    spec = CATALOG[name]
    said = succeeded(command("models", "info", name, cwd=tmp_path))
    assert f"{spec.layers} layers of {spec.heads} heads" in said
    assert spec.licence in said
    assert all(head.label in said for head in spec.published)


def test_info_of_a_folder(tmp_path, command, bert):
    said = succeeded(command("models", "info", bert, cwd=tmp_path))
    assert "family: bert, protlens' own adapter" in said
    assert "left aside, of heads: cls.predictions.bias" in said
    assert "attends to: all residues, in every layer" in said
    assert "left aside" not in succeeded(command("models", "info", bert, "--no-load", cwd=tmp_path))


def test_check_of_a_good_model_and_of_one_that_fails(tmp_path, command, bert, monkeypatch):
    done = command("models", "check", bert, cwd=tmp_path)
    assert "FAILED" not in succeeded(done)
    rounding = r"(0\.0e\+00|\d\.\de-0[5-9])"  # some processors add in another order
    assert re.search(rf"^ *2 +{rounding} +(0\.0|<0\.01) +{rounding}$", done.stdout, re.MULTILINE)
    both = succeeded(command("models", "check", bert, "--dtype", "bfloat16", cwd=tmp_path))
    assert [line.split()[-1] for line in both.splitlines() if line.startswith("Checks of")] == ["float32", "bfloat16"]
    monkeypatch.setattr("protlens.models.check.TOLERANCE", {"float32": -1.0})
    done = command("models", "check", bert, cwd=tmp_path)
    assert done.returncode == 1
    assert "FAILED" in done.stdout


def test_version_and_help_without_arguments(tmp_path, command):
    assert re.fullmatch(r"protlens \d+\.\d+\.\d+\S*\n", succeeded(command("--version", cwd=tmp_path)))
    done = command(cwd=tmp_path)
    assert done.returncode == 2
    assert "analyze" in done.stdout + done.stderr


@pytest.fixture
def made(place, command, bert, data_files):
    """A folder with a small dataset of real chains, all labels on it."""
    names = ["1crn.cif.gz", "1a8o.cif.gz", "1mkk.pdb.gz", "1bx8.pdb.gz"]
    files = [data_files / "structures" / name for name in names]
    succeeded(command("dataset", "build", *files, "-o", "chains.parquet", cwd=place))
    return place


@pytest.mark.slow
def test_analyze_with_every_option(made, command, bert):
    arguments = ["analyze", "--model", bert, "--dataset", "chains.parquet", "--out", "deep/run", "--seed", "7"]
    arguments += [
        "--properties",
        "contact, amino_acid:C,contact",
        "--threshold",
        "0.25",
        "--mode",
        "paper",
        "--limit",
        3,
    ]
    arguments += ["--max-length", "50", "--contact-atom", "ca", "--device", "cpu", "--dtype", "bfloat16"]
    done = command(*arguments, "--keep-arcs", "0.2", "--resume", cwd=made)
    succeeded(done)
    run = Run.open(made / "deep" / "run")
    kept = run.manifest.options
    assert {**kept, "definitions": None} == {
        "threshold": 0.25,
        "max_length": 50,
        "limit": 3,
        "seed": 7,
        "keep_arcs": 0.2,
        "shard_residues": 16384,
        "definitions": None,
    }
    assert "CA" in kept["definitions"][0]
    assert run.manifest.model["dtype"] == "bfloat16"
    assert list(run.manifest.properties) == ["contact", "amino_acid:C"]
    assert len(run.proteins()) == 3
    assert run.proteins()["residues"].max() == 50
    assert run.arcs()["weight"].min() >= 0.2
    heads = pl.read_parquet(run.path / "heads.parquet")
    assert heads["mode"].unique().to_list() == ["paper"]
    assert heads["threshold"].unique().to_list() == [0.25]
    for word in ("attention >= 0.25, paper mode", "3 of 3 proteins analysed", "of them cut after 50 residues"):
        assert word in done.stdout


def _by_verdict(row):
    """Sort heads as they are named: by verdict, by the lower end of the lift over what they are set against, ..."""
    low = row["control_lift_low"]
    if low is None and row["ci_low"] is not None and row["background"]:
        low = row["ci_low"] / row["background"]
    verdicts = ("beyond_control", "beyond_background", "neither")
    return verdicts.index(row["verdict"]), -float("-inf" if low is None else low), -row["alignment"]


@pytest.mark.slow
def test_the_full_summary_is_the_table_in_short(tmp_path, command):
    asked = ["--dataset", "pdb-mini", "--limit", "30", "--properties", "contact,modification,amino_acid"]
    done = command("analyze", *asked, "--out", "run", "--full", cwd=tmp_path)
    heads = pl.read_parquet(tmp_path / "run" / "heads.parquet")
    lines = [re.split(r" {2,}", line)[:3] for line in succeeded(done).splitlines()]
    shown = [cells for cells in lines if len(cells) == 3 and re.fullmatch(r"\d+-\d+", cells[1])]
    supported = sorted(heads.filter("supported").iter_rows(named=True), key=_by_verdict)
    best = {
        name: [row for row in supported if row["property"] == name][: 1 if ":" in name else 3]
        for name in heads["property"].unique(maintain_order=True)
    }
    expected = [
        [property_title(name), row["label"], bare_percent(row["alignment"])]
        for name, rows in best.items()
        for row in rows
    ]
    assert expected
    assert shown == expected
    missing = [property_title(name) for name, rows in best.items() if not len(rows)]
    said = [line for line in done.stdout.splitlines() if line.startswith("No head with support: ")]
    assert said == ([f"No head with support: {', '.join(missing)}"] if missing else [])
    figures = list((tmp_path / "run" / "figures").iterdir())
    assert done.stdout.splitlines()[-4:] == [
        "Files: run (heads.csv: all heads)",
        "In words, as one file: protlens report run",
        "Look at it: protlens serve run",
        f"Figures: run/figures ({len(figures)} files; all others: protlens figures run)",
    ]
    pace = r"\d+, (\d+/s|[\d.]+ s each), 0 s left"
    steps = ["reading pdb-mini", "loading mini-bert", rf"proteins: \d+ of {pace}", "making the tables"]
    assert re.fullmatch("\n".join([*steps, rf"figures: \d+ of {pace}\n"]), done.stderr)
    _check_page(succeeded(command("analyze", *asked, "--out", "run", cwd=tmp_path)), best)


def _check_page(page, best):
    """See to it that the page of one screen shows the best head of each property that is beyond its background."""
    lines = page.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 40
    rows = [re.fullmatch(r"  ( *)(\S.*?) +(\d+-\d+) +(\S+) .*", line) for line in lines]
    shown = {(row[2], row[3], row[4]) for row in rows if row}
    first = {name: rows[0] for name, rows in best.items() if rows and rows[0]["verdict"].startswith("beyond")}
    wanted = {
        (property_title(name).rpartition(": ")[2], row["label"], bare_percent(row["alignment"]))
        for name, row in first.items()
    }
    assert shown <= wanted
    assert {row for row in wanted if "(" not in row[0]} <= shown
    letters = [row for row in wanted if "(" in row[0]]
    assert len([row for row in shown if "(" in row[0]]) == min(3, len(letters))


@pytest.mark.slow
def test_the_result_is_there_before_its_figures_which_can_be_drawn_later(tmp_path, command, finished, monkeypatch):
    place = Path(shutil.copytree(finished, tmp_path / "place"))
    shutil.rmtree(place / "run" / "figures")
    done = command(*TINY, "--figures", "none", "--resume", cwd=place)
    assert "2 of 2 proteins analysed" in succeeded(done)
    assert (place / "run" / "summary.txt").read_text() == done.stdout
    words = (place / "run" / "command.txt").read_text()
    assert words == f"protlens {' '.join(TINY)} --figures none\n"
    assert not (place / "run" / "figures").exists()
    done = command("figures", "run", "--figures", "top", cwd=place)
    assert succeeded(done) == "Figures: run/figures (4 files; all others: protlens figures run)\n"
    succeeded(command("figures", "run", cwd=place))
    assert snapshot(place / "run" / "figures") == snapshot(finished / "run" / "figures")
    monkeypatch.setattr("protlens.analysis.draw_figures", lambda *_, **__: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        command(*TINY, cwd=place)


@pytest.mark.slow
def test_resuming_a_finished_run_computes_nothing_anew_and_fresh_does(tmp_path, command, finished):
    place = Path(shutil.copytree(finished, tmp_path / "place"))
    sums = place / "run" / "shards" / "00000" / "counts.parquet"
    stamp, before = sums.stat().st_mtime_ns, snapshot(finished / "run")
    succeeded(command(*TINY, "--resume", cwd=place))
    assert sums.stat().st_mtime_ns == stamp
    succeeded(command(*TINY, "--fresh", cwd=place))
    assert sums.stat().st_mtime_ns > stamp
    after = snapshot(place / "run")
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= {"sources.json", "files.json"}  # which tell where the copy lies
    assert before.keys() == after.keys()


@pytest.mark.slow
def test_fresh_takes_other_options_in_the_same_directory(tmp_path, command, finished):
    arguments = [*TINY, "--threshold", "0.4", "--properties", "amino_acid:A"]
    place = Path(tmp_path / "place")
    (place / "model").parent.mkdir()
    (place / "model").symlink_to(finished / "model")
    (place / "tiny.fasta").symlink_to(finished / "tiny.fasta")
    succeeded(command(*TINY, cwd=place))
    succeeded(command(*arguments, "--fresh", cwd=place))
    run = Run.open(place / "run")
    assert list(run.manifest.properties) == ["amino_acid:A"]
    assert json.loads((place / "run" / "manifest.json").read_text())["options"]["threshold"] == 0.4
    assert not (place / "run" / "tables" / "similarity.csv").exists(), "it belongs to the run before"


@pytest.mark.slow
def test_a_bar_on_a_terminal(place, bert):
    """The bar is drawn on standard error, where a terminal is, and results go to standard output alone."""
    terminal, side = pty.openpty()
    environment = {**ENVIRONMENT, "TERM": "xterm-256color", "COLUMNS": "100"}
    arguments = ["analyze", "--model", bert, "--dataset", "tiny.fasta", "--properties", "amino_acid:A"]
    started = subprocess.Popen([PROTLENS, *arguments], cwd=place, env=environment, stdout=subprocess.PIPE, stderr=side)
    os.close(side)
    drawn = b"".join(iter(partial(_read, terminal), b"")).decode()
    os.close(terminal)
    results, _ = started.communicate(timeout=60)
    assert started.returncode == 0
    assert "proteins" in drawn
    assert "2/2" in drawn
    assert "\x1b[" in drawn
    assert b"\x1b" not in results
    assert b"2 of 2 proteins analysed, 62 residues" in results.splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the last process has closed its side
        return b""
