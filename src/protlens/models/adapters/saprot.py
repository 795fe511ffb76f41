"""SaProt: ESM-2 with a vocabulary of pairs, an amino acid and its structural state (3Di).

What is not resolved has the state ``#``, as has every residue where the sequence alone is read; other letters than the
twenty are the amino acid ``#``.
"""

from dataclasses import replace
from pathlib import Path
from string import ascii_uppercase

import numpy as np

from protlens.data.protein import AMINO_ACIDS, STRUCTURAL_STATES
from protlens.errors import ModelError, explain
from protlens.models.adapters.esm import ESM
from protlens.models.checkpoint.token_ids import Codes, StateCodes
from protlens.models.checkpoint.vocabulary import read_tokenizer

TRACK = "3di"
_MASKED = "#"
_VOCABULARY = "vocab.txt"
_LARGEST = 1 << 20


def is_saprot(folder: Path) -> bool:
    """Whether the vocabulary of a checkpoint holds pairs of an amino acid and a state."""
    try:
        file = folder / _VOCABULARY
        tokens = file.read_text("utf-8").split() if file.stat().st_size <= _LARGEST else []
    except (OSError, UnicodeDecodeError):
        return False
    return {f"A{_MASKED}", "Ap"} <= set(tokens)


def _codes(folder: Path) -> Codes:
    tokenizer = read_tokenizer(folder)
    vocabulary = tokenizer.get_vocab()
    pairs = [
        [(letter if letter in AMINO_ACIDS else _MASKED) + state for state in STRUCTURAL_STATES + _MASKED]
        for letter in ascii_uppercase
    ]
    wanted = {pair for row in pairs for pair in row} | {"<cls>", "<eos>", "<pad>"}
    if lacking := sorted(wanted - set(vocabulary)):
        raise ModelError(explain(f"model folder {folder}", found=f"the vocabulary lacks the tokens {lacking[:5]}"))
    ids = np.array([[vocabulary[pair] for pair in row] for row in pairs], np.int64)
    before, after, padding = (vocabulary[token] for token in ("<cls>", "<eos>", "<pad>"))
    return StateCodes(
        letters=ids[:, -1],
        before=(before,),
        after=(after,),
        padding=padding,
        written="each with its state",
        states=ids,
        track=TRACK,
        symbols=STRUCTURAL_STATES,
    )


SAPROT = replace(ESM, name="saprot", codes=_codes)
