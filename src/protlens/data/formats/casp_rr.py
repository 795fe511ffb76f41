"""Predicted contacts in the RR format of CASP.

The format is described at https://predictioncenter.org/casp14/index.cgi?page=format, under "residue-residue".
"""

import textwrap
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int64

from protlens.files import replacing
from protlens.typing import PathInput

CUTOFF = 8
"""The distance in angstrom under which two residues are in contact."""

_LINE = 50


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
