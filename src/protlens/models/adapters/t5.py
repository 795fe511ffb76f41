"""T5 encoders: ProtT5. The decoder is neither loaded nor run; one special token stands at the end."""

from pathlib import Path

from transformers import T5Config, T5EncoderModel

from protlens.models.adapters.family import ModelFamily
from protlens.models.checkpoint.token_ids import PROT_TRANS_RARE, Codes
from protlens.models.checkpoint.vocabulary import from_pieces

_NAMES = {"eos": "</s>", "pad": "<pad>"}


def _codes(folder: Path) -> Codes:
    return from_pieces(folder, _NAMES, after=("eos",), rare=PROT_TRANS_RARE)


def _max_residues(_: T5Config) -> None:
    return None


T5 = ModelFamily(
    name="t5",
    model_class=T5EncoderModel,
    config=T5Config.from_dict,
    codes=_codes,
    max_residues=_max_residues,
    layer_names=("encoder.block.",),
    tested=True,
)
