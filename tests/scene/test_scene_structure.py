"""What a scene holds must lead back to the residues of the proteins; other readers are asked what it says."""

import gzip
from html import escape
from pathlib import Path

import gemmi
import numpy as np
import pytest

import pdb_lines
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.data.structures.ligands import NOT_LIGANDS
from protlens.errors import DatasetError
from protlens.scene.scene_structure import structure_of_file, structure_of_protein

FILES = [
    "1a8o.bcif.gz",
    "1ah1.cif.gz",
    "1bc8.pdb.gz",
    "1bx8.pdb.gz",
    "1crn.cif.gz",
    "1en2.cif.gz",
    "1mkk.pdb.gz",
    "1orc.cif.gz",
    "7hvp.pdb.gz",
]


def columns(text: str, category: str, *names: str) -> list[tuple[str, ...]]:
    table = gemmi.cif.read_string(text).sole_block().find(f"_{category}.", list(names))
    return [tuple("" if row[i] in ("?", ".") else row.str(i) for i in range(len(names))) for row in table]


def atoms_of(text: str, asym: str, atom: str) -> dict[int, tuple[str, np.ndarray]]:
    """Return for each ``label_seq_id`` the author's number, and the position, of one atom."""
    names = ["label_asym_id", "label_atom_id", "label_seq_id", "auth_seq_id", "pdbx_PDB_ins_code"]
    rows = columns(text, "atom_site", *names, "Cartn_x", "Cartn_y", "Cartn_z")
    return {
        int(row[2]): (row[3] + row[4], np.array(row[5:], np.float32))
        for row in rows
        if row[0] == asym and row[1] == atom
    }


@pytest.fixture
def structures(data_files: Path) -> Path:
    return data_files / "structures"


@pytest.mark.parametrize("name", FILES)
def test_residue_i_is_label_seq_id_i_plus_one(structures, name):
    proteins = read_structure(structures / name)
    scene = structure_of_file(structures / name, proteins)
    assert list(scene.asyms) == [protein.id for protein in proteins]
    for protein in proteins:
        found = atoms_of(scene.text, scene.asyms[protein.id], "CA")
        resolved = np.flatnonzero(np.isfinite(protein.ca).all(axis=1))
        assert sorted(found) == (resolved + 1).tolist()
        for position in resolved:
            number, point = found[position + 1]
            assert number == protein.residue_numbers[position]
            np.testing.assert_allclose(point, protein.ca[position], atol=6e-4)


@pytest.mark.parametrize("name", FILES)
def test_read_again_it_gives_the_same_proteins(structures, tmp_path, name):
    path = structures / name
    proteins = read_structure(path)
    scene = structure_of_file(path, proteins)
    (tmp_path / "again.cif").write_text(scene.text)
    for protein, again in zip(proteins, read_structure(tmp_path / "again.cif"), strict=True):
        assert (again.sequence, again.chain) == (protein.sequence, protein.chain)
        assert again.residue_numbers == protein.residue_numbers
        np.testing.assert_allclose(again.cb, protein.cb, atol=6e-4)


@pytest.mark.parametrize("name", FILES)
def test_the_cartoon_has_the_helices_and_strands_of_the_track(structures, name):
    proteins = read_structure(structures / name)
    scene = structure_of_file(structures / name, proteins)
    ends = ("beg_label_asym_id", "beg_label_seq_id", "end_label_seq_id")
    for category, states in (("struct_conf", "HGI"), ("struct_sheet_range", "E")):
        ranges = columns(scene.text, category, *ends)
        found = {(asym, number) for asym, start, end in ranges for number in range(int(start), int(end) + 1)}
        assert found == {
            (scene.asyms[protein.id], position + 1)
            for protein in proteins
            for position, state in enumerate(protein.tracks["dssp"])
            if state in states
        }


@pytest.mark.parametrize("name", FILES)
def test_water_and_what_is_of_the_experiment_is_left_out(structures, name):
    scene = structure_of_file(structures / name, read_structure(structures / name))
    assert NOT_LIGANDS.isdisjoint(
        name
        for asym, name in columns(scene.text, "atom_site", "label_asym_id", "label_comp_id")
        if asym in scene.ligands and name != "ACE"  # of the inhibitor in 7HVP
    )
    assert "HOH" not in scene.text


