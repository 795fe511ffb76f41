import gzip

import gemmi
import msgpack
import numpy as np
import pytest

from protlens.data.structures.binary_cif import MAX_CELLS, MAX_CONTAINERS, read_binary_cif
from protlens.errors import FileFormatError

INT32 = {"kind": "ByteArray", "type": 3}


def int32(*values):
    return np.array(values, "<i4").tobytes()


def packed(column, *, mask=None, name="_entity", rows=2):
    columns = [{"name": "id", "data": column, "mask": mask}]
    block = {"header": "X", "categories": [{"name": name, "rowCount": rows, "columns": columns}]}
    return msgpack.packb({"version": "0.3.0", "encoder": "test", "dataBlocks": [block]})


def values(column, **kwargs):
    block = read_binary_cif(packed(column, **kwargs))
    return [gemmi.cif.as_string(value) if value not in ".?" else value for value in block.find_loop("_entity.id")]


# The examples are worked by hand from the specification of BinaryCIF 0.3.
@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        (int32(7, -3), [INT32], ["7", "-3"]),
        (np.array([1.5, -2], "<f8").tobytes(), [{"kind": "ByteArray", "type": 33}], ["1.5", "-2.0"]),
        (int32(1234, -5), [{"kind": "FixedPoint", "factor": 100}, INT32], ["12.34", "-0.05"]),
        (
            int32(0, 4, 2),
            [{"kind": "IntervalQuantization", "min": 1.0, "max": 2.0, "numSteps": 5}, INT32],
            ["1.0", "2.0", "1.5"],
        ),
        (int32(5, 3, 8, 1), [{"kind": "RunLength", "srcSize": 4}, INT32], ["5", "5", "5", "8"]),
        (int32(0, 3, 2, 1), [{"kind": "Delta", "origin": 1000}, INT32], ["1000", "1003", "1005", "1006"]),
        (
            bytes([127, 127, 1, 0x80, 0xFE, 5, 127, 0]),
            [{"kind": "IntegerPacking", "isUnsigned": False, "byteCount": 1}, {"kind": "ByteArray", "type": 1}],
            ["255", "-130", "5", "127"],
        ),
        (
            bytes([255, 255, 2, 128, 255, 0]),
            [{"kind": "IntegerPacking", "isUnsigned": True, "byteCount": 1}, {"kind": "ByteArray", "type": 4}],
            ["512", "128", "255"],
        ),
        (
            int32(1, 0, -1, 1),
            [
                {
                    "kind": "StringArray",
                    "stringData": "aAB",
                    "offsets": int32(0, 1, 3),
                    "offsetEncoding": [INT32],
                    "dataEncoding": [INT32],
                }
            ],
            ["AB", "a", "", "AB"],
        ),
    ],
)
def test_each_encoding_decodes_to_what_the_specification_says(data, encoding, expected):
    assert values({"data": data, "encoding": encoding}) == expected


def test_a_mask_marks_what_is_inapplicable_and_what_is_missing():
    mask = {"data": bytes([0, 1, 2]), "encoding": [{"kind": "ByteArray", "type": 4}]}
    assert values({"data": int32(7, 0, 0), "encoding": [INT32]}, mask=mask) == ["7", ".", "?"]


def test_a_real_file_holds_the_atoms_of_its_mmcif_twin(data_files):
    twin = gemmi.cif.read_string(gzip.decompress((data_files / "structures/1a8o.cif.gz").read_bytes()))[0]
    block = read_binary_cif(gzip.decompress((data_files / "structures/1a8o.bcif.gz").read_bytes()))
    for tag in ("id", "label_atom_id", "auth_asym_id", "auth_seq_id", "label_seq_id", "label_alt_id", "type_symbol"):
        assert list(block.find_loop(f"_atom_site.{tag}")) == list(twin.find_loop(f"_atom_site.{tag}"))
    for tag in ("Cartn_x", "Cartn_y", "Cartn_z", "occupancy"):
        ours, theirs = (list(map(float, b.find_loop(f"_atom_site.{tag}"))) for b in (block, twin))
        assert ours == theirs


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93\x01",
        msgpack.packb({"dataBlocks": []}),
        msgpack.packb({"dataBlocks": [{"header": "X", "categories": [{"name": "_entity", "columns": [1]}]}]}),
        msgpack.packb([1, 2]),
        packed({"data": int32(1, 2)[:-1], "encoding": [INT32]}),
        packed({"data": int32(1, 2), "encoding": [{"kind": "Zip"}]}),
        packed({"data": int32(5, 3), "encoding": [{"kind": "RunLength", "srcSize": 2}, INT32]}),
        packed({"data": int32(5, -3), "encoding": [{"kind": "RunLength", "srcSize": -3}, INT32]}),
    ],
)
def test_damaged_content_is_refused(content):
    with pytest.raises(FileFormatError, match="damaged BinaryCIF"):
        read_binary_cif(content)


def runs(length):
    return {"data": int32(5, length), "encoding": [{"kind": "RunLength", "srcSize": length}, INT32]}


def test_a_file_stands_for_as_many_values_as_its_bytes_can():
    assert len(values(runs(100_000), rows=100_000)) == 100_000
    with pytest.raises(FileFormatError, match=r"columns of more than 100\d{4} values"):
        read_binary_cif(packed(runs(1_010_000)))


def test_runs_are_unrolled_for_all_columns_together():
    columns = [{"name": f"c{number}", "data": runs(300_000), "mask": None} for number in range(50)]
    block = {"header": "X", "categories": [{"name": "_atom_site", "rowCount": 300_000, "columns": columns}]}
    content = msgpack.packb({"dataBlocks": [block]})
    assert len(content) < 10_000
    with pytest.raises(FileFormatError, match="columns of more than 1"):
        read_binary_cif(content)


def texts(offsets, indices):
    encoding = {"kind": "StringArray", "stringData": "A" * 5000, "offsets": int32(*offsets), "offsetEncoding": [INT32]}
    return {"data": int32(*indices), "encoding": [encoding | {"dataEncoding": [INT32]}]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (packed(runs(MAX_CELLS + 1)), "runs of other lengths"),
        (packed(runs(10) | {"data": int32(5, -10)}), "runs of other lengths"),
        (packed({"data": int32(1), "encoding": [{"kind": "Delta", "origin": 0}] * 9 + [INT32]}), "10 encodings"),
        (packed(texts([0, 5000, 0, 5000], [0])), "texts that do not follow one another"),
        (packed(texts([0, 5000], [0] * 6000)), "texts longer than 16 letters on average"),
        (b"\xdd" + (MAX_CONTAINERS + 1).to_bytes(4, "big") + b"\x80" * (MAX_CONTAINERS + 1), "lists and maps"),
        (packed({"data": int32(1), "encoding": [{"kind": "Delta", "origin": 2**63}, INT32]}), "damaged"),
    ],
)
def test_what_stands_for_more_than_it_can_is_refused(content, message):
    with pytest.raises(FileFormatError, match=message):
        read_binary_cif(content)


def test_columns_of_different_lengths_are_refused():
    columns = [
        {"name": name, "data": {"data": int32(*rows), "encoding": [INT32]}, "mask": None}
        for name, rows in (("id", (1, 2)), ("type", (1,)))
    ]
    block = {"header": "X", "categories": [{"name": "_entity", "rowCount": 2, "columns": columns}]}
    with pytest.raises(FileFormatError, match="differ in length"):
        read_binary_cif(msgpack.packb({"dataBlocks": [block]}))
