"""Files as simulation, docking and modelling programs write them: each must give what the plain file gives.

The files of ``structures/flavours`` are crambin (1CRN), and a glycan of 1IGY, with one change each.
"""

import gzip

import numpy as np
import pytest

from pdb_lines import atom, chain, residue, seqres, write
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError

CRAMBIN = "TTCCPSIVARSNFNVCRLPGTPEAICATYTGCIIIPGATCPGDYAN"
TWENTY_FIVE = ["ALA", "GLY", "SER", "LEU", "LYS"] * 5


@pytest.fixture
def flavours(data_files):
    return data_files / "structures/flavours"


def plain_lines(flavours):
    """Return crambin as it was deposited: the residues of the file with insertion codes bear no change."""
    text = gzip.decompress((flavours / "opm.pdb.gz").read_bytes()).decode()
    return [line for line in text.splitlines() if line.startswith("ATOM")]


def ones(protein):
    return {name: track.count("1") for name, track in protein.tracks.items() if name not in ("dssp", "3di")}


def read_lines(tmp_path, *parts, name="x.pdb"):
    return read_structure(write(tmp_path / name, *parts))


@pytest.mark.parametrize(
    ("name", "tracks"),
    [
        ("old.pdb.gz", {}),
        ("lower.pdb.gz", {}),
        ("gromacs.pdb.gz", {}),
        ("gromacs_more_water.pdb.gz", {}),
        ("opm.pdb.gz", {}),
        ("water.pdb.gz", {}),
        ("noend.pdb.gz", {}),
        ("noelement.cif.gz", {}),
        ("glycerol.pdb.gz", {}),
        ("with.pdb.gz", {}),
        ("without.pdb.gz", {}),
        ("ligand.pdb.gz", {"binding_site": 5, "binding_site:small_molecule": 5}),
        ("docked.pdb.gz", {"binding_site": 5, "binding_site:small_molecule": 5}),
        ("modres.pdb.gz", {"modification": 1, "modification:other": 1}),
        ("assembly.cif.gz", {"modification": 1, "modification:other": 1}),
    ],
)
def test_each_flavour_gives_crambin(flavours, name, tracks):
    (protein,) = read_structure(flavours / name)
    expected = CRAMBIN[:9] + "K" + CRAMBIN[10:] if name == "assembly.cif.gz" else CRAMBIN
    assert (protein.sequence, ones(protein)) == (expected, tracks)
    assert all(protein.residue_numbers)
    plain = read_structure(flavours / "opm.pdb.gz")[0]
    assert protein.tracks["dssp"] == plain.tracks["dssp"]
    np.testing.assert_allclose(protein.ca, plain.ca, atol=1e-3)


def test_force_field_names_are_amino_acids(flavours):
    (protein,) = read_structure(flavours / "names.pdb.gz")
    lines = gzip.decompress((flavours / "names.pdb.gz").read_bytes()).decode().splitlines()
    named = {int(line[22:26]): line[17:20] for line in lines if line[12:16] == " CA "}
    letters = {"HSD": "H", "HIE": "H", "HIP": "H", "CYX": "C"}
    expected = "".join(letters.get(named[i + 1], letter) for i, letter in enumerate(CRAMBIN))
    assert (protein.sequence, set(protein.tracks)) == (expected, {"dssp", "3di"})


def test_two_copies_of_one_name_are_two_proteins(flavours):
    proteins = read_structure(flavours / "dimer.pdb.gz")
    assert [(p.id, p.sequence) for p in proteins] == [("dimer.A", CRAMBIN), ("dimer.A-2", CRAMBIN)]
    assert np.linalg.norm(proteins[0].ca - proteins[1].ca, axis=1).min() > 1
    assert read_structure(flavours / "dimer.pdb.gz", chains=["A-2"])[0].id == "dimer.A-2"


def test_free_amino_acids_are_ligands(flavours):
    proteins = read_structure(flavours / "ligands.pdb.gz")
    assert [p.sequence for p in proteins] == [CRAMBIN]
    assert {note.track for note in proteins[0].annotations} <= {"binding_site:small_molecule"}


def test_a_glycan_without_records_is_a_modification(flavours):
    (protein,) = read_structure(flavours / "glycan.pdb.gz")
    assert ones(protein) == {"modification": 1, "modification:n_glycosylation": 1}


