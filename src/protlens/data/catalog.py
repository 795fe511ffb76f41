"""The datasets that go by a name, and the formats that others can be read from.

Another package adds a dataset by an entry point in the group ``protlens.datasets`` that names a :class:`DatasetEntry`.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from protlens.data.dataset import Dataset
from protlens.data.formats.fasta import read_fasta
from protlens.data.formats.flip import read_flip, read_flip_folder
from protlens.data.formats.labels import add_labels
from protlens.data.formats.proteinnet import read_proteinnet
from protlens.data.formats.site_tables import read_bindpredict_folder, read_uniprot_sites
from protlens.data.formats.tape import read_tape_json, read_tape_lmdb
from protlens.data.identifiers import stem_of
from protlens.data.kept_rows import collect
from protlens.data.protein import Protein
from protlens.data.relatives import name_relatives
from protlens.errors import FileFormatError, OptionError, explain
from protlens.registry import Registry, unknown_name
from protlens.typing import PathInput

DEFAULT_DATASET = "mini"
"""What is analysed if nothing is asked for."""

_BUNDLED = Path(__file__).parent / "bundled"


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A dataset of the catalog.

    Parameters
    ----------
    description
        What it holds, in one line.
    licence
        Under what terms its content may be used.
    source
        Where its content comes from.
    load
        Called without arguments to read it.
    """

    description: str
    licence: str
    source: str
    load: Callable[[], Dataset]


def _antibody_mini() -> Dataset:
    return Dataset.read(_BUNDLED / "antibody-mini.parquet")


def _pdb_mini() -> Dataset:
    return Dataset.read(_BUNDLED / "pdb-mini.parquet")


def _provis_valid() -> Dataset:
    return Dataset.read(_BUNDLED / "provis-valid.parquet")


def _ptm_mini() -> Dataset:
    return Dataset.read(_BUNDLED / "ptm-mini.parquet")


_IN_BOTH = {
    "P04083": "2HYV.A",
    "P0DP25": "1CLL.A",
    "P49354": "1MZC.A",
    "P50150": "3SN6.G",
    "P52298": "1H2T.Z",
    "P62937": "5TA4.A",
    "P63261": "6AVB.A",
    "P84085": "2W83.A",
    "Q99525": "1KX5.B",
}
"""Proteins of ptm-mini by id, and the chain of pdb-mini that is a relative; in ``mini`` they share its cluster."""


def _mini() -> Dataset:
    both = Dataset.concat("mini", [_pdb_mini(), _ptm_mini()])
    own = dict(zip(both.ids, both.clusters, strict=True))
    return both.with_clusters([own[_IN_BOTH.get(name, name)] for name in both.ids])


DATASETS: Registry[DatasetEntry] = Registry(
    "dataset",
    "protlens.datasets",
    {
        "antibody-mini": DatasetEntry(
            description="V domains of antibodies: contacts, disulfide bonds, CDRs and framework, antigen",
            licence="CC0 1.0",
            source="Protein Data Bank",
            load=_antibody_mini,
        ),
        "mini": DatasetEntry(
            description="pdb-mini and ptm-mini together; each property uses the proteins that carry its labels",
            licence="CC0 1.0 (PDB), CC BY 4.0 (UniProt)",
            source="Protein Data Bank and UniProt",
            load=_mini,
        ),
        "pdb-mini": DatasetEntry(
            description="chains of known structure: contacts, secondary structure, binding sites, modified residues",
            licence="CC0 1.0",
            source="Protein Data Bank",
            load=_pdb_mini,
        ),
        "provis-valid": DatasetEntry(
            description="1,418 chains with the binding sites and modifications of Vig et al., their validation sets",
            licence="BSD-3-Clause",
            source="salesforce/provis, from the Protein Data Bank",
            load=_provis_valid,
        ),
        "ptm-mini": DatasetEntry(
            description="500 proteins of 40 to 510 residues with post-translational modification sites of eight kinds",
            licence="CC BY 4.0",
            source="UniProt",
            load=_ptm_mini,
        ),
    },
)
"""Datasets by name; an installed package adds its own by an entry point that is a :class:`DatasetEntry`."""


def _flip(path: Path, labels: Path | None, track: str | None = None) -> Iterable[Protein]:
    return read_flip_folder(path, track=track) if labels is None else read_flip(path, labels, track=track)


def _uniprot_sites(path: Path, labels: Path | None) -> Iterable[Protein]:
    if labels is None:
        hint = "give the table of sites as labels="
        raise OptionError(explain(f"format uniprot-sites, {path}", found="sequences without a table", hint=hint))
    return read_uniprot_sites(path, labels)


def _then_labels(read: Callable[[Path], Iterable[Protein]]) -> "_Reader":
    def reader(path: Path, labels: Path | None) -> Iterable[Protein]:
        return read(path) if labels is None else add_labels(read(path), labels)

    return reader


_Reader: TypeAlias = Callable[[Path, Path | None], Iterable[Protein]]

