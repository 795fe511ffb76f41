import gzip
import json
import os
import pickle

import lmdb
import numpy as np
import pytest

from protlens.data.formats import tape, text
from protlens.data.formats.tape import read_tape_json, read_tape_lmdb
from protlens.errors import FileFormatError


def write_lmdb(path, records, *, count=None, subdir=False, protocol=4):
    with lmdb.open(str(path), map_size=2**24, subdir=subdir) as env, env.begin(write=True) as transaction:
        transaction.put(b"num_examples", pickle.dumps(len(records) if count is None else count, protocol))
        for index, record in enumerate(records):
            data = record if isinstance(record, bytes) else pickle.dumps(record, protocol)
            transaction.put(str(index).encode(), data)
    return path


@pytest.fixture
def structure():
    """A record of the task proteinnet."""
    rng = np.random.default_rng(0)
    return {
        "id": b"1ABC_1_A",
        "primary": "MKTAYIAK",
        "protein_length": 8,
        "tertiary": rng.normal(size=(8, 3)).astype(np.float32) * 10,
        "valid_mask": np.array([0, 1, 1, 1, 1, 0, 1, 1], bool),
        "evolutionary": np.zeros((8, 21), np.float32),
    }


@pytest.fixture
def secondary():
    """A record of the task secondary_structure, with every code once."""
    return {
        "id": "2xyz-B",
        "primary": "GHIBESTC",
        "ss8": np.arange(8),
        "ss3": np.array([0, 0, 0, 1, 1, 2, 2, 2]),
        "disorder": np.array([1, 1, 1, 1, 1, 1, 1, 0]),
        "valid_mask": np.array([1.0, 1, 0, 1, 1, 1, 1, 1]),
    }


def jsonable(record):
    return {
        key: value.tolist() if isinstance(value, np.ndarray) else value.decode() if isinstance(value, bytes) else value
        for key, value in record.items()
    }


@pytest.fixture(params=["lmdb", "lmdb-folder", "lmdb-protocol-2", "json", "jsonl", "json.gz"])
def read(request, tmp_path):
    """Write records in one of the containers and read them."""

    def through(records, **options):
        kind, _, variant = request.param.partition("-")
        path = tmp_path / f"records.{kind}"
        if kind == "lmdb":
            write_lmdb(path, records, subdir=variant == "folder", protocol=2 if variant == "protocol-2" else 4)
            return list(read_tape_lmdb(path, **options))
        records = [jsonable(record) for record in records]
        text = "\n\n".join(map(json.dumps, records)) + "\n" if kind == "jsonl" else json.dumps(records, indent=1)
        path.write_bytes(gzip.compress(text.encode()) if kind == "json.gz" else text.encode())
        return list(read_tape_json(path, **options))

    return through


def test_structures_are_in_angstrom_with_nan_where_the_mask_is_false(read, structure):
    (protein,) = read([structure])
    assert (protein.id, protein.sequence, dict(protein.tracks)) == ("1ABC_1_A", "MKTAYIAK", {})
    expected = structure["tertiary"].copy()
    expected[[0, 5]] = np.nan
    np.testing.assert_array_equal(protein.ca, expected)
    assert protein.cb is None
    assert protein.ca.dtype == np.float32


def test_contacts_are_those_that_tape_computes(read, structure):
    """TAPE: distances of ``tertiary`` under 8.0, pairs outside the mask invalid."""
    (protein,) = read([structure])
    distance = np.linalg.norm(structure["tertiary"][:, None] - structure["tertiary"][None], axis=-1)
    valid = structure["valid_mask"][:, None] & structure["valid_mask"][None]
    seen = np.linalg.norm(protein.ca[:, None] - protein.ca[None], axis=-1)
    np.testing.assert_array_equal(seen < 8, (distance < 8) & valid)
    assert 0 < ((distance < 8) & valid).sum() < valid.sum()


def test_secondary_structure_is_unknown_where_masked_or_not_resolved(read, secondary):
    (protein,) = read([secondary])
    assert dict(protein.tracks) == {"dssp": "GH?BEST?", "ss3": "HH?EECC?"}
    (protein,) = read([secondary], disordered_as_coil=True)
    assert dict(protein.tracks) == {"dssp": "GH?BESTC", "ss3": "HH?EECCC"}