def test_a_model_of_ca_alone_has_no_cb(flavours):
    (protein,) = read_structure(flavours / "ca.pdb.gz")
    assert protein.sequence == CRAMBIN
    assert protein.cb is None
    apart = np.abs(np.subtract.outer(np.arange(46), np.arange(46))) >= 6
    distances = np.linalg.norm(protein.ca[:, None] - protein.ca[None], axis=2)
    assert (apart.sum(), (apart & (distances < 8)).sum()) == (1640, 116)


@pytest.mark.parametrize("water", ["TIP3", "TIP4", "SPCE"])
def test_waters_of_four_letters_are_water(flavours, tmp_path, water):
    lines = [
        f"ATOM  {i:5d}  OH2 {water} {4000 + i:4d}    {10 + 3 * i:8.3f}   9.000   9.000  1.00  0.00      WAT"
        for i in range(30)
    ]
    (protein,) = read_lines(tmp_path, plain_lines(flavours), lines)
    assert (protein.sequence, ones(protein)) == (CRAMBIN, {})


@pytest.mark.parametrize(
    ("name", "element", "kind"), [("CLA", "C", None), ("SOD", "S", None), ("POT", "P", None), ("CAL", "C", "metal")]
)
def test_ions_of_force_fields_are_those_of_the_dictionary(flavours, tmp_path, name, element, kind):
    near = [float(plain_lines(flavours)[100][start : start + 8]) + 2 for start in (30, 38, 46)]
    ion = atom(900, name, name, 900, near, element=element)
    (protein,) = read_lines(tmp_path, plain_lines(flavours), [ion])
    assert protein.sequence == CRAMBIN
    assert {note.track.partition(":")[2] for note in protein.annotations} == ({kind} if kind else set())


@pytest.mark.parametrize("closing", [True, False])
@pytest.mark.parametrize("start", [1, 26])
def test_unnamed_chains_part_at_ter_or_at_a_broken_backbone(tmp_path, closing, start):
    one = chain(TWENTY_FIVE, chain=" ")
    other = chain(TWENTY_FIVE, chain=" ", numbers=list(range(start, start + 25)), origin=(0.0, 30.0, 0.0))
    proteins = read_lines(tmp_path, one if closing else one[:-1], other)
    assert [(p.id, len(p)) for p in proteins] == [("x.1", 25), ("x.2", 25)]


def test_segments_name_unnamed_chains(tmp_path):
    parts = [
        [f"{line[:66]}      {segment}{line[76:]}" for line in chain(TWENTY_FIVE, chain=" ", origin=(0, y, 0))[:-1]]
        for segment, y in (("PROA", 0.0), ("PROB", 30.0))
    ]
    assert [p.id for p in read_lines(tmp_path, *parts)] == ["x.PROA", "x.PROB"]


def test_a_ter_record_at_a_gap_that_residues_can_bridge_parts_no_chain(tmp_path):
    one = chain(TWENTY_FIVE)
    other = chain(TWENTY_FIVE, numbers=list(range(30, 55)), origin=(25 * 3.8 + 10, 0.0, 0.0))
    (protein,) = read_lines(tmp_path, one, other)
    assert protein.sequence.count("X") == 4
    assert len(protein) == 54


def test_nucleotides_under_the_name_of_a_protein_stay_nucleic(data_files, tmp_path):
    lines = gzip.decompress((data_files / "structures/1bc8.pdb.gz").read_bytes()).decode().splitlines()
    lines = [line for line in lines if line.startswith(("ATOM", "TER"))]
    plain = read_structure(write(tmp_path / "plain.pdb", lines))[0]
    (one,) = read_lines(tmp_path, [f"{line[:21]}C{line[22:]}" for line in lines])
    assert one.sequence == plain.sequence
    assert one.tracks["binding_site:nucleic_acid"] == plain.tracks["binding_site:nucleic_acid"]


def test_receptors_of_docking_programs(flavours, tmp_path):
    kinds = {"N": "N ", "O": "OA", "C": "C ", "S": "SA"}
    lines = [f"{line[:66]}    {0.123:6.3f} {kinds[line[13]]}" for line in plain_lines(flavours)]
    (protein,) = read_lines(tmp_path, lines, name="x.pdbqt")
    assert (protein.sequence, ones(protein)) == (CRAMBIN, {})


