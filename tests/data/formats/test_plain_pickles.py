import os
import pickle
import struct
import subprocess
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from protlens.data.formats import plain_pickles
from protlens.data.formats.plain_pickles import load_plain
from protlens.errors import FileFormatError

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
ARRAYS = hnp.arrays(
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | hnp.floating_dtypes(sizes=(32, 64)),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


@given(PLAIN, st.sampled_from(PROTOCOLS))
def test_plain_containers_come_back(value, protocol):
    assert load_plain(pickle.dumps(value, protocol)) == value


@given(ARRAYS, st.sampled_from(PROTOCOLS), st.booleans())
def test_arrays_come_back_as_numpy_itself_reads_them(array, protocol, fortran):
    array = np.asfortranarray(array) if fortran else array
    data = pickle.dumps({"a": array, "b": 1}, protocol)
    read, expected = load_plain(data)["a"], pickle.loads(data)["a"]
    assert read.dtype.newbyteorder("=") == expected.dtype.newbyteorder("=")
    assert read.shape == expected.shape
    np.testing.assert_array_equal(read, expected)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", [np.float32(1.5), np.int64(-7), np.bool_(1), np.arange(6).reshape(2, 3).T])
def test_scalars_and_single_arrays(value, protocol):
    np.testing.assert_array_equal(load_plain(pickle.dumps(value, protocol)), value)


@pytest.mark.parametrize("protocol", range(4))
def test_files_written_with_numpy_1(protocol):
    data = pickle.dumps({"a": np.arange(5.0), "n": np.int32(3)}, protocol)
    old = data.replace(b"numpy._core.", b"numpy.core.")
    assert old != data
    record = load_plain(old)
    assert record["a"].tolist() == [0, 1, 2, 3, 4]
    assert record["n"] == 3


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda trap: Call(os.system, f"touch {trap}"), "posix.system"),
        (lambda trap: Call(subprocess.check_call, ["touch", str(trap)]), "(subprocess|commands).check_call"),
        (lambda trap: Call(eval, f"open('{trap}', 'w')"), "(builtins|__builtin__).eval"),
        (lambda trap: Call(trap.touch), "(builtins|__builtin__).getattr"),
        (lambda trap: np.load, "numpy.load"),
        (lambda trap: OSError, "(builtins|exceptions).OSError"),
    ],
)
def test_every_other_global_is_named_and_nothing_runs(tmp_path, make, name, protocol):
    trap = tmp_path / "trap"
    nested = {"id": "1abc", "tertiary": [({"deep": [1, make(trap)]},)]}
    for value in (make(trap), nested):
        with pytest.raises(FileFormatError, match=f"it asks for {name}; allowed: plain containers and NumPy arrays"):
            load_plain(pickle.dumps(value, protocol))
    assert not trap.exists()


def test_the_trap_of_the_test_above_works(tmp_path):
    trap = tmp_path / "trap"
    pickle.loads(pickle.dumps(Call(os.system, f"touch {trap}")))
    assert trap.exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"(S'touch x'\nios\nsystem\n.", "os.system"),
        (b"cos\nsystem\n(S'touch x'\ntR.", "os.system"),
        (b"\x80\x02(cbuiltins\neval\nX\x01\x00\x00\x001o.", "builtins.eval"),
        (b"\x80\x02cbuiltins\nobject\n)\x81.", "builtins.object"),
        (b"\x80\x02cnumpy\nndarray.tofile\n.", "numpy.ndarray.tofile"),
        (b"\x80\x04\x8c\x05numpy\x8c\x0edtype.__init__\x93.", "numpy.dtype.__init__"),
        (b"\x80\x03cbuiltins\nbytes\nJ\xff\xff\xff\x7f\x85R.", "builtins.bytes"),
        (b"\x80\x02c__builtin__\nbytes\nJ\xff\xff\xff\x7f\x85R.", "damaged"),
        (b"Pid\n.", "damaged"),
        (b"\x80\x02\x82\xf0.", "damaged"),
        (b"", "damaged"),
        (b"\x80\x04\x95", "damaged"),
        (b"hello", "damaged"),
        (b"\x80\x04]\x94(K\x01K\x02e", "damaged"),
        (b"\x80\x02c_codecs\nencode\n}b.", "a function with a state"),
        (b"\x80\x02cnumpy\nndarray\n}b.", "damaged"),
        (b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00aX\x04\x00\x00\x00zlib\x86R.", "bytes in disguise"),
    ],
)
def test_hand_written_opcodes(data, message):
    with pytest.raises(FileFormatError) as caught:
        load_plain(data)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def array_pickle(name=b"f8", shape=b"K\x02", raw=b"\x00" * 16, state=None):
    """Write an array by hand: ``_reconstruct(ndarray, (0,), b'b')`` and its state."""
    dtype = b"cnumpy\ndtype\nX" + struct.pack("<I", len(name)) + name + b"\x89\x88\x87R"
    content = b"B" + struct.pack("<I", len(raw)) + raw if state is None else state
    head = b"\x80\x03cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
    return head + b"(K\x01" + shape + b"\x85" + dtype + b"\x89" + content + b"tb."


