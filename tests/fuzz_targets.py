"""What is damaged, and how each kind of it is read: by every reader, run folders, results and checkpoints."""

import gzip
import json
import pickle
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import lmdb
import numpy as np
import pyarrow.parquet as pq
import transformers

import protlens
from protlens.errors import LeftOutWarning
from protlens.models.protocol import ignore
from tiny_models import tiny_model_folder

transformers.logging.disable_progress_bar()

DATA = Path(__file__).parent / "data_files"
LONGEST_LINE = 400
FAMILIES = ("bert", "albert", "xlnet", "esm", "esm1b", "t5", "tape")
TOKENIZERS = ("vocab.txt", "spiece.model", "tokenizer.json", "tokenizer_config.json")


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is damaged.

    Parameters
    ----------
    whole
        A file, or a folder of which one file is damaged.
    read
        Reads a copy of it.
    """

    whole: Path
    read: Callable[[Path], object]


def outcome(read: Callable[[Path], object], place: Path) -> str:
    """Return ``read``, ``refused``, or that the message is too long, which is counted without the folder's name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LeftOutWarning)
            read(place)
    except protlens.ProtlensError as error:
        line = str(error).replace(f"{place.parent}/", "")
        return "refused" if "\n" not in line and len(line) < LONGEST_LINE else f"LONG MESSAGE {line[:200]}"
    return "read"


def data_targets(folder: Path) -> dict[str, Target]:
    """Return one of each kind of data file, by what it is called; what has to be made is made in a folder."""
    structures = DATA / "structures"
    (folder / "1crn.cif").write_bytes(gzip.decompress((structures / "1crn.cif.gz").read_bytes()))
    (folder / "1cbn.pdb").write_bytes(gzip.decompress((structures / "1cbn.pdb.gz").read_bytes()))
    (folder / "1a8o.bcif").write_bytes(gzip.decompress((structures / "1a8o.bcif.gz").read_bytes()))
    files = {
        "pdb": folder / "1cbn.pdb",
        "pdb.gz": structures / "1bx8.pdb.gz",
        "cif": folder / "1crn.cif",
        "cif.gz": structures / "1orc.cif.gz",
        "bcif": folder / "1a8o.bcif",
        "bcif.gz": structures / "1a8o.bcif.gz",
    }
    return {name: Target(file, _build) for name, file in files.items()} | _sequence_targets(folder)


def _sequence_targets(folder: Path) -> dict[str, Target]:
    _write_tape(folder)
    _write_pair(
        folder / "labelled",
        "a.fasta",
        ">one x\nMKTAYIAK\n>two\nMKV\n",
        "a.tsv",
        "id\tposition\tlabel\none\t3\tsite\ntwo\t\tsite\n",
    )
    _write_pair(
        folder / "sites",
        "a.fasta",
        (DATA / "uniprot_sites.fasta").read_text(),
        "a.tsv",
        (DATA / "uniprot_sites.tsv").read_text(),
    )
    shutil.copytree(DATA / "flip_ss", folder / "flip")
    shutil.copytree(DATA / "bindpredict", folder / "bindpredict")
    protlens.load_dataset("pdb-mini")[:4].write(folder / "dataset.parquet")
    pq.write_table(pq.read_table(folder / "dataset.parquet"), folder / "bare.parquet")

    def pair(file_format: str) -> Callable[[Path], object]:
        return lambda path: _import(path / "a.fasta", file_format, labels=path / "a.tsv")

    def alone(file_format: str) -> Callable[[Path], object]:
        return lambda path: _import(path, file_format)

    return {
        "fasta": Target(folder / "labelled", pair("fasta")),
        "uniprot-sites": Target(folder / "sites", pair("uniprot-sites")),
        "flip": Target(folder / "flip", alone("flip")),
        "bindpredict": Target(folder / "bindpredict", alone("bindpredict")),
        "proteinnet": Target(DATA / "proteinnet.txt.gz", alone("proteinnet")),
        "proteinnet, CA": Target(DATA / "proteinnet_ca.txt", alone("proteinnet")),
        "tape-json": Target(folder / "tape.json", alone("tape-json")),
        "tape-json, gzipped lines": Target(DATA / "provis.jsonl.gz", alone("tape-json")),
        "tape-lmdb": Target(folder / "tape.lmdb", alone("tape-lmdb")),
        "dataset": Target(folder / "dataset.parquet", lambda path: list(protlens.load_dataset(path))),
        "dataset, no digest": Target(folder / "bare.parquet", lambda path: list(protlens.load_dataset(path))),
    }