def test_decimal_commas_are_read(flavours, tmp_path):
    lines = [line[:30] + line[30:66].replace(".", ",") + line[66:] for line in plain_lines(flavours)]
    (protein,) = read_lines(tmp_path, lines)
    np.testing.assert_allclose(protein.ca, read_structure(flavours / "opm.pdb.gz")[0].ca)


def test_hybrid_numbers_of_residues(tmp_path):
    lines = [line[:22] + f"A{i // 5:03d}" + line[26:] for i, line in enumerate(chain(["ALA"] * 10)[:-1])]
    lines += [line[:22] + f"A0{i // 5 + 10:02d}"[:4] + line[26:] for i, line in enumerate(
        chain(["ALA"] * 15, origin=(38.0, 0, 0))[:-1])]  # fmt: skip
    (protein,) = read_lines(tmp_path, lines)
    assert (protein.residue_numbers[0], len(protein)) == ("10000", 25)


def test_points_that_several_residues_share_are_no_coordinates(tmp_path):
    lines = chain(TWENTY_FIVE, origin=(50.0, 0.0, 0.0))
    zero = [
        line[:30] + f"{0:8.3f}" * 3 + line[54:] if line[22:26].strip() in ("9", "10") and line[0] == "A" else line
        for line in lines
    ]
    (protein,) = read_lines(tmp_path, zero)
    assert len(protein) == 25
    assert np.flatnonzero(np.isnan(protein.ca).any(axis=1)).tolist() == [8, 9]
    assert protein.tracks["dssp"][8:10] == "??"


def test_homoserine_and_chlorophyll_keep_their_meaning(tmp_path):
    names = ["N", "CA", "C", "O", "CB", "CG", "OG"]
    homoserine = residue(900, "HSE", 30, (200.0, 0, 0)) + [
        atom(910 + i, name, "HSE", 30, (200.0 + i, -2.0, 2.0)) for i, name in enumerate(names[5:])
    ]
    far = [atom(950 + i, f"C{i}", "CLA", 31, (5.0 + 1.5 * i, 0, 4.0), het=True) for i in range(5)]
    (protein,) = read_lines(tmp_path, chain(TWENTY_FIVE), homoserine, far)
    assert [note.name for note in protein.annotations] == ["CLA"]


def test_a_file_without_a_protein_says_what_it_holds(tmp_path):
    water = [atom(900, "O", "HOH", 900, (50, 0, 0), het=True)]
    zinc = [atom(901, "ZN", "ZN", 901, (60, 0, 0), element="ZN", het=True)]
    expected = r"chain A: peptide of 9 residues, other components: ZN, water"
    with pytest.raises(FileFormatError, match=expected):
        read_lines(tmp_path, chain(["ALA"] * 9), zinc, water)


def test_a_declared_sequence_without_end_needs_ter(tmp_path):
    lines = [*seqres(TWENTY_FIVE), *chain(TWENTY_FIVE)]
    (tmp_path / "whole.pdb").write_text("\n".join(lines))
    assert len(read_structure(tmp_path / "whole.pdb")[0]) == 25
    (tmp_path / "cut.pdb").write_text("\n".join(lines[:-1]))
    with pytest.raises(FileFormatError, match="cut off"):
        read_structure(tmp_path / "cut.pdb")


def test_mmcif_without_label_columns(tmp_path):
    rows = [
        f"ATOM {i} {line[76:78].strip()} {line[12:16].strip()} {line[17:20]} A {line[22:26].strip()} ? "
        f"{line[30:38]} {line[38:46]} {line[46:54]} 1.0 1"
        for i, line in enumerate(chain(TWENTY_FIVE)[:-1])
    ]
    names = ["group_PDB", "id", "type_symbol", "auth_atom_id", "auth_comp_id", "auth_asym_id", "auth_seq_id"]
    names += ["pdbx_PDB_ins_code", "Cartn_x", "Cartn_y", "Cartn_z", "occupancy", "pdbx_PDB_model_num"]
    text = "\n".join(["data_x", "loop_", *(f"_atom_site.{name}" for name in names), *rows, "#", ""])
    (tmp_path / "x.cif").write_text(text)
    (protein,) = read_structure(tmp_path / "x.cif")
    assert (protein.chain, len(protein), protein.residue_numbers[24]) == ("A", 25, "25")
    (tmp_path / "y.cif").write_text(text.replace("_atom_site.Cartn_z", "_atom_site.other"))
    with pytest.raises(FileFormatError, match=r"no column _atom_site\.Cartn_z"):
        read_structure(tmp_path / "y.cif")