def test_the_hand_written_array_is_one():
    assert load_plain(array_pickle()).tolist() == [0.0, 0.0]
    assert pickle.loads(array_pickle(state=None)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "data",
    [
        array_pickle(shape=b"\x8a\x06" + (10**13).to_bytes(6, "little")),
        array_pickle(shape=b"J\xff\xff\xff\xff"),
        array_pickle(shape=b"X\x01\x00\x00\x00a"),
        array_pickle(name=b"O8", state=b"]"),
        array_pickle(name=b"f8", state=b"]"),
        array_pickle(name=b"V4000000000"),
        array_pickle(name=b"f8,f8"),
        array_pickle(raw=b"\x00" * 15),
        b"\x80\x03cnumpy\nndarray\n\x8a\x06" + (10**13).to_bytes(6, "little") + b"\x85R.",
        b"\x80\x03cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n\x8a\x06"
        + (10**13).to_bytes(6, "little")
        + b"\x85C\x01b\x87R.",
        b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"abc.",
        b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b"abc.",
        b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"abc.",
        b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"abc.",
    ],
)
def test_small_pickles_take_little_memory(data):
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError) as caught:
            load_plain(data)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 400


def test_long_pickles_are_not_read(monkeypatch):
    monkeypatch.setattr(plain_pickles, "MAX_PICKLE", 100)
    with pytest.raises(FileFormatError, match="bytes; allowed: up to 100"):
        load_plain(pickle.dumps("a" * 200))


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x02]r\xff\xff\xff\x7f.",
        b"]p99999999999\n.",
        b"]p-5\n.",
        b"\x80\x04\x95" + struct.pack("<Q", 2**50) + b"].",
    ],
)
def test_slots_and_frames_that_a_pickle_announces_take_no_room(data):
    tracemalloc.start()
    try:
        assert load_plain(data) == []
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def doubled(start: bytes, twice: bytes, times: int) -> bytes:
    """Write a container that holds the one before it two times, and so on."""
    steps = [b"q" + bytes([slot]) + b"h" + bytes([slot]) + twice for slot in range(times)]
    return b"\x80\x02" + start + b"".join(steps) + b"."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (doubled(b"]", b"\x86", 40), "a container of others in two places"),
        (doubled(b"K\x01\x85", b"\x86", 40), "a container of others in two places"),
        (b"\x80\x02}" + doubled(b"K\x01\x85", b"\x86", 1)[2:-1] + b"K\x01s.", "other keys than texts and numbers"),
        (b"\x80\x02]q\x00h\x00a.", "is complete"),
        (b"\x80\x02]q\x00(h\x00h\x00e.", "is complete"),
        (b"\x80\x02}q\x00X\x01\x00\x00\x00ah\x00s.", "is complete"),
        (b"\x80\x04\x8b" + struct.pack("<i", 2**20) + b"\x7f" * 2**20 + b".", "more than 512 bits"),
        (b"\x80\x04\x8a\x41" + b"\x7f" * 65 + b".", "more than 512 bits"),
        (b"I" + b"9" * 5000 + b"\n.", "damaged"),
        (b"L" + b"9" * 4000 + b"L\n.", "more than 512 bits"),
        (b"K\x012" + b"0" * 10 + b".", "the operation DUP"),
        (b"(.", "without its values"),
        (b"K\x01a.", "damaged"),
        (b"t.", "damaged"),
        (b"K\x01(K\x02e.", "values for a list that is none"),
        (b"K\x01K\x01R.", "a call of what is no function"),
        (b"cnumpy\ndtype\n.", "a name without what it makes"),
    ],
)
def test_what_stands_for_more_than_it_is_is_refused_at_once(data, message):
    with pytest.raises(FileFormatError) as caught:
        load_plain(data)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


def test_numbers_in_rows_that_share_a_list_come_back():
    row = [0.0, 0.0, 0.0]
    assert load_plain(pickle.dumps([row] * 1000)) == [row] * 1000


def test_the_operations_are_counted(monkeypatch):
    monkeypatch.setattr(plain_pickles, "MAX_OPERATIONS", 100)
    with pytest.raises(FileFormatError, match="more than 100 operations"):
        load_plain(pickle.dumps(list(range(200))))
    with pytest.raises(FileFormatError, match="more than 100 values"):
        load_plain(pickle.dumps([[0.0] * 10] * 20))


def test_deep_nesting_is_no_crash():
    assert load_plain(b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".") is not None
