"""``protlens view``: what it prints and writes, and how it refuses."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from commands import Command, snapshot
from mvs import check_scene, nodes_of
from protlens.cli.view import describe_view
from protlens.errors import ProtlensError
from protlens.scene.backdrop import STYLE
from protlens.structure_export import View, ViewTables


@pytest.fixture
def drawn(tmp_path: Path, data_files: Path, bert: Path, command: Command) -> Callable[..., list[str]]:
    """Draw crambin with a small model and return the lines that are printed."""

    def run(*arguments: object) -> list[str]:
        crambin = data_files / "structures" / "1crn.cif.gz"
        done = command("view", crambin, "--model", bert, *arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stderr == "drawing\n"
        return done.stdout.splitlines()

    return run


def test_it_says_what_it_drew(drawn, tmp_path):
    said = drawn("--head", "2-1", "--threshold", "0.05", "--arcs", "12", "-o", "made/x.mvsj")
    scene = json.loads((tmp_path / "made" / "x.mvsj").read_text())
    check_scene(scene)
    arrows = [node["params"] for node in nodes_of(scene, "primitive") if node["params"]["kind"] != "label"]
    contacts = sum(arrow["color"] == STYLE["holds"] for arrow in arrows)
    assert len(arrows) == 12
    assert said[0] == "Head 2-1 on 1CRN.A"
    assert said[1].startswith("12 of ")
    assert said[1].endswith(f" arcs of at least 0.05 drawn; contact holds for {contacts} of them")
    assert said[2:] == ["Written: made/x.mvsj"]
    assert list(snapshot(tmp_path)) == ["made", "made/x.mvsj"]


def test_the_kind_of_file_is_told_from_its_name_whatever_the_case(drawn, tmp_path):
    drawn("--head", "1-1", "-o", "X.PML")
    assert (tmp_path / "X.PML").read_text().startswith("# Attention upon a structure")


def test_the_same_command_writes_the_same_bytes(drawn, tmp_path):
    for name in ("a.mvsj", "b.mvsj", "a.pml", "b.pml"):
        drawn("--head", "1-2", "-o", name)
    files = snapshot(tmp_path)
    assert files["a.mvsj"] == files["b.mvsj"]
    assert files["a.pml"] == files["b.pml"]


def test_a_head_without_arcs_is_said_and_drawn_bare(drawn, tmp_path):
    said = drawn("--model", "mini-bert", "--head", "1-7", "--threshold", "0.95", "-o", "x.mvsj")
    assert said[1] == "No arc of at least 0.95: the file shows the structure alone"
    assert nodes_of(json.loads((tmp_path / "x.mvsj").read_text()), "primitives") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "x.cif"], "file x.cif: its name ends in '.cif'; allowed: .mvsj, .html, .pml"),
        (
            ["-o", "x.mvsj", "--chain", "B"],
            "it holds chain A: protein of 46 residues; allowed: A",
        ),
        (["-o", "x.mvsj", "--head", "3-1"], "head '3-1': "),
        (["-o", "x.mvsj", "--head", "12_4"], "allowed: LAYER-HEAD counted from one"),
        (["-o", "x.mvsj", "--threshold", "1.5"], "threshold 1.5; allowed: above 0 and below 1"),
        (["-o", "x.mvsj", "--arcs", "0"], "arcs 0; allowed: 1 or more"),
        (
            ["-o", "x.mvsj", "--property", "binding_site"],
            ".gz: none; allowed: contact, secondary_structure:KIND, amino_acid:KIND",
        ),
        (["-o", "x.mvsj", "--run", "nowhere"], "nowhere"),
    ],
)
def test_bad_input_is_one_line(tmp_path, data_files, bert, command, arguments, said):
    crambin = data_files / "structures" / "1crn.cif.gz"
    done = command("view", crambin, "--model", bert, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.removeprefix("drawing\n").splitlines()
    assert line.startswith("protlens: ")
    assert said in line
    assert snapshot(tmp_path) == {}


def test_what_was_left_out_is_told():
    view = View(
        path=Path("x.pml"),
        tables=ViewTables(arcs=pl.DataFrame()),
        head="1-2",
        proteins=("1ABC.A", "1ABC.B"),
        above=2000,
        complete=False,
        drawn=28,
        holds=3,
        unplaced=2,
        cut={"1ABC.B": 126},
    )
    assert describe_view(view, "contact", 0.1) == [
        "Head 1-2 on 1ABC.A, 1ABC.B",
        "1ABC.B: the first 126 residues were read, which is what the model takes",
        "28 of at least 2000 arcs of at least 0.1 drawn; contact holds for 3 of them",
        "2 of the strongest not drawn: a residue was not resolved",
        "Written: x.pml",
    ]


def test_chains_are_joined_where_that_is_asked_for(drawn, tmp_path, data_files, command):
    protease = data_files / "structures" / "7hvp.pdb.gz"
    done = command("view", protease, "--head", "3-4", "--join-chains", "-o", "x.mvsj", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    primitives = nodes_of(json.loads((tmp_path / "x.mvsj").read_text()), "primitive")
    ends = [node["params"]["tooltip"].split(",")[0].split(" → ") for node in primitives if "tooltip" in node["params"]]
    between = sum(query[-1] != key[-1] for query, key in ends)
    said = done.stdout.splitlines()
    assert said[0] == "Head 3-4 on 7HVP.A+B"
    assert said[1].startswith("30 of ")
    assert said[2] == f"{between} of these 30 arcs link two chains"
    assert between > 0


def test_without_a_name_the_file_is_called_after_the_structure(tmp_path, data_files, command, monkeypatch):
    def view(structure, *, out, **_):
        raise ProtlensError(f"{structure.name} would go to {out}")

    monkeypatch.setattr("protlens.view", view)
    done = command("view", data_files / "structures" / "1crn.cif.gz", cwd=tmp_path)
    assert done.stderr.splitlines()[-1] == "protlens: 1crn.cif.gz would go to 1crn.html"
