"""Scripts for PyMOL: parsed here, and run by PyMOL where it is installed."""

import ast
import base64
import json
import os
import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mvs import arrows_of
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.scene.backdrop import STYLE, base_scene
from protlens.scene.pymol import pymol_script
from protlens.scene.scene_structure import structure_of_file, structure_of_protein
from protlens.scene.with_arcs import Arc, ArcsOnChain, dress, opacity

PYMOL = shutil.which("pymol")
in_pymol = pytest.mark.skipif(PYMOL is None, reason="PyMOL is not installed (apt-get install pymol)")
HOSTILE = "x'\"\npython end\ncmd.quit()\n/* <script>alert(1)</script> */ ; @/etc/passwd"

REPORT = """
import json
from pymol import cmd
report = {"atoms": {n: cmd.count_atoms(n) for n in cmd.get_names("selections")}, "objects": cmd.get_names("objects")}
report["shown"] = {s: cmd.count_atoms("rep " + s) for s in ("cartoon", "sticks", "lines")}
json.dump(report, open("report.json", "w"))
cmd.ray(200, 150)
cmd.png("picture.png")
"""


def points(protein: Protein) -> list[tuple[float, float, float] | None]:
    return [None if np.isnan(point).any() else tuple(point.tolist()) for point in protein.ca]


def on_chain(protein: Protein, asym: str) -> ArcsOnChain:
    arcs = [Arc(0, 20, 0.9, 7.0, "holds"), Arc(5, 30, 0.5, 20.0, "fails"), Arc(6, 30, 0.4, None, "unknown")]
    names = [f"{number} {protein.chain}" for number in range(len(protein))]
    return ArcsOnChain(asym=asym, names=names, points=points(protein), marked=[24, 25], arcs=arcs)


def scene_of(path: Path) -> dict:
    proteins = read_structure(path)
    structure = structure_of_file(path, proteins)
    chains = [on_chain(protein, structure.asyms[protein.id]) for protein in proteins]
    return dress(base_scene(structure, proteins), chains, property_name="binding_site")


def hostile_scene(path: Path) -> dict:
    protein = replace(read_structure(path)[0], chain=HOSTILE, id=HOSTILE)
    structure = structure_of_protein(protein)
    return dress(base_scene(structure, [protein]), [on_chain(protein, "A")], property_name=HOSTILE)


def program_of(script: str) -> str:
    """Return the Python of a script, having checked that there is nothing else in it."""
    before, program, after = re.fullmatch(r"(.*?)^python\n(.*?)^python end\n(.*)", script, re.M | re.S).groups()
    assert all(line.startswith("#") for line in before.splitlines())
    assert after == ""
    ast.parse(program)
    return program


def data_of(script: str) -> dict:
    (packed,) = re.findall(r'b64decode\("""\n(.*?)\n"""\)', program_of(script), re.S)
    return json.loads(zlib.decompress(base64.b64decode(packed)))


@pytest.fixture
def protease(data_files: Path) -> dict:
    return scene_of(data_files / "structures" / "7hvp.pdb.gz")


def test_every_part_is_a_selection_by_number(protease):
    parts = {part["name"]: part for part in data_of(pymol_script(protease))["parts"]}
    assert list(parts) == ["chains", "ligands", "side_chains", "attended", "property"]
    assert len(parts["chains"]["atoms"]) == 1516  # both chains, as PyMOL counts them in the deposited file
    assert len(parts["ligands"]["atoms"]) == 61
    assert set(parts["side_chains"]["atoms"]) < set(parts["chains"]["atoms"])
    assert {part["color"] for part in parts.values()} == {
        STYLE[name].replace("#", "0x") for name in ("chain", "ligand", "attended", "property")
    }


def test_property_residues_are_all_their_atoms(data_files, protease):
    parts = {part["name"]: part for part in data_of(pymol_script(protease))["parts"]}
    assert len(parts["property"]["atoms"]) == 2 * (8 + 7)  # Asp 25 and Thr 26, in both chains


def test_pairs_without_direction_are_cylinders_from_end_to_end(data_files):
    protein = read_structure(data_files / "structures" / "1crn.cif.gz")[0]
    pairs = replace(on_chain(protein, "A"), paired=True)
    scene = dress(base_scene(structure_of_protein(protein), [protein]), [pairs], property_name="contact")
    drawn = [values for arcs in data_of(pymol_script(scene))["arcs"].values() for values in arcs]
    shapes = np.reshape(drawn, (-1, 2 + 14))
    assert len(shapes) == 3
    for shape, pair in zip(shapes, arrows_of(scene), strict=True):
        assert shape[2] == 9
        assert shape[3:9].tolist() == [*pair["start"], *pair["end"]]
        assert shape[9] == pair["tube_radius"]


