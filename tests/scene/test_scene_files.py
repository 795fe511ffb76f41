"""A scene as files: which there are, what they are called, and what is in them."""

import json

import numpy as np
import pytest

from protlens.data.protein import Protein
from protlens.scene.backdrop import base_scene
from protlens.scene.chimerax import chimerax_files
from protlens.scene.pymol import pymol_script
from protlens.scene.scene_files import plain_name, scene_files
from protlens.scene.scene_structure import structure_of_protein


@pytest.fixture
def scene():
    protein = Protein(id="p", sequence="FSX", ca=np.eye(3, dtype=np.float32))
    return base_scene(structure_of_protein(protein), [protein])


def test_a_state_and_a_script_are_one_file(scene):
    assert {name: json.loads(text) for name, text in scene_files(scene, "a b.mvsj").items()} == {"a b.mvsj": scene}
    assert scene_files(scene, "a b.PML") == {"a b.PML": pymol_script(scene)}


def test_commands_come_after_the_files_that_they_open_by_plain_names(scene):
    files = scene_files(scene, "x; exit.cxc")
    assert list(files) == ["x__exit.cif", "x__exit.bild", "x; exit.cxc"]
    assert files["x; exit.cxc"] == chimerax_files(scene, structure="x__exit.cif", arcs="x__exit.bild").commands
    assert "open x__exit.cif format mmcif" in files["x; exit.cxc"]


def test_a_plain_name_has_no_character_that_could_mean_something():
    assert plain_name("7HVP.A+B-3_4.x") == "7HVP.A_B-3_4.x"
    assert set(plain_name("../a b;<\N{GREEK SMALL LETTER ALPHA}>\n\"'")) <= set("._ab")