def test_records_without_id_are_numbered(read, structure):
    del structure["id"]
    assert [protein.id for protein in read([structure, structure])] == ["0", "1"]


def test_real_records_of_the_paper_count_sites_as_its_code_does(data_files):
    path = data_files / "provis.jsonl.gz"
    records = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    proteins = list(read_tape_json(path))
    assert [p.id for p in proteins] == [r["id"] for r in records] == ["5d9r.A", "4upi.A", "3wjp.A"]
    for protein, record in zip(proteins, records, strict=True):
        for track, key in (("paper_binding_site", "sites"), ("paper_modification", "modifications")):
            marks = [1 if number in record[key] else 0 for number in record["positions"]]
            assert protein.tracks[track] == "".join(map(str, marks))
        assert protein.residue_numbers == tuple(map(str, record["positions"]))
    assert proteins[1].tracks["paper_binding_site"].count("1") == len(set(records[1]["sites"])) + 1, "number 53 twice"


def test_reading_leaves_no_lock_and_needs_no_write_permission(tmp_path, structure):
    path = write_lmdb(tmp_path / "a.lmdb", [structure])
    for file in tmp_path.iterdir():
        if file != path:
            file.unlink()
    path.chmod(0o444)
    before = path.read_bytes()
    assert len(list(read_tape_lmdb(path))) == 1
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


class Evil:
    """Its unpickling makes a file in the working directory."""

    def __reduce__(self):
        return os.system, ("touch evil",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"primary": None}, "no record with a sequence"),
        ({"primary": "MKT"}, "tertiary has shape|tertiary is not a list of 3|valid_mask"),
        ({"primary": ""}, "values|is empty|has shape|list of 0"),
        ({"primary": "MKTAYIA-"}, "letters"),
        ({"tertiary": np.zeros((8, 2), np.float32)}, "tertiary"),
        ({"tertiary": np.full((8, 3), 1e9)}, "coordinates: too large"),
        ({"valid_mask": np.ones(7)}, "valid_mask"),
        ({"ss8": np.full(8, 8)}, "secondary structure outside 0 to 7"),
        ({"ss3": np.full(8, -1)}, "secondary structure outside 0 to 2"),
        ({"ss3": np.full(8, 0.5)}, "secondary structure outside"),
        ({"sites": [1]}, "sites without the author numbers"),
        ({"sites": ["x"], "positions": list(range(8))}, "invalid literal"),
        ({"positions": list(range(9)), "sites": []}, "positions"),
        ({"positions": ["1"] * 8, "sites": []}, "not a number"),
        ({"tertiary": [[1, 2, [3]]] * 8}, "not a number|in two places"),
        ({"tertiary": "x" * 8}, "not a list of 3"),
    ],
)
def test_records_that_contradict_themselves_are_named(read, structure, change, message):
    with pytest.raises(FileFormatError, match=message) as caught:
        read([structure, structure | change])
    assert "record 1" in str(caught.value) or "line 3" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_list_that_holds_itself_many_times_takes_no_memory(tmp_path, structure):
    bomb: list = [0.0] * 100
    for _ in range(8):
        bomb = [bomb] * 100
    path = write_lmdb(tmp_path / "a.lmdb", [structure | {"tertiary": [bomb[:3]] * 8}])
    with pytest.raises(FileFormatError, match="a container of others in two places"):
        list(read_tape_lmdb(path))


@pytest.mark.parametrize("place", ["record", "num_examples", "nested"])
def test_a_pickle_that_imports_something_is_named_and_not_run(tmp_path, monkeypatch, structure, place):
    monkeypatch.chdir(tmp_path)
    records = [structure | {"extra": [Evil()]} if place == "nested" else pickle.dumps(Evil())]
    path = write_lmdb(tmp_path / "a.lmdb", records, count=Evil() if place == "num_examples" else None)
    with pytest.raises(FileFormatError, match=r"(record 0|num_examples): pickle: it asks for posix\.system"):
        list(read_tape_lmdb(path))
    assert not (tmp_path / "evil").exists()
    pickle.loads(pickle.dumps(Evil()))
    assert (tmp_path / "evil").exists()


