"""How well a masked language model tells the residues that are hidden from it.

The loss of a residue is minus the logarithm of the probability of its amino acid among the twenty, in nats.
"""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import torch
from jaxtyping import Bool, Float64

from protlens.attention.batches import length_batches
from protlens.data.protein import AMINO_ACIDS
from protlens.models.masked_lm import MaskedLanguageModel

BATCH_TOKENS = 2048
"""Residues that are run at a time, padding included."""


def mask_places(sequence: str, *, share: float, passes: int, seed: int) -> Bool[np.ndarray, "pass residue"]:
    """Return which residues of a protein are masked in each pass, no residue in two of them.

    They are drawn at random among the twenty amino acids; other letters are left as they are. The draw depends on the
    sequence and the seed alone.

    Parameters
    ----------
    sequence
        The residues as the model reads them.
    share
        The share that is masked in a pass, at least one residue.
    passes
        How often; fewer where all residues have been masked.
    seed
        Random seed of the draw.
    """
    known = np.flatnonzero([letter in AMINO_ACIDS for letter in sequence])
    drawn = np.random.default_rng([seed, *sha256(sequence.encode()).digest()[:8]]).permutation(known)
    at_a_time = max(1, round(share * len(known)))
    needed = min(passes, -(-len(known) // at_a_time))
    places = np.zeros((needed, len(sequence)), np.bool_)
    for number, row in enumerate(places):
        row[drawn[number * at_a_time : (number + 1) * at_a_time]] = True
    return places


def masked_losses(
    model: MaskedLanguageModel,
    sequences: Sequence[str],
    places: Sequence[Bool[np.ndarray, "_pass _residue"]],
    *,
    batch_tokens: int = BATCH_TOKENS,
) -> Float64[np.ndarray, " protein"]:
    """Return the mean loss over the masked residues of each protein, NaN where there is none.

    Parameters
    ----------
    model
        The model with its head.
    sequences, places
        The proteins, and what is masked of each, see :func:`mask_places`.
    batch_tokens
        The most residues to run at a time.

    Raises
    ------
    ModelError
        If the model has no token for a masked residue.
    """
    runs = [(number, row) for number, rows in enumerate(places) for row in rows]
    sums, counts = np.zeros(len(sequences)), np.array([rows.sum() for rows in places], np.float64)
    for chosen in length_batches([len(row) for _, row in runs], batch_tokens):
        batch = model.encoder.encode([sequences[runs[one][0]] for one in chosen])
        hidden = torch.zeros((len(chosen), max(batch.lengths)), dtype=torch.bool)
        for line, one in zip(hidden, chosen, strict=True):
            line[: len(runs[one][1])] = torch.from_numpy(runs[one][1])
        chances = model.logits(model.masked(batch, hidden)).double().log_softmax(-1).cpu()
        for line, one in enumerate(chosen):
            number, row = runs[one]
            at = np.flatnonzero(row)
            letters = [AMINO_ACIDS.index(sequences[number][place]) for place in at]
            sums[number] -= float(chances[line, at, letters].sum())
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
