import pytest

from protlens.data.formats.flip import read_flip
from protlens.data.formats.site_tables import (
    LIGANDS,
    MODIFICATIONS,
    read_bindpredict,
    read_bindpredict_folder,
    read_uniprot_sites,
)
from protlens.errors import FileFormatError


def positives(track):
    return [i for i, mark in enumerate(track, start=1) if mark == "1"]


def test_real_modification_sites(data_files):
    rows = [line.split("\t") for line in (data_files / "uniprot_sites.tsv").read_text().splitlines()[1:]]
    proteins = read_uniprot_sites(data_files / "uniprot_sites.fasta", data_files / "uniprot_sites.tsv")
    assert len(proteins) == 6
    for protein in proteins:
        listed = {kind: [int(i) for i in cells.split(",")] for name, kind, cells in rows if name == protein.id}
        expected = {f"modification:{MODIFICATIONS[kind]}": sites for kind, sites in listed.items()}
        expected["modification"] = sorted({i for sites in listed.values() for i in sites})
        assert {name: positives(track) for name, track in protein.tracks.items()} == expected
        for kind, sites in listed.items():
            assert {protein.sequence[i - 1] for i in sites} <= set(kind.partition("_")[2].upper())
    assert {kind for _, kind, _ in rows} == set(MODIFICATIONS)


def test_headers_as_uniprot_serves_them(tmp_path):
    (tmp_path / "up.fasta").write_text(
        ">sp|P01308|INS_HUMAN Insulin\nMALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLVEALYLVCGERGFFYTPKT\n"
    )
    for name in ("P01308", "sp|P01308|INS_HUMAN"):
        (tmp_path / "up.tsv").write_text(f"accession\tmodification\tpositions\n{name}\tphos_st\t34\n")
        (protein,) = read_uniprot_sites(tmp_path / "up.fasta", tmp_path / "up.tsv")
        assert protein.id == "P01308"
        assert positives(protein.tracks["modification:phosphorylation_st"]) == [34]


def test_bindpredict_equals_flips_copy_of_the_same_labels(data_files):
    """FLIP writes the three kinds as the bits of one digit: metal 1, nucleic acid 2, small molecule 4."""
    folder = data_files / "bindpredict"
    proteins = {p.id: p for p in read_bindpredict_folder(folder)}
    flip = read_flip(folder / "all.fasta", data_files / "flip_bind.fasta", track="bind")
    assert proteins.keys() == {p.id for p in flip}
    bits = {"metal": 1, "nucleic_acid": 2, "small_molecule": 4}
    assert bits.keys() == set(LIGANDS.values())
    for other in flip:
        tracks = proteins[other.id].tracks
        for i, digit in enumerate(other.tracks["bind"]):
            marked = sum(bit for kind, bit in bits.items() if tracks[f"binding_site:{kind}"][i] == "1")
            assert marked == int(digit)
            assert tracks["binding_site"][i] == ("1" if marked else "0")
    assert set("".join(p.tracks["bind"] for p in flip)) > set("0124")


@pytest.fixture
def files(tmp_path):
    sequences, table = tmp_path / "a.fasta", tmp_path / "sites.tsv"
    sequences.write_text(">a\nMKSTY\n>b\nKK\n>c\nWW\n")
    table.write_text("accession\tmodification\tpositions\na\tphos_st\t3,4\nb\todd_k\t2\na\tubi_k\t2\n")
    return sequences, table


def test_a_kind_is_known_only_where_it_is_listed_and_unlisted_proteins_are_left_out(files):
    a, b = read_uniprot_sites(*files)
    assert dict(a.tracks) == {
        "modification": "01110",
        "modification:phosphorylation_st": "00110",
        "modification:ubiquitination": "01000",
    }
    assert dict(b.tracks) == {"modification": "01", "modification:odd_k": "01"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a\tphos_y\t6", "line 5: position 6 of a; allowed: 1 to 5"),
        ("a\tphos_y\t0", "line 5: position 0 of a"),
        ("a\tphos_y\t5,,5", "line 5: positions '5,,5'; allowed: whole numbers"),
        ("a\tphos_y\tx", "positions 'x'"),
        ("a\tphos_y\t", "line 5: 3 columns"),
        ("a\tphos_y", "2 columns"),
        ("d\tphos_y\t1", "accession 'd' has no sequence in"),
        ("a\tubi_k\t1", "a and ubi_k stand twice"),
    ],
)
def test_bad_rows_are_named(files, row, message):
    sequences, table = files
    table.write_text(table.read_text() + row + "\n")
    with pytest.raises(FileFormatError) as caught:
        read_uniprot_sites(sequences, table)
    assert message in str(caught.value)
    assert str(table) in str(caught.value)


def test_bindpredict_leaves_out_what_is_not_in_both_files(files, tmp_path):
    table = tmp_path / "metal.txt"
    table.write_text("a\t5,1\nelsewhere\t9000\n")
    (protein,) = read_bindpredict(files[0], {"metal": table})
    assert dict(protein.tracks) == {"binding_site": "10001", "binding_site:metal": "10001"}


def test_a_bindpredict_folder_needs_each_file_once(tmp_path, data_files):
    for file in (data_files / "bindpredict").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "second.fasta").write_text(">a\nM\n")
    with pytest.raises(FileFormatError, match=r"2 files \*.fasta\*; allowed: one"):
        read_bindpredict_folder(tmp_path)
    (tmp_path / "second.fasta").unlink()
    (tmp_path / "binding_residues_2.5_metal.txt").unlink()
    with pytest.raises(FileFormatError, match=r"0 files .*_metal.txt"):
        read_bindpredict_folder(tmp_path)


def test_a_table_without_rows_is_refused(files):
    sequences, table = files
    table.write_text("accession\tmodification\tpositions\n")
    with pytest.raises(FileFormatError, match="no rows"):
        read_uniprot_sites(sequences, table)
    table.write_text("")
    with pytest.raises(FileFormatError, match="no rows"):
        read_bindpredict(sequences, {"metal": table})
