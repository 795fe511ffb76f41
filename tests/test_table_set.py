from dataclasses import dataclass

import polars as pl
import pytest

from protlens.table_set import TableSet


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Two(TableSet):
    first: pl.DataFrame
    second: pl.DataFrame | None = None
    number: float = 0.5


TABLE = pl.DataFrame({"a": [1, 2], "b": [3, 4]})


def test_a_table_is_an_attribute_and_an_item():
    tables = Two(first=TABLE)
    assert tables["first"] is tables.first
    assert list(tables) == ["first"]
    assert len(tables) == 1
    assert "second" not in tables
    assert tables.get("second") is None
    for name in ("second", "number", "third"):
        with pytest.raises(KeyError):
            tables[name]


def test_it_shows_names_and_sizes():
    assert repr(Two(first=TABLE, second=TABLE)) == "Two, rows x columns:\n  first   2 x 2\n  second  2 x 2"


def test_equality_is_identity():
    one, other = Two(first=TABLE), Two(first=TABLE)
    assert one == one
    assert one != other
    assert len({one, other}) == 2


def test_a_notebook_shows_the_first_rows_of_each_table():
    shown = Two(first=TABLE)._repr_html_()
    assert "first: 2 rows, 2 columns" in shown
    assert shown.count("<table") == 1
