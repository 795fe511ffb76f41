"""A chain with one residue substituted, and what that changes in a model's answers."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import ModelError, explain
from protlens.jacobians.jacobian_options import JacobianKind
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import EmbeddingModel, LayerStates

Answers: TypeAlias = Callable[[Sequence[str]], Float[Tensor, "sequence residue channel"]]
"""From sequences of one length to what a model says about each residue: twenty logits less their mean, as only their
differences mean something, or its states."""

ORDER = "LWDHCPGKTYNAQFERSVMI"
"""In which order amino acids are tried where not all are: leucine, the most frequent, and then always the one that is
least like those before by BLOSUM62, so that a few are spread over what residues are like."""


class Substitutes:
    """A chain and its variants that differ in one residue.

    All have the length of the chain, so that no batch is padded.

    Parameters
    ----------
    sequence
        The chain.
    tried
        How many substitutes of each residue are tried: the first in :data:`ORDER` that it is not.
    answers
        What the model says.
    at_once
        How many sequences are run at a time.
    """

    def __init__(self, sequence: str, tried: int, *, answers: Answers, at_once: int) -> None:
        self.sequence = sequence
        self._tried = tried
        self._answers = answers
        self._at_once = at_once

    @property
    def are_all(self) -> bool:
        """Whether each residue is substituted by all amino acids that it is not."""
        return self._tried >= max(len(ORDER) - (residue in ORDER) for residue in self.sequence)

    def changes(self, positions: range) -> Iterator[tuple[list[int], list[int], Float[Tensor, "run residue channel"]]]:
        """Run the variants of some positions, and show what is not as in the chain itself.

        Yields
        ------
        tuple
            Of each run, which of the positions was substituted, counted from the first of them, and by which amino
            acid, its place in ``AMINO_ACIDS``; and the answers less those for the chain.
        """
        runs = [(position, letter) for position in positions for letter in self._letters(position)]
        for start in range(0, len(runs), self._at_once):
            some = runs[start : start + self._at_once]
            variants = [self.sequence[:place] + letter + self.sequence[place + 1 :] for place, letter in some]
            rows = [place - positions.start for place, _ in some]
            letters = [AMINO_ACIDS.index(letter) for _, letter in some]
            yield rows, letters, self._answers(variants) - self._unchanged

    @cached_property
    def _unchanged(self) -> Float[Tensor, "residue channel"]:
        return self._answers([self.sequence])[0]

    def _letters(self, position: int) -> list[str]:
        return [letter for letter in ORDER if letter != self.sequence[position]][: self._tried]


def answers_of(model: MaskedLanguageModel | EmbeddingModel, kind: JacobianKind) -> Answers:
    """Return what a model is asked for.

    Raises
    ------
    ModelError
        If it has no masked-language-model head, or shows no hidden states, and is asked for that.
    """
    if kind == "categorical":
        if isinstance(model, MaskedLanguageModel):
            return lambda sequences: _logits(model, sequences)
        hint = "load it with load_masked_lm, or take the kind 'states'"
        raise ModelError(
            explain("categorical Jacobian", found="a model without its masked-language-model head", hint=hint)
        )
    encoder = model.encoder if isinstance(model, MaskedLanguageModel) else model
    if not isinstance(encoder, EmbeddingModel):
        raise ModelError(explain("Jacobian of states", found=f"{encoder.info.name!r} shows no hidden states"))
    return lambda sequences: _last_states(encoder, sequences)


def _logits(model: MaskedLanguageModel, sequences: Sequence[str]) -> Float[Tensor, "sequence residue 20"]:
    logits = model.logits(model.encoder.encode(sequences))
    return logits - logits.mean(-1, keepdim=True)


@torch.inference_mode()
def _last_states(model: EmbeddingModel, sequences: Sequence[str]) -> LayerStates:
    last: dict[str, LayerStates] = {}

    def keep(_: int, states: LayerStates) -> None:
        last["states"] = states

    model.hidden_states(model.encode(sequences), keep)
    return last["states"]
