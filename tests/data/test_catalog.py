import pickle
import subprocess
import sys

import lmdb
import pytest

from protlens.data.catalog import DATASETS, FORMATS, import_dataset, load_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import DatasetError, FileFormatError, OptionError, UnknownNameError

KINDS = {
    "phosphorylation_st": "ST",
    "phosphorylation_y": "Y",
    "ubiquitination": "K",
    "sumoylation": "K",
    "acetylation": "K",
    "n_glycosylation": "N",
    "methylation_k": "K",
    "methylation_r": "R",
}


def test_every_entry_says_what_it_is():
    assert {"antibody-mini", "mini", "pdb-mini", "ptm-mini"} <= set(DATASETS)
    for name in DATASETS:
        entry = DATASETS[name]
        for text in (entry.description, entry.licence, entry.source):
            assert text
            assert "\n" not in text


def test_ptm_mini_is_what_its_page_says():
    dataset = load_dataset("ptm-mini")
    assert dataset.name == "ptm-mini"
    assert len(dataset) == 500
    assert all(40 <= length <= 510 for length in dataset.lengths)
    assert len({protein.cluster for protein in dataset}) == 500
    assert dataset.tracks == ["modification", *sorted(f"modification:{kind}" for kind in KINDS)]
    carried = dict.fromkeys(KINDS, 0)
    for protein in dataset:
        kinds = [name for name in protein.tracks if ":" in name]
        either = ["1" if "1" in marks else "0" for marks in zip(*(protein.tracks[k] for k in kinds), strict=True)]
        assert protein.tracks["modification"] == "".join(either)
        for name in kinds:
            kind = name.partition(":")[2]
            marked = {a for a, mark in zip(protein.sequence, protein.tracks[name], strict=True) if mark == "1"}
            assert marked
            assert marked <= set(KINDS[kind])
            carried[kind] += 1
    assert min(carried.values()) >= 60


def test_mini_is_both_together_and_the_default():
    mini, parts = load_dataset(), [load_dataset("pdb-mini"), load_dataset("ptm-mini")]
    assert mini.name == "mini"
    assert mini.ids == parts[0].ids + parts[1].ids
    assert mini[len(parts[0])].tracks == parts[1][0].tracks
    assert {"dssp", "binding_site", "modification", "modification:acetylation"} <= set(mini.tracks)


def test_an_unknown_name_gets_the_nearest_ones():
    with pytest.raises(UnknownNameError, match=r"dataset 'pdbmini': not known; did you mean pdb-mini") as caught:
        load_dataset("pdbmini")
    assert "or give the path" in str(caught.value)


def test_a_name_wins_over_a_file_but_not_over_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Dataset("own", [Protein(id="a", sequence="MK")]).write(tmp_path / "ptm-mini.parquet")
    (tmp_path / "ptm-mini.parquet").rename(tmp_path / "ptm-mini")
    assert len(load_dataset("ptm-mini")) == 500
    with pytest.raises(FileFormatError, match="a file named ''"):
        load_dataset(tmp_path / "ptm-mini")


def test_files_are_read_by_their_names(tmp_path, data_files):
    dataset = Dataset("own", [Protein(id="a", sequence="MK")])
    dataset.write(tmp_path / "own.parquet")
    for path in (tmp_path / "own.parquet", str(tmp_path / "own.parquet"), tmp_path):
        assert load_dataset(path).fingerprint() == dataset.fingerprint()
    fasta = load_dataset(data_files / "uniprot_sites.fasta")
    assert (fasta.name, len(fasta)) == ("uniprot_sites", 6)
    (tmp_path / "a.csv").write_text("x")
    with pytest.raises(
        FileFormatError, match=r"a file named '\.csv'; allowed: .parquet.*import it first, from one of b"
    ):
        load_dataset(tmp_path / "a.csv")


