import gzip

import gemmi
import pytest

from pdb_lines import chain, seqres, write
from protlens.data.structures.structure_file import load_structure
from protlens.errors import FileFormatError

NAMES = ["ALA"] * 22


def refused(path):
    with pytest.raises(FileFormatError) as caught:
        load_structure(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", ["1a8o.cif.gz", "1a8o.bcif.gz"])
def test_the_format_is_told_from_the_content(data_files, tmp_path, name):
    content = gzip.decompress((data_files / "structures" / name).read_bytes())
    odd = tmp_path / "download.tmp"
    odd.write_bytes(content)
    file = load_structure(odd)
    assert file.entry == "1A8O"
    assert len(file.structure) == 1


def test_water_hydrogen_and_further_models_are_gone(tmp_path):
    lines = chain(["ALA", "GLY"])
    water = "HETATM  900  O   HOH A 900      50.000  50.000  50.000  1.00 10.00           O"
    hydrogen = "ATOM    901  H   ALA A   1       0.500   0.500   0.500  1.00 10.00           H"
    model = [hydrogen, *lines, water, "ENDMDL"]
    file = load_structure(write(tmp_path / "x.pdb", ["MODEL        1"], model, ["MODEL        2"], model))
    atoms = [a for c in file.structure[0] for r in c for a in r]
    assert len(file.structure) == 1
    assert len(atoms) == 9
    assert not any(a.is_hydrogen() for a in atoms)


def test_an_entry_without_an_identifier_takes_the_stem(tmp_path):
    assert load_structure(write(tmp_path / "my.model.pdb", chain(NAMES))).entry == "my.model"


def test_site_records_of_a_pdb_file(data_files):
    text = gzip.decompress((data_files / "structures/7hvp.pdb.gz").read_bytes()).decode()
    expected = set()
    for line in text.splitlines():
        if line.startswith("SITE"):
            words = line[18:].split()
            expected |= {(line[11:14], *words[i + 1 : i + 3]) for i in range(0, len(words), 3)}
    found = {(s.site, s.chain, s.number) for s in load_structure(data_files / "structures/7hvp.pdb.gz").sites}
    assert found == expected
    assert ("DTA", "A", "25") in found


def test_site_records_of_an_mmcif_file_keep_insertion_codes(data_files, tmp_path):
    document = gemmi.cif.read_string(gzip.decompress((data_files / "structures/1ah1.cif.gz").read_bytes()).decode())
    record = {"site_id": ["XX"], "auth_asym_id": ["A"], "auth_seq_id": ["1"], "pdbx_auth_ins_code": ["A"]}
    document[0].set_mmcif_category("_struct_site_gen.", record)
    document.write_file(str(tmp_path / "x.cif"))
    (site,) = load_structure(tmp_path / "x.cif").sites
    assert (site.site, site.chain, site.number) == ("XX", "A", "1A")


def test_bad_files_are_refused_with_one_line(tmp_path, data_files):
    cif = gzip.decompress((data_files / "structures/1crn.cif.gz").read_bytes())
    packed = (data_files / "structures/1crn.cif.gz").read_bytes()
    rows = cif.index(b"ATOM ") + 5000
    cases = {
        "empty.pdb": (b"", "an empty file"),
        "page.cif": (b"<!DOCTYPE html><html><body>not found</body></html>", "starts with '<!DOCTYPE html>"),
        "named.pdb.gz": (cif, "not gzipped"),
        "cut.cif.gz": (packed[: len(packed) // 2], "end-of-stream"),
        "flipped.cif.gz": (packed[:5000] + b"\0" * 40 + packed[5040:], ""),
        "cut.cif": (cif[:rows], ""),
        "no_atoms.cif": (cif[: cif.index(b"loop_\n_atom_site.")], "no atoms"),
        "picture.pdb": (bytes(range(256)) * 10, "allowed: mmCIF"),
        "one_line.pdb": (b"ATOM      1  N   ALA A   1      11.1", "too short"),
        "cut.bcif": (gzip.decompress((data_files / "structures/1a8o.bcif.gz").read_bytes())[:9000], "BinaryCIF"),
    }
    for name, (content, expected) in cases.items():
        (tmp_path / name).write_bytes(content)
        assert expected in refused(tmp_path / name), name


@pytest.mark.parametrize("value", ["?", "nan", "1e9", "."])
def test_atoms_without_coordinates_are_refused(tmp_path, data_files, value):
    document = gemmi.cif.read_string(gzip.decompress((data_files / "structures/1crn.cif.gz").read_bytes()).decode())
    document[0].find_values("_atom_site.Cartn_y")[3] = value
    document.write_file(str(tmp_path / "x.cif"))
    assert "coordinates" in refused(tmp_path / "x.cif")


def test_bytes_that_are_no_text_shift_no_column(tmp_path):
    text = "\n".join(["TITLE     \u00c5ngstr\u00f6m", *chain(NAMES), "END", ""])
    for encoding in ("utf-8", "latin-1"):
        (tmp_path / "x.pdb").write_bytes(text.encode(encoding))
        assert load_structure(tmp_path / "x.pdb").structure[0].count_atom_sites() == 5 * len(NAMES)
    (tmp_path / "x.pdb").write_bytes(text.replace("ALA A  ", "AL\u00c5 A  ").encode("latin-1"))
    assert load_structure(tmp_path / "x.pdb").structure[0][0][0].name == "AL?"


def test_residues_of_hydrogen_alone_are_gone(tmp_path):
    proton = "HETATM  900  H   UNL A 900      50.000  50.000  50.000  1.00 10.00           H"
    file = load_structure(write(tmp_path / "x.pdb", chain(NAMES), [proton]))
    assert [len(residue) for residue in file.structure[0][0]] == [5] * len(NAMES)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    assert "No such file" in refused(tmp_path / "gone.pdb")
    assert "directory" in refused(tmp_path)


def test_a_pdb_file_that_was_cut_between_lines_is_refused(tmp_path, data_files):
    text = gzip.decompress((data_files / "structures/1bx8.pdb.gz").read_bytes()).decode()
    lines = text.splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if line.startswith("ATOM"))
    (tmp_path / "cut.pdb").write_text("".join(lines[: last - 100]))
    assert "without an END record" in refused(tmp_path / "cut.pdb")


def test_an_mmcif_file_that_was_cut_between_lines_is_refused(tmp_path, data_files):
    """gemmi accepts it: what is left is proper CIF."""
    lines = gzip.decompress((data_files / "structures/1crn.cif.gz").read_bytes()).decode().splitlines(keepends=True)
    atoms = [number for number, line in enumerate(lines) if line.startswith("ATOM")]
    cut = tmp_path / "cut.cif"
    for number in (atoms[0], atoms[len(atoms) // 2], atoms[-1]):
        cut.write_text("".join(lines[: number + 1]))
        gemmi.read_structure(str(cut))
        assert "cut off" in refused(cut)


@pytest.mark.parametrize("style", [gemmi.cif.Style.Simple, gemmi.cif.Style.Pdbx])
def test_an_mmcif_file_of_another_writer_is_whole(tmp_path, data_files, style):
    document = gemmi.read_structure(str(data_files / "structures/1crn.cif.gz")).make_mmcif_document()
    document.write_file(str(tmp_path / "x.cif"), style)
    assert load_structure(tmp_path / "x.cif").entry == "1CRN"


def test_a_pdb_file_without_seqres_needs_no_end(tmp_path):
    (tmp_path / "bare.pdb").write_text("\n".join(chain(NAMES)))
    assert load_structure(tmp_path / "bare.pdb").entry == "bare"


def test_what_unpacks_to_too_much_is_refused(tmp_path):
    (tmp_path / "bomb.pdb.gz").write_bytes(gzip.compress(b" " * 10_001))
    with pytest.raises(FileFormatError, match="more than 10000 bytes"):
        load_structure(tmp_path / "bomb.pdb.gz", max_bytes=10_000)
    path = write(tmp_path / "fits.pdb", seqres(NAMES), chain(NAMES))
    assert path.stat().st_size < 10_000
    assert load_structure(path, max_bytes=10_000).entry == "fits"
