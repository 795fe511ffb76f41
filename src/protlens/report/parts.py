"""What sections of a report are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from protlens.number_text import NOTHING
from protlens.report.pictures import Picture


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts, with a caption; the first column names the rows."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def kinds(self) -> list[str]:
        """Of each column ``number`` if all its texts begin with a digit, or say that there is none, else ``text``."""
        columns = [[row[place] for row in self.rows] for place in range(len(self.columns))]
        return ["number" if all(map(_is_number, texts)) else "text" for texts in columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part: paragraphs, tables, figures, then parts that can be folded away.

    Parameters
    ----------
    title
        Of the section.
    paragraphs, tables, pictures, parts
        Any number of each.
    open
        Of a part that can be folded away: whether it is unfolded at first.
    """

    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()
    parts: "Sequence[Section]" = ()
    open: bool = False


def _is_number(text: str) -> bool:
    return text[:1].isdigit() or text.startswith(("<", NOTHING))
