"""The rows of a dataset: tables one after another, of which those in files are read when they are asked for."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from jaxtyping import Int64

from protlens.data.parquet_bounds import table_bytes

KEPT = 256 * 1024**2
"""Bytes of what was read from files that stay in memory, beside the piece that was read last."""


class Piece(Protocol):
    """Some rows, in memory or in a file."""

    @property
    def rows(self) -> int:
        """How many there are."""

    @property
    def path(self) -> Path | None:
        """The file that they lie in, if they do."""

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return these columns, or all."""


class HeldPiece:
    """Rows in memory."""

    path = None

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self._table.num_rows)

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return these columns, or all."""
        return self._table if columns is None else self._table.select(columns)


class StoredRows:
    """The rows of pieces, one after another.

    Parameters
    ----------
    pieces
        Those in memory are taken as they are; of the others, the last ones that were read whole are kept.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = tuple(pieces)
        self._starts = np.cumsum([0, *(piece.rows for piece in self.pieces)])
        self._kept: OrderedDict[int, pa.Table] = OrderedDict()
        self._lock = Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Take the pieces along to another process, and not what was read of them."""
        return StoredRows, (self.pieces,)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return int(self._starts[-1])

    @property
    def files(self) -> set[Path]:
        """The files that some of them lie in."""
        return {piece.path for piece in self.pieces if piece.path is not None}

    def row(self, number: int) -> dict[str, Any]:
        """Return one row as Python's own values, numbers in lists as an array."""
        (table,) = self.tables(np.array([number]))
        numeric = [field.name for field in table.schema if field.type == pa.list_(pa.float32())]
        row: dict[str, Any] = table.drop_columns(numeric).to_pylist(maps_as_pydicts="strict")[0]
        for name in numeric:
            values = table[name][0].values
            row[name] = None if values is None else values.to_numpy(zero_copy_only=False)
        return row

    def tables(self, rows: Int64[np.ndarray, " row"], columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows with these numbers, in this order, as tables of those that follow each other in a piece.

        Parameters
        ----------
        rows
            Their numbers.
        columns
            Those that are read, without being kept; None reads all.
        """
        places = np.searchsorted(self._starts, rows, side="right") - 1
        for run in np.split(np.arange(len(rows)), np.flatnonzero(np.diff(places)) + 1):
            if len(run):
                piece = int(places[run[0]])
                yield _chosen(self._read(piece, columns), rows[run] - self._starts[piece])

    def _read(self, number: int, columns: Sequence[str] | None) -> pa.Table:
        piece = self.pieces[number]
        if isinstance(piece, HeldPiece):
            return piece.read(columns)
        with self._lock:
            if number in self._kept:
                self._kept.move_to_end(number)
                kept = self._kept[number]
                return kept if columns is None else kept.select(columns)
            table = piece.read(columns)
            if columns is None:
                self._keep(number, table)
        return table

    def _keep(self, number: int, table: pa.Table) -> None:
        self._kept[number] = table
        while len(self._kept) > 1 and sum(map(table_bytes, self._kept.values())) > KEPT:
            self._kept.popitem(last=False)


def _chosen(table: pa.Table, rows: Int64[np.ndarray, " row"]) -> pa.Table:
    if (np.diff(rows) == 1).all():
        return table.slice(int(rows[0]), len(rows))
    return table.take(pa.array(rows))
