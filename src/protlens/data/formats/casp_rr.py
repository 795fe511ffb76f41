"""Predicted contacts in the RR format of CASP.

The format is described at https://predictioncenter.org/casp14/index.cgi?page=format, under "residue-residue". Rows of
five columns (two residues, two distances, a probability) are those up to CASP13; three columns (two residues, a
probability), with or without ten more for bins of distance, are those since.
"""

import textwrap
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float64, Int64

from protlens.data.formats.text import TextSource, read_lines, source_name
from protlens.errors import FileFormatError, explain
from protlens.files import replacing
from protlens.typing import PathInput

CUTOFF = 8
"""The distance in angstrom under which two residues are in contact."""

_LINE = 50

_WORDS = frozenset({"PFRMAT", "TARGET", "AUTHOR", "SCORE", "REMARK", "METHOD", "MODEL", "RMODE", "RRMODE", "QMODE"})
_PLACE = {5: 4, 3: 2, 13: 2}
"""Where the probability stands, by the number of columns."""

_MOST_PAIRS = 50_000_000
"""All pairs of a chain of 10,000 residues."""


@dataclass(frozen=True, slots=True, eq=False)
class ListedContacts:
    """The first model of an RR file.

    Parameters
    ----------
    target
        The protein's name; the file's where it names none.
    sequence
        The residues, or an empty text where the file has none.
    pairs
        Zero-based positions of the two residues, the smaller first.
    probabilities
        Of contact, or another score: higher means more likely.
    """

    target: str
    sequence: str
    pairs: Int64[np.ndarray, "pair end=2"]
    probabilities: Float64[np.ndarray, " pair"]


def read_rr(source: TextSource) -> ListedContacts:
    """Read the first model of an RR file.

    Parameters
    ----------
    source
        The file, plain or gzipped.

    Raises
    ------
    FileFormatError
        If a line is none of the format, a residue is numbered below one or beyond the sequence or paired with itself, a
        pair is listed twice, or a probability is not finite.
    """
    target, letters = Path(source_name(source)).stem, []
    rows: dict[tuple[int, int], float] = {}
    for number, line in read_lines(source):
        words = line.split()
        if not words or words[0] in _WORDS - {"TARGET"}:
            continue
        if words[0] == "TARGET":
            target = words[1] if len(words) > 1 else target
        elif words[0] in {"END", "ENDMDL"}:
            break
        elif len(words) in _PLACE and words[0].isdecimal():
            pair, probability = _row(words, where=f"{source_name(source)}, line {number}")
            if pair in rows or len(rows) >= _MOST_PAIRS:
                raise _wrong(f"{source_name(source)}, line {number}", f"pair {pair[0] + 1} {pair[1] + 1} again")
            rows[pair] = probability
        elif len(words) == 1 and words[0].isalpha() and not rows:
            letters.append(words[0].upper())
        else:
            raise _wrong(f"{source_name(source)}, line {number}", textwrap.shorten(line, 40))
    sequence = "".join(letters)
    if sequence and rows and max(last for _, last in rows) >= len(sequence):
        raise _wrong(source_name(source), f"a residue beyond the {len(sequence)} of the sequence")
    pairs = np.array(list(rows), np.int64).reshape(-1, 2)
    return ListedContacts(target, sequence, pairs, np.array(list(rows.values()), np.float64))


def _row(words: list[str], *, where: str) -> tuple[tuple[int, int], float]:
    try:
        ends, probability = sorted(map(int, words[:2])), float(words[_PLACE[len(words)]])
    except ValueError as error:
        raise _wrong(where, textwrap.shorten(" ".join(words), 40)) from error
    if ends[0] < 1 or ends[0] == ends[1] or not np.isfinite(probability):
        raise _wrong(where, textwrap.shorten(" ".join(words), 40))
    return (ends[0] - 1, ends[1] - 1), probability


def _wrong(where: str, found: str) -> FileFormatError:
    return FileFormatError(
        explain(f"RR file {where}", found=found, allowed="two residues, and a probability of contact")
    )


def write_rr(
    path: PathInput,
    sequence: str,
    pairs: Int64[np.ndarray, "pair end=2"],
    probabilities: Float[np.ndarray, " pair"],
    *,
    target: str,
    method: str,
) -> None:
    """Write predicted contacts, the most probable first, whole or not at all.

    Parameters
    ----------
    path
        The file.
    sequence
        The residues that were scored.
    pairs
        Zero-based positions of the two residues, the smaller first; they are written from one.
    probabilities
        Probabilities of contact, from 0 to 1.
    target
        The protein's name; spaces become underscores.
    method
        How the contacts were predicted; line breaks become spaces.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    head = ["PFRMAT RR", f"TARGET {'_'.join(target.split())}", "AUTHOR protlens"]
    head += [f"METHOD {line}" for line in textwrap.wrap(method, 72)] + ["MODEL 1"]
    residues = [sequence[start : start + _LINE] for start in range(0, len(sequence), _LINE)]
    ranked = np.argsort(-probabilities, kind="stable")
    rows = [
        f"{first + 1} {second + 1} 0 {CUTOFF} {probability:.6f}"
        for (first, second), probability in zip(pairs[ranked].tolist(), probabilities[ranked].tolist(), strict=True)
    ]
    with replacing(Path(path)) as beside:
        beside.write_text("\n".join([*head, *residues, *rows, "END"]) + "\n", encoding="utf-8")
