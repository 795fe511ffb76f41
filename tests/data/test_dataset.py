import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from protlens.data import dataset_file as module
from protlens.data import stored_rows
from protlens.data.dataset import Dataset
from protlens.data.protein import Annotation, Protein
from protlens.errors import DatasetError, FileFormatError, OptionError, StorageError, UnknownNameError

FULL = Protein(
    id="1ABC.A",
    sequence="MKT",
    tracks={"dssp": "HE?", "binding_site": "010"},
    ca=np.array([[0, 1.5, 2], [np.nan] * 3, [6, 7, 8]], np.float32),
    cb=np.array([[9, 10, 11], [12, 13, 14], [15, 16, -17.25]], np.float32),
    residue_numbers=("1", "1A", ""),
    chain="A",
    cluster="1XYZ.B",
    annotations=(Annotation("binding_site", "ZN", (1,)), Annotation("binding_site", "HEM", (0, 2))),
)
CA_ONLY = Protein(id="ca", sequence="GGW", ca=np.ones((3, 3), np.float32))
BARE = Protein(id="P12345", sequence="ACDEFGHIKLMNPQRSTVWYUOBXZJ")
SHA = "3c72d14b43f8fa41dcd56359af7ca3a821ab9d40441d05394858cc87b289bbf2"


def same(one, other):
    for name in ("id", "sequence", "residue_numbers", "chain", "cluster", "annotations", "chain_starts"):
        assert getattr(one, name) == getattr(other, name)
    assert dict(one.tracks) == dict(other.tracks)
    for name in ("ca", "cb"):
        assert (getattr(one, name) is None) == (getattr(other, name) is None)
        if getattr(one, name) is not None:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
            assert getattr(other, name).dtype == np.float32


@pytest.fixture
def dataset():
    return Dataset("three", [FULL, CA_ONLY, BARE])


def test_a_protein_comes_back_from_disk_unchanged(tmp_path, dataset):
    dataset.write(tmp_path / "a.parquet")
    read = Dataset.read(tmp_path / "a.parquet")
    assert read.name == "a"
    assert Dataset.read(tmp_path / "a.parquet", name="other").name == "other"
    assert len(read) == 3
    for one, other in zip([FULL, CA_ONLY, BARE], read, strict=True):
        same(one, other)
    assert read.fingerprint() == dataset.fingerprint()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


def positions(length):
    return hnp.arrays(np.float32, (length, 3), elements=st.floats(-1e4, 1e4, width=32) | st.just(np.float32(np.nan)))


@st.composite
def proteins(draw, name):
    length = draw(st.integers(1, 12))
    letters = st.text("ACDEFGHIKLMNPQRSTVWYX", min_size=length, max_size=length)
    symbols = st.text("01?HEC", min_size=length, max_size=length)
    ca = draw(st.none() | positions(length))
    sites = st.lists(st.integers(0, length - 1), unique=True).map(lambda found: tuple(sorted(found)))
    return Protein(
        id=name,
        sequence=draw(letters),
        tracks=draw(st.dictionaries(TEXT, symbols, max_size=3)),
        ca=ca,
        cb=None if ca is None else draw(st.none() | positions(length)),
        residue_numbers=draw(st.just(()) | st.tuples(*[TEXT] * length)),
        chain=draw(TEXT),
        cluster=draw(TEXT),
        annotations=tuple(draw(st.lists(st.builds(Annotation, TEXT, TEXT, sites), max_size=3))),
        chain_starts=tuple(sorted(draw(st.sets(st.integers(1, length - 1))))) if length > 1 else (),
    )


@pytest.mark.slow
@settings(max_examples=25)
@given(st.data())
def test_any_proteins_come_back_from_disk_unchanged(tmp_path_factory, data):
    names = data.draw(st.lists(TEXT.filter(bool), min_size=1, max_size=4, unique=True))
    written = [data.draw(proteins(name)) for name in names]
    path = tmp_path_factory.mktemp("dataset") / "a.parquet"
    Dataset("a", written).write(path)
    for one, other in zip(written, Dataset.read(path), strict=True):
        same(one, other)


