"""The scene without attention must be what MolViewSpec allows, and hold what the other writers look for."""

import base64
import json

import numpy as np
import pytest

from mvs import by_ref, check_scene, component_of, nodes_of
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.scene.base import CARTOON, LIGANDS, NUCLEIC_ACIDS, OTHERS, SIDE_CHAINS, base_scene
from protlens.scene.structure import SceneStructure, structure_of_file, structure_of_protein
from protlens.scene.style import STYLE


def scene_of(path, chains=None):
    proteins = read_structure(path, chains=chains)
    structure = structure_of_file(path, proteins)
    return structure, base_scene(structure, proteins)


@pytest.mark.parametrize("name", ["1bc8.pdb.gz", "1ah1.cif.gz", "1mkk.pdb.gz", "7hvp.pdb.gz"])
def test_it_is_a_valid_state(data_files, name):
    _, scene = scene_of(data_files / "structures" / name)
    check_scene(scene)


def test_it_holds_the_structure_itself(data_files):
    structure, scene = scene_of(data_files / "structures" / "1crn.cif.gz")
    (download,) = nodes_of(scene, "download")
    head, _, packed = download["params"]["url"].partition(",")
    assert head == "data:chemical/x-cif;base64"
    assert base64.b64decode(packed).decode() == structure.text
    assert "http" not in json.dumps(scene)


def test_analysed_chains_are_one_cartoon_and_others_paler(data_files):
    structure, scene = scene_of(data_files / "structures" / "7hvp.pdb.gz", chains=["B"])
    assert component_of(scene, CARTOON)["params"]["selector"] == [{"label_asym_id": structure.asyms["7HVP.B"]}]
    assert component_of(scene, OTHERS)["params"]["selector"] == [{"label_asym_id": structure.others[0]}]
    colors = {ref: by_ref(scene, ref)["children"][0]["params"]["color"] for ref in (CARTOON, OTHERS, LIGANDS)}
    assert colors == {CARTOON: STYLE["chain"], OTHERS: STYLE["other"], LIGANDS: STYLE["ligand"]}


def test_chains_of_one_structure_are_drawn_together(data_files):
    structure, scene = scene_of(data_files / "structures" / "7hvp.pdb.gz")
    selector = component_of(scene, CARTOON)["params"]["selector"]
    assert selector == [{"label_asym_id": asym} for asym in structure.asyms.values()]
    assert len(selector) == 2
    assert component_of(scene, SIDE_CHAINS)["params"]["selector"][0].keys() == {
        "label_asym_id",
        "label_seq_id",
        "label_atom_id",
    }


def test_dna_is_a_cartoon_in_the_colour_of_ligands(data_files):
    _, scene = scene_of(data_files / "structures" / "1bc8.pdb.gz")
    drawn = by_ref(scene, NUCLEIC_ACIDS)
    assert drawn["params"]["type"] == "cartoon"
    assert drawn["children"][0]["params"]["color"] == STYLE["ligand"]


def test_a_protein_alone_is_a_cartoon_and_nothing_else():
    protein = Protein(id="p", sequence="AG", ca=np.eye(2, 3, dtype=np.float32))
    scene = base_scene(structure_of_protein(protein), [protein])
    check_scene(scene)
    assert [node["ref"] for node in nodes_of(scene, "representation")] == [CARTOON]


def test_the_same_structure_gives_the_same_scene():
    protein = Protein(id="p", sequence="A", ca=np.zeros((1, 3), np.float32))
    structure = SceneStructure("data_x", {"p": "A"})
    assert base_scene(structure, [protein]) == base_scene(structure, [protein])
