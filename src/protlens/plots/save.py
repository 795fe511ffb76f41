"""A figure as files."""

from pathlib import Path

from matplotlib.figure import Figure

from protlens.files import replacing
from protlens.plots.style import figure_style


@figure_style()
def save_figure(figure: Figure, path: Path) -> list[Path]:
    """Write a figure as vector PDF and as PNG, each whole or not at all; equal figures give equal bytes.

    Parameters
    ----------
    figure
        What to write.
    path
        Without suffix: ``.pdf`` and ``.png`` are added.

    Returns
    -------
    list of Path
        The PDF and the PNG.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    pdf, png = path.with_name(f"{path.name}.pdf"), path.with_name(f"{path.name}.png")
    with replacing(pdf) as pdf_beside, replacing(png) as png_beside:
        figure.savefig(pdf_beside, format="pdf", metadata={"Creator": "protlens", "CreationDate": None})
        figure.savefig(png_beside, format="png", metadata={"Software": "protlens"})
    return [pdf, png]
