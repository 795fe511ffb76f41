"""Commands for ChimeraX: nothing but plain names and numbers, and the arrows of the scene."""

import re

import gemmi
import numpy as np
import pytest

from mvs import arrows_of
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.scene.backdrop import STYLE, base_scene
from protlens.scene.chimerax import chimerax_files
from protlens.scene.scene_structure import structure_of_file, structure_of_protein
from protlens.scene.with_arcs import Arc, ArcsOnChain, dress

HOSTILE = 'A"; exit; #<u>'


def files_of(chain, *, paired=False):
    points = np.array([[0, 0, 0], [3.8, 0, 0], [7.6, 0, 1]], np.float32)
    numbers = ("7", "7A", "9")
    protein = Protein(id="p", sequence="FWS", ca=points, chain=chain, residue_numbers=numbers)
    arcs = [Arc(0, 1, 0.9, 3.8, "holds"), Arc(2, 1, 0.5, 3.8, "fails")]
    names = [f"{name} {number} {chain}" for name, number in zip(("Phe", "Trp", "Ser"), numbers, strict=True)]
    places = [tuple(point) for point in points.tolist()]
    on_chain = ArcsOnChain(asym="A", names=names, points=places, marked=[1], arcs=arcs, paired=paired)
    scene = dress(base_scene(structure_of_protein(protein), [protein]), [on_chain], property_name="contact")
    return scene, chimerax_files(scene, structure="x.cif", arcs="x.bild")


def test_chains_property_and_what_is_attended_to_are_drawn_by_name():
    _, files = files_of("H")
    lines = files.commands.splitlines()
    assert "cartoon /H:7,7A,9" in lines
    assert f"color /H:7,7A,9 {STYLE['chain']}" in lines
    assert "show /H:7A atoms" in lines
    assert f"color /H:7A {STYLE['property']}" in lines
    assert 'label /H:7A residues text "Trp 7A H"' in lines
    assert lines.index("open x.cif format mmcif") < lines.index("open x.bild format bild")


def test_arcs_are_arrows_in_bild():
    scene, files = files_of("H")
    arrows = [line.split() for line in files.arcs.splitlines() if line.startswith(".arrow")]
    wanted = arrows_of(scene)
    assert re.findall(r"^\.transparency (.*)$", files.arcs, re.M) == ["0", "0.25"]
    assert len(arrows) == len(wanted) == 2
    for words, arrow in zip(arrows, wanted, strict=True):
        numbers = [float(word) for word in words[1:]]
        assert numbers[:6] == pytest.approx([*arrow["start"], *arrow["end"]], abs=1e-4)
        assert numbers[6:8] == [arrow["tube_radius"], arrow["end_cap_radius"]]
        length = np.linalg.norm(np.subtract(arrow["end"], arrow["start"]))
        assert (1 - numbers[8]) * length == pytest.approx(arrow["end_cap_length"], abs=0.01)


def test_pairs_without_direction_are_cylinders_from_end_to_end():
    scene, files = files_of("H", paired=True)
    lines = [line.split() for line in files.arcs.splitlines() if not line.startswith((".color", ".transparency"))]
    assert [words[0] for words in lines] == 2 * [".cylinder"]
    for words, pair in zip(lines, arrows_of(scene), strict=True):
        wanted = [*pair["start"], *pair["end"], pair["tube_radius"]]
        assert [float(word) for word in words[1:]] == pytest.approx(wanted, abs=1e-4)


def test_an_odd_name_of_a_chain_is_never_a_command():
    _, files = files_of(HOSTILE)
    assert "exit" not in files.commands
    assert re.search(r"^cartoon /A:7,7A,9$", files.commands, re.M)
    chains = gemmi.cif.read_string(files.structure).sole_block().find_values("_atom_site.auth_asym_id")
    assert set(chains) == {"A"}


@pytest.mark.parametrize("name", ["7hvp.pdb.gz", "1crn.cif.gz", "1bc8.pdb.gz"])
def test_a_label_at_a_side_chain_is_that_of_its_residue(data_files, name):
    path = data_files / "structures" / name
    protein = read_structure(path)[0]
    structure = structure_of_file(path, [protein])
    points = [None if np.isnan(end).any() else tuple(end.tolist()) for end in structure.ends[protein.id]]
    names = [f"{number} {protein.chain}" for number in protein.residue_numbers]
    base = base_scene(structure, [protein])
    for first in range(0, len(protein) - 3, 3):
        arcs = [Arc(at, at + 1, 0.9, None, "holds") for at in range(first, first + 3)]
        chain = ArcsOnChain(asym=structure.asyms[protein.id], names=names, points=points, marked=[], arcs=arcs)
        scene = dress(base, [chain], property_name="contact")
        commands = chimerax_files(scene, structure="x.cif", arcs="x.bild").commands
        for spec, number, letter in re.findall(r'^label (\S+) residues text "(\S+) (\S+)"$', commands, re.M):
            assert spec == f"/{letter}:{number}"
