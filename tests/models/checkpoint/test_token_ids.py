from pathlib import Path
from string import ascii_uppercase

import numpy as np
import pytest

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import ModelError
from protlens.models.checkpoint.token_ids import PROT_TRANS_RARE, Codes, letter_ids

CODES = Codes(np.arange(100, 126), before=(1, 2), after=(3,), padding=0)


def test_sequences_are_written_with_their_special_tokens_and_padded_at_the_end() -> None:
    batch = CODES.write(["ABZ", "C"])
    assert batch.tokens.tolist() == [[1, 2, 100, 101, 125, 3], [1, 2, 102, 3, 0, 0]]
    assert batch.mask.tolist() == [[True] * 6, [True] * 4 + [False] * 2]
    assert batch.lengths == (3, 1)


@pytest.mark.parametrize("odd", ["AC*", "ac", "A C", "Ä", "A-", "A\N{GREEK CAPITAL LETTER ALPHA}", "[", "@"])
def test_other_characters_are_refused(odd: str) -> None:
    with pytest.raises(ModelError, match=r"sequence 2 of the batch: characters .*allowed: A to Z"):
        CODES.write(["ACD", odd])


@pytest.mark.parametrize("none", [[], [""], ["AC", ""]])
def test_nothing_to_write_is_refused(none: list[str]) -> None:
    with pytest.raises(ModelError, match="empty"):
        CODES.write(none)


def _vocabulary(letters: str) -> dict[str, int]:
    return {letter: 10 + number for number, letter in enumerate(letters)}


def _ids(vocabulary: dict[str, int], rare: dict[str, str] | None = None) -> dict[str, int]:
    ids = letter_ids(lambda text: [vocabulary.get(text, 1)], unknown=1, rare=rare or {}, source=Path("here"))
    return dict(zip(ascii_uppercase, ids.tolist(), strict=True))


def test_letters_outside_the_vocabulary_become_the_unknown() -> None:
    ids = _ids(_vocabulary(AMINO_ACIDS + "X"))
    assert {letter for letter, code in ids.items() if code == 1} == set("BJOUZ")


def test_rare_letters_are_written_as_another() -> None:
    ids = _ids(_vocabulary(AMINO_ACIDS + "XU"), dict(PROT_TRANS_RARE))
    assert {letter for letter, code in ids.items() if code == ids["X"]} == set("BOUXZ")
    assert ids["J"] == 1


def test_a_vocabulary_without_amino_acids_is_refused() -> None:
    with pytest.raises(ModelError, match="the vocabulary lacks amino acids C W;"):
        _ids(_vocabulary("ADEFGHIKLMNPQRSTVY"))


def test_amino_acids_that_share_an_id_are_refused() -> None:
    with pytest.raises(ModelError, match="the vocabulary lacks amino acids I L;"):
        _ids({**_vocabulary(AMINO_ACIDS), "L": 7, "I": 7})


def test_a_letter_that_is_written_as_two_tokens_counts_as_lacking() -> None:
    with pytest.raises(ModelError, match="the vocabulary lacks amino acids"):
        letter_ids(lambda text: [5, ord(text)], unknown=1, rare={}, source=Path("here"))