def test_a_dataset_is_a_sequence(dataset):
    assert dataset.ids == ["1ABC.A", "ca", "P12345"]
    assert dataset.lengths == [3, 3, 26]
    assert dataset.tracks == ["binding_site", "dssp"]
    same(dataset[-1], BARE)
    same(list(dataset)[1], CA_ONLY)
    assert dataset[:2].ids == ["1ABC.A", "ca"]
    assert dataset[::-1].ids == ["P12345", "ca", "1ABC.A"]
    assert dataset.take([2, 0]).ids == ["P12345", "1ABC.A"]
    same(dataset.take([2, 0])[1], FULL)
    assert dataset[1:].name == "three"
    for index in (3, -4):
        with pytest.raises(IndexError):
            dataset[index]


def test_a_dataset_has_proteins_and_each_once():
    with pytest.raises(DatasetError, match="dataset 'none': it has no proteins"):
        Dataset("none", [])
    with pytest.raises(DatasetError, match="id 'ca' stands more than once"):
        Dataset("twice", [CA_ONLY, BARE, CA_ONLY])


def test_parts_are_joined_in_order(dataset):
    joined = Dataset.concat("both", [dataset[2:], dataset[:2]])
    assert (joined.name, joined.ids) == ("both", ["P12345", "1ABC.A", "ca"])
    assert joined.fingerprint() == Dataset("x", [BARE, FULL, CA_ONLY]).fingerprint()
    with pytest.raises(DatasetError, match="dataset 'both': id 'ca' stands more than once"):
        Dataset.concat("both", [dataset, dataset[1:]])


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path, dataset):
    dataset[2:].write(tmp_path / "b.parquet")
    dataset[:2].write(tmp_path / "a.parquet")
    (tmp_path / "notes.txt").write_text("x")
    read = Dataset.read(tmp_path)
    assert (read.name, read.ids) == (tmp_path.name, dataset.ids)
    assert read.fingerprint() == dataset.fingerprint()
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileFormatError, match=r"a folder without \.parquet files"):
        Dataset.read(tmp_path / "empty")


def test_the_fingerprint_is_that_of_earlier_releases(dataset):
    assert dataset.fingerprint() == SHA


@pytest.mark.parametrize(
    "change",
    [
        {"id": "1ABC.B"},
        {"sequence": "MKS"},
        {"tracks": {"dssp": "HEC", "binding_site": "010"}},
        {"tracks": {"dssp": "HE?"}},
        {"tracks": {"dssp": "HE?", "binding_sites": "010"}},
        {"cb": None},
        {"ca": np.zeros((3, 3), np.float32)},
        {"ca": FULL.cb, "cb": FULL.ca},
    ],
)
def test_the_fingerprint_changes_with_the_data(change):
    assert Dataset("a", [replace(FULL, **change)]).fingerprint() != Dataset("a", [FULL]).fingerprint()


def test_the_fingerprint_depends_on_data_alone(dataset):
    turned = replace(FULL, tracks=dict(reversed(FULL.tracks.items())), chain="Z", cluster="", annotations=())
    assert Dataset("other", [turned, CA_ONLY, BARE]).fingerprint() == dataset.fingerprint()
    assert dataset[::-1].fingerprint() != dataset.fingerprint()


def test_old_files_are_read_for_ever(data_files):
    read = Dataset.read(data_files / "dataset_v1.parquet")
    for one, other in zip([FULL, CA_ONLY, BARE], read, strict=True):
        same(one, other)
    assert read.fingerprint() == SHA