def test_a_structure_is_read_as_a_dataset(tmp_path, monkeypatch):
    """Reading structures is tested where it lives; here a file only has to reach it."""
    from protlens.data.structures import chains

    monkeypatch.setattr(chains, "read_structure", lambda path: [Protein(id=path.name, sequence="MK")])
    for name in ("1abc.cif.gz", "1abc.bcif", "PDB1ABC.ENT"):
        (tmp_path / name).touch()
        assert load_dataset(tmp_path / name).ids == [name]


def tape_lmdb(path):
    with lmdb.open(str(path), subdir=False) as env, env.begin(write=True) as transaction:
        transaction.put(b"num_examples", pickle.dumps(1))
        transaction.put(b"0", pickle.dumps({"id": "a", "primary": "MKT"}))
    return path


def test_every_format_is_imported(tmp_path, data_files):
    sources = {
        "bindpredict": (data_files / "bindpredict", None, 4),
        "fasta": (data_files / "uniprot_sites.fasta", None, 6),
        "flip": (data_files / "flip_ss", None, 6),
        "proteinnet": (data_files / "proteinnet.txt.gz", None, 2),
        "tape-json": (data_files / "provis.jsonl.gz", None, 3),
        "tape-lmdb": (tape_lmdb(tmp_path / "a.lmdb"), None, 1),
        "uniprot-sites": (data_files / "uniprot_sites.fasta", data_files / "uniprot_sites.tsv", 6),
    }
    assert sources.keys() == FORMATS.keys()
    for name, (path, labels, size) in sources.items():
        dataset = import_dataset(path, file_format=name, labels=labels)
        assert len(dataset) == size
        dataset.write(tmp_path / "out.parquet")
        assert load_dataset(tmp_path / "out.parquet").fingerprint() == dataset.fingerprint()
    assert import_dataset(data_files / "flip_ss", file_format="flip", name="mine").name == "mine"
    assert import_dataset(data_files / "flip_ss", file_format="flip").name == "flip_ss"
    assert import_dataset(data_files / "provis.jsonl.gz", file_format="tape-json").name == "provis"


@pytest.mark.parametrize("file_format", ["fasta", "tape-lmdb"])
def test_labels_of_the_users_come_on_top(tmp_path, file_format):
    (tmp_path / "a.fasta").write_text(">a\nMKT\n")
    path = tmp_path / "a.fasta" if file_format == "fasta" else tape_lmdb(tmp_path / "a.lmdb")
    (tmp_path / "labels.tsv").write_text("id\tposition\tlabel\na\t2\tlid\n")
    dataset = import_dataset(path, file_format=file_format, labels=tmp_path / "labels.tsv")
    assert dict(dataset[0].tracks) == {"lid": "010"}


def test_labels_of_flip_are_a_file_of_their_own(data_files):
    folder = data_files / "bindpredict"
    dataset = import_dataset(folder / "all.fasta", file_format="flip", labels=data_files / "flip_bind.fasta")
    assert len(dataset) == 4
    assert len(dataset.tracks) == 1
    dataset = import_dataset(
        folder / "all.fasta", file_format="flip", labels=data_files / "flip_bind.fasta", track="bind"
    )
    assert dataset.tracks == ["bind"]
    assert import_dataset(data_files / "flip_ss", file_format="flip", track="mine").tracks == ["mine"]
    with pytest.raises(OptionError, match="track 'x': format fasta names its tracks itself; allowed: with format flip"):
        import_dataset(data_files / "uniprot_sites.fasta", file_format="fasta", track="x")


def test_what_cannot_be_imported(tmp_path, data_files):
    with pytest.raises(UnknownNameError, match="format 'tape': not known; did you mean tape-"):
        import_dataset(tmp_path, file_format="tape")
    with pytest.raises(OptionError, match="sequences without a table"):
        import_dataset(data_files / "uniprot_sites.fasta", file_format="uniprot-sites")
    records = tmp_path / "a.jsonl"
    records.write_text('{"id": "a", "primary": "MK"}\n' * 2)
    with pytest.raises(DatasetError, match="id 'a' stands more than once"):
        import_dataset(records, file_format="tape-json")


def test_the_catalog_is_light():
    code = (
        "import sys, protlens.data.catalog; print([m for m in ('torch', 'transformers', 'mdtraj') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
