from itertools import combinations

import numpy as np
import pytest
from safetensors.numpy import save

from protlens.errors import StorageError
from protlens.jacobians.jacobian_store import JacobianStore, jacobian_key
from protlens.models.protocol import ModelInfo

KEY = "f" * 64
MAP = np.arange(9, dtype=np.float32).reshape(3, 3)
BLOCK = np.arange(24, dtype=np.float32).reshape(2, 2, 3, 2)


def info(sha256="a", settings="b", name="one"):
    return ModelInfo(name, "bert", 2, 4, None, "local", sha256, settings)


def never():
    raise AssertionError("made anew")


@pytest.fixture
def store(tmp_path):
    return JacobianStore(tmp_path / "store")


def test_a_map_is_found_as_it_was_kept_and_takes_the_place_of_its_blocks(store):
    assert store.find_map(KEY, residues=3) is None
    block = store.block(KEY, 0, BLOCK.shape, lambda: BLOCK)
    store.keep_map(KEY, MAP)
    assert np.array_equal(store.find_map(KEY, residues=3), MAP)
    assert [path.name for path in store.folder.iterdir()] == [f"{KEY}.safetensors"]
    with pytest.raises(StorageError, match=r"^block .*: removed by another process; run it again"):
        block.read()
    assert store.find_map("0" * 64, residues=3) is None


def test_a_block_is_made_once(store):
    store.block(KEY, 1, BLOCK.shape, lambda: BLOCK)
    block = store.block(KEY, 1, BLOCK.shape, never)
    assert np.array_equal(block.read(), BLOCK)
    assert np.array_equal(block.read(slice(1, 3)), BLOCK[:, :, 1:3])
    assert np.array_equal(store.block(KEY, 2, BLOCK.shape, lambda: BLOCK + 1).read(), BLOCK + 1)


def damaged(whole):
    """Return what may lie in a map's place, by what is wrong with it."""
    turned = bytearray(whole)
    turned[-3] ^= 1
    return {
        "empty": b"",
        "cut": whole[:-1],
        "a bit": bytes(turned),
        "longer": whole + bytes(5000),
        "another file": b"\x80\x04K\x01." * 20,
        "no digest": save({"values": MAP}),
        "another shape": save({"values": MAP[:2]}),
        "another type": save({"values": MAP.astype(np.int32)}),
        "another name": save({"other": MAP}),
        "endless header": (1 << 40).to_bytes(8, "little") + b"{}",
    }


@pytest.mark.parametrize("how", damaged(bytes(8)))
def test_a_damaged_file_is_not_found_and_made_anew(store, how):
    store.keep_map(KEY, MAP)
    (file,) = store.folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damaged(whole)[how])
    assert store.find_map(KEY, residues=3) is None
    store.keep_map(KEY, MAP)
    assert file.read_bytes() == whole


def test_numbers_that_are_not_finite_or_of_another_shape_are_not_found(store):
    store.keep_map(KEY, MAP)
    assert store.find_map(KEY, residues=2) is None
    store.keep_map(KEY, np.where(MAP == 4, np.nan, MAP).astype(np.float32))
    assert store.find_map(KEY, residues=3) is None
    store.block(KEY, 0, BLOCK.shape, lambda: np.full_like(BLOCK, np.inf))
    assert np.array_equal(store.block(KEY, 0, BLOCK.shape, lambda: BLOCK).read(), BLOCK)


def test_a_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    store = JacobianStore(tmp_path / "file")
    assert store.find_map(KEY, residues=3) is None
    with pytest.raises(StorageError, match=r"^writing .*File exists; choose another folder"):
        store.keep_map(KEY, MAP)


def test_the_key_tells_all_apart_that_decides_what_is_in_a_map():
    same = {"dtype": "float32", "kind": "states", "substitutes": 5, "sequence": "MK"}
    others = [{"dtype": "bfloat16"}, {"kind": "categorical"}, {"substitutes": 6}, {"sequence": "MKT"}]
    keys = [jacobian_key(info(), **same)]
    keys += [jacobian_key(info(), **same | other) for other in others]
    keys += [jacobian_key(info(sha256="c"), **same), jacobian_key(info(settings="c"), **same)]
    assert all(one != other for one, other in combinations(keys, 2))
    assert jacobian_key(info(name="two"), **same) == keys[0]