def test_names_are_kept_and_do_not_enter_the_fingerprint(tmp_path, data_files, dataset):
    named = Dataset("named", [replace(FULL, title="Lac repressor", organism="Escherichia coli"), CA_ONLY, BARE])
    named.write(tmp_path / "named.parquet")
    read = Dataset.read(tmp_path / "named.parquet")
    assert read.titles == ["Lac repressor", "", ""]
    assert read.organisms == ["Escherichia coli", "", ""]
    assert (read[0].title, read[0].organism) == ("Lac repressor", "Escherichia coli")
    assert read.fingerprint() == dataset.fingerprint()
    assert read[::-1].titles == ["", "", "Lac repressor"]
    assert Dataset.read(data_files / "dataset_v1.parquet").titles == ["", "", ""]
    both = Dataset.concat("both", [read[:1], Dataset.read(data_files / "dataset_v1.parquet")[1:]])
    assert both.titles == ["Lac repressor", "", ""]


def test_chains_of_a_row_are_kept_and_enter_the_fingerprint(tmp_path, data_files, dataset):
    joined = Dataset("joined", [replace(FULL, chain_starts=(1, 2)), CA_ONLY, BARE])
    joined.write(tmp_path / "joined.parquet")
    read = Dataset.read(tmp_path / "joined.parquet")
    assert [one.chain_starts for one in read] == [(1, 2), (), ()]
    assert read.fingerprint() == joined.fingerprint()
    others = [Dataset("other", [replace(FULL, chain_starts=starts), CA_ONLY, BARE]) for starts in ((1,), (2,), ())]
    assert len({joined.fingerprint(), *(other.fingerprint() for other in others)}) == 4
    assert others[-1].fingerprint() == dataset.fingerprint()
    old = Dataset.read(data_files / "dataset_v1.parquet")
    assert [one.chain_starts for one in Dataset.concat("both", [read[:1], old[1:]])] == [(1, 2), (), ()]


def test_the_file_follows_its_page(tmp_path, dataset):
    dataset.write(tmp_path / "a.parquet")
    schema = pq.read_schema(tmp_path / "a.parquet")
    about = {key: schema.metadata[key] for key in (b"format", b"version", b"name")}
    assert about == {b"format": b"protlens-dataset", b"version": b"1", b"name": b"three"}
    assert {field.name: str(field.type).replace(" ('tracks')", "") for field in schema} == {
        "id": "string",
        "sequence": "string",
        "tracks": "map<string, string>",
        "ca": "list<element: float>",
        "cb": "list<element: float>",
        "residue_numbers": "list<element: string>",
        "chain": "string",
        "cluster": "string",
        "annotations": "list<element: struct<track: string, name: string, residues: list<element: int32>>>",
        "title": "string",
        "organism": "string",
        "chain_starts": "list<element: int32>",
    }


def rewritten(path, dataset, change):
    dataset.write(path)
    pq.write_table(change(pq.read_table(path)), path)
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.replace_schema_metadata({}), "Parquet, but not a protlens dataset; make one with"),
        (lambda t: t.replace_schema_metadata({"format": "protlens-dataset"}), "not a protlens dataset"),
        (lambda t: t.replace_schema_metadata({"format": "protlens-dataset", "version": "x"}), "not a protlens dataset"),
        (
            lambda t: t.replace_schema_metadata({"format": "protlens-dataset", "version": "2"}),
            "version 2; allowed: up to 1",
        ),
        (lambda t: t.drop_columns(["sequence"]), "columns differ from the format"),
        (lambda t: t.set_column(0, "id", pa.array([[1], [2], [3]])), "columns differ from the format"),
        (lambda t: t.set_column(0, "id", pa.array(["a", None, "b"])), "columns differ from the format"),
    ],
)
def test_other_parquet_files_are_refused(tmp_path, dataset, change, message):
    path = rewritten(tmp_path / "a.parquet", dataset, change)
    with pytest.raises(FileFormatError, match=message) as caught:
        Dataset.read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_further_columns_and_another_order_are_no_matter(tmp_path, dataset):
    def change(table):
        return table.select(table.column_names[::-1]).append_column("note", pa.array([1, 2, 3]))

    assert Dataset.read(rewritten(tmp_path / "a.parquet", dataset, change)).fingerprint() == dataset.fingerprint()


