"""The page that a figure is drawn on: its size, its titles, and how it is saved."""

import os
import textwrap
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from protlens.files import replacing
from protlens.plots.fonts import WHOLE as WHOLE_FONT
from protlens.plots.style import FAINT, INK, SMALL_SIZE, TITLE_SIZE, figure_style, for_journal
from protlens.typing import PathInput

MARGIN = 0.12
"""Inches left free around a page."""

SINGLE_COLUMN, DOUBLE_COLUMN = 3.5, 7.2
"""Inches of one column of a journal, 89 mm, and of two, 183 mm."""

_LINE_SPACING = 1.35

_SLACK = 0.95
"""Hinting on a screen makes letters up to a twentieth wider than they are drawn here."""


class PageFigure(Figure):
    """A figure that a notebook shows, without pyplot."""

    def _repr_png_(self) -> bytes:
        with figure_style():
            return _drawn(self, "png")


@dataclass(frozen=True, slots=True)
class Page:
    """A figure whose parts are placed in inches from its lower left corner.

    Parameters
    ----------
    figure
        The figure.
    width, height
        The inches in which parts are placed: those of the figure, unless it is drawn smaller to fit a journal.
    """

    figure: Figure
    width: float
    height: float

    def axes(self, left: float, bottom: float, *, width: float, height: float) -> Axes:
        """Add axes of this size at this place."""
        x, y = self._place(left, bottom)
        return self.figure.add_axes((x, y, *self._place(width, height)))

    def text(self, text: str, left: float, bottom: float, **how: Any) -> None:
        """Write a text whose lower left corner is at this place."""
        self.figure.text(*self._place(left, bottom), text, **how)

    def legend(self, handles: Sequence[Artist], left: float, bottom: float) -> None:
        """Add a legend in one row whose lower left corner is at this place, unless it would be empty."""
        if handles:
            self.figure.legend(
                handles=list(handles),
                loc="lower left",
                bbox_to_anchor=self._place(left, bottom),
                ncols=len(handles),
                columnspacing=1.2,
            )

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return x / self.width, y / self.height


def new_page(width: float, height: float, *, title: str, about: str = "") -> Page:
    """Make a page with a title, and below it a line about the run, both wrapped to the width.

    For a journal neither is drawn, and the page is at most two columns wide; both are kept as the figure's label.

    Parameters
    ----------
    width, height
        Size of the space below the title, in inches; the page is taller by the title.
    title, about
        What the figure shows, and which run it shows; an empty text takes no space.
    """
    shown = () if for_journal() else ((title, TITLE_SIZE, INK), (about, SMALL_SIZE, FAINT))
    lines = [
        (line, size, color) for text, size, color in shown for line in wrapped(text, width - 2 * MARGIN, size=size)
    ]
    heights = [size * _LINE_SPACING / 72 for _, size, _ in lines]
    page_height = height + MARGIN + sum(heights)
    scale = min(1.0, DOUBLE_COLUMN / width) if for_journal() else 1.0
    figure = PageFigure(figsize=(scale * width, scale * page_height), label=". ".join(filter(None, (title, about))))
    page, top = Page(figure, width, page_height), page_height - MARGIN
    for (line, size, color), line_height in zip(lines, heights, strict=True):
        page.text(line, MARGIN, top, fontsize=size, color=color, va="top", ha="left")
        top -= line_height
    return page


@lru_cache(maxsize=256)
def text_width(text: str, *, size: float) -> float:
    """Return the width of a text in inches."""
    if not text.strip():
        return 0.0
    font = FontProperties(family=WHOLE_FONT, size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)  # outlines take far longer
    return float(width) / 72


def wrapped(text: str, width: float, *, size: float) -> list[str]:
    """Break a text into lines of at most this many inches, at spaces where it has any."""
    columns = len(text)
    lines = [text] if text else []
    room = _SLACK * width
    while columns > 1 and any(text_width(line, size=size) > room for line in lines):
        columns = max(1, int(columns * 0.9))
        lines = textwrap.wrap(text, columns)
    return lines


def shortened(text: str, width: float, *, size: float) -> str:
    """Return a text, cut with an ellipsis if it is wider than this many inches."""
    if text_width(text, size=size) <= width:
        return text
    fitting = bisect_right(range(len(text)), width, key=lambda length: text_width(f"{text[:length]}…", size=size))
    return text[: max(0, fitting - 1)].rstrip(" :,-_") + "…"


def figure_of(axes: Axes) -> Figure:
    """Return the figure that axes stand in."""
    return cast(Figure, axes.get_figure(root=True))


def size_in_inches(axes: Axes) -> tuple[float, float]:
    """Return the width and height of axes in inches."""
    box = axes.get_window_extent().transformed(figure_of(axes).dpi_scale_trans.inverted())
    return float(box.width), float(box.height)


_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"Creator": "protlens", "CreationDate": None},
    "svg": {"Creator": "protlens", "Date": None},
    "png": {"Software": "protlens"},
}
"""What a file says of its origin, by kind, beside the title; no kind says when."""


@figure_style()
def save_figure(figure: Figure, path: PathInput, *, kinds: Sequence[str] | None = None) -> list[Path]:
    """Write a figure as vector PDF and as PNG, each whole or not at all; equal figures give equal bytes.

    Parameters
    ----------
    figure
        What to write.
    path
        Without suffix: that of each kind is added.
    kinds
        Of ``pdf``, ``svg`` and ``png``; None for PDF and PNG, and SVG too in the style of journals.

    Returns
    -------
    list of Path
        The files, in the order of their kinds.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    kinds = kinds or ("pdf", "svg", "png") if for_journal() else kinds or ("pdf", "png")
    files = [Path(f"{os.fspath(path)}.{kind}") for kind in kinds]
    with ExitStack() as opened:
        beside = [opened.enter_context(replacing(file)) for file in files]
        for kind, part in zip(kinds, beside, strict=True):
            part.write_bytes(_drawn(figure, kind))
    return files


def _drawn(figure: Figure, kind: str) -> bytes:
    """Return the bytes of a file, so that a disk that is full in the midst of a PDF is no riddle to zlib."""
    buffer = BytesIO()
    title = str(figure.get_label())
    figure.savefig(buffer, format=kind, metadata=_METADATA[kind] | ({"Title": title} if title else {}))
    return buffer.getvalue()