FORMATS: dict[str, _Reader] = {
    "bindpredict": _then_labels(read_bindpredict_folder),
    "fasta": _then_labels(read_fasta),
    "flip": _flip,
    "proteinnet": _then_labels(read_proteinnet),
    "tape-json": _then_labels(read_tape_json),
    "tape-lmdb": _then_labels(read_tape_lmdb),
    "uniprot-sites": _uniprot_sites,
}
"""Readers by format: called with a path and, or None, a file of labels."""

_FASTA = (".fasta", ".fa", ".faa", ".fas")
STRUCTURE_SUFFIXES = (".cif", ".mmcif", ".bcif", ".pdb", ".ent", ".pdbqt")
"""What the names of structure files end in, before ``.gz``."""


def import_dataset(
    path: PathInput,
    *,
    file_format: str,
    labels: PathInput | None = None,
    name: str | None = None,
    track: str | None = None,
    scratch: PathInput | None = None,
) -> Dataset:
    """Read a dataset from a file of another format, and name the clusters of relatives in it.

    Parameters
    ----------
    path
        The file, or for ``bindpredict`` and ``flip`` the folder; for ``uniprot-sites`` the FASTA file, for ``flip``
        with labels the file of sequences.
    file_format
        A name in ``FORMATS``.
    labels
        A label table (see :mod:`protlens.data.formats.labels`); for ``flip`` the FASTA file of labels, for
        ``uniprot-sites`` the table of sites, which it needs.
    name
        What the dataset is called, by default after the file.
    track
        What the labels of ``flip`` are called; None takes ``ss3`` or the name of the task's folder.
    scratch
        A folder that holds what is read, for as long as the dataset is in use; None holds it in memory.

    Raises
    ------
    UnknownNameError
        If there is no such format.
    OptionError
        If a track is named for another format, or ``uniprot-sites`` has no table.
    FileFormatError
        If a file is not what it should be.
    DatasetError
        If two proteins have the same id, or MMseqs2 is installed and fails.

    Examples
    --------
    >>> dataset = protlens.import_dataset("proteinnet.txt.gz", file_format="proteinnet")
    >>> len(dataset), sum(dataset.lengths)
    (2, 166)
    """
    if file_format not in FORMATS:
        raise unknown_name("format", file_format, list(FORMATS))
    if track is not None and file_format != "flip":
        found = f"format {file_format} names its tracks itself"
        raise OptionError(explain(f"track {track!r}", found=found, allowed="with format flip"))
    read = FORMATS[file_format] if track is None else partial(_flip, track=track)
    source, table = Path(path), None if labels is None else Path(labels)
    return name_relatives(
        collect(name or _stem(source), read(source, table), None if scratch is None else Path(scratch))
    )


def load_dataset(name_or_path: PathInput = DEFAULT_DATASET) -> Dataset:
    """Return a dataset by its name in the catalog, or from a file.

    Parameters
    ----------
    name_or_path
        A name in ``DATASETS``; or the path of a ``.parquet`` file or a folder of them, of a FASTA file, or of a
        structure (mmCIF, BinaryCIF or PDB), the last two also compressed with gzip.

    Raises
    ------
    UnknownNameError
        If it is neither a name nor a path that exists; the message has the nearest names.
    FileFormatError
        If the file is not what it should be.

    Examples
    --------
    >>> dataset = protlens.load_dataset("pdb-mini")
    >>> len(dataset), dataset.ids[0]
    (302, '11AS.A')
    """
    name, path = os.fspath(name_or_path), Path(name_or_path)
    if isinstance(name_or_path, str) and name in DATASETS:
        named = DATASETS[name].load()
        named.source = None
        return named
    if not path.exists():
        hint = "or give the path of a dataset, a FASTA file or a structure that exists"
        raise unknown_name(DATASETS.kind, name, list(DATASETS), hint=hint)
    suffix = suffix_of(path)
    if suffix == ".parquet" or path.is_dir():
        return Dataset.read(path)
    if suffix in (*_FASTA, *STRUCTURE_SUFFIXES):
        dataset = Dataset(_stem(path), read_fasta(path) if suffix in _FASTA else _read_structure(path))
        dataset.source = path.resolve()
        return dataset
    allowed = [".parquet", *_FASTA, *STRUCTURE_SUFFIXES]
    hint = f"import it first, from one of {', '.join(FORMATS)}"
    raise FileFormatError(explain(f"dataset {path}", found=f"a file named {suffix!r}", allowed=allowed, hint=hint))


def suffix_of(path: Path) -> str:
    """Return what a file's name ends in, without ``.gz`` and in lower case."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def as_dataset(dataset: PathInput | Dataset) -> Dataset:
    """Return a dataset that is given as itself, by its name, or as a file; see :func:`load_dataset` for errors."""
    return dataset if isinstance(dataset, Dataset) else load_dataset(dataset)


def _read_structure(path: Path) -> Iterable[Protein]:
    from protlens.data.structures.chains import read_structure

    return read_structure(path)


def _stem(path: Path) -> str:
    return stem_of(path) or path.resolve().name