def test_dna_and_zinc_beside_the_protein(structures):
    scene = structure_of_file(structures / "1bc8.pdb.gz", read_structure(structures / "1bc8.pdb.gz"))
    components = dict(columns(scene.text, "atom_site", "label_asym_id", "label_comp_id"))
    assert len(scene.nucleic_acids) == 2
    assert {components[asym] for asym in scene.ligands} == {"ZN"}
    assert dict(columns(scene.text, "chem_comp", "id", "type"))["DA"] == "DNA linking"


def test_a_peptide_is_a_ligand_until_it_is_asked_for(structures):
    path = structures / "7hvp.pdb.gz"
    both = structure_of_file(path, read_structure(path))
    assert (len(both.asyms), both.others, len(both.ligands)) == (2, (), 1)
    inhibitor = structure_of_file(path, read_structure(path, chains=["C"]))
    assert (list(inhibitor.asyms), len(inhibitor.others), inhibitor.ligands) == (["7HVP.C"], 2, ())


def test_a_chain_that_is_not_asked_for_is_there_beside_the_others(structures):
    path = structures / "7hvp.pdb.gz"
    scene = structure_of_file(path, read_structure(path, chains=["B"]))
    assert set(scene.asyms.values()).isdisjoint(scene.others)
    assert len(scene.others) == 1
    texts = dict(columns(scene.text, "protlens_residue", "label_asym_id", "tooltip"))
    assert texts[scene.others[0]] == "Phe 99 A"
    assert texts[scene.asyms["7HVP.B"]] == "Phe 99 B"


def test_residues_are_called_by_amino_acid_and_component(structures):
    path = structures / "7hvp.pdb.gz"
    scene = structure_of_file(path, read_structure(path))
    rows = columns(scene.text, "protlens_residue", "label_asym_id", "label_seq_id", "tooltip")
    texts = {(asym, number): text for asym, number, text in rows}
    assert texts["A", "1"] == "Pro 1 A"
    assert texts["B", "67"] == "Ala 67 B (ABA)"
    assert [text for (asym, _), text in texts.items() if asym == "C"] == ["VME 6 C"]


def test_insertion_codes_are_part_of_the_name(structures):
    path = structures / "1orc.cif.gz"
    texts = columns(structure_of_file(path, read_structure(path)).text, "protlens_residue", "tooltip")
    assert ("Lys 56E A",) in texts


def test_side_chains_are_those_that_bind_or_are_modified(structures):
    path = structures / "7hvp.pdb.gz"
    proteins = read_structure(path)
    scene = structure_of_file(path, proteins)
    shown = {(asym, number) for asym, number, _ in scene.side_chains}
    assert shown == {
        (scene.asyms[protein.id], i + 1)
        for protein in proteins
        for i in range(len(protein))
        if "1" in (protein.tracks["binding_site"][i], protein.tracks["modification"][i])
    }
    atoms = {(asym, number): names for asym, number, names in scene.side_chains}
    assert set(atoms["A", 25]) == {"CA", "CB", "CG", "OD1", "OD2"}


def test_a_cut_protein_leaves_the_rest_of_its_chain_in_the_picture(structures):
    path = structures / "1crn.cif.gz"
    (whole,) = read_structure(path)
    scene = structure_of_file(path, [whole.cut(10)])
    assert len(atoms_of(scene.text, scene.asyms[whole.id], "CA")) == len(whole)


def test_a_protein_of_another_structure_is_refused(structures):
    stranger = read_structure(structures / "1orc.cif.gz")
    with pytest.raises(DatasetError, match=r"1ORC\.A.*no such chain"):
        structure_of_file(structures / "1crn.cif.gz", stranger)


