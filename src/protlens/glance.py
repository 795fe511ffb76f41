"""What a result shows of itself, at a Python prompt and in a notebook: a title, its first rows, where its files are."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROWS = 12
"""Rows that are shown."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What is shown of a result.

    Parameters
    ----------
    title
        What it is, in one line.
    columns, rows
        Its key table, as texts.
    folder
        Where its files are; None if it has none.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    folder: Path | None = None

    @property
    def more(self) -> str:
        """What is said of the rows that are not shown."""
        hidden = len(self.rows) - ROWS
        return f"and {hidden} more" if hidden > 0 else ""

    def text(self) -> str:
        """Return plain text of one screen."""
        rows = [[_line(cell) for cell in row] for row in (self.columns, *self.rows[:ROWS])]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join(filter(None, [_line(self.title), *lines, self.more, self._place]))

    def html(self) -> str:
        """Return a heading, a table and the folder as HTML, with all text escaped."""
        head = "".join(f"<th>{escape(cell)}</th>" for cell in self.columns)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in self.rows[:ROWS])
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        end = ". ".join(filter(None, [self.more, self._place]))
        return f"<div><h4>{escape(self.title)}</h4>{table}<p>{escape(end)}</p></div>"

    @property
    def _place(self) -> str:
        return "" if self.folder is None else f"Folder: {self.folder}"


class Shown:
    """What all results share: they show themselves as their glance."""

    __slots__ = ()

    def _glance(self) -> Glance:
        raise NotImplementedError

    def __repr__(self) -> str:
        """Return what a Python prompt shows."""
        return self._glance().text()

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        return self._glance().html()


def _line(text: str) -> str:
    return " ".join(text.split())
