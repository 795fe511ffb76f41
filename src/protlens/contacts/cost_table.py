"""What each method costs: runs of the model, and seconds."""

from dataclasses import dataclass, field

import polars as pl

from protlens.contacts.couplings import Coupling
from protlens.contacts.evaluation import ChainScores
from protlens.contacts.labelled_chains import LabelledChain

ATTENTION = "attention"
"""One run of the model and the weighing of its maps, which all heads, means and regressions share."""


@dataclass(slots=True)
class Costs:
    """Runs and seconds, added up over test proteins."""

    _rows: list[tuple[str, int, int, float]] = field(default_factory=list)

    def add(self, chain: LabelledChain, scores: ChainScores, coupling: Coupling | None) -> None:
        """Add what a chain took."""
        self._rows.append((ATTENTION, len(chain.protein), 1, scores.seconds))
        if coupling is not None:
            self._rows.append((coupling.method, len(chain.protein), coupling.runs, coupling.seconds))

    def table(self) -> pl.DataFrame:
        """Return ``method, proteins, residues, runs, seconds``, the last three summed over the proteins.

        Seconds are wall time on the machine of the analysis; a Jacobian that was kept from an earlier one takes none.
        """
        schema = {"method": pl.String, "residues": pl.Int64, "runs": pl.Int64, "seconds": pl.Float64}
        rows = pl.DataFrame(self._rows, schema=schema, orient="row")
        sums = (pl.len().cast(pl.Int64).alias("proteins"), pl.col("residues", "runs", "seconds").sum())
        return rows.group_by("method", maintain_order=True).agg(*sums)
