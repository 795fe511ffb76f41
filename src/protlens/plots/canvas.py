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
from typing import cast

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from protlens.files import replacing
from protlens.plots.fonts import WHOLE as WHOLE_FONT
from protlens.plots.style import FAINT, INK, SMALL_SIZE, TITLE_SIZE, figure_style
from protlens.typing import PathInput

MARGIN = 0.12
"""Inches left free around a page."""

_LINE_SPACING = 1.35

_SLACK = 0.95
"""Hinting on a screen makes letters up to a twentieth wider than they are drawn here."""


@dataclass(frozen=True, slots=True)
class Page:
    """A figure whose parts are placed in inches from its lower left corner.

    Parameters
    ----------
    figure
        The figure.
    """

    figure: Figure

    def axes(self, left: float, bottom: float, *, width: float, height: float) -> Axes:
        """Add axes of this size at this place."""
        page_width, page_height = self.figure.get_size_inches()
        return self.figure.add_axes((left / page_width, bottom / page_height, width / page_width, height / page_height))

    def text(self, text: str, left: float, bottom: float) -> None:
        """Write a text whose lower left corner is at this place."""
        page_width, page_height = self.figure.get_size_inches()
        self.figure.text(left / page_width, bottom / page_height, text)

    def legend(self, handles: Sequence[Artist], left: float, bottom: float) -> None:
        """Add a legend in one row whose lower left corner is at this place, unless it would be empty."""
        if handles:
            page_width, page_height = self.figure.get_size_inches()
            self.figure.legend(
                handles=list(handles),
                loc="lower left",
                bbox_to_anchor=(left / page_width, bottom / page_height),
                ncols=len(handles),
                columnspacing=1.2,
            )


def new_page(width: float, height: float, *, title: str, about: str = "") -> Page:
    """Make a page with a title, and below it a line about the run, both wrapped to the width.

    Parameters
    ----------
    width, height
        Size of the space below the title, in inches; the page is taller by the title.
    title, about
        What the figure shows, and which run it shows; an empty text takes no space.
    """
    lines = [(line, TITLE_SIZE, INK) for line in wrapped(title, width - 2 * MARGIN, size=TITLE_SIZE)]
    lines += [(line, SMALL_SIZE, FAINT) for line in wrapped(about, width - 2 * MARGIN, size=SMALL_SIZE)]
    heights = [size * _LINE_SPACING / 72 for _, size, _ in lines]
    page_height = height + MARGIN + sum(heights)
    figure = Figure(figsize=(width, page_height))
    top = page_height - MARGIN
    for (line, size, color), line_height in zip(lines, heights, strict=True):
        figure.text(MARGIN / width, top / page_height, line, fontsize=size, color=color, va="top", ha="left")
        top -= line_height
    return Page(figure)


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
"""What a file says of its origin, by kind; no kind says when."""


@figure_style()
def save_figure(figure: Figure, path: PathInput, *, kinds: Sequence[str] = ("pdf", "png")) -> list[Path]:
    """Write a figure as vector PDF and as PNG, each whole or not at all; equal figures give equal bytes.

    Parameters
    ----------
    figure
        What to write.
    path
        Without suffix: that of each kind is added.
    kinds
        Of ``pdf``, ``svg`` and ``png``.

    Returns
    -------
    list of Path
        The files, in the order of their kinds.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    files = [Path(f"{os.fspath(path)}.{kind}") for kind in kinds]
    with ExitStack() as opened:
        beside = [opened.enter_context(replacing(file)) for file in files]
        for kind, part in zip(kinds, beside, strict=True):
            part.write_bytes(_drawn(figure, kind, _METADATA[kind]))
    return files


def _drawn(figure: Figure, kind: str, metadata: dict[str, str | None]) -> bytes:
    """Return the bytes of a file, so that a disk that is full in the midst of a PDF is no riddle to zlib."""
    buffer = BytesIO()
    figure.savefig(buffer, format=kind, metadata=metadata)
    return buffer.getvalue()
