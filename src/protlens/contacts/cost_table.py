"""What each method costs: runs of the model, and seconds."""

from dataclasses import dataclass, field

import polars as pl

from protlens.contacts.couplings import Coupling
from protlens.contacts.labelled_chains import LabelledChain

ATTENTION = "attention"
"""One run of the model and the weighing of its maps, which all heads, means and regressions share."""


@dataclass(slots=True)
class Costs:
    """Runs and seconds, added up over test proteins."""

    _rows: list[tuple[str, int, int, float, bool]] = field(default_factory=list)

    def add(self, chain: LabelledChain, seconds: float, coupling: Coupling | None) -> None:
        """Add what a chain took: the seconds of its attention, and its Jacobian."""
        residues = len(chain.protein)
        self._rows.append((ATTENTION, residues, 1, seconds, False))
        if coupling is not None:
            self._rows.append((coupling.method, residues, coupling.runs, coupling.seconds, coupling.kept))

    def table(self) -> pl.DataFrame:
        """Return ``method, proteins, residues, runs, seconds, kept``, all but the first summed over proteins.

        Seconds are wall time on the machine of the analysis. A Jacobian that was kept from an earlier one, whole or in
        part, is counted under ``kept`` and nowhere else, so that the others are of what was computed.
        """
        numbers = {"residues": pl.Int64, "runs": pl.Int64, "seconds": pl.Float64}
        rows = pl.DataFrame(self._rows, schema={"method": pl.String, **numbers, "kept": pl.Boolean}, orient="row")
        made, count = ~pl.col("kept"), pl.col("kept").sum().cast(pl.Int64)
        return rows.group_by("method", maintain_order=True).agg(
            made.sum().cast(pl.Int64).alias("proteins"), pl.col(*numbers).filter(made).sum(), count
        )
