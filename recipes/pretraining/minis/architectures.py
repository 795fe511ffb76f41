"""The four architectures as plain models of transformers, small."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import (
    AlbertConfig,
    AlbertForMaskedLM,
    BertConfig,
    BertForMaskedLM,
    EsmConfig,
    EsmForMaskedLM,
    PreTrainedModel,
    XLNetConfig,
    XLNetLMHeadModel,
)

from minis import vocabularies
from minis.objectives import Objective, mask_residues, permute_residues
from minis.vocabularies import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The size of a model.

    Parameters
    ----------
    layers, heads, width
        Layers (for ALBERT: iterations), heads of each, channels of the hidden states.
    positions
        The longest input in tokens; XLNet has no such limit.
    spread
        The standard deviation of the weights at the beginning.
    """

    layers: int
    heads: int
    width: int
    positions: int = 512
    spread: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """How a family is built and trained.

    Parameters
    ----------
    build
        Makes a model of a shape, with random weights.
    objective
        What it is trained on.
    vocabulary
        Its tokens.
    layers
        Where the layers are, as a path of names; each is compiled by itself, which takes one compilation for all.
    limited
        Whether protlens reads no more than ``positions`` tokens.
    """

    build: Callable[[Shape, Vocabulary], PreTrainedModel]
    objective: Objective
    vocabulary: Vocabulary
    layers: str
    limited: bool

    def compile(self, model: PreTrainedModel) -> None:
        """Compile the layers of a model in place."""
        for layer in model.get_submodule(self.layers).children():
            layer.compile(dynamic=False)

    def save_tokenizer(self, folder: Path, shape: Shape) -> None:
        """Write the tokenizer's files."""
        self.vocabulary.save(self.vocabulary.special, folder, shape.positions if self.limited else None)


def _bert(shape: Shape, vocabulary: Vocabulary) -> PreTrainedModel:
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=4 * shape.width,
        max_position_embeddings=shape.positions,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=shape.spread,
        pad_token_id=0,
    )
    model = BertForMaskedLM(config)
    _set_waves(model.bert.embeddings.position_embeddings)
    return model


def _albert(shape: Shape, vocabulary: Vocabulary) -> PreTrainedModel:
    config = AlbertConfig(
        vocab_size=len(vocabulary),
        embedding_size=min(128, shape.width),
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=4 * shape.width,
        max_position_embeddings=shape.positions,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        classifier_dropout_prob=0.0,
        initializer_range=shape.spread,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=3,
    )
    model = AlbertForMaskedLM(config)
    _set_waves(model.albert.embeddings.position_embeddings)
    return model


def _xlnet(shape: Shape, vocabulary: Vocabulary) -> PreTrainedModel:
    config = XLNetConfig(
        vocab_size=len(vocabulary),
        d_model=shape.width,
        n_layer=shape.layers,
        n_head=shape.heads,
        d_inner=4 * shape.width,
        ff_activation="gelu",
        attn_type="bi",
        bi_data=False,
        clamp_len=-1,
        mem_len=None,
        use_mems_eval=False,
        use_mems_train=False,
        dropout=0.0,
        initializer_range=shape.spread,
        pad_token_id=vocabulary.id("<pad>"),
        bos_token_id=1,
        eos_token_id=2,
    )
    model = XLNetLMHeadModel(config)
    _share_positions(model)
    _slice_shifts(model)
    return model


def _esm(shape: Shape, vocabulary: Vocabulary) -> PreTrainedModel:
    """Return ESM-2 in small; its rotary positions have no table, its limit counts from the id of padding on."""
    pad = vocabulary.id("<pad>")
    config = EsmConfig(
        vocab_size=len(vocabulary),
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=4 * shape.width,
        max_position_embeddings=shape.positions + pad + 1,
        position_embedding_type="rotary",
        token_dropout=True,
        emb_layer_norm_before=False,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        layer_norm_eps=1e-5,
        initializer_range=shape.spread,
        mask_token_id=vocabulary.id(vocabulary.mask),
        pad_token_id=pad,
    )
    return EsmForMaskedLM(config)


def _slice_shifts(model: XLNetLMHeadModel) -> None:
    """Shift relative positions by a slice, whose gradient is a copy; transformers gathers, which scatters it."""

    def shift(scores: Tensor, klen: int) -> Tensor:
        rows, heads, queries, distances = scores.shape
        shifted = scores.reshape(rows, heads, distances, queries)[:, :, 1:]
        return shifted.reshape(rows, heads, queries, distances - 1)[..., :klen]

    for layer in model.transformer.layer:
        layer.rel_attn.rel_shift_bnij = shift


def _share_positions(model: XLNetLMHeadModel) -> None:
    """Encode relative positions once for all rows, which are as long as each other, not once a row."""
    encode = model.transformer.relative_positional_encoding
    model.transformer.relative_positional_encoding = lambda qlen, klen, bsz, device: encode(qlen, klen, device=device)


@torch.no_grad()
def _set_waves(table: nn.Embedding) -> None:
    """Begin with sinusoids, at the spread of the other embeddings, so that heads soon tell distances apart.

    Their wavelengths go from 2 pi residues to the length of the table.
    """
    positions, width = table.weight.shape
    table.weight.copy_(_waves(positions, width) * math.sqrt(2) * table.weight.std())


def _waves(positions: int, width: int) -> Tensor:
    rates = (math.tau / positions) ** (torch.arange(0, width, 2) / width)
    angles = torch.arange(positions)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


ARCHITECTURES = {
    "bert": Architecture(
        build=_bert,
        objective=mask_residues,
        vocabulary=vocabularies.BERT,
        layers="bert.encoder.layer",
        limited=True,
    ),
    "albert": Architecture(
        build=_albert,
        objective=mask_residues,
        vocabulary=vocabularies.ALBERT,
        layers="albert.encoder.albert_layer_groups",
        limited=True,
    ),
    "xlnet": Architecture(
        build=_xlnet,
        objective=permute_residues,
        vocabulary=vocabularies.XLNET,
        layers="transformer.layer",
        limited=False,
    ),
    "esm": Architecture(
        build=_esm,
        objective=mask_residues,
        vocabulary=vocabularies.ESM,
        layers="esm.encoder.layer",
        limited=True,
    ),
}
"""Architectures by the ``model_type`` of their configuration."""
