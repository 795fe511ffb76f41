"""The files of contact prediction: the split, tables, RR files and contact maps."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.contact_split import ContactSplit
from protlens.contacts.labelled_chains import LabelledChain, LabelledChains
from protlens.data.formats.casp_rr import write_rr
from protlens.data.protein import Protein
from protlens.files import replacing, write_table
from protlens.models.protocol import ModelInfo
from protlens.naming import file_stem, run_line
from protlens.pairs.residue_pairs import ResiduePairs
from protlens.plots.canvas import save_figure
from protlens.plots.contact_maps import contact_map_figure

FORMAT = "protlens-contacts"
VERSION = 1

PAIRS_PER_RESIDUE = 5
"""The RR file of a chain of L residues lists the 5 L pairs of the highest probability, ties at the end left out."""


@dataclass(frozen=True, slots=True)
class ContactFiles:
    """A folder of results.

    Parameters
    ----------
    out
        The folder.
    model, dataset
        What the predictions come from.
    """

    out: Path
    model: ModelInfo
    dataset: str
    _taken: set[str] = field(default_factory=set)

    def clear(self) -> None:
        """Remove the predictions of an earlier run, which may have had other proteins."""
        for file in [*self.out.glob("rr/*.rr"), *self.out.glob("figures/contact_map-*")]:
            file.unlink()

    def write_split(self, chains: LabelledChains, split: ContactSplit, *, options: ContactOptions) -> None:
        """Write ``split.json``: which proteins were trained and tested on, and all options."""
        drawn = sorted({position for draw in split.draws for position in draw})
        clusters = [{chains.clusters[position] for position in side} for side in (drawn, split.test)]
        about = {
            "format": FORMAT,
            "version": VERSION,
            "model": asdict(self.model),
            "dataset": {"name": self.dataset, "fingerprint": chains.dataset.fingerprint()},
            "options": asdict(options),
            "test": [chains.ids[position] for position in split.test],
            "draws": [[chains.ids[position] for position in draw] for draw in split.draws],
            "clusters": {chains.ids[position]: chains.clusters[position] for position in [*drawn, *split.test]},
            "clusters_shared": len(clusters[0] & clusters[1]),
            "proteins_without_cluster": chains.without_cluster,
        }
        with replacing(self.out / "split.json") as beside:
            beside.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")

    def write_prediction(
        self, protein: Protein, pairs: ResiduePairs, probabilities: Float64[np.ndarray, " pair"]
    ) -> Path:
        """Write the RR file of a chain."""
        path = self.out / "rr" / f"{file_stem('contacts', protein.id, taken=self._taken)}.rr"
        most = PAIRS_PER_RESIDUE * len(protein)
        next_best = np.partition(probabilities, -most - 1)[-most - 1] if len(pairs) > most else -np.inf
        best = probabilities > next_best
        write_rr(
            path,
            protein.sequence,
            np.column_stack([pairs.first, pairs.second])[best],
            probabilities[best],
            target=protein.id,
            method=f"logistic regression over the attention of {self.model.name}, the {PAIRS_PER_RESIDUE} L best pairs",
        )
        return path

    def draw_map(self, chain: LabelledChain, probabilities: Float64[np.ndarray, " pair"], *, note: str) -> list[Path]:
        """Draw the contact map of a chain."""
        table = pl.DataFrame(
            {
                "first": chain.pairs.first,
                "second": chain.pairs.second,
                "probability": probabilities,
                "contact": pl.Series(chain.contacts).set(pl.Series(~chain.known), None),
            }
        )
        name = chain.protein.id
        figure = contact_map_figure(
            table,
            length=len(chain.protein),
            title=f"Contacts of {name}: predicted and true",
            about=f"{run_line(model=self.model.name, dataset=self.dataset)}, {note}",
        )
        return save_figure(figure, self.out / "figures" / file_stem("contact_map", name, taken=set()))

    def write_tables(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Write tables as CSV, and those with a row for each protein as Parquet too."""
        for name, table in tables.items():
            write_table(table, self.out / f"{name}.csv")
            if "protein" in table.columns:
                write_table(table, self.out / f"{name}.parquet")
