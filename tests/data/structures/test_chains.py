import gzip
import json
from dataclasses import replace

import gemmi
import numpy as np
import pytest

from pdb_lines import atom, chain, write
from protlens.data.structures import chains
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError

ALANINES = ["ALA"] * 25


@pytest.fixture
def files(data_files):
    return data_files / "structures"


def same(one, other):
    for field in ("id", "sequence", "tracks", "residue_numbers", "chain", "annotations"):
        assert getattr(one, field) == getattr(other, field), field
    np.testing.assert_array_equal(one.ca, other.ca)
    np.testing.assert_array_equal(one.cb, other.cb)


def test_each_chain_is_a_protein_and_a_peptide_is_not(files):
    assert [protein.id for protein in read_structure(files / "7hvp.pdb.gz")] == ["7HVP.A", "7HVP.B"]


def test_chains_are_chosen_by_the_authors_name_and_peptides_by_naming_them(files):
    (peptide,) = read_structure(files / "7hvp.pdb.gz", chains={"C"})
    assert peptide.sequence == "SLNXIX"
    assert [p.chain for p in read_structure(files / "7hvp.pdb.gz", chains=["B", "A"])] == ["A", "B"]


def test_a_chain_that_is_not_there_is_named_with_those_that_are(files):
    with pytest.raises(FileFormatError, match=r"chain D, Z of structure .*allowed: A, B, C"):
        read_structure(files / "7hvp.pdb.gz", chains={"A", "D", "Z"})


def test_a_chain_without_a_name_is_called_by_the_entry(tmp_path):
    (protein,) = read_structure(write(tmp_path / "mine.pdb", chain(ALANINES, chain=" ")))
    assert (protein.id, protein.chain) == ("mine", "")


def test_labels_of_the_papers_example(files):
    protein = read_structure(files / "7hvp.pdb.gz")[0]
    near = [i for i, symbol in enumerate(protein.tracks["binding_site"]) if symbol == "1"]
    names = [protein.sequence[i] + protein.residue_numbers[i] for i in near]
    assert " ".join(names) == "R8 D25 G27 A28 D29 D30 M46 I47 G48 G49 I50 P81 V82"
    assert protein.tracks["binding_site:peptide"] == protein.tracks["binding_site"]
    assert [i for i, symbol in enumerate(protein.tracks["modification"]) if symbol == "1"] == [66, 94]
    assert "".join(protein.tracks["site_record"][24:27]) == "111"


def test_a_track_is_there_only_if_it_has_a_positive_residue(files):
    assert set(read_structure(files / "1crn.cif.gz")[0].tracks) == {"dssp", "3di"}
    assert set(read_structure(files / "1ah1.cif.gz")[0].tracks) == {
        "3di",
        "dssp",
        "modification",
        "modification:n_glycosylation",
        "site_record",
    }


def test_unresolved_residues_are_unknown_in_every_track(files):
    protein = read_structure(files / "1bx8.pdb.gz")[0]
    missing = {0, 1, 2, 3, 53, 54}
    assert len(protein.tracks) == 3
    for track in protein.tracks.values():
        assert {i for i, symbol in enumerate(track) if symbol == "?"} == missing
    assert {i for i, number in enumerate(protein.residue_numbers) if not number} == missing
    assert set(np.flatnonzero(np.isnan(protein.ca).any(1))) == missing
    assert set(np.flatnonzero(np.isnan(protein.cb).any(1))) == missing


def test_insertion_codes_stay(files):
    (protein,) = read_structure(files / "1orc.cif.gz")
    assert [number for number in protein.residue_numbers if number.endswith(tuple("ABCDE"))] == [
        "56A",
        "56B",
        "56C",
        "56D",
        "56E",
    ]


def test_coordinates_are_those_of_the_text(files):
    lines = gzip.decompress((files / "1crn.cif.gz").read_bytes()).decode().splitlines()
    block = gemmi.cif.read_string("\n".join(lines))[0]
    columns = ["label_atom_id", "label_seq_id", "Cartn_x", "Cartn_y", "Cartn_z"]
    atoms = {(row[0], int(row[1])): [float(v) for v in list(row)[2:]] for row in block.find("_atom_site.", columns)}
    (protein,) = read_structure(files / "1crn.cif.gz")
    for i, letter in enumerate(protein.sequence):
        np.testing.assert_allclose(protein.ca[i], atoms["CA", i + 1], atol=1e-5)
        np.testing.assert_allclose(protein.cb[i], atoms["CA" if letter == "G" else "CB", i + 1], atol=1e-5)


