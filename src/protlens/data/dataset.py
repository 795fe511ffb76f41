"""A named sequence of proteins, and its Parquet file.

The table is held in Arrow's columns; a Protein is made when it is asked for. The format is described in
``docs/dataset-format.md``.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from protlens.data.file_digest import is_unchanged, write_digest
from protlens.data.parquet_bounds import read_bounded
from protlens.data.protein import Annotation, Protein
from protlens.errors import DatasetError, FileFormatError, OptionError, explain
from protlens.files import replacing
from protlens.typing import Coordinates, PathInput

FORMAT = "protlens-dataset"
VERSION = 1
_VERSION_TEXT = re.compile("[0-9]{1,9}")

_POINTS = pa.list_(pa.float32())
_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("sequence", pa.string(), nullable=False),
        pa.field("tracks", pa.map_(pa.string(), pa.string()), nullable=False),
        pa.field("ca", _POINTS),
        pa.field("cb", _POINTS),
        pa.field("residue_numbers", pa.list_(pa.string())),
        pa.field("chain", pa.string(), nullable=False),
        pa.field("cluster", pa.string(), nullable=False),
        pa.field(
            "annotations",
            pa.list_(pa.struct([("track", pa.string()), ("name", pa.string()), ("residues", pa.list_(pa.int32()))])),
            nullable=False,
        ),
    ]
)


class Dataset(Sequence[Protein]):
    """A named sequence of proteins with unique ids.

    ``source`` is the file or folder that it was read from or written to, None if there is none.

    Parameters
    ----------
    name
        What reports call it.
    proteins
        The proteins, or a single one, in the order that seeds and limits refer to.

    Raises
    ------
    DatasetError
        If there is no protein, something else among them, or an id stands twice.

    Examples
    --------
    >>> dataset = protlens.Dataset("two", [protlens.Protein(id=name, sequence="MKT") for name in ("a", "b")])
    >>> dataset.ids, dataset[:1].lengths
    (['a', 'b'], [3])
    """

    name: str
    source: Path | None
    _table: pa.Table

    def __init__(self, name: str, proteins: Protein | Iterable[Protein]) -> None:
        given = [proteins] if isinstance(proteins, Protein) else proteins
        rows = [_row(protein) for protein in given]
        self._adopt(name, pa.Table.from_pylist(rows, schema=_SCHEMA))

    @classmethod
    def read(cls, path: PathInput, *, name: str | None = None) -> "Dataset":
        """Read a dataset from a Parquet file, or from a folder of them in the order of their names.

        Raises
        ------
        FileFormatError
            If a file is not Parquet, or not a dataset of a version this release can read.
        """
        path = Path(path)
        files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not files:
            raise FileFormatError(
                explain(
                    f"dataset {path}",
                    found="a folder without .parquet files",
                    hint="make one of its structures with 'protlens dataset build'",
                )
            )
        dataset = cls.__new__(cls)
        dataset._adopt(name or path.stem, pa.concat_tables([_read_table(file) for file in files]))
        dataset.source = path.resolve()
        return dataset

    @classmethod
    def concat(cls, name: str, parts: Iterable["Dataset"]) -> "Dataset":
        """Return a dataset of all proteins of the parts, in order.

        Raises
        ------
        DatasetError
            If an id stands in two parts.
        """
        dataset = cls.__new__(cls)
        dataset._adopt(name, pa.concat_tables([part._table for part in parts]))
        return dataset

    def write(self, path: PathInput) -> None:
        """Write the dataset to one Parquet file, whole or not at all.

        Raises
        ------
        OptionError
            If the file's name does not end in ``.parquet``, by which a dataset is known.
        StorageError
            If the disk is full or the folder cannot be written.
        """
        check_file_name(path)
        about = {"format": FORMAT, "version": str(VERSION), "name": self.name}
        with replacing(Path(path)) as beside:
            pq.write_table(
                self._table.replace_schema_metadata(about),
                beside,
                compression="zstd",
                compression_level=19,
                write_page_checksum=True,
                use_byte_stream_split=["ca.list.element", "cb.list.element"],
                use_dictionary=["chain", "cluster"],
            )
            write_digest(beside)
        self.source = Path(path).resolve()

    def _adopt(self, name: str, table: pa.Table) -> None:
        self.name = name
        self.source = None
        self._table = table.combine_chunks()
        if not len(table):
            raise DatasetError(explain(f"dataset {name!r}", found="it has no proteins"))
        counts = pc.value_counts(table["id"]).to_pylist()
        if twice := [entry["values"] for entry in counts if entry["counts"] > 1]:
            raise DatasetError(explain(f"dataset {name!r}", found=f"id {twice[0]!r} stands more than once"))

    def __repr__(self) -> str:
        """Return its name and size."""
        return f"Dataset({self.name!r}: {len(self)} proteins, {sum(self.lengths)} residues)"

    def __len__(self) -> int:
        """Return the number of proteins."""
        return int(self._table.num_rows)

    @overload
    def __getitem__(self, index: int) -> Protein: ...
    @overload
    def __getitem__(self, index: slice) -> "Dataset": ...
    def __getitem__(self, index: int | slice) -> "Protein | Dataset":
        """Return one protein, or a dataset of some."""
        if isinstance(index, slice):
            return self.take(range(len(self))[index])
        row = range(len(self))[index]
        try:
            return _protein(self._table.slice(row, 1).to_pylist(maps_as_pydicts="strict")[0])
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(explain(f"dataset {self.name!r}, row {row}", found=f"damaged ({error})")) from error

    def __iter__(self) -> Iterator[Protein]:
        """Iterate over the proteins."""
        return (self[index] for index in range(len(self)))

    def take(self, indices: Sequence[int]) -> "Dataset":
        """Return a dataset of the proteins at these positions, under the same name."""
        taken = Dataset.__new__(Dataset)
        taken._adopt(self.name, self._table.take(pa.array(indices, pa.int64())))
        return taken

    def with_clusters(self, clusters: Sequence[str]) -> "Dataset":
        """Return the same proteins with these clusters, one for each, under the same name."""
        named = Dataset.__new__(Dataset)
        place = self._table.schema.get_field_index("cluster")
        named._adopt(
            self.name, self._table.set_column(place, _SCHEMA.field("cluster"), pa.array(clusters, pa.string()))
        )
        return named

    @property
    def ids(self) -> list[str]:
        """The ids, in order."""
        return [str(value) for value in self._table["id"].to_pylist()]

    @property
    def sequences(self) -> list[str]:
        """The sequences, in order."""
        return [str(value) for value in self._table["sequence"].to_pylist()]

    @property
    def clusters(self) -> list[str]:
        """The cluster of each protein, in order; empty where it names none."""
        return [str(value) for value in self._table["cluster"].to_pylist()]

    @property
    def lengths(self) -> list[int]:
        """The number of residues of each protein, in order."""
        return [int(value) for value in pc.utf8_length(self._table["sequence"]).to_pylist()]

    @property
    def placed(self) -> list[bool]:
        """Whether any residue of each protein has a position, in order."""
        points = self._table["ca"].combine_chunks()
        known = np.zeros(len(self), np.bool_)
        known[pc.list_parent_indices(points).filter(pc.is_finite(points.flatten())).to_numpy()] = True
        return [bool(value) for value in known]

    @property
    def tracks(self) -> list[str]:
        """The names of all tracks that any protein carries, sorted."""
        names = {name for row in self._table["tracks"].to_pylist(maps_as_pydicts="strict") for name in row}
        return sorted(names)

    def fingerprint(self) -> str:
        """Return the sha256 over ids, sequences, tracks and coordinates, in order: equal data, equal fingerprint."""
        digest = hashlib.sha256()
        for protein in self:
            digest.update(json.dumps([protein.id, protein.sequence, sorted(protein.tracks.items())]).encode())
            for points in (protein.ca, protein.cb):
                digest.update(b"-" if points is None else points.astype("<f4").tobytes())
        return digest.hexdigest()


def check_file_name(path: PathInput) -> None:
    """Raise OptionError if a dataset cannot be written under a name, as it could not be read again."""
    if Path(path).suffix.lower() != ".parquet":
        found = f"its name ends in {Path(path).suffix!r}"
        raise OptionError(explain(f"dataset file {os.fspath(path)}", found=found, allowed=".parquet"))


def _row(protein: Protein) -> dict[str, Any]:
    if not isinstance(protein, Protein):
        raise DatasetError(explain("proteins of a dataset", found=f"a {type(protein).__name__}", allowed="Protein"))
    return {
        "id": protein.id,
        "sequence": protein.sequence,
        "tracks": list(protein.tracks.items()),
        "ca": None if protein.ca is None else protein.ca.ravel(),
        "cb": None if protein.cb is None else protein.cb.ravel(),
        "residue_numbers": list(protein.residue_numbers) or None,
        "chain": protein.chain,
        "cluster": protein.cluster,
        "annotations": [
            {"track": note.track, "name": note.name, "residues": note.residues} for note in protein.annotations
        ],
    }


def _protein(row: dict[str, Any]) -> Protein:
    return Protein(
        id=row["id"],
        sequence=row["sequence"],
        tracks=row["tracks"],
        ca=_points(row["ca"]),
        cb=_points(row["cb"]),
        residue_numbers=tuple(row["residue_numbers"] or ()),
        chain=row["chain"],
        cluster=row["cluster"],
        annotations=tuple(
            Annotation(note["track"], note["name"], tuple(note["residues"])) for note in row["annotations"]
        ),
    )


def _points(values: list[float] | None) -> Coordinates | None:
    return None if values is None else np.asarray(values, np.float32).reshape(-1, 3)


def _metadata(table: pa.Table) -> Iterable[tuple[bytes, bytes]]:
    return (table.schema.metadata or {}).items()


def _read_table(file: Path) -> pa.Table:
    try:
        unchanged = is_unchanged(file)
        if unchanged is False:
            found = "not readable as Parquet (it was changed since it was written)"
            raise FileFormatError(explain(f"dataset {file}", found=found, hint="build it again, or fetch it again"))
        table = read_bounded(file, checksums=unchanged is None)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise FileFormatError(explain(f"dataset {file}", found=f"not readable as Parquet ({error})")) from error
    about = {key.decode(errors="replace"): value.decode(errors="replace") for key, value in _metadata(table)}
    if about.get("format") != FORMAT or not _VERSION_TEXT.fullmatch(about.get("version", "")):
        raise FileFormatError(
            explain(
                f"dataset {file}",
                found="Parquet, but not a protlens dataset",
                hint="make one with 'protlens dataset build' or 'protlens dataset import'",
            )
        )
    if int(about["version"]) > VERSION:
        raise FileFormatError(
            explain(
                f"dataset {file}",
                found=f"version {about['version']}",
                allowed=f"up to {VERSION}",
                hint="install a newer protlens",
            )
        )
    try:
        return table.select(_SCHEMA.names).replace_schema_metadata().cast(_SCHEMA)
    except (KeyError, ValueError, pa.ArrowException) as error:
        raise FileFormatError(explain(f"dataset {file}", found=f"columns differ from the format ({error})")) from error
