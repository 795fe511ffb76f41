"""Several chains in one input: a linker is written between them, and cut away from what the model shows.

A model that has learned a vector for each position can see chains apart without a linker: positions are left out.

A linker of 25 glycines is what ESMFold puts between the chains of a complex (Lin et al., Science 379 (2023) 1123, doi
10.1126/science.ade2574, and its code).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Int64
from torch import Tensor

from protlens.data.protein import UNKNOWN, Protein
from protlens.errors import ModelError, OptionError, explain
from protlens.models.encoder import EncoderModel
from protlens.models.protocol import (
    AttentionModel,
    Batch,
    EmbeddingModel,
    LayerAttention,
    LayerStates,
    StateVisitor,
    Visitor,
    encode_proteins,
    reach_by_layer,
    whole_layers,
)
from protlens.models.wrapping import WrappedModel

LINKER = 25
"""Glycines between two chains, unless another number is asked for."""

_RESIDUE = "G"


@dataclass(frozen=True, slots=True)
class LinkedBatch(Batch):
    """Sequences written with linkers; ``lengths`` are those of the residues without them.

    Parameters
    ----------
    places
        For each sequence the place of each residue among residues and linkers.
    """

    places: tuple[Int64[Tensor, " residue"], ...] = ()

    def with_linkers(self) -> Batch:
        """Return the batch as the model reads it."""
        lengths = tuple(int(places[-1]) + 1 for places in self.places)
        return Batch(self.tokens, self.mask, lengths, self.positions)


class LinkedModel(WrappedModel):
    """A model that reads the chains of a :class:`~protlens.Protein` with a linker between them.

    Attention and hidden states are those of residues alone: rows and columns of the linker are cut away, and rows are
    not renormalised, as with special tokens. A protein of one chain is read as by the model itself.

    Parameters
    ----------
    model
        The model that reads chains and linkers.
    linker
        Glycines between two chains; 0 writes chains one after the other.
    most_chains
        Chains of an input that ``info.max_residues`` leaves room for.
    position_gap
        Positions that are left out before each further chain, beside its linker, by a model that has learned each
        position by itself (BERT, ALBERT).

    Raises
    ------
    OptionError
        If the linker or the gap is negative, there is no chain, or they leave no room.
    ModelError
        If layers of the model attend within a window: how far that reaches depends on the linkers between. If there is
        a gap, and the model takes no positions.

    Examples
    --------
    >>> model = protlens.LinkedModel(protlens.load_model("mini-bert"))
    >>> dimer = protlens.Protein(id="two", sequence="MKTAYIMKTAYI", chain_starts=(6,))
    >>> batch = model.encode([dimer])
    >>> batch.lengths, model.info.max_residues
    ((12,), 485)
    """

    def __init__(
        self, model: AttentionModel, *, linker: int = LINKER, most_chains: int = 2, position_gap: int = 0
    ) -> None:
        if min(linker, position_gap) < 0 or most_chains < 1:
            asked, allowed = f"linkers of {linker} between {most_chains} chains", "0 or more, between 1 or more"
            raise OptionError(explain(asked, found=f"a gap of {position_gap}", allowed=allowed))
        if position_gap and not (isinstance(model, EncoderModel) and model.takes_positions):
            found, hint = "it takes no positions, or has not learned each by itself", "take a linker"
            raise ModelError(explain(f"position gap for {model.info.name!r}", found=found, hint=hint))
        longest = model.info.max_residues
        room = None if longest is None else longest - (linker + position_gap) * (most_chains - 1)
        if room is not None and room < 1:
            found = f"no room in an input of {longest} residues"
            raise OptionError(explain(f"linkers of {linker} between {most_chains} chains", found=found))
        if linker and any(limit not in (None, 0) for one in reach_by_layer(model) for limit in (one.back, one.ahead)):
            found = "layers that attend within a window"
            raise ModelError(explain(f"linkers for {model.info.name!r}", found=found, hint="take a linker of 0"))
        super().__init__(model, info=replace(model.info, max_residues=room))
        self.linker = linker
        self.position_gap = position_gap

    @property
    def reads(self) -> str:
        """The track of a protein that it reads beside sequence and chains, or an empty text."""
        return super().reads or ""

    def encode(self, sequences: str | Sequence[str | Protein]) -> LinkedBatch:
        """Write proteins, or a single sequence, as tokens on the model's device, with linkers between chains.

        Parameters
        ----------
        sequences
            Letters, which are one chain each, or proteins.

        Raises
        ------
        ModelError
            If one is longer, with its linkers, than the model's input.
        """
        given = [sequences] if isinstance(sequences, str) else sequences
        places = [_places(one, self.linker) for one in given]
        longest = self.inner.info.max_residues
        for one in given:
            last = _places(one, self.linker + self.position_gap)[-1:].sum()
            if longest is not None and last >= longest:
                found = f"{len(one)} residues, {last + 1} with linkers and gaps"
                hint = "cut them, or take a shorter linker or a model that reads longer chains"
                asked = f"chains for model {self.inner.info.name!r}"
                raise ModelError(explain(asked, found=found, allowed=f"up to {longest}", hint=hint))
        linked = [self._written(one, where) for one, where in zip(given, places, strict=True)]
        batch = encode_proteins(self.inner, linked)
        kept = tuple(torch.from_numpy(where).to(batch.tokens.device) for where in places)
        return LinkedBatch(
            batch.tokens, batch.mask, tuple(map(len, given)), self._positions(batch, given, places), kept
        )

    def attend(self, batch: Batch, visit: Visitor) -> None:
        """Run the model once and call ``visit`` for each layer in order, with one block of a layer alive at a time.

        Several sequences of which some have linkers are shown a whole layer at a time.
        """
        places, linked = _read(batch)
        if linked.lengths == batch.lengths:
            self.inner.attend(linked, visit)
        elif len(places) == 1:
            self.inner.attend(linked, _Cutting(visit, places[0]))
        else:
            self.inner.attend(linked, whole_layers(lambda layer, weights: visit(layer, _residues(weights, places), 0)))

    def hidden_states(self, batch: Batch, visit: StateVisitor) -> None:
        """Run the model once and call ``visit`` with the states of residues, input embeddings first.

        Raises
        ------
        ModelError
            If the model shows no hidden states.
        """
        if not isinstance(self.inner, EmbeddingModel):
            raise ModelError(explain(f"model {self.inner.info.name!r}", found="it shows no hidden states"))
        places, linked = _read(batch)

        def show(layer: int, states: LayerStates) -> None:
            kept = [one[where] for one, where in zip(states, places, strict=True)]
            visit(layer, torch.nn.utils.rnn.pad_sequence(kept, batch_first=True))

        self.inner.hidden_states(linked, show)

    def _positions(
        self, batch: Batch, given: Sequence[str | Protein], places: Sequence[Int64[np.ndarray, " residue"]]
    ) -> Int64[Tensor, "batch token"] | None:
        """Return the position of each token, None if all stand one after the other."""
        if not self.position_gap:
            return None
        assert isinstance(self.inner, EncoderModel)
        before, _ = self.inner.special_tokens
        positions = torch.arange(batch.tokens.shape[1], device=batch.tokens.device).repeat(len(given), 1)
        for row, one, where in zip(positions, given, places, strict=True):
            for start in () if isinstance(one, str) else one.chain_starts:
                row[before + int(where[start]) :] += self.position_gap
        return positions.masked_fill(~batch.mask, 0)

    def _written(self, protein: str | Protein, places: Int64[np.ndarray, " residue"]) -> str | Protein:
        """Return a protein with linkers, and the track that the model reads, which says nothing of them."""
        if isinstance(protein, str) or not protein.chain_starts:
            return protein
        sequence = _spread(protein.sequence, places, _RESIDUE)
        tracks = {name: _spread(protein.tracks[name], places, UNKNOWN) for name in {self.reads} & {*protein.tracks}}
        return Protein(id=protein.id, sequence=sequence, tracks=tracks)


class _Cutting:
    """Hands on the blocks of one sequence without the rows and columns of its linkers."""

    def __init__(self, visit: Visitor, places: Int64[Tensor, " residue"]) -> None:
        self._visit = visit
        self._places = places

    def __call__(self, layer: int, weights: LayerAttention, first: int = 0, /) -> None:
        """Look at a block; one that holds nothing but a linker is not handed on."""
        start, stop = torch.searchsorted(
            self._places, self._places.new_tensor([first, first + weights.shape[2]])
        ).tolist()
        if start < stop:
            rows = self._places[start:stop] - first
            self._visit(layer, weights[:, :, rows[:, None], self._places], start)


def _places(protein: str | Protein, linker: int) -> Int64[np.ndarray, " residue"]:
    """Return the place of each residue among residues and linkers."""
    place = np.arange(len(protein))
    return place if isinstance(protein, str) else place + linker * protein.chain_numbers


def _spread(values: str, places: Int64[np.ndarray, " residue"], between: str) -> str:
    """Return a text with its characters at these places and something else between."""
    spread = [between] * (int(places[-1]) + 1)
    for value, place in zip(values, places.tolist(), strict=True):
        spread[place] = value
    return "".join(spread)


def _read(batch: Batch) -> tuple[tuple[Int64[Tensor, " residue"], ...], Batch]:
    assert isinstance(batch, LinkedBatch), "a batch of this model's own encode"
    return batch.places, batch.with_linkers()


def _residues(weights: LayerAttention, places: Sequence[Int64[Tensor, " residue"]]) -> LayerAttention:
    """Return a layer without the rows and columns of linkers, those of each sequence, padded with zero."""
    longest = max(map(len, places))
    kept = weights.new_zeros((*weights.shape[:2], longest, longest))
    for into, one, where in zip(kept, weights, places, strict=True):
        into[:, : len(where), : len(where)] = one[:, where[:, None], where]
    return kept