def test_gaps_and_unknown_residues_keep_their_places(tmp_path):
    names = ["ALA", "UNK", *["GLY"] * 20]
    first = pdb_lines.chain(names[:1])[:-1]
    rest = pdb_lines.chain(names[1:], numbers=list(range(4, 25)), origin=(9.0, 0.0, 0.0))
    path = pdb_lines.write(tmp_path / "x.pdb", first, rest)
    proteins = read_structure(path)
    assert proteins[0].sequence[:5] == "AXXXG"
    scene = structure_of_file(path, proteins)
    assert sorted(atoms_of(scene.text, "A", "CA"))[:3] == [1, 4, 5]
    assert columns(scene.text, "entity_poly_seq", "mon_id")[:5] == [("ALA",), ("UNK",), ("UNK",), ("UNK",), ("GLY",)]


@pytest.mark.parametrize("name", ["'\"", "a b", "<script>alert(1)</script>", "/../x", 10_000 * "c"])
def test_odd_names_of_chains_are_kept_as_text(structures, tmp_path, name):
    block = gemmi.cif.read_string(gzip.decompress((structures / "1crn.cif.gz").read_bytes()).decode()).sole_block()
    column = block.find_values("_atom_site.auth_asym_id")
    for row in range(len(column)):
        column[row] = gemmi.cif.quote(name)
    path = tmp_path / "odd.cif"
    block.write_file(str(path))
    proteins = read_structure(path)
    scene = structure_of_file(path, proteins)
    assert set(columns(scene.text, "atom_site", "auth_asym_id")) == {(name,)}
    assert columns(scene.text, "protlens_residue", "tooltip")[0] == (f"Thr 1 {escape(name, quote=False)}",)
    assert list(scene.asyms.values()) == ["A"]


def protein(**changes) -> Protein:
    ca = np.arange(18, dtype=np.float32).reshape(6, 3)
    cb = ca + 1
    ca[2], cb[2], cb[4] = np.nan, np.nan, np.nan
    return Protein(**{"id": "p", "sequence": "AGXKLM", "ca": ca, "cb": cb, "tracks": {"dssp": "HHHHEC"}, **changes})


def test_a_protein_alone_gives_ca_and_cb():
    scene = structure_of_protein(protein())
    assert scene.asyms == {"p": "A"}
    assert sorted(atoms_of(scene.text, "A", "CA")) == [1, 2, 4, 5, 6]
    assert sorted(atoms_of(scene.text, "A", "CB")) == [1, 4, 6]
    assert atoms_of(scene.text, "A", "CA")[4][1].tolist() == [9, 10, 11]


def test_a_helix_ends_where_nothing_is_resolved():
    ends = ("beg_label_seq_id", "end_label_seq_id")
    assert columns(structure_of_protein(protein()).text, "struct_conf", *ends) == [("1", "2"), ("4", "4")]


def test_three_states_will_do_and_none_too():
    three = structure_of_protein(protein(tracks={"ss3": "CCCEEH"}))
    assert columns(three.text, "struct_sheet_range", "beg_label_seq_id") == [("4",)]
    assert columns(structure_of_protein(protein(tracks={})).text, "struct_conf", "id") == []


def test_numbers_that_are_none_give_way_to_positions():
    numbers = ("-3", "12B", "", "x;y", "1 2", "99999999999")
    scene = structure_of_protein(protein(residue_numbers=numbers, chain="odd 'name'"))
    found = [number for number, _ in atoms_of(scene.text, "A", "CA").values()]
    assert found == ["-3", "12B", "4", "5", "6"]
    assert ("Lys x;y odd 'name'",) in columns(scene.text, "protlens_residue", "tooltip")


@pytest.mark.parametrize("changes", [{"ca": None, "cb": None}, {"ca": np.full((6, 3), np.nan, np.float32), "cb": None}])
def test_a_protein_without_a_position_cannot_be_drawn(changes):
    with pytest.raises(DatasetError, match="no residue has a position"):
        structure_of_protein(protein(**changes))


def test_one_residue_is_enough():
    alone = Protein(id="one", sequence="B", ca=np.zeros((1, 3), np.float32))
    assert columns(structure_of_protein(alone).text, "atom_site", "label_comp_id", "label_atom_id") == [("ASX", "CA")]
