"""How a checkpoint's own tokenizer writes residues, found by trying it.

One text with every pair of amino acids is written in each of a few forms. The first form in which each residue is one
token, and always the same one, is how the model reads proteins; what stands around are the special tokens.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import numpy as np

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import ModelError, explain
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.checkpoint.vocabulary import around, check_vocabulary_file, mask_of, read_tokenizer, reading

_EVERY_PAIR = "".join(map("".join, product(AMINO_ACIDS, AMINO_ACIDS)))
_UNLIMITED = 1_000_000
"""From here on a tokenizer's longest input means that it has none."""


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to give a sequence to a tokenizer: as it is, with spaces, or as a list of words; in capitals or not."""

    between: str | None
    case: Callable[[str], str]

    @property
    def words(self) -> str:
        """How it is called."""
        lower = "in lower case" if self.case is str.lower else ""
        spaced = "as words of their own" if self.between is None else "with spaces between" if self.between else ""
        return ", ".join(filter(None, (lower, spaced))) or "as they are"

    def write(self, sequence: str) -> str | list[str]:
        letters = list(self.case(sequence))
        return letters if self.between is None else self.between.join(letters)


_FORMS = tuple(_Form(between, case) for case in (str.upper, str.lower) for between in ("", " ", None))


def codes_of(folder: Path, *, padding: Any) -> Codes:
    """Return the token ids by which a checkpoint's tokenizer writes sequences.

    Parameters
    ----------
    folder
        The checkpoint.
    padding
        What its configuration says fills up a batch, if that is a token id.

    Raises
    ------
    ModelError
        If there is no tokenizer that can be read, a residue is not one token of its own, or there is no token for
        what it does not know.
    """
    tokenizer = read_tokenizer(folder, as_written=True)
    with reading(folder):
        for form in _FORMS:
            if (letters := _letters(tokenizer, form)) is not None:
                before, after = around(tokenizer, form.write(_EVERY_PAIR))
                ids = _array(letters, tokenizer, folder)
                padding = _padding(padding, tokenizer)
                return Codes(ids, before, after, padding, tokenizer.unk_token_id, form.words, mask_of(tokenizer))
        whole = len(_ids(tokenizer, _EVERY_PAIR)) < len(_EVERY_PAIR)
    check_vocabulary_file(folder)
    raise ModelError(
        explain(
            f"model folder {folder}",
            found="a vocabulary with tokens of several residues" if whole else "a vocabulary without the amino acids",
            allowed="a protein model with one token an amino acid",
        )
    )


def longest_input(config: Any, folder: Path) -> int | None:
    """Return how many tokens an input may have by a configuration, else by the tokenizer; None if nothing says so."""
    positions = getattr(config, "max_position_embeddings", None) or read_tokenizer(folder).model_max_length
    return int(positions) if isinstance(positions, int) and 0 < positions < _UNLIMITED else None


def _ids(tokenizer: Any, text: str | list[str]) -> list[int]:
    words = isinstance(text, list)
    ids: list[int] = tokenizer(text, add_special_tokens=False, is_split_into_words=words)["input_ids"]
    return ids


def _letters(tokenizer: Any, form: _Form) -> Mapping[str, int] | None:
    """Return the ids of the amino acids if each is one token, the same beside every other."""
    ids = _ids(tokenizer, form.write(_EVERY_PAIR))
    letters = dict(zip(_EVERY_PAIR, ids, strict=False))
    single = len(ids) == len(_EVERY_PAIR) and ids == [letters[letter] for letter in _EVERY_PAIR]
    different = len(set(ids)) == len(AMINO_ACIDS) and tokenizer.unk_token_id not in ids
    if not single or not different or (form.between != " " and _joins(tokenizer)):
        return None
    rare = {letter: _between(tokenizer, form, letter) for letter in ascii_uppercase if letter not in letters}
    return letters | {letter: code for letter, code in rare.items() if code is not None}


def _joins(tokenizer: Any) -> bool:
    """Whether some token stands for several residues, which no text of pairs needs to show."""
    special = {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()}
    return any(
        len(token) > 1 and set(token) <= set(AMINO_ACIDS) for token in tokenizer.get_vocab() if token not in special
    )


def _between(tokenizer: Any, form: _Form, letter: str) -> int | None:
    ids = _ids(tokenizer, form.write(f"A{letter}A"))
    return ids[1] if len(ids) == 3 and ids[1] not in (tokenizer.unk_token_id, ids[0]) else None


def _array(letters: Mapping[str, int], tokenizer: Any, folder: Path) -> np.ndarray:
    unknown = tokenizer.unk_token_id if tokenizer.unk_token_id is not None else letters.get("X")
    if unknown is None:
        raise ModelError(explain(f"model folder {folder}", found="a vocabulary without a token for the unknown, or X"))
    return np.array([letters.get(letter, unknown) for letter in ascii_uppercase], np.int64)


def _padding(configured: Any, tokenizer: Any) -> int:
    candidates: Sequence[Any] = (configured, tokenizer.pad_token_id, tokenizer.eos_token_id, 0)
    return next(code for code in candidates if isinstance(code, int) and code >= 0)
