"""How a family writes residues as token ids: one id a letter, and the special tokens around them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

import numpy as np
import torch
from jaxtyping import Int64

from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.errors import ModelError, explain
from protlens.models.protocol import Batch

PROT_TRANS_RARE: Mapping[str, str] = dict.fromkeys("UZOB", "X")
"""Letters that the ProtTrans models were trained to see as X."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Token ids of a checkpoint.

    Parameters
    ----------
    letters
        The id of each letter from A to Z, ``int64 [26]``.
    before, after
        Ids of the special tokens around a sequence.
    padding
        The id that fills up a batch.
    unknown
        The id of letters that the vocabulary does not have, if it is known.
    written
        How the tokenizer is given residues, in words.
    masked
        The id that stands for a residue which is to be predicted, if the vocabulary has one.
    """

    letters: Int64[np.ndarray, " letter=26"]
    before: tuple[int, ...]
    after: tuple[int, ...]
    padding: int
    unknown: int | None = None
    written: str = "as they are"
    masked: int | None = None

    @property
    def specials(self) -> int:
        """How many special tokens stand around a sequence."""
        return len(self.before) + len(self.after)

    @property
    def highest(self) -> int:
        """The highest id that is written."""
        return max(*self.before, *self.after, self.padding, int(self.letters.max()))

    def write(self, given: Sequence[str | Protein]) -> Batch:
        """Write sequences, or those of proteins, as tokens on the CPU, padded at the end.

        Raises
        ------
        ModelError
            If there is no sequence, or one is empty or has a character that is not a capital letter.
        """
        sequences = [one if isinstance(one, str) else one.sequence for one in given]
        if not sequences or not all(sequences):
            raise ModelError(explain("writing sequences as tokens", found="no sequence, or an empty one"))
        longest = max(map(len, sequences)) + self.specials
        tokens = np.full((len(sequences), longest), self.padding, np.int64)
        mask = np.zeros(tokens.shape, np.bool_)
        for row, (one, ids, real) in enumerate(zip(given, tokens, mask, strict=True)):
            written = (*self.before, *self._ids(one, row), *self.after)
            ids[: len(written)] = written
            real[: len(written)] = True
        return Batch(torch.from_numpy(tokens), torch.from_numpy(mask), tuple(map(len, sequences)))

    def _ids(self, one: str | Protein, row: int) -> Int64[np.ndarray, " residue"]:
        return np.asarray(self.letters[_letters(one if isinstance(one, str) else one.sequence, row)])


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCodes(Codes):
    """Token ids of a checkpoint that reads a residue together with a state of its own.

    Parameters
    ----------
    states
        The id of each letter from A to Z in each state, ``int64 [26, state]``; the last state is the unknown.
    track, symbols
        The track of a protein that has the states, and what it calls each but the unknown.
    """

    states: Int64[np.ndarray, "letter=26 state"]
    track: str
    symbols: str

    @property
    def highest(self) -> int:
        """The highest id that is written."""
        return max(*self.before, *self.after, self.padding, int(self.states.max()))

    def of_sequence(self) -> Codes:
        """Return the token ids for sequences alone, with the state of each residue unknown."""
        written = "with a masked state"
        return Codes(self.states[:, -1], self.before, self.after, self.padding, self.unknown, written)

    def _ids(self, one: str | Protein, row: int) -> Int64[np.ndarray, " residue"]:
        if isinstance(one, str) or self.track not in one.tracks:
            raise ModelError(
                explain(
                    f"sequence {row + 1} of the batch" if isinstance(one, str) else f"protein {one.id}",
                    found=f"no structure, where the model reads the track {self.track!r} beside each residue",
                    allowed="proteins that were read from structure files",
                    hint="write NAME:sequence for the model to read sequences alone",
                )
            )
        place = {symbol: number for number, symbol in enumerate(self.symbols)}
        known = [place.get(symbol, self.states.shape[1] - 1) for symbol in one.tracks[self.track]]
        return np.asarray(self.states[_letters(one.sequence, row), known])


def _letters(sequence: str, row: int) -> Int64[np.ndarray, " residue"]:
    letters = np.frombuffer(sequence.encode("utf-32-le"), np.uint32).astype(np.int64) - ord("A")
    if letters.min() < 0 or letters.max() >= len(ascii_uppercase):
        odd = sorted(set(sequence) - set(ascii_uppercase))
        raise ModelError(explain(f"sequence {row + 1} of the batch", found=f"characters {odd!r}", allowed="A to Z"))
    return np.asarray(letters)


def letter_ids(
    tokenize: Callable[[str], Sequence[int]], *, unknown: int | None, rare: Mapping[str, str], source: Path
) -> Int64[np.ndarray, " letter=26"]:
    """Return the id of each letter from A to Z; a letter that is not one token becomes the unknown.

    Parameters
    ----------
    tokenize
        From a text to token ids, without special tokens.
    unknown
        The id of what the vocabulary lacks, or None if it has no such id.
    rare
        Letters that are written as another.
    source
        The checkpoint's folder, for the message.

    Raises
    ------
    ModelError
        If the twenty amino acids are not twenty different known ids.
    """
    single = {letter: ids[0] for letter in ascii_uppercase if len(ids := tokenize(rare.get(letter, letter))) == 1}
    known = {letter: code for letter, code in single.items() if code is not None and code != unknown}
    taken = [known[letter] for letter in AMINO_ACIDS if letter in known]
    lacking = [letter for letter in AMINO_ACIDS if letter not in known or taken.count(known[letter]) > 1]
    fallback = unknown if unknown is not None else known.get("X")
    if lacking or fallback is None:
        raise ModelError(
            explain(
                f"model folder {source}",
                found=f"the vocabulary lacks amino acids {' '.join(lacking)}"
                if lacking
                else "no token for the unknown",
                allowed="a protein model with one token an amino acid",
            )
        )
    return np.array([known.get(letter, fallback) for letter in ascii_uppercase], np.int64)
