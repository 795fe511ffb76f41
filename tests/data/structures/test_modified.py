import gzip

import pytest

from pdb_lines import chain, write
from protlens.data.structures.bonds import covalent_bonds
from protlens.data.structures.modified import KINDS, modified_residues
from protlens.data.structures.polymer import protein_polymers
from protlens.data.structures.structure_file import load_structure


def notes(path, *, of="A"):
    structure = load_structure(path).structure
    (polymer,) = [polymer for polymer in protein_polymers(structure) if polymer.name == of]
    found = modified_residues(polymer, structure, covalent_bonds(structure))
    return [(note.track, note.name, note.residues) for note in found]


def with_residue(tmp_path, name, *records):
    return write(tmp_path / "x.pdb", records, chain(["ALA", "GLY", name, "LEU", "LYS"]))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SEP", "phosphorylation_st"),
        ("TPO", "phosphorylation_st"),
        ("PTR", "phosphorylation_y"),
        ("ALY", "acetylation"),
        ("M3L", "methylation_k"),
        ("2MR", "methylation_r"),
        ("HYP", "other"),
        ("CSO", "other"),
        ("KCX", "other"),
    ],
)
def test_a_modified_component_is_found_without_any_record(tmp_path, name, kind):
    assert notes(with_residue(tmp_path, name)) == [(f"modification:{kind}", name, (2,))]


@pytest.mark.parametrize("name", ["MSE", "SEC", "SER", "UNK"])
def test_selenomethionine_and_what_the_code_encodes_are_not_modified(tmp_path, name):
    assert notes(with_residue(tmp_path, name)) == []


def test_a_record_for_selenomethionine_changes_nothing(tmp_path):
    record = "MODRES 1XXX MSE A    3  MET  SELENOMETHIONINE"
    assert notes(with_residue(tmp_path, "MSE", record)) == []


def test_a_record_marks_an_ordinary_residue(tmp_path):
    record = "MODRES 1XXX ASN A    3  ASN  GLYCOSYLATION SITE"
    other = "MODRES 1XXX THR A    3  THR  GLYCOSYLATION SITE"
    foreign = "MODRES 1XXX ASN B    3  ASN  GLYCOSYLATION SITE"
    assert notes(with_residue(tmp_path, "ASN", record)) == [("modification:n_glycosylation", "ASN", (2,))]
    assert notes(with_residue(tmp_path, "THR", other)) == [("modification:other", "THR", (2,))]
    assert notes(with_residue(tmp_path, "ASN", foreign)) == []


def test_records_of_a_real_pdb_file(data_files):
    path = data_files / "structures/7hvp.pdb.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    records = [line for line in text.splitlines() if line.startswith("MODRES") and line[16] == "A"]
    expected = [("modification:other", line[12:15], (int(line[18:22]) - 1,)) for line in records]
    assert len(expected) == 2
    assert notes(path) == expected


def test_glycosylated_asparagines_of_a_real_mmcif_file(data_files):
    # 1AH1: pdbx_struct_mod_residue lists ASN 78 and ASN 111 by the author's numbers, label_seq_id 77 and 109.
    expected = [("modification:n_glycosylation", "ASN", (i - 1,)) for i in (77, 109)]
    assert notes(data_files / "structures/1ah1.cif.gz") == expected


def test_selenomethionine_of_a_real_mmcif_file(data_files):
    assert notes(data_files / "structures/1a8o.cif.gz") == []


def test_kinds_are_those_of_the_annotation_tables():
    assert set(KINDS.values()) == {
        "phosphorylation_st",
        "phosphorylation_y",
        "acetylation",
        "methylation_k",
        "methylation_r",
    }
