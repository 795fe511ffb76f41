"""What is hidden from a model and asked of it: masked residues, or residues in the order of a permutation."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch
from torch import Tensor

from minis.batches import Draw
from minis.sequences import UNKNOWN
from minis.vocabularies import Vocabulary

IGNORED = -100
"""The label of what is not asked."""

Task: TypeAlias = tuple[Mapping[str, Tensor], Tensor]
"""The arguments of the model, and the labels of its logits, ``int64 [row, prediction]``."""

Objective: TypeAlias = Callable[[Draw, Vocabulary], Task]
"""From a batch and the vocabulary to a task."""

MASKED, REPLACED, KEPT = 0.15, 0.1, 0.1
"""The share of residues that are asked; of these, the shares shown as any amino acid and as they are."""

PREDICTED, SPAN = 1 / 6, 3
"""The share of residues that a permutation model is asked, and the mean length of spans of them."""


def mask_residues(draw: Draw, vocabulary: Vocabulary) -> Task:
    """Hide 15 % of the residues as BERT does: 80 % masked, 10 % any amino acid, 10 % shown.

    A row's positions are those that it has in its sequence.
    """
    residues, generator = draw.residues, draw.generator
    device = residues.device
    chance, how = torch.rand((2, *residues.shape), device=device, generator=generator)
    asked = (chance < MASKED) & (residues != UNKNOWN)
    other = torch.randint(UNKNOWN, residues.shape, device=device, generator=generator)
    shown = torch.where(asked & (how < REPLACED), other, residues)
    tokens = vocabulary.write(shown)
    begin, end = len(vocabulary.before), tokens.shape[1] - len(vocabulary.after)
    tokens[:, begin:end].masked_fill_(asked & (how >= REPLACED + KEPT), vocabulary.id(vocabulary.mask))
    labels = torch.full_like(tokens, IGNORED)
    labels[:, begin:end] = torch.where(asked, residues + len(vocabulary.special), IGNORED)
    places = draw.begins[:, None] + torch.arange(tokens.shape[1], device=device)
    return {"input_ids": tokens, "position_ids": places}, labels


def permute_residues(draw: Draw, vocabulary: Vocabulary) -> Task:
    """Ask for spans of residues as XLNet does, each residue from all that are not asked and from those asked before it.

    The rows are cut into spans of geometrically distributed length, and whole spans are asked, drawn at random, until a
    sixth of the residues is; the order within that sixth is random again. ``perm_mask [row, query, key]`` is 1 where
    the query must not see the key, ``target_mapping [row, prediction, token]`` is 1 where the prediction stands.
    """
    residues, generator = draw.residues, draw.generator
    rows, length = residues.shape
    count = max(1, round(PREDICTED * length))
    spans = (torch.rand(residues.shape, device=residues.device, generator=generator) < 1 / SPAN).long().cumsum(dim=1)
    priority = torch.rand((rows, length + 1), device=residues.device, generator=generator).gather(1, spans)
    asked = priority.argsort(dim=1, stable=True)[:, :count]
    rank = torch.rand(asked.shape, device=residues.device, generator=generator).argsort(dim=1)
    tokens = vocabulary.write(residues)
    begin = len(vocabulary.before)
    order = torch.full_like(tokens, -1).scatter_(1, asked + begin, rank)
    hidden = (order[:, None, :] >= 0) & (order[:, :, None] <= order[:, None, :])
    mapping = torch.nn.functional.one_hot(asked + begin, tokens.shape[1])
    answers = residues.gather(1, asked)
    labels = torch.where(answers == UNKNOWN, IGNORED, answers + len(vocabulary.special))
    return {"input_ids": tokens, "perm_mask": hidden.float(), "target_mapping": mapping.float()}, labels