def _write_pair(folder: Path, one: str, content: str, other: str, rest: str) -> None:
    folder.mkdir()
    (folder / one).write_text(content)
    (folder / other).write_text(rest)


def _write_tape(folder: Path) -> None:
    """Write the same records as JSON and as LMDB."""
    rng = np.random.default_rng(0)
    records = [
        {
            "id": f"p{number}",
            "primary": "MKTAYIAK",
            "tertiary": rng.normal(size=(8, 3)).round(3).tolist(),
            "valid_mask": [True] * 7 + [False],
            "ss8": list(range(8)),
            "ss3": [0, 0, 0, 1, 1, 2, 2, 2],
            "positions": list(range(1, 9)),
            "sites": [2, 5],
        }
        for number in range(4)
    ]
    (folder / "tape.json").write_text(json.dumps(records))
    with lmdb.open(str(folder / "tape.lmdb"), map_size=2**20, subdir=False) as env, env.begin(write=True) as put:
        put.put(b"num_examples", pickle.dumps(len(records)))
        for number, record in enumerate(records):
            arrays = record | {"tertiary": np.array(record["tertiary"], np.float32), "ss8": np.arange(8)}
            put.put(str(number).encode(), pickle.dumps(arrays))


def _build(path: Path) -> None:
    proteins, skipped = protlens.build_dataset(path, name="damaged")
    assert all(len(entry.reason) < LONGEST_LINE for entry in skipped)
    _write(proteins, path)


def _import(path: Path, file_format: str, *, labels: Path | None = None) -> None:
    _write(protlens.import_dataset(path, file_format=file_format, labels=labels, name="damaged"), path)


def _write(proteins: protlens.Dataset, path: Path) -> None:
    """Write what was read as a dataset, and read that."""
    out = path.with_name("out.parquet")
    proteins.write(out)
    assert protlens.Dataset.read(out).fingerprint() == proteins.fingerprint()
    out.unlink()


def model_targets(folder: Path, families: tuple[str, ...] = FAMILIES) -> dict[str, Target]:
    """Return a tiny checkpoint of each family, twice: all of it, and its small files alone."""
    targets = {}
    for family in families:
        whole = tiny_model_folder(family, folder / family, layers=1)
        targets[f"{family}, weights"] = Target(whole, _attend)
        targets[f"{family}, settings"] = Target(
            _without_weights(whole, folder / f"{family}-settings"), _attend_with(whole)
        )
    return targets


def _without_weights(whole: Path, folder: Path) -> Path:
    """Copy the small files, so that all damage is to them."""
    folder.mkdir()
    for path in whole.iterdir():
        if path.name == "config.json" or path.name in TOKENIZERS:
            shutil.copy(path, folder)
    return folder


def _attend_with(weights: Path) -> Callable[[Path], object]:
    def read(path: Path) -> None:
        for file in weights.iterdir():
            if not (path / file.name).exists():
                (path / file.name).symlink_to(file)
        _attend(path)

    return read


def _attend(path: Path) -> None:
    """Load a model and run it; what its numbers are, no damage to weights without a checksum tells."""
    model = protlens.load_model(path)
    model.attend(model.encode(["MKTAYIAKQR", "MK"]), ignore)
