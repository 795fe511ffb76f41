"""Good and hostile uploads, through the application."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document_table import LIMIT, Table
from protlens.web import arrivals, uploads
from protlens.web.uploads import file_name

SEVEN_HVP = ["7HVP.A", "7HVP.B"]
HOSTILE_NAMES = {
    "../../x": "x",
    "/etc/passwd": "passwd",
    "C:\\x\\evil.pdb": "evil.pdb",
    "<script>alert(1)</script>": "script_",
    "a\"b'c.pdb": "a_b_c.pdb",
    "": "upload",
    "..": "upload",
    ".hidden": "hidden",
    "-rf": "rf",
    "a\0b\nc": "a_b_c",
    "x" * 10_000 + ".pdb": "x" * 56 + ".pdb",
    "蛋白 1.cif": "蛋白_1.cif",
    "7hvp.pdb.gz": "7hvp.pdb.gz",
}


@pytest.fixture
def seven(data_files) -> bytes:
    return (data_files / "structures" / "7hvp.pdb.gz").read_bytes()


@pytest.fixture
def untried(monkeypatch):
    """Spare the process in which a file is tried first: the explorer refuses the same files with the same words."""
    monkeypatch.setattr(uploads, "try_structure", lambda path, *, max_bytes: None)


def post(client, content, *, path: str = "/structures", name: str = "x.pdb"):
    return client.post(path, params={"name": name}, content=content)


def refused(client, content, **options) -> tuple[int, str]:
    answer = post(client, content, **options)
    assert list(answer.json()) == ["error"]
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize("name", ["7hvp.pdb.gz", "../<b>.cif"])
def test_a_structure_is_told_from_its_content(client, table, seven, name):
    answer = post(client, seven, name=name)
    assert (answer.status_code, answer.json()) == (200, {"proteins": SEVEN_HVP})
    assert table.taken == [(file_name(name), seven)]


@pytest.mark.usefixtures("untried")
def test_nothing_is_left_of_an_upload(client, table, seven):
    assert post(client, seven).status_code == 200
    assert refused(client, b"MKTAYIAK")[0] == 400
    assert len(table.folders) == 2
    assert not any(folder.exists() for folder in table.folders)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "structure x.pdb: an empty file"),
        (b"   \n", "structure x.pdb: an empty file"),
        (b"MKTAYIAK", "structure x.pdb: text that starts with 'MKTAYIAK'; allowed: mmCIF, BinaryCIF, PDB"),
        (b"<script>alert(1)</script>", "allowed: mmCIF"),
        (bytes(1000), "structure x.pdb: text that starts with"),
        (b"\x1f\x8b" + bytes(100), "structure x.pdb: "),
        (b"data_x\nloop_\n_atom_site.id\n", "structure x.pdb: "),
        (b"\x91" * 1000 + b"dataBlocks\0", "structure x.pdb: damaged BinaryCIF"),
        (b"ATOM  " + b"\xff" * 100_000, "structure x.pdb: "),
    ],
)
@pytest.mark.usefixtures("untried")
def test_bad_bytes_are_refused_with_one_line(client, table, content, words):
    status, error = refused(client, content)
    assert status == 400
    assert words in error
    assert "\n" not in error
    assert "protlens-" not in error
    assert table.taken == []


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
@pytest.mark.usefixtures("untried")
def test_a_truncated_file_is_refused(client, table, seven, share):
    assert refused(client, seven[: int(share * len(seven))])[0] == 400
    plain = gzip.decompress(seven)
    cut = min(share, 0.5)  # behind the last TER all chains are whole, and END may be missing
    assert refused(client, plain[: int(cut * len(plain))])[0] == 400
    assert table.taken == []


def test_a_file_is_tried_before_the_explorer_sees_it(client, table, seven):
    assert "cut off" in refused(client, gzip.decompress(seven)[:150_000])[1]
    assert table.folders == []


def test_a_bomb_is_refused(client, table):
    content = gzip.compress(b" " * (uploads.EXPANSION * LIMIT + 1))
    assert len(content) < LIMIT
    assert refused(client, content) == (400, f"structure x.pdb: more than {uploads.EXPANSION * LIMIT} bytes")
    assert table.taken == []


@pytest.mark.parametrize("path", ["/structures", "/sequences"])
def test_what_is_too_large_is_refused(client, table, path):
    error = f"upload: too large; allowed: up to {LIMIT} bytes"
    assert refused(client, b" " * (LIMIT + 1), path=path) == (413, error)
    assert table.taken == []


def test_what_is_too_large_is_refused_as_it_comes_in(client, table):
    """Without Content-Length."""

    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    assert refused(client, parts())[0] == 413
    assert table.taken == []


def test_a_false_length_changes_nothing(client, table):
    headers = {"Content-Length": "2"}
    assert client.post("/sequences", content=b" " * (LIMIT + 1), headers=headers).status_code == 413
    assert client.post("/sequences?name=a", content=b"MK", headers={"Content-Length": "9" * 5000}).status_code == 200
    assert table.taken == [("a", "MK")]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.usefixtures("untried")
def test_a_hostile_name_is_a_name(client, table, name):
    assert post(client, b"MKTAYIAK", path="/sequences", name=name).json() == {"proteins": [HOSTILE_NAMES[name]]}
    assert refused(client, b"x", name=name)[1].startswith(f"structure {HOSTILE_NAMES[name]}: ")


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_a_file_can_have(name):
    safe = file_name(name)
    assert 0 < len(safe) <= 60
    assert len(safe.encode()) <= 255
    assert not set(safe) & set("/\\\0<>:\"'|?*\n\r ")
    assert safe[0] not in ".-_"
    assert file_name(safe) == safe


def test_a_sequence_is_taken_as_text(client, table):
    content = "\ufeff>é\nMKTAYIAK\n".encode()
    assert post(client, content, path="/sequences", name="mine").json() == {"proteins": ["mine"]}
    assert table.taken == [("mine", ">é\nMKTAYIAK\n")]


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"\xff\xfe", "sequence x.pdb: not text; allowed: UTF-8 text"), (b"", "sequence: it is empty")],
)
def test_what_is_no_sequence_is_refused(client, content, error):
    assert refused(client, content, path="/sequences") == (400, error)


def test_nothing_is_taken_without_the_model(client_of, seven):
    table = Table(accepts=None)
    client = client_of(table)
    for path in ("/structures", "/sequences"):
        assert refused(client, seven, path=path) == (403, "nothing can be added here: the run's model is not at hand")
    assert table.taken == []


def test_one_after_the_other_and_no_long_queue(client_of, table):
    running, most, go_on = [], [], Event()

    def add(text, *, name):
        running.append(name)
        most.append(len(running))
        assert go_on.wait(20)
        running.remove(name)
        return [name]

    table.add_sequence = add
    client, extra = client_of(), 3

    def send(number: int) -> int:
        return post(client, b"MKTAYIAK", path="/sequences", name=f"n{number}").status_code

    with ThreadPoolExecutor(arrivals.PER_CLIENT + extra) as pool:
        answers = {pool.submit(send, number) for number in range(arrivals.PER_CLIENT + extra)}
        early = [answer.result() for answer in islice(as_completed(answers, timeout=20), extra)]
        go_on.set()
    assert early == [503] * extra
    assert sorted(answer.result() for answer in answers) == [200] * arrivals.PER_CLIENT + [503] * extra
    assert most == [1] * arrivals.PER_CLIENT
    assert send(99) == 200
