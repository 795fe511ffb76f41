"""Random BERTs of a given shape, and proteins of a given length, for measuring."""

import json
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel

from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"LAGVESIKRDTPNQFYMHCWXUBZO"]
"""ProtBert's tokens."""


def write_bert(
    folder: Path,
    *,
    layers: int = 12,
    heads: int = 12,
    width: int = 768,
    spread: float = 0.02,
    positions: int = 2048,
) -> Path:
    """Write a random BERT; queries and keys are drawn with a standard deviation of ``spread``.

    With 0.02, the value that transformers draws with, attention is nearly even; with more it grows peaks, as trained
    models have them.
    """
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * width,
        max_position_embeddings=positions,
    )
    model = BertModel(config, add_pooling_layer=False)
    for name, values in model.named_parameters():
        if name.endswith(("query.weight", "key.weight")):
            torch.nn.init.normal_(values, std=spread)
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": False})
    )
    return folder


def plain_bert(folder: Path, *, attention: str = "sdpa", dtype: torch.dtype = torch.float32) -> BertModel:
    """Load the same weights as transformers runs them on its own."""
    model = BertModel.from_pretrained(folder, attn_implementation=attention, dtype=dtype, add_pooling_layer=False)
    return model.eval()


def lens_bert(folder: Path, *, dtype: str = "float32") -> EncoderModel:
    """Load the same weights as protlens runs them."""
    return load_model(folder, device="cpu", dtype=dtype)


def random_proteins(count: int, length: int) -> list[Protein]:
    """Return proteins with all labels: a random walk for a fold, random tracks."""
    rng = np.random.default_rng(length)
    return [_protein(rng, f"p{number}", length) for number in range(count)]


def _protein(rng: np.random.Generator, name: str, length: int) -> Protein:
    steps = rng.normal(size=(length, 3))
    points = np.cumsum(3.8 * steps / np.linalg.norm(steps, axis=1, keepdims=True), 0).astype(np.float32)
    binary = {track: _draw(rng, "0001", length) for track in ("binding_site", "modification")}
    tracks = {"dssp": _draw(rng, "HHHEEETSC", length), **binary}
    return Protein(id=name, sequence=_draw(rng, AMINO_ACIDS, length), tracks=tracks, ca=points, cb=points)


def _draw(rng: np.random.Generator, letters: str, length: int) -> str:
    return "".join(rng.choice(list(letters), length))
