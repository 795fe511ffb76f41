"""The look of all figures, on a screen and in a journal: fonts, sizes, line widths and colours.

Values are coloured by lightness alone, from pale to dark in even steps, so that a figure reads the same to a
colour-blind eye and in grey print, but for those on both sides of a middle; what has no value is hatched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib import style
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray

from protlens.plots.fonts import HELVETICA, font_families

INK = "#1a1a1a"
"""Text, axes and intervals."""

FAINT = "#5c5c5c"
"""Text of second rank."""

FILL = "#8fbbdc"
"""Bars and the area under a curve; pale enough for dark lines upon it."""

LINE = "#1f5a91"
"""Curves and points."""

RULE = "#e3e3e3"
"""Thin lines that lead the eye along a row."""

MARK = "#a33600"
"""Dashed lines of reference: the background, the centre of gravity."""

RING = "#f0740a"
"""Rings in the cells of heat maps, seen on the palest and on the darkest."""

MISSING_FACE = "#ececec"
MISSING_EDGE = "#8a8a8a"
MISSING_HATCH = "/" * 7
"""A cell without a value."""

TEXT_SIZE = 7.5
SMALL_SIZE = 6.5
TITLE_SIZE = 10.5

_SERIES = (("#1f5a91", "o"), ("#d07c00", "s"), ("#4f8a2c", "D"), ("#8a3d7c", "^"), ("#5c5c5c", "v"))

_RC: dict[str, Any] = {
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a user's property name is a dollar sign
    "axes.labelsize": TEXT_SIZE,
    "axes.labelcolor": INK,
    "axes.labelpad": 3.0,
    "axes.titlesize": TEXT_SIZE,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.labelsize": SMALL_SIZE,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 2.0,
    "ytick.major.size": 2.0,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.pad": 2.0,
    "ytick.major.pad": 2.0,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.0,
    "hatch.linewidth": 0.45,
    "legend.frameon": False,
    "legend.fontsize": SMALL_SIZE,
    "legend.borderpad": 0.0,
    "legend.borderaxespad": 0.0,
    "legend.handlelength": 1.8,
    "savefig.dpi": 200.0,
    "pdf.fonttype": 42,
    "svg.hashsalt": "protlens",
}


FigureStyle: TypeAlias = Literal["screen", "journal"]
"""``screen``: with titles; ``journal``: without, in the letters of Helvetica where these are installed, at 300 dpi."""

_CHANGED: dict[FigureStyle, dict[str, Any]] = {"screen": {}, "journal": {"savefig.dpi": 300.0}}
_current: ContextVar[FigureStyle] = ContextVar("protlens_figure_style", default="screen")


@contextmanager
def figure_style(name: FigureStyle | None = None) -> Iterator[None]:
    """Draw in the look of protlens, whatever the user's own matplotlib settings are; also a decorator.

    Parameters
    ----------
    name
        ``screen`` or ``journal``; None keeps the one in force, which is ``screen`` unless something around says else.
    """
    chosen = name or _current.get()
    font = {"font.family": font_families(HELVETICA if chosen == "journal" else ())}
    before = _current.set(chosen)
    try:
        with style.context(["default", _RC | font | _CHANGED[chosen]]):
            yield
    finally:
        _current.reset(before)


def series_look(place: int) -> tuple[str, str]:
    """Return colour and marker of one of several curves, which differ in both: they are told apart without colour."""
    return _SERIES[place % len(_SERIES)]


def for_journal() -> bool:
    """Return whether figures are drawn as journals print them."""
    return _current.get() == "journal"


def lightness(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIE 1976 L* of sRGB colours, 0 for black to 100 for white.

    Parameters
    ----------
    rgb
        ``float64 [..., 3]`` from 0 to 1.
    """
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    cube_root = np.where(luminance > 216 / 24389, np.cbrt(luminance), luminance * 24389 / 3132 + 4 / 29)
    return np.asarray(116 * cube_root - 16)


def _even_blues() -> ListedColormap:
    """Resample matplotlib's Blues, whose steps of lightness are uneven, at even lightness."""
    source = mpl.colormaps["Blues"](np.linspace(0, 1, 1024))[:, :3]
    shades = lightness(source)
    wanted = np.linspace(96.0, shades.min(), 256)
    return ListedColormap(
        np.column_stack([np.interp(-wanted, -shades, channel) for channel in source.T]), name="even-blues"
    )


VALUES = _even_blues()
"""The colour map of every heat map: L* falls evenly from 96 to 21."""