def test_damaged_files_are_refused(tmp_path, dataset):
    path = tmp_path / "a.parquet"
    dataset.write(path)
    whole = path.read_bytes()
    for content in (b"", b"hello", whole[:-1], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(FileFormatError, match="not readable as Parquet"):
            Dataset.read(path)
    with pytest.raises(FileFormatError, match="not readable as Parquet"):
        Dataset.read(tmp_path / "none.parquet")


def test_a_changed_bit_in_the_data_is_seen(tmp_path, dataset):
    path = tmp_path / "set.parquet"
    dataset.write(path)
    content, group = path.read_bytes(), pq.ParquetFile(path).metadata.row_group(0)
    chunks = [group.column(column) for column in range(group.num_columns)]
    for chunk in chunks:
        flipped = bytearray(content)
        flipped[chunk.data_page_offset + chunk.total_compressed_size - 1] ^= 1  # the last byte of the last page
        if chunk.dictionary_page_offset is None:
            path.write_bytes(flipped)
            with pytest.raises(FileFormatError, match="not readable as Parquet"):
                Dataset.read(path)
    assert len(chunks) > 8


def test_a_file_that_contradicts_itself_is_refused(tmp_path, dataset):
    def change(table):
        return table.set_column(1, table.schema.field("sequence"), pa.array(["MKTA", "GGW", "A"]))

    read = Dataset.read(rewritten(tmp_path / "a.parquet", dataset, change))
    with pytest.raises(DatasetError, match=r"protein '1ABC.A': track 'dssp' has 3 values for 4 residues"):
        list(read)


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("ca", [[0.0, 1], None, None], "row 0: damaged"),
        ("cb", [[0.0] * 9, [0.0] * 8, None], "row 1: damaged"),
        ("residue_numbers", [["1", "2"], None, None], "residue_numbers has 2 values"),
        ("tracks", [[("a", "000"), ("a", "111")], [], []], "row 0: damaged"),
        ("tracks", [[("a", None)], [], []], "track 'a': a NoneType"),
        ("annotations", [[None], [], []], "row 0: damaged"),
        ("annotations", [[{"track": "a", "name": "b", "residues": None}], [], []], "row 0: damaged"),
    ],
)
def test_a_damaged_row_is_named(tmp_path, dataset, column, values, message):
    def change(table):
        field = table.schema.field(column)
        return table.set_column(table.column_names.index(column), field, pa.array(values, field.type))

    path = rewritten(tmp_path / "a.parquet", dataset, change)
    with pytest.raises(DatasetError, match=message):
        list(Dataset.read(path))


