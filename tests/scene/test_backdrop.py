"""Colours must stay apart for a colour-blind reader, and be seen on both grounds."""

import base64
import json
from itertools import combinations

import numpy as np
import pytest

from mvs import by_ref, check_scene, component_of, nodes_of
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.scene.backdrop import CARTOON, LIGANDS, NUCLEIC_ACIDS, OTHERS, SIDE_CHAINS, STYLE, base_scene
from protlens.scene.scene_structure import SceneStructure, structure_of_file, structure_of_protein

# Machado, Oliveira and Fernandes, 2009, doi:10.1109/TVCG.2009.113, at full severity; on linear RGB.
VISION = {
    "usual": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
ARCS = ("holds", "fails", "unknown")


def linear(color: str) -> np.ndarray:
    channels = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    ratio = XYZ @ np.clip(rgb, 0, 1) / (XYZ @ np.ones(3))
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: str, other: str, vision: str) -> float:
    matrix = np.array(VISION[vision])
    return float(np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other))))


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(XYZ[1] @ linear(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("pair", list(combinations(ARCS, 2)))
def test_arcs_stay_apart_under_every_colour_blindness(vision, pair):
    assert difference(STYLE[pair[0]], STYLE[pair[1]], vision) > 30


@pytest.mark.parametrize("vision", VISION)
def test_residues_of_a_property_stand_out_from_their_chain(vision):
    assert difference(STYLE["property"], STYLE["chain"], vision) > 35
    assert difference(STYLE["ligand"], STYLE["chain"], vision) > 25
    assert difference(STYLE["other"], STYLE["chain"], vision) > 10


@pytest.mark.parametrize("ground", ["#ffffff", "#14171a"])
@pytest.mark.parametrize("name", [*ARCS, "ligand"])
def test_what_is_thin_is_seen_on_a_light_and_on_a_dark_ground(ground, name):
    assert contrast(STYLE[name], ground) >= 3


def test_the_measures_above_can_fail():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert difference("#d00000", "#707000", "usual") > 30 > difference("#b00000", "#4f4f00", "protan")


def test_a_strong_arc_is_thicker_than_a_weak_one():
    thin, thick = STYLE["radius"]
    assert 0 < thin < thick


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
