"""TAPE's BERT, read from its own two files without the tape package.

The architecture and the names of its tensors are BERT's: layer norm with the epsilon under the root, the exact GELU,
learned positions, segment zero throughout. Its ``config.json`` names no architecture and its vocabulary is fixed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import BertConfig, BertModel

from protlens.errors import ModelError, explain
from protlens.models.adapters.bert import max_residues
from protlens.models.adapters.family import ModelFamily
from protlens.models.checkpoint.token_ids import Codes, letter_ids

_VOCABULARY = ("<pad>", "<mask>", "<cls>", "<sep>", "<unk>", *"ABCDEFGHIKLMNOPQRSTUVWXYZ")
_IDS = {token: number for number, token in enumerate(_VOCABULARY)}
_NEEDED = (
    "hidden_size",
    "intermediate_size",
    "max_position_embeddings",
    "num_attention_heads",
    "num_hidden_layers",
    "type_vocab_size",
    "vocab_size",
)
_SHARED = (*_NEEDED, "hidden_act", "layer_norm_eps")


def is_tape(content: Mapping[str, Any]) -> bool:
    """Whether the content of a ``config.json`` is TAPE's: BERT's keys, thirty tokens, and no architecture named."""
    named = "model_type" in content or "architectures" in content
    return not named and all(key in content for key in _NEEDED) and content["vocab_size"] == len(_VOCABULARY)


def _config(content: Mapping[str, Any]) -> BertConfig:
    if content.get("pruned_heads"):
        raise ModelError(explain("TAPE model", found="heads have been pruned", allowed="a checkpoint with all heads"))
    return BertConfig(**{key: content[key] for key in _SHARED if key in content}, pad_token_id=_IDS["<pad>"])


def _codes(folder: Path) -> Codes:
    unknown = _IDS["<unk>"]
    letters = letter_ids(lambda text: [_IDS.get(text, unknown)], unknown=unknown, rare={}, source=folder)
    return Codes(letters, (_IDS["<cls>"],), (_IDS["<sep>"],), _IDS["<pad>"], unknown)


TAPE = ModelFamily(
    name="tape",
    model_class=BertModel,
    config=_config,
    codes=_codes,
    max_residues=max_residues,
    layer_names=("encoder.layer.",),
    options={"add_pooling_layer": False},
    positions=True,
    tested=True,
)