def test_coordinates_are_those_of_an_independent_copy(files):
    rows = json.loads(gzip.decompress((files / "labelled_chains.json.gz").read_bytes()))
    row = next(row for row in rows if row["id"] == "1BC8.C")
    (protein,) = read_structure(files / "1bc8.pdb.gz")
    assert protein.sequence == row["sequence"]
    centre = protein.ca.mean(0) - np.reshape(row["ca"], (-1, 3)).mean(0) / 100
    np.testing.assert_allclose(protein.ca - centre, np.reshape(row["ca"], (-1, 3)) / 100, atol=0.011)
    # The copy's CB are placed at ideal angles.
    other = np.array(list(protein.sequence)) != "G"
    np.testing.assert_allclose((protein.cb - centre)[other], np.reshape(row["cb"], (-1, 3))[other] / 100, atol=0.2)


def test_a_resolved_residue_without_cb_has_only_that_missing(tmp_path):
    lines = [line for line in chain(ALANINES) if not (line[12:16].strip() == "CB" and line[22:26].strip() == "4")]
    (protein,) = read_structure(write(tmp_path / "x.pdb", lines))
    assert np.flatnonzero(np.isnan(protein.cb).any(1)).tolist() == [3]
    assert np.isfinite(protein.ca).all()
    assert protein.residue_numbers[3] == "4"


def test_atoms_are_found_by_name_where_the_element_column_is_wrong(tmp_path):
    lines = [line[:76] + " U" if line.startswith("ATOM") else line for line in chain(ALANINES)]
    (protein,) = read_structure(write(tmp_path / "x.pdb", lines))
    assert np.isfinite(protein.ca).all()
    assert np.isfinite(protein.cb).all()


def test_binary_cif_gives_the_same_protein_as_mmcif(files):
    for one, other in zip(read_structure(files / "1a8o.bcif.gz"), read_structure(files / "1a8o.cif.gz"), strict=True):
        same(one, other)


@pytest.mark.parametrize("name", ["1a8o", "1orc", "1ah1", "1crn"])
def test_pdb_gives_the_same_protein_as_mmcif(files, tmp_path, name):
    source = gemmi.read_structure(str(files / f"{name}.cif.gz"))
    source.write_pdb(str(tmp_path / f"{name}.pdb"))
    for one, other in zip(
        read_structure(tmp_path / f"{name}.pdb"), read_structure(files / f"{name}.cif.gz"), strict=True
    ):
        tracks = {key: value for key, value in other.tracks.items() if key != "site_record"}
        notes = tuple(note for note in other.annotations if note.track != "site_record")
        same(one, replace(other, tracks=tracks, annotations=notes))


def test_a_file_without_a_protein_is_an_error(files, tmp_path):
    text = gzip.decompress((files / "1bc8.pdb.gz").read_bytes()).decode().splitlines()
    dna = [
        line for line in text if not (line.startswith(("ATOM", "SEQRES", "TER")) and "C" in (line[21:22], line[11:12]))
    ]
    (tmp_path / "dna.pdb").write_text("\n".join(dna))
    with pytest.raises(FileFormatError, match="no protein chain of 20 residues or more"):
        read_structure(tmp_path / "dna.pdb")
    with pytest.raises(FileFormatError, match="no protein chain"):
        read_structure(write(tmp_path / "peptide.pdb", chain(["ALA"] * 19)))


def test_a_contradiction_in_the_file_is_told_with_its_path(tmp_path):
    lines = ["SEQRES   1 A    3  ALA ALA ALA", *chain(["ALA"] * 3 + ["TRP"] * 20)]
    with pytest.raises(FileFormatError, match=r"structure .*x\.pdb: chain A: residue .* has no place"):
        read_structure(write(tmp_path / "x.pdb", lines))


def test_an_entry_of_too_many_residues_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(chains, "MAX_RESIDUES", 24)
    with pytest.raises(FileFormatError, match="25 residues; allowed: at most 24"):
        read_structure(write(tmp_path / "x.pdb", chain(ALANINES)))


def test_two_ligands_of_one_name_are_two_annotations(tmp_path):
    zinc = [atom(900 + i, "ZN", "ZN", 900 + i, (i * 40, -2, 2), element="ZN", het=True) for i in range(2)]
    (protein,) = read_structure(write(tmp_path / "x.pdb", chain(ALANINES), zinc))
    assert [note.name for note in protein.annotations] == ["ZN", "ZN"]
    marked = {i for note in protein.annotations for i in note.residues}
    assert {i for i, s in enumerate(protein.tracks["binding_site:metal"]) if s == "1"} == marked
