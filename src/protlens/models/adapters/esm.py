"""ESM-1b and ESM-2 in the Hugging Face layout. Letters are written as they are, U, Z, O and B included.

ESM-1b has learned positions and cannot read beyond them. ESM-2's are rotary and would go on, but it was trained on
crops of the same 1022 residues: what its heads do beyond that is untested, so the limit holds for both.
"""

from pathlib import Path

from transformers import EsmConfig, EsmForMaskedLM, EsmModel

from protlens.models.adapters.family import ModelFamily
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.checkpoint.vocabulary import from_tokenizer


def _codes(folder: Path) -> Codes:
    return from_tokenizer(folder, before=("cls",), after=("eos",), rare={})


def _max_residues(config: EsmConfig) -> int:
    first_position = int(config.pad_token_id) + 1
    return int(config.max_position_embeddings) - first_position - 2


ESM = ModelFamily(
    name="esm",
    model_class=EsmModel,
    config=EsmConfig.from_dict,
    codes=_codes,
    max_residues=_max_residues,
    layer_names=("encoder.layer.",),
    options={"add_pooling_layer": False},
    masked_lm_class=EsmForMaskedLM,
    tested=True,
)
