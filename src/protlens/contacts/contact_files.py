"""The files of contact prediction: the split, tables, RR files and contact maps."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.contact_split import ContactSplit
from protlens.contacts.cost_table import ATTENTION
from protlens.contacts.labelled_chains import LabelledChain, LabelledChains
from protlens.contacts.predicted_pairs import most_probable
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, save_regression
from protlens.data.dataset import Dataset
from protlens.data.formats.casp_rr import write_rr
from protlens.data.protein import Protein
from protlens.files import write_json
from protlens.models.protocol import ModelInfo
from protlens.naming import file_stem, run_line
from protlens.output_folders import FolderKind, OutputFolder
from protlens.pairs.residue_pairs import ResiduePairs
from protlens.plots.canvas import save_figure
from protlens.plots.contact_maps import contact_map_figure

FORMAT = "protlens-contacts"
PREDICTIONS_FORMAT = "protlens-contact-predictions"
VERSION = 1

SPLIT = "split.json"
PREDICTIONS = "predictions.json"

CONTACT_FOLDER = FolderKind("protlens contact prediction", {SPLIT: FORMAT})
PREDICTION_FOLDER = FolderKind("protlens predicted contacts", {PREDICTIONS: PREDICTIONS_FORMAT})
"""What tests contact scores, and what only predicts: neither replaces the other."""

PAIRS_PER_RESIDUE = 5
"""The RR file of a chain of L residues lists the 5 L pairs of the highest probability, ties at the end left out."""


@dataclass(frozen=True, slots=True)
class ContactFiles:
    """A folder of results.

    Parameters
    ----------
    folder
        The folder; it lists every file that is written.
    model, dataset
        What the predictions come from.
    source
        What the predictions are made from, of the model.
    figures
        The contact maps that were drawn.
    """

    folder: OutputFolder
    model: ModelInfo
    dataset: str
    source: str = ATTENTION
    figures: list[Path] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _drawn: set[str] = field(default_factory=set)

    @property
    def out(self) -> Path:
        """The path of the folder."""
        return self.folder.path

    @property
    def jacobians(self) -> Path:
        """The folder of Jacobians, which a later analysis finds again; it is listed nowhere and may be removed."""
        return self.out / "jacobians"

    def clear(self, *, keep: Path | None = None) -> None:
        """Remove what an earlier analysis has written here, but for the regression that is given."""
        kept = [] if keep is None else [keep, keep.with_suffix(".json")]
        self.folder.remove_listed(keep=[*kept, *(self.out / name for name in self.folder.kind.markers)])

    def write_about(self, proteins: Dataset, *, max_length: int | None, training: TrainingRecord) -> None:
        """Write ``predictions.json``: what was predicted with what."""
        about = {
            "format": PREDICTIONS_FORMAT,
            "version": VERSION,
            "model": asdict(self.model),
            "dataset": {"name": self.dataset, "fingerprint": proteins.fingerprint()},
            "max_length": max_length,
            "training": asdict(training),
        }
        self._write_json(PREDICTIONS, about)

    def write_regression(self, name: str, regression: ContactRegression, training: TrainingRecord) -> None:
        """Write a regression as ``NAME.safetensors`` with its JSON file."""
        path = self.out / f"{name}.safetensors"
        save_regression(path, regression, model=self.model, training=training)
        self.folder.add(path, path.with_suffix(".json"))

    def write_split(self, chains: LabelledChains, split: ContactSplit, *, options: ContactOptions) -> None:
        """Write ``split.json``: which proteins were trained and tested on, and all options."""
        drawn = split.drawn
        clusters = [{chains.clusters[position] for position in side} for side in (drawn, split.test)]
        about = {
            "format": FORMAT,
            "version": VERSION,
            "model": asdict(self.model),
            "dataset": {"name": self.dataset, "fingerprint": chains.dataset.fingerprint()},
            "options": asdict(options),
            "test": [chains.ids[position] for position in split.test],
            "draws": [[chains.ids[position] for position in draw[: options.train]] for draw in split.draws],
            "clusters": {chains.ids[position]: chains.clusters[position] for position in [*drawn, *split.test]},
            "clusters_shared": len(clusters[0] & clusters[1]),
            "proteins_without_cluster": chains.without_cluster,
        }
        self._write_json(SPLIT, about)

    def write_prediction(
        self, protein: Protein, pairs: ResiduePairs, probabilities: Float64[np.ndarray, " pair"]
    ) -> Path:
        """Write the RR file of a chain."""
        path = self.out / "rr" / f"{file_stem('contacts', protein.id, taken=self._taken)}.rr"
        best = most_probable(probabilities, PAIRS_PER_RESIDUE * len(protein))
        write_rr(
            path,
            protein.sequence,
            np.column_stack([pairs.first, pairs.second])[best],
            probabilities[best],
            target=protein.id,
            method=f"logistic regression over the {self.source} of {self.model.name}, the {PAIRS_PER_RESIDUE} L best"
            " pairs",
        )
        self.folder.add(path)
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
            title=f"Contacts of {name}: predicted{' and true' * bool(chain.known.any())}",
            about=f"{run_line(model=self.model.name, dataset=self.dataset)}, {note}",
        )
        files = save_figure(figure, self.out / "figures" / file_stem("contact_map", name, taken=self._drawn))
        self.folder.add(*files)
        self.figures.extend(files)
        return files

    def _write_json(self, name: str, content: Mapping[str, Any]) -> None:
        write_json(self.out / name, content, indent=2)
        self.folder.add(self.out / name)
