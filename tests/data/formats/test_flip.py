import pytest

from protlens.data.formats.flip import read_flip, read_flip_folder
from protlens.errors import FileFormatError


def bodies(path):
    lines = path.read_text().split("\n")
    return {head[1:].split()[0]: body for head, body in zip(lines[::2], lines[1::2], strict=False) if head}


def test_real_secondary_structure_is_unknown_where_the_mask_is_zero(data_files):
    folder = data_files / "flip_ss"
    sequences, labels, mask = (bodies(folder / f"{name}.fasta") for name in ("sequences", "sampled", "mask"))
    proteins = read_flip_folder(folder)
    assert [(p.id, p.sequence) for p in proteins] == list(sequences.items())
    for protein in proteins:
        assert list(protein.tracks) == ["ss3"]
        for seen, label, kept in zip(protein.tracks["ss3"], labels[protein.id], mask[protein.id], strict=True):
            assert seen == (label if kept == "1" else "?")
    assert {"?", "H", "E", "C"} == set("".join(p.tracks["ss3"] for p in proteins))


def test_splits_are_disjoint_and_complete(data_files):
    folder = data_files / "flip_ss"
    headers = [line for line in (folder / "sampled.fasta").read_text().split("\n") if line.startswith(">")]
    parts = {split: [p.id for p in read_flip_folder(folder, split=split)] for split in ("train", "validation", "test")}
    words = {"train": "SET=train VALIDATION=False", "validation": "VALIDATION=True", "test": "SET=test"}
    for split, word in words.items():
        assert parts[split] == [header[1:].split()[0] for header in headers if word in header]
    assert [len(ids) for ids in parts.values()] == [2, 2, 2]


def test_an_empty_split_is_refused(files):
    with pytest.raises(FileFormatError, match=r"split 'test' of .*: no proteins"):
        read_flip(files["sequences"], files["sampled"], split="test")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "conservation").mkdir()
    contents = {
        "sequences": ">a\nMKT\n>b\nGG\n>c\nW\n",
        "sampled": ">a SET=train VALIDATION=False\n159\n>b SET=train VALIDATION=True\n11\n",
        "mask": ">a\n010\n",
    }
    paths = {name: tmp_path / "conservation" / f"{name}.fasta" for name in contents}
    for name, text in contents.items():
        paths[name].write_text(text)
    return paths


def test_any_labels_of_one_character(files):
    proteins = read_flip(files["sequences"], files["sampled"], mask=files["mask"])
    assert [dict(p.tracks) for p in proteins] == [{"conservation": "?5?"}, {"conservation": "11"}, {}]
    assert read_flip(files["sequences"], files["sampled"], track="x")[0].tracks == {"x": "159"}
    assert [p.id for p in read_flip(files["sequences"], files["sampled"], split="validation")] == ["b"]
    assert [dict(p.tracks) for p in read_flip_folder(files["mask"].parent)] == [dict(p.tracks) for p in proteins]


def test_a_folder_of_splits_is_named_after_the_task_above_it(files):
    splits = files["mask"].parent / "splits"
    splits.mkdir()
    for path in files.values():
        path.rename(splits / path.name)
    assert list(read_flip_folder(splits)[0].tracks) == ["conservation"]
    assert list(read_flip_folder(splits, track="mine")[0].tracks) == ["mine"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("sampled", ">a SET=train\n15\n", "2 characters for the 3 residues of 'a'"),
        ("sampled", ">a SET=train\n15\u00e9\n", "one ASCII character a residue"),
        ("sampled", ">z SET=train\n159\n", "labels for 'z', which has no sequence"),
        ("mask", ">a\n01\n", "2 characters for the 3 residues"),
        ("mask", ">a\n01x\n", "allowed: characters 0 and 1"),
    ],
)
def test_files_that_contradict_each_other(files, name, text, message):
    files[name].write_text(text)
    with pytest.raises(FileFormatError, match=message):
        read_flip(files["sequences"], files["sampled"], mask=files["mask"])


def test_a_header_without_a_set_is_refused_only_if_a_split_is_asked_for(files):
    files["sampled"].write_text(">a\n159\n")
    assert read_flip(files["sequences"], files["sampled"])[0].tracks == {"conservation": "159"}
    with pytest.raises(FileFormatError, match="SET=train or SET=test"):
        read_flip(files["sequences"], files["sampled"], split="train")


def test_a_folder_without_labels_is_refused(files):
    files["sampled"].unlink()
    with pytest.raises(FileFormatError, match=r"sampled.fasta is missing: mask.fasta, sequences.fasta"):
        read_flip_folder(files["mask"].parent)
