"""T5 encoders: ProtT5, ProstT5, IgT5, Ankh. The decoder is neither loaded nor run; one special token stands at the end.

ProstT5 was trained on amino acids and on structural states, and told by a token before the sequence which are to come:
its own for amino acids is written where the checkpoint has it. Ankh has no sentencepiece file; its own tokenizer says
how it writes residues.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from transformers import T5Config, T5EncoderModel

from protlens.models.adapters.family import ModelFamily
from protlens.models.checkpoint.spelling import codes_of
from protlens.models.checkpoint.token_ids import PROT_TRANS_RARE, Codes
from protlens.models.checkpoint.vocabulary import PIECES, from_pieces

_NAMES = {"eos": "</s>", "pad": "<pad>"}
_AMINO_ACIDS_FOLLOW = "<AA2fold>"
_LARGEST = 1 << 24


def _codes(folder: Path) -> Codes:
    if (folder / PIECES).is_file():
        codes = from_pieces(folder, _NAMES, after=("eos",), rare=PROT_TRANS_RARE)
    else:
        codes = codes_of(folder, padding=None)
    told = _added_tokens(folder).get(_AMINO_ACIDS_FOLLOW)
    return codes if told is None else replace(codes, before=(told,))


def _added_tokens(folder: Path) -> dict[str, int]:
    """Return the tokens that stand beside the vocabulary, as either of two files says."""
    beside, listed = _read(folder / "added_tokens.json"), _read(folder / "tokenizer.json").get("added_tokens")
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    named = {one.get("content"): one.get("id") for one in entries}
    return {token: code for token, code in (named | beside).items() if isinstance(code, int)}


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes()) if file.stat().st_size <= _LARGEST else None
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


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
