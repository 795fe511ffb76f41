"""What a model without some heads predicts of each protein.

``loss``: see :mod:`protlens.ablation.masked_loss`. ``embedding``: one minus the cosine between the hidden states that
leave the whole model and those that leave it without the heads, the mean over residues. ``precision_L`` and
``precision_L5``: long-range precision of the contact regression at L and L/5, read from the attention that all heads
form, those that are left out included; ``others_L`` and ``others_L5`` from that of all others. ``jacobian_L`` and
``jacobian_L5``: the same precision by the categorical Jacobian.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import torch
from jaxtyping import Float, Float64
from torch import Tensor

from protlens.ablation.head_sets import HeadSet
from protlens.ablation.held_out import HeldOut
from protlens.ablation.masked_loss import masked_losses
from protlens.contacts.couplings import couple
from protlens.contacts.labelled_chains import LabelledChain
from protlens.contacts.regression import ContactRegression
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.models.encoder import EncoderModel
from protlens.models.left_out import Replace, leaving_out
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import LayerAttention, encode_proteins, ignore, whole_layers
from protlens.pairs.attention_maps import average_product_correction, pair_scores, symmetrise
from protlens.pairs.precision import pair_precision
from protlens.pairs.residue_pairs import DIVISORS, RANGES

WORSE: Mapping[str, int] = {"loss": 1, "perplexity": 1, "embedding": 1}
"""In which direction a measure gets worse; precision does downwards. ``perplexity`` is ``exp`` of the mean loss."""

_LONG = {"long": RANGES["long"]}
_COUNTS = {name: DIVISORS[name] for name in ("L", "L/5")}


@dataclass(slots=True, eq=False)
class Measurement:
    """Measures a model without some heads on held-out proteins.

    Parameters
    ----------
    model
        The model.
    masked_lm
        The same model with its head, or None.
    held_out
        What it is measured on.
    regression
        The contact regression, None if contacts are not measured.
    replace
        What stands in place of a head's weights.
    jacobian
        Places of the proteins that the categorical Jacobian is computed for.
    """

    model: EncoderModel
    masked_lm: MaskedLanguageModel | None
    held_out: HeldOut
    regression: ContactRegression | None
    replace: Replace
    jacobian: frozenset[int] = frozenset()
    _whole: list[Tensor] | None = None

    def of(self, heads: HeadSet, *, on_protein: Callable[[], None] = lambda: None) -> pl.DataFrame:
        """Return what is measured without some heads.

        Parameters
        ----------
        heads
            What is left out; nothing for the whole model.
        on_protein
            Called after each protein.

        Returns
        -------
        polars.DataFrame
            ``protein`` and a column of each measure, null where a protein has nothing to measure.
        """
        if self._whole is None:
            self._whole = [self._run(place, ())[0] for place in range(len(self.held_out.proteins))]
        rows = []
        with leaving_out(heads, replace=self.replace):
            losses = self._losses()
            for place, whole in enumerate(self._whole):
                rows.append(self._row(place, heads, whole))
                on_protein()
        table = pl.DataFrame(rows, infer_schema_length=None)
        ids = pl.Series("protein", [protein.id for protein in self.held_out.proteins])
        floats = [pl.col(name).cast(pl.Float64).fill_nan(None) for name in table.columns]
        return table.select(ids, *([] if losses is None else [pl.Series("loss", losses).fill_nan(None)]), *floats)

    def _losses(self) -> Float64[np.ndarray, " protein"] | None:
        if self.masked_lm is None:
            return None
        sequences = [protein.sequence for protein in self.held_out.proteins]
        return masked_losses(self.masked_lm, sequences, self.held_out.places)

    def _row(self, place: int, heads: HeadSet, whole: Tensor) -> dict[str, float | None]:
        states, scores = self._run(place, heads)
        row: dict[str, float | None] = {"embedding": _distance(whole, states)}
        if scores is None:
            return row
        chain = self.held_out.chains[place]
        rows = list(scores)
        if self.masked_lm is not None and place in self.jacobian:
            rows.append(couple(self.masked_lm, chain, JacobianOptions(kind="categorical")).scores)
        return row | _precision(np.stack(rows), chain)

    def _run(
        self, place: int, heads: HeadSet
    ) -> tuple[Float[Tensor, "residue channel"], Float64[np.ndarray, "2 pair"] | None]:
        """Return the last hidden states of a protein, and the regression's scores with all maps and with some."""
        last: list[Tensor] = []
        reader = None if self.regression is None else _MapReader(self.regression, self.held_out.chains[place], heads)
        batch = encode_proteins(self.model, [self.held_out.proteins[place]])

        def keep(_: int, states: Tensor) -> None:
            last[:] = [states[0].clone()]

        self.model.hidden_states(batch, keep, attention=ignore if reader is None else whole_layers(reader))
        return last[0], None if reader is None else reader.scores


class _MapReader:
    """Adds up what the heads with a weight in the regression say of the pairs of a chain."""

    def __init__(self, regression: ContactRegression, chain: LabelledChain, heads: HeadSet) -> None:
        self._weights = regression.weights
        self._others = regression.weights.copy()
        for head in heads:
            self._others[head] = 0
        self._pairs = chain.pairs
        self.scores = np.zeros((2, len(chain.pairs)))

    def __call__(self, layer: int, attention: LayerAttention) -> None:
        used = np.flatnonzero(self._weights[layer])
        if len(used):
            single = pair_scores(average_product_correction(symmetrise(attention[0, used.tolist()])), self._pairs)
            for row, weights in zip(self.scores, (self._weights, self._others), strict=True):
                row += weights[layer, used] @ single


def _distance(whole: Float[Tensor, "residue channel"], states: Float[Tensor, "residue channel"]) -> float:
    """Return one minus the mean cosine between the states of each residue."""
    return max(0.0, 1 - float(torch.cosine_similarity(whole.double(), states.double(), dim=-1).mean()))


def _precision(scores: Float64[np.ndarray, "score pair"], chain: LabelledChain) -> dict[str, float | None]:
    table = pair_precision(
        scores[:, chain.known],
        chain.contacts[chain.known],
        chain.pairs.separations[chain.known],
        length=len(chain.protein),
        ranges=_LONG,
        divisors=_COUNTS,
    )
    names = [f"{method}_{{}}" for method in ("precision", "others", "jacobian")]
    rows = table.iter_rows(named=True)
    return {names[row["score"]].format(row["k"].replace("/", "")): row["precision"] for row in rows}
