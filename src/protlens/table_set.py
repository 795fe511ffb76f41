"""The tables of a result: attributes that can be asked for by name too."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

import polars as pl

_ROWS = 8


class TableSet(Mapping[str, pl.DataFrame]):
    """What the tables of all results share; a subclass is a dataclass whose fields are tables, or None.

    ``tables.heads`` and ``tables["heads"]`` are the same table; iterating gives the names of the tables that are there.
    """

    __slots__ = ()

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Return the table of a name."""
        if name not in self._tables():
            raise KeyError(name)
        return self._tables()[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._tables())

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(self._tables())

    def __repr__(self) -> str:
        """Return the names of the tables and their sizes, a line each."""
        width = max(map(len, self), default=0)
        lines = (f"  {name:<{width}}  {len(table)} x {table.width}" for name, table in self.items())
        return "\n".join([f"{type(self).__name__}, rows x columns:", *lines])

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the first rows of each table, behind its name."""
        folded = (
            f"<details><summary>{name}: {len(table)} rows, {table.width} columns</summary>"
            f"{table.head(_ROWS)._repr_html_()}</details>"
            for name, table in self.items()
        )
        return f"<div><h4>{type(self).__name__}</h4>{''.join(folded)}</div>"

    def __eq__(self, other: object) -> bool:
        """Return whether the other is this very set; tables themselves are compared with ``equals``."""
        return self is other

    def __hash__(self) -> int:
        """Return the hash that goes with identity."""
        return id(self)

    def _tables(self) -> dict[str, pl.DataFrame]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        return {name: value for name, value in values.items() if isinstance(value, pl.DataFrame)}