def test_arcs_are_arrows_one_object_a_class(protease):
    arcs = data_of(pymol_script(protease))["arcs"]
    assert list(arcs) == ["arcs_holds", "arcs_fails", "arcs_unknown"]
    arrows = arrows_of(protease)
    for name, values in arcs.items():
        shapes = np.reshape(values, (-1, 2 + 14 + 17))
        mine = [arrow for arrow in arrows if arrow["color"] == STYLE[name.removeprefix("arcs_")]]
        assert len(shapes) == len(mine) == 2
        for shape, arrow in zip(shapes, mine, strict=True):
            alpha, cylinder, cone = shape[:2], shape[2:16], shape[16:]
            assert alpha.tolist() == [25, opacity(float(arrow["tooltip"].split(", ")[1]))]
            assert (cylinder[0], cone[0]) == (9, 27)
            assert cylinder[1:4].tolist() == arrow["start"]
            assert cone[4:7].tolist() == arrow["end"]
            assert cylinder[4:7].tolist() == cone[1:4].tolist()
            assert np.linalg.norm(cone[4:7] - cone[1:4]) == pytest.approx(arrow["end_cap_length"])
            assert (cylinder[7], cone[7], cone[8]) == (arrow["tube_radius"], arrow["end_cap_radius"], 0)
            assert [round(255 * value) for value in cylinder[8:11]] == list(bytes.fromhex(arrow["color"][1:]))
            assert cylinder[8:11].tolist() == cylinder[11:].tolist() == cone[9:12].tolist()


def test_no_name_is_in_the_script(data_files):
    plain = pymol_script(scene_of(data_files / "structures" / "1crn.cif.gz"))
    hostile = pymol_script(hostile_scene(data_files / "structures" / "1crn.cif.gz"))
    strip = re.compile(r'b64decode\("""\n[A-Za-z0-9+/=\n]+\n"""\)')
    assert strip.sub("", plain) == strip.sub("", hostile)
    assert "script>" in data_of(hostile)["structure"]


def test_a_chain_without_its_backbone_is_traced(data_files):
    protein = read_structure(data_files / "structures" / "1crn.cif.gz")[0]
    alone = base_scene(structure_of_protein(protein), [protein])
    assert data_of(pymol_script(alone))["trace"] == 1
    assert data_of(pymol_script(alone))["arcs"] == {}
    assert data_of(pymol_script(scene_of(data_files / "structures" / "1crn.cif.gz")))["trace"] == 0


def run_in_pymol(script: str, folder: Path) -> dict:
    (folder / "scene.pml").write_text(script)
    (folder / "report.py").write_text(REPORT)
    environment = {**os.environ, "PATH": f"{Path(PYMOL).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [PYMOL, "-cqk", "scene.pml", "report.py"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return json.loads((folder / "report.json").read_text())


@in_pymol
def test_it_draws_the_scene(protease, tmp_path):
    report = run_in_pymol(pymol_script(protease), tmp_path)
    assert report["objects"] == ["structure", "arcs_holds", "arcs_fails", "arcs_unknown", "labels"]
    assert report["atoms"] == {"chains": 1516, "ligands": 61, "side_chains": 114, "property": 30}
    assert report["shown"] == {"cartoon": 1516, "sticks": 61 + 114, "lines": 0}


@in_pymol
def test_the_picture_has_the_colours_of_arcs_and_ligand(protease, tmp_path):
    from matplotlib.image import imread

    run_in_pymol(pymol_script(protease), tmp_path)
    red, green, blue = np.moveaxis(imread(tmp_path / "picture.png")[..., :3], -1, 0)
    assert ((red > 2 * blue) & (red > 1.5 * green) & (red > 0.3)).sum() > 50  # arcs that fail, orange
    assert ((green > 1.3 * blue) & (green > 2 * red) & (green > 0.2)).sum() > 50  # the inhibitor, green
    assert ((blue > 1.3 * green) & (green > 1.3 * red) & (blue > 0.2)).sum() > 50  # arcs that hold, blue


@in_pymol
def test_a_trace_of_ca_is_drawn(data_files, tmp_path):
    protein = read_structure(data_files / "structures" / "1crn.cif.gz")[0]
    report = run_in_pymol(pymol_script(base_scene(structure_of_protein(protein), [protein])), tmp_path)
    assert report["objects"] == ["structure"]
    assert report["shown"]["cartoon"] == report["atoms"]["chains"] > len(protein)


@in_pymol
def test_hostile_names_run_nothing(data_files, tmp_path):
    report = run_in_pymol(pymol_script(hostile_scene(data_files / "structures" / "1crn.cif.gz")), tmp_path)
    assert report["objects"] == ["structure", "arcs_holds", "arcs_fails", "arcs_unknown", "labels"]
