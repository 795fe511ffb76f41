"""ALBERT: ProtAlbert. Its layers are iterations of one set of weights."""

from pathlib import Path

from transformers import AlbertConfig, AlbertForMaskedLM, AlbertModel

from protlens.models.adapters.family import ModelFamily
from protlens.models.checkpoint.token_ids import PROT_TRANS_RARE, Codes
from protlens.models.checkpoint.vocabulary import from_pieces

_NAMES = {"cls": "[CLS]", "sep": "[SEP]", "pad": "<pad>"}


def _codes(folder: Path) -> Codes:
    return from_pieces(folder, _NAMES, before=("cls",), after=("sep",), rare=PROT_TRANS_RARE)


def _max_residues(config: AlbertConfig) -> int:
    return int(config.max_position_embeddings) - 2


ALBERT = ModelFamily(
    name="albert",
    model_class=AlbertModel,
    config=AlbertConfig.from_dict,
    codes=_codes,
    max_residues=_max_residues,
    layer_names=("encoder.albert_layer_groups.",),
    options={"add_pooling_layer": False},
    positions=True,
    masked_lm_class=AlbertForMaskedLM,
    tested=True,
)
