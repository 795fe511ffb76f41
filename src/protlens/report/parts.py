"""What sections of a report are made of: paragraphs, tables, and figures as images that an HTML file carries."""

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from protlens.number_text import is_number
from protlens.plots.style import figure_style

_DPI = 192
"""Two dots for each CSS pixel."""

_COLOURS = 256

_LINE = 32
"""Letters of a column that is not broken into lines."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as an image.

    Parameters
    ----------
    source
        A data URI.
    width
        In CSS pixels.
    alt, caption
        What is seen, for those who do not see it, and how to read it.
    """

    source: str
    width: int
    alt: str
    caption: str


@figure_style()
def picture(figure: Figure, *, alt: str, caption: str) -> Picture:
    """Return a figure as PNG of few colours, which is several times smaller than its SVG."""
    figure.set_dpi(_DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
    return Picture(_data_uri(drawn), round(96 * figure.get_figwidth()), alt, caption)


def stored_picture(path: Path, *, alt: str, caption: str) -> Picture | None:
    """Return a PNG file that another command drew; None if it is not there or not such a file."""
    try:
        with Image.open(path, formats=["PNG"]) as image:
            inches = image.width / float(image.info.get("dpi", (_DPI, _DPI))[0] or _DPI)
            return Picture(_data_uri(image), round(96 * inches), alt, caption)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _data_uri(image: Image.Image) -> str:
    content = io.BytesIO()
    few = image.convert("RGB").quantize(_COLOURS, Image.Quantize.MAXCOVERAGE)
    few.save(content, "png", optimize=True)
    return f"data:image/png;base64,{b64encode(content.getvalue()).decode()}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts, with a caption; the first column names the rows."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def kinds(self) -> list[str]:
        """Return ``number`` for a column of numbers, ``word`` for one of texts of a line at most, else ``text``."""
        return [_kind([row[place] for row in self.rows]) for place in range(len(self.columns))]


def _kind(texts: Sequence[str]) -> str:
    if all(map(is_number, texts)):
        return "number"
    return "word" if max(map(len, texts)) <= _LINE else "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part: paragraphs, tables, figures, then parts that can be folded away.

    Parameters
    ----------
    title
        Title of the section.
    paragraphs, tables, pictures, parts
        Any number of each.
    open
        Whether a part that can be folded away is unfolded at first.
    """

    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()
    parts: "Sequence[Section]" = ()
    open: bool = False
