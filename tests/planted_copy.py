"""A small BERT with set weights, two heads of which carry the residues of a repeat to where they come again."""

import math
from pathlib import Path

import numpy as np
import torch
import transformers

from protlens.data.dataset import Dataset
from protlens.data.protein import AMINO_ACIDS, Protein
from tiny_models import PROT_BERT_VOCABULARY

LAYERS, HEADS, WIDTH = 2, 4, 32
PERIOD = 5
"""Residues of a repeat."""

CARRIERS = {(0, 1): -PERIOD, (1, 2): PERIOD}
"""Zero-based layer and head of those that carry, and from how far along the chain."""

_TOKENS, _CODE, _COPY = slice(0, 30), slice(30, 62), slice(62, 92)
"""Channels: which token it is, where it stands, and what was carried to it."""

_FREQUENCIES = [2 * math.pi * times / 64 for times in (1, 3, 7, 11, 15, 19, 23, 27)]


def copying_model_folder(path: Path) -> Path:
    """Write the checkpoint.

    Tokens and places are codes of one length and one sum each, so that the norms scale all residues alike. A carrier's
    queries are the code of the place it looks at, its keys that of their own place. Feed-forward layers add nothing;
    what was carried is the prediction. The other heads have small random weights.
    """
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=30,
        hidden_size=HEADS * WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=8,
        max_position_embeddings=66,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        tie_word_embeddings=False,
    )
    model = transformers.BertForMaskedLM(config)
    with torch.no_grad():
        for name, values in model.named_parameters():
            values.fill_(1.0 if name.endswith("LayerNorm.weight") else 0.0)
        embeddings = model.bert.embeddings
        embeddings.word_embeddings.weight[:, _TOKENS] = torch.eye(30)
        embeddings.position_embeddings.weight[:, _CODE] = _codes(torch.arange(66.0))
        for number, layer in enumerate(model.bert.encoder.layer):
            _set_heads(layer.attention, number)
        transform, decoder = model.cls.predictions.transform.dense, model.cls.predictions.decoder
        transform.weight[_TOKENS, _COPY] = torch.eye(30)
        decoder.weight[:, _TOKENS] = torch.eye(30)
    path.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(path)
    (path / "vocab.txt").write_text("\n".join([*PROT_BERT_VOCABULARY]) + "\n")
    (path / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    return path


def copying_proteins(count: int, *, clusters: int | None = None) -> Dataset:
    """Return proteins of one repeat each, without structures."""
    rng = np.random.default_rng(3)
    proteins = []
    for number in range(count):
        letters = "".join(rng.choice(list(AMINO_ACIDS), PERIOD, replace=False))
        sequence = (letters * 12)[: 40 + number % 7]
        proteins.append(Protein(id=f"r{number}", sequence=sequence, cluster=f"c{number % (clusters or count)}"))
    return Dataset("repeats", proteins)


def _set_heads(attention: torch.nn.Module, layer: int) -> None:
    own = attention.self
    for head in range(HEADS):
        at = slice(head * WIDTH, (head + 1) * WIDTH)
        if (layer, head) not in CARRIERS:
            for part in (own.query, own.key, own.value):
                part.weight[at] = 0.05 * torch.randn(WIDTH, HEADS * WIDTH)
            attention.output.dense.weight[:, at] = 0.02 * torch.randn(HEADS * WIDTH, WIDTH)
            continue
        own.query.weight[at, _CODE] = 4 * _turn(CARRIERS[layer, head])
        own.key.weight[at, _CODE] = torch.eye(WIDTH)
        own.value.weight[at, _TOKENS] = torch.eye(WIDTH, 30)
        attention.output.dense.weight[_COPY, at] = torch.eye(30, WIDTH)


def _codes(places: torch.Tensor) -> torch.Tensor:
    """Return ``[place, 32]``: cosine and sine of each frequency, and both with the other sign."""
    angles = places[:, None] * torch.tensor(_FREQUENCIES)
    return torch.cat([angles.cos(), angles.sin(), -angles.cos(), -angles.sin()], -1)


def _turn(offset: int) -> torch.Tensor:
    """Return what takes the code of a place to that of the place so far along the chain."""
    cosine, sine = (torch.diag(values) for values in (_turned(offset).cos(), _turned(offset).sin()))
    block = torch.cat([torch.cat([cosine, -sine], 1), torch.cat([sine, cosine], 1)], 0)
    return torch.block_diag(block, block)


def _turned(offset: int) -> torch.Tensor:
    return offset * torch.tensor(_FREQUENCIES)
