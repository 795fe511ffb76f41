"""A predicted contact map above the diagonal, and the contacts of the structure below it."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from protlens.plots.canvas import MARGIN, new_page
from protlens.plots.style import INK, MISSING_EDGE, MISSING_FACE, VALUES, figure_style

_SIDE = 4.2


def draw_contact_map(table: pl.DataFrame, axes: Axes, *, length: int) -> Axes:
    """Draw predicted probabilities, from 0 to 1, above the diagonal and contacts below; what is not known is grey.

    Parameters
    ----------
    table
        ``first, second, probability, contact``: zero-based positions with the first before the second; ``contact`` is
        null where it is not known. Pairs that are not listed, those close in sequence, stay white.
    axes
        Where to draw; residues are counted from one.
    length
        Residues of the chain.
    """
    first, second = (table[name].to_numpy() for name in ("first", "second"))
    predicted = np.full((length, length), np.nan)
    predicted[first, second] = table["probability"].to_numpy()
    known = table["contact"].is_not_null().to_numpy()
    missing = np.full((length, length), np.nan)
    missing[second[~known], first[~known]] = 1.0
    touching = np.full((length, length), np.nan)
    holds = table["contact"].fill_null(value=False).to_numpy()
    touching[second[holds], first[holds]] = 1.0
    place = (0.5, length + 0.5, length + 0.5, 0.5)
    axes.imshow(predicted, cmap=VALUES, vmin=0.0, vmax=1.0, extent=place, interpolation="nearest")
    axes.imshow(missing, cmap=ListedColormap([MISSING_FACE]), extent=place, interpolation="nearest")
    axes.imshow(touching, cmap=ListedColormap([INK]), extent=place, interpolation="nearest")
    axes.plot([0.5, length + 0.5], [0.5, length + 0.5], color=MISSING_EDGE, linewidth=0.5)
    axes.set_xlabel("Residue")
    axes.set_ylabel("Residue")
    return axes


@figure_style()
def contact_map_figure(table: pl.DataFrame, *, length: int, title: str, about: str = "") -> Figure:
    """Make the figure of one chain.

    Parameters
    ----------
    table, length
        See :func:`draw_contact_map`.
    title
        Which chain it is.
    about
        A line on the run.
    """
    page = new_page(_SIDE + 1.6, _SIDE + 0.8, title=title, about=about)
    axes = page.axes(0.5, 0.65, width=_SIDE, height=_SIDE)
    draw_contact_map(table, axes, length=length)
    bar = page.figure.colorbar(
        ScalarMappable(Normalize(0.0, 1.0), VALUES), cax=page.axes(_SIDE + 0.7, 0.65, width=0.12, height=_SIDE)
    )
    bar.set_label("Predicted probability of contact (above the diagonal)")
    contacts = Patch(facecolor=INK, label="contact in the structure (below the diagonal)")
    handles = [] if table["contact"].is_null().all() else [contacts]
    if table["contact"].null_count():
        handles.append(Patch(facecolor=MISSING_FACE, edgecolor=MISSING_EDGE, label="not known"))
    page.legend(handles, 0.5, MARGIN)
    return page.figure
