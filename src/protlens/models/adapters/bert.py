"""BERT: ProtBert, ProtBert-BFD and any protein BERT in the Hugging Face layout."""

from pathlib import Path

from transformers import BertConfig, BertForMaskedLM, BertModel

from protlens.errors import ModelError
from protlens.models.adapters.family import ModelFamily
from protlens.models.checkpoint.spelling import codes_of
from protlens.models.checkpoint.token_ids import PROT_TRANS_RARE, Codes
from protlens.models.checkpoint.vocabulary import from_tokenizer


def _codes(folder: Path) -> Codes:
    """Write sequences as the ProtTrans models do, or as the tokenizer itself does where its tokens are others."""
    try:
        return from_tokenizer(folder, before=("cls",), after=("sep",), rare=PROT_TRANS_RARE)
    except ModelError as error:
        try:
            return codes_of(folder, padding=None)
        except ModelError:
            raise error from error.__cause__


def max_residues(config: BertConfig) -> int:
    """Return the positions that are left beside the two special tokens."""
    return int(config.max_position_embeddings) - 2


BERT = ModelFamily(
    name="bert",
    model_class=BertModel,
    config=BertConfig.from_dict,
    codes=_codes,
    max_residues=max_residues,
    layer_names=("encoder.layer.",),
    options={"add_pooling_layer": False},
    positions=True,
    masked_lm_class=BertForMaskedLM,
    tested=True,
)