def test_writing_over_a_limit_leaves_the_old_file(tmp_path, dataset):
    """A limit on the size of files makes the operating system itself refuse to write on, as a full disk does."""
    path = tmp_path / "a.parquet"
    dataset.write(path)
    before = path.read_bytes()
    code = f"""
import resource, signal
from pathlib import Path
from protlens.data.dataset import Dataset
dataset = Dataset.read(Path({str(path)!r}))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
dataset.write(Path({str(path)!r}))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "StorageError: writing" in run.stderr
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("raised", "seen"),
    [(OSError(28, "No space left on device"), StorageError), (KeyboardInterrupt(), KeyboardInterrupt)],
)
def test_writing_that_is_broken_off_leaves_the_old_file(tmp_path, monkeypatch, dataset, raised, seen):
    path = tmp_path / "a.parquet"
    dataset.write(path)
    before = path.read_bytes()

    def broken(self, table, **options):
        raise raised

    monkeypatch.setattr(module.pq.ParquetWriter, "write_table", broken)
    with pytest.raises(seen):
        dataset[:1].write(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_chains_that_were_joined_are_counted():
    data = Dataset("d", [Protein(id="a", sequence="ACD"), Protein(id="b", sequence="ACD", chain_starts=(1, 2))])
    assert data.chain_counts == [1, 3]
    assert data[1:].chain_counts == [3]


def test_placed_says_where_any_residue_has_a_position():
    nowhere, one = np.full((2, 3), np.nan, np.float32), np.full((2, 3), np.nan, np.float32)
    one[1] = 1.0
    data = Dataset("d", [Protein(id=f"p{i}", sequence="AC", ca=ca) for i, ca in enumerate([None, nowhere, one, None])])
    assert data.placed == [False, False, True, False]
    assert data[2:].placed == [True, False]
    assert Dataset.concat("two", [data, Dataset("e", [Protein(id="q", sequence="AC", ca=one)])]).placed[2:] == [
        True,
        False,
        True,
    ]


@pytest.fixture
def in_groups(tmp_path, monkeypatch):
    """A file of many groups of rows, of which next to nothing stays in memory, and its proteins."""
    monkeypatch.setattr(module, "GROUP_RESIDUES", 40)
    monkeypatch.setattr(stored_rows, "KEPT", 0)
    made = [replace(FULL, id=f"f{n}") if n % 3 else replace(BARE, id=f"b{n}", sequence="AC" * n) for n in range(1, 60)]
    Dataset("groups", made).write(tmp_path / "groups.parquet")
    groups = pq.ParquetFile(tmp_path / "groups.parquet").metadata.num_row_groups
    assert groups > 10
    return tmp_path / "groups.parquet", made


def test_a_group_of_rows_ends_where_its_residues_are_full(in_groups):
    path, made = in_groups
    before, expected = 0, {}
    for one in made:
        expected.setdefault(before // 40, []).append(one.id)
        before += len(one)
    file = pq.ParquetFile(path)
    found = [file.read_row_group(group)["id"].to_pylist() for group in range(file.metadata.num_row_groups)]
    assert found == list(expected.values())


def test_what_is_read_by_groups_is_what_was_written(in_groups):
    path, made = in_groups
    held, read = Dataset("groups", made), Dataset.read(path)
    for one, other in zip(made, read, strict=True):
        same(one, other)
    order = np.random.default_rng(0).permutation(len(made)).tolist()
    for one, other in ((held, read), (held.take(order), read.take(order)), (held[5:40:3], read[5:40:3])):
        for name in ("ids", "sequences", "clusters", "chain_counts", "lengths", "placed", "tracks"):
            assert getattr(one, name) == getattr(other, name), name
        assert one.fingerprint() == other.fingerprint()
        same(one[4], other[4])
    assert len(read._rows._kept) == 1


def test_one_file_and_parts_of_it_hold_the_same(in_groups, tmp_path):
    path, made = in_groups
    for number, start in enumerate(range(0, len(made), 17)):
        Dataset("part", made[start : start + 17]).write(tmp_path / "parts" / f"{number}.parquet")
    parts = Dataset.read(tmp_path / "parts")
    assert parts.fingerprint() == Dataset.read(path).fingerprint()
    parts.with_clusters(["x"] * len(made)).write(tmp_path / "joined.parquet")
    Dataset("parts", made).with_clusters(["x"] * len(made)).write(tmp_path / "held.parquet")
    assert (tmp_path / "joined.parquet").read_bytes() == (tmp_path / "held.parquet").read_bytes()


def test_datasets_in_memory_and_in_files_are_joined(in_groups):
    path, made = in_groups
    read = Dataset.read(path)
    joined = Dataset.concat("both", [read[30:], Dataset("two", [FULL, BARE]), read[:3]])
    wanted = Dataset("both", [*made[30:], FULL, BARE, *made[:3]])
    assert (joined.ids, joined.fingerprint()) == (wanted.ids, wanted.fingerprint())
    assert pickle.loads(pickle.dumps(joined)).fingerprint() == wanted.fingerprint()


def test_a_dataset_may_be_written_over_the_file_that_it_is_read_from(in_groups):
    path, made = in_groups
    read = Dataset.read(path)[::-1]
    read.write(path)
    assert [one.id for one in read] == [one.id for one in Dataset.read(path)] == [one.id for one in made[::-1]]


def test_a_file_that_is_written_anew_while_it_is_in_use_is_refused(in_groups):
    path, made = in_groups
    read = Dataset.read(path)
    Dataset("other", made[::-1]).write(path)
    with pytest.raises(FileFormatError, match="it was changed while it was in use"):
        list(read)


def test_damage_in_a_later_group_of_a_file_without_a_digest_shows_when_it_is_opened(in_groups):
    path, _ = in_groups
    pq.write_table(pq.read_table(path), path, row_group_size=10, write_page_checksum=True, use_dictionary=False)
    chunk = pq.ParquetFile(path).metadata.row_group(4).column(3)
    content = bytearray(path.read_bytes())
    content[chunk.data_page_offset + chunk.total_compressed_size - 1] ^= 1
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match="not readable as Parquet"):
        Dataset.read(path)


PEAK = """
import sys
from pathlib import Path
from protlens.data import dataset_file, stored_rows
from protlens.data.dataset import Dataset
stored_rows.KEPT = dataset_file.GROUP_RESIDUES = 2**16
data = Dataset.read(sys.argv[1])
def memory(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
Path("/proc/self/clear_refs").write_text("5")
before = memory("VmRSS")
data.fingerprint(), data.tracks, data.placed
data.write(sys.argv[2])
print(memory("VmHWM") - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peaks are read from /proc")
def test_ten_times_as_many_proteins_take_no_more_memory(tmp_path):
    """All of the twenty thousand would take 80 MB, and what is held of them in any case 1 MB."""
    points, peaks = np.random.default_rng(0).normal(size=(160, 3)).astype(np.float32), []
    made = Dataset("d", [Protein(id=f"p{n}", sequence="ACDEF" * 32, ca=points, cb=points) for n in range(2000)])
    for parts in (1, 10):
        for part in range(parts):
            names = pa.array([f"{name}-{part}" for name in made.ids])
            table = pa.concat_tables(made._tables()).set_column(0, module.SCHEMA.field("id"), names)
            (tmp_path / f"{parts}").mkdir(exist_ok=True)
            about = {"format": module.FORMAT, "version": "1"}
            module.write_groups(
                tmp_path / f"{parts}" / f"{part:02}.parquet",
                module.SCHEMA.with_metadata(about),
                [table],
                compression_level=1,
            )
        command = [sys.executable, "-c", PEAK, tmp_path / f"{parts}", tmp_path / "out.parquet"]
        peaks.append(float(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] < peaks[0] + 40, peaks


def test_a_protein_is_asked_for_by_its_id():
    dataset = Dataset("two", [Protein(id="1A", sequence="MKT"), Protein(id="1B", sequence="MK")])
    assert dataset["1B"].sequence == "MK"
    assert dataset[1:]["1B"].sequence == "MK"
    with pytest.raises(UnknownNameError, match="protein of two '1A': not known"):
        dataset[1:]["1A"]


def test_what_a_notebook_shows_is_short_and_escaped():
    long = Protein(id="<b>", sequence="MK" * 200, tracks={"site": "01" * 199 + "??"})
    dataset = Dataset("<i>", [long])
    assert repr(long) == f"Protein('<b>': 400 residues, {'MK' * 12}…; site)"
    assert "<td>site</td><td>398</td><td>0 1</td>" in long._repr_html_()
    for shown in (long._repr_html_(), dataset._repr_html_()):
        assert "&lt;b&gt;" in shown
        assert "<b>" not in shown
    many = Dataset("many", [Protein(id=f"p{number}", sequence="MKT") for number in range(400)])
    assert "and 388 more" in many._repr_html_()


def test_a_table_for_pandas_has_a_column_a_track(monkeypatch):
    pandas = pytest.importorskip("pandas")
    proteins = [Protein(id="a", sequence="MKT", tracks={"site": "010"}, cluster="a"), Protein(id="b", sequence="MK")]
    table = Dataset("two", proteins).to_pandas()
    assert isinstance(table, pandas.DataFrame)
    assert table.columns.tolist() == ["id", "residues", "cluster", "title", "organism", "sequence", "site"]
    assert (table["site"][0], table["site"].isna().tolist()) == ("010", [False, True])
    assert table["residues"].tolist() == [3, 2]
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(OptionError, match="a table of pandas: not installed; pip install pandas"):
        Dataset("two", proteins).to_pandas()
