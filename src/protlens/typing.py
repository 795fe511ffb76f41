"""Names for the arrays that cross module borders.

Axes are written in the order ``protein layer head query key residue``; a query is the residue that attends, a key
the residue that is attended to. Coordinates and distances are in angstrom.
"""

import os
from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from jaxtyping import Bool, Float32, Int64

PathInput: TypeAlias = str | os.PathLike[str]
"""The path of a file or folder, as a user gives it; what takes one makes a ``Path`` of it at once."""

Coordinates: TypeAlias = Float32[np.ndarray, "residue xyz=3"]
"""Atom positions in angstrom, NaN where the residue is not resolved."""

ResidueMask: TypeAlias = Bool[np.ndarray, " residue"]
PairMask: TypeAlias = Bool[np.ndarray, "query key"]

HeadCounts: TypeAlias = Int64[np.ndarray, "protein layer head"]
ProteinCounts: TypeAlias = Int64[np.ndarray, " protein"]

Level: TypeAlias = Literal["residue", "pair"]
Mode: TypeAlias = Literal["matched", "paper"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with how much of the present step is done and how much there is in all."""
