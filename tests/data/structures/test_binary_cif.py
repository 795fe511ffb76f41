import gzip

import gemmi
import msgpack
import numpy as np
import pytest

from protlens.data.structures.binary_cif import MAX_ROWS, read_binary_cif
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


def test_a_run_of_gigabytes_is_refused_before_it_is_unrolled():
    rows = MAX_ROWS + 1
    bomb = {"data": int32(5, rows), "encoding": [{"kind": "RunLength", "srcSize": rows}, INT32]}
    with pytest.raises(FileFormatError, match="at most"):
        read_binary_cif(packed(bomb))


def test_columns_of_different_lengths_are_refused():
    columns = [
        {"name": name, "data": {"data": int32(*rows), "encoding": [INT32]}, "mask": None}
        for name, rows in (("id", (1, 2)), ("type", (1,)))
    ]
    block = {"header": "X", "categories": [{"name": "_entity", "rowCount": 2, "columns": columns}]}
    with pytest.raises(FileFormatError, match="differ in length"):
        read_binary_cif(msgpack.packb({"dataBlocks": [block]}))
