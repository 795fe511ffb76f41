"""A named sequence of proteins.

Of each protein its id, cluster and length are held; the rest lies in Arrow's columns, in memory or in Parquet files,
and a Protein is made of it when it is asked for.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from jaxtyping import Float32, Int64

from protlens.data.dataset_file import SCHEMA, index_of, open_dataset_file, write_dataset_file
from protlens.data.protein import Annotation, Protein
from protlens.data.stored_rows import HeldPiece, StoredRows
from protlens.errors import DatasetError, FileFormatError, OptionError, explain
from protlens.glance import Glance
from protlens.registry import unknown_name
from protlens.typing import Coordinates, PathInput

if TYPE_CHECKING:
    import pandas


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
    >>> dataset.ids, dataset[:1].lengths, dataset["b"].sequence
    (['a', 'b'], [3], 'MKT')
    """

    name: str
    source: Path | None
    _rows: StoredRows
    _index: pa.Table
    _numbers: Int64[np.ndarray, " protein"]

    def __init__(self, name: str, proteins: Protein | Iterable[Protein]) -> None:
        given = [proteins] if isinstance(proteins, Protein) else proteins
        table = rows_of(given)
        self._adopt(name, StoredRows([HeldPiece(table)]), index_of(table))

    @classmethod
    def of_rows(
        cls, name: str, rows: StoredRows, index: pa.Table, numbers: Int64[np.ndarray, " protein"] | None = None
    ) -> "Dataset":
        """Return a dataset of stored rows.

        Parameters
        ----------
        name
            What reports call it.
        rows
            The rows, and perhaps more.
        index
            ``id``, ``cluster`` and ``length`` of each protein; the first two count, whatever the rows say.
        numbers
            The row of each protein; None where it is its place.

        Raises
        ------
        DatasetError
            If there is no protein, or an id stands twice.
        """
        dataset = cls.__new__(cls)
        dataset._adopt(name, rows, index, numbers)
        return dataset

    @classmethod
    def read(cls, path: PathInput, *, name: str | None = None) -> "Dataset":
        """Read a dataset from a Parquet file, or from a folder of them in the order of their names.

        The files stay where they are: what is asked for is read from them, group by group of rows.

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
        opened = [one for file in files for one in open_dataset_file(file)]
        dataset = cls.__new__(cls)
        index = pa.concat_tables([part for _, part in opened] or [index_of(SCHEMA.empty_table())])
        dataset._adopt(name or path.stem, StoredRows([piece for piece, _ in opened]), index)
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
        given = list(parts)
        before = np.cumsum([0, *(len(part._rows) for part in given)])
        numbers = [part._numbers + start for part, start in zip(given, before, strict=False)]
        dataset = cls.__new__(cls)
        dataset._adopt(
            name,
            StoredRows([piece for part in given for piece in part._rows.pieces]),
            pa.concat_tables([part._index for part in given]),
            np.concatenate(numbers),
        )
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
        target = Path(path).resolve()
        write_dataset_file(Path(path), self.name, self._tables())
        if target in self._rows.files:  # what it read from is no longer there
            again = Dataset.read(target)
            self._rows, self._numbers = again._rows, again._numbers
        self.source = target

    def _adopt(
        self, name: str, rows: StoredRows, index: pa.Table, numbers: Int64[np.ndarray, " protein"] | None = None
    ) -> None:
        self.name = name
        self.source = None
        self._rows = rows
        self._index = index.combine_chunks()
        self._numbers = np.arange(len(index)) if numbers is None else numbers
        if not len(index):
            raise DatasetError(explain(f"dataset {name!r}", found="it has no proteins"))
        counts = pc.value_counts(index["id"])
        if len(counts) < len(index):
            twice = counts.filter(pc.greater(counts.field("counts"), 1))[0]["values"].as_py()
            raise DatasetError(explain(f"dataset {name!r}", found=f"id {twice!r} stands more than once"))

    def _tables(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows in order, as tables; ids and clusters are those of this dataset."""
        done = 0
        for table in self._rows.tables(self._numbers, columns):
            if columns is None:
                for field in (SCHEMA.field("id"), SCHEMA.field("cluster")):
                    told = self._index[field.name].slice(done, len(table))
                    table = table.set_column(SCHEMA.get_field_index(field.name), field, told)
            done += len(table)
            yield table

    def __repr__(self) -> str:
        """Return its name and size."""
        return f"Dataset({self.name!r}: {len(self)} proteins, {sum(self.lengths)} residues)"

    def _repr_html_(self) -> str:
        """Return its first proteins for a notebook."""
        rows = [
            [name, str(length), cluster, *called]
            for name, length, cluster, *called in zip(*self._places(), self.titles, self.organisms, strict=True)
        ]
        title = f"{self.name}: {len(self)} proteins, {sum(self.lengths)} residues"
        return Glance(title, ("protein", "residues", "cluster", "title", "organism"), rows).html()

    def _places(self) -> tuple[list[str], list[int], list[str]]:
        return self.ids, self.lengths, self.clusters

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a table with a row a protein: id, residues, cluster, title, organism, sequence, and each track.

        Raises
        ------
        OptionError
            If pandas is not installed.

        Examples
        --------
        >>> protlens.load_dataset("pdb-mini")[:3].to_pandas()["residues"].tolist()
        [330, 174, 129]
        """
        try:
            import pandas
        except ImportError as error:
            raise OptionError(explain("a table of pandas", found="not installed", hint="pip install pandas")) from error
        ids, residues, clusters = self._places()
        sequences: list[str] = []
        carried: list[dict[str, str]] = []
        for table in self._tables(["sequence", "tracks"]):
            sequences += table["sequence"].to_pylist()
            carried += table["tracks"].to_pylist(maps_as_pydicts="strict")
        called = {"title": self.titles, "organism": self.organisms}
        named = {"id": ids, "residues": residues, "cluster": clusters, **called, "sequence": sequences}
        tracks = {name: [one.get(name) for one in carried] for name in sorted(set().union(*carried))}
        return pandas.DataFrame(named | tracks)

    def __len__(self) -> int:
        """Return the number of proteins."""
        return int(self._index.num_rows)

    @overload
    def __getitem__(self, index: int | str) -> Protein: ...
    @overload
    def __getitem__(self, index: slice) -> "Dataset": ...
    def __getitem__(self, index: int | str | slice) -> "Protein | Dataset":
        """Return one protein by its place or its id, or a dataset of some."""
        if isinstance(index, slice):
            return self.take(range(len(self))[index])
        row = self._place_of(index) if isinstance(index, str) else range(len(self))[index]
        try:
            values = self._rows.row(int(self._numbers[row]))
            return _protein(values | {name: self._index[name][row].as_py() for name in ("id", "cluster")})
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(explain(f"dataset {self.name!r}, row {row}", found=f"damaged ({error})")) from error

    def _place_of(self, name: str) -> int:
        place = pc.index(self._index["id"], name).as_py()
        if place < 0:
            raise unknown_name(f"protein of {self.name}", name, self.ids)
        return int(place)

    def __iter__(self) -> Iterator[Protein]:
        """Iterate over the proteins."""
        return (self[index] for index in range(len(self)))

    def take(self, indices: Sequence[int]) -> "Dataset":
        """Return a dataset of the proteins at these positions, under the same name."""
        places = np.asarray(indices, np.int64)
        taken = Dataset.__new__(Dataset)
        taken._adopt(self.name, self._rows, self._index.take(pa.array(places)), self._numbers[places])
        return taken

    def with_clusters(self, clusters: Sequence[str]) -> "Dataset":
        """Return the same proteins with these clusters, one for each, under the same name."""
        named = Dataset.__new__(Dataset)
        place = self._index.schema.get_field_index("cluster")
        index = self._index.set_column(place, SCHEMA.field("cluster"), pa.array(clusters, pa.string()))
        named._adopt(self.name, self._rows, index, self._numbers)
        return named

    @property
    def ids(self) -> list[str]:
        """The ids, in order."""
        return [str(value) for value in self._index["id"].to_pylist()]

    @property
    def sequences(self) -> list[str]:
        """The sequences, in order."""
        return [str(value) for table in self._tables(["sequence"]) for value in table["sequence"].to_pylist()]

    @property
    def clusters(self) -> list[str]:
        """The cluster of each protein, in order; empty where it names none."""
        return [str(value) for value in self._index["cluster"].to_pylist()]

    @property
    def titles(self) -> list[str]:
        """What each protein is called, in order; empty where it is not known."""
        return [str(value) for table in self._tables(["title"]) for value in table["title"].to_pylist()]

    @property
    def organisms(self) -> list[str]:
        """The organism that each protein comes from, in order; empty where it is not known."""
        return [str(value) for table in self._tables(["organism"]) for value in table["organism"].to_pylist()]

    @property
    def chains(self) -> list[str]:
        """The author's name of each chain, in order; empty where it has none."""
        return [str(value) for table in self._tables(["chain"]) for value in table["chain"].to_pylist()]

    @property
    def chain_counts(self) -> list[int]:
        """How many chains each protein has, in order: more than one where they were joined."""
        tables = self._tables(["chain_starts"])
        return [len(starts or ()) + 1 for table in tables for starts in table["chain_starts"].to_pylist()]

    @property
    def lengths(self) -> list[int]:
        """The number of residues of each protein, in order."""
        return [int(value) for value in self._index["length"].to_pylist()]

    @property
    def placed(self) -> list[bool]:
        """Whether any residue of each protein has a position, in order."""
        return [known for table in self._tables(["ca"]) for known in _placed(table["ca"].combine_chunks())]

    @property
    def tracks(self) -> list[str]:
        """The names of all tracks that any protein carries, sorted."""
        names: set[str] = set()
        for table in self._tables(["tracks"]):
            names.update(*table["tracks"].to_pylist(maps_as_pydicts="strict"))
        return sorted(names)

    def fingerprint(self) -> str:
        """Return the sha256 over ids, sequences, tracks and coordinates, in order: equal data, equal fingerprint."""
        digest = hashlib.sha256()
        for protein in self:
            told = [protein.id, protein.sequence, sorted(protein.tracks.items())]
            digest.update(json.dumps([*told, protein.chain_starts] if protein.chain_starts else told).encode())
            for points in (protein.ca, protein.cb):
                digest.update(b"-" if points is None else points.astype("<f4").tobytes())
        return digest.hexdigest()


def check_file_name(path: PathInput) -> None:
    """Raise OptionError if a dataset cannot be written under a name, as it could not be read again."""
    if Path(path).suffix.lower() != ".parquet":
        found = f"its name ends in {Path(path).suffix!r}"
        raise OptionError(explain(f"dataset file {os.fspath(path)}", found=found, allowed=".parquet"))


def rows_of(proteins: Iterable[Protein]) -> pa.Table:
    """Return proteins as rows of the format."""
    return pa.Table.from_pylist([_row(protein) for protein in proteins], schema=SCHEMA)


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
        "title": protein.title,
        "organism": protein.organism,
        "chain_starts": protein.chain_starts or None,
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
        title=row["title"],
        organism=row["organism"],
        chain_starts=tuple(row["chain_starts"] or ()),
    )


def _points(values: Float32[np.ndarray, " number"] | None) -> Coordinates | None:
    return None if values is None else values.reshape(-1, 3).copy()


def _placed(points: pa.Array) -> list[bool]:
    known = np.zeros(len(points), np.bool_)
    known[pc.list_parent_indices(points).filter(pc.is_finite(points.flatten())).to_numpy()] = True
    return [bool(value) for value in known]