@pytest.mark.parametrize(("count", "message"), [(2, "record 1: it is missing"), (0, "num_examples"), ("9", "'9'")])
def test_a_wrong_number_of_records(tmp_path, structure, count, message):
    with pytest.raises(FileFormatError, match=message):
        list(read_tape_lmdb(write_lmdb(tmp_path / "a.lmdb", [structure], count=count)))


def test_any_number_of_records_is_believed_as_far_as_they_are_there(tmp_path, structure):
    with pytest.raises(FileFormatError, match="record 3: it is missing"):
        list(read_tape_lmdb(write_lmdb(tmp_path / "a.lmdb", [structure] * 3, count=32_593_668)))


def test_an_environment_without_the_number(tmp_path):
    path = tmp_path / "a.lmdb"
    with lmdb.open(str(path), subdir=False):
        pass
    with pytest.raises(FileFormatError, match="key num_examples: it is missing"):
        list(read_tape_lmdb(path))


def test_files_that_are_not_lmdb(tmp_path, structure):
    whole = write_lmdb(tmp_path / "whole.lmdb", [structure] * 50).read_bytes()
    used = 4096 * 6
    assert any(whole[used:])
    for content in (b"", b"hello" * 5000, whole[:100], whole[:5000], whole[:used]):
        path = tmp_path / "bad.lmdb"
        path.write_bytes(content)
        with pytest.raises(FileFormatError, match=r"LMDB file .*bad\.lmdb: (damaged, or not LMDB|\d+ bytes of \d+)"):
            list(read_tape_lmdb(path))
    for path in (tmp_path / "none.lmdb", tmp_path):
        with pytest.raises(FileFormatError, match="does not exist"):
            list(read_tape_lmdb(path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no records"),
        ("[]", "no records"),
        ("{", "line 1: not JSON"),
        ('[{"primary": "MK"}', "not JSON"),
        ('{"primary": "MK"}\nx\n', "line 2: not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "record 0: no record with a sequence"),
        ('{"primary": ["M"]}', "no record with a sequence"),
        ('{"primary": "MK", "tertiary": [[1,2,3],[1,2,1e999]]}', "too large"),
        ('{"primary": "MK", "positions": [1, NaN], "sites": []}', "NaN"),
        ('{"primary": "MK", "positions": [1, 1e999], "sites": []}', "infinity"),
    ],
)
def test_json_that_is_not_what_it_should_be(tmp_path, text, message):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(FileFormatError, match=message) as caught:
        list(read_tape_json(path))
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"primary": "MK"},]', "record 1: not JSON"),
        ('[{"primary": "MK"} {"primary": "MK"}]', "record 0: not JSON"),
        ('[{"primary": "MK"}] x', "record 0: not JSON"),
        ('[{"primary": "MK"},', "record 1: not JSON"),
        ('{"primary": "MK"} {"primary": "MK"}', "line 1: not JSON"),
    ],
)
def test_json_with_something_behind_a_record(tmp_path, text, message):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(FileFormatError, match=message):
        list(read_tape_json(path))


def test_a_long_record_of_an_array_is_read_whole(tmp_path):
    path = tmp_path / "a.json"
    records = [{"primary": "MK" * 40_000, "id": str(number)} for number in range(3)]
    path.write_text(f" {json.dumps(records, indent=2)}\n")
    assert [protein.sequence for protein in read_tape_json(path)] == ["MK" * 40_000] * 3


def test_json_records_are_bounded_one_by_one_and_together(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text('[{"primary": "MK", "x": "' + "y" * 2_000_000 + '"}]')
    assert len(list(read_tape_json(path))) == 1
    monkeypatch.setattr(tape, "MAX_LINE", 1 << 20)
    with pytest.raises(FileFormatError, match="record 0: too long, or not JSON; allowed: up to 1048576"):
        list(read_tape_json(path))
    monkeypatch.setattr(text, "MAX_RECORDS", 2)
    records = '{"primary": "MK"}\n' * 100
    path.write_text(records)
    assert len(list(read_tape_json(path))) == 100
    path.write_bytes(gzip.compress(records.encode()))
    with pytest.raises(FileFormatError, match="more records; allowed: up to 3"):
        list(read_tape_json(path))
