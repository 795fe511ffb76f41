"""Protein sequences as one array of residue codes, with the clusters they belong to."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float64, Int32, Int64, UInt8

from protlens.data.formats.fasta import read_records
from protlens.data.protein import AMINO_ACIDS
from protlens.files import replacing

LETTERS = AMINO_ACIDS + "X"
UNKNOWN = len(AMINO_ACIDS)
"""The code of X, and of every letter that is not one of the twenty."""

_CLUSTER = re.compile(r"\bc50=(\S+)")
_CODES = bytes(LETTERS.find(chr(byte)) if chr(byte) in LETTERS else UNKNOWN for byte in range(256))


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Sequences end to end.

    Parameters
    ----------
    residues
        Places in ``LETTERS``, ``uint8 [residue]``.
    starts
        Where each sequence begins, and where the last one ends, ``int64 [sequence + 1]``.
    clusters
        The number of each sequence's cluster, counted from zero, ``int32 [sequence]``.
    """

    residues: UInt8[np.ndarray, " residue"]
    starts: Int64[np.ndarray, " boundary"]
    clusters: Int32[np.ndarray, " sequence"]

    def __len__(self) -> int:
        """Return the number of sequences."""
        return len(self.clusters)

    @property
    def lengths(self) -> Int64[np.ndarray, " sequence"]:
        """Residues of each sequence."""
        return np.diff(self.starts)

    def weights(self, power: float) -> Float64[np.ndarray, " sequence"]:
        """Return how often each sequence is to be drawn: a cluster as its size to a power, its members alike."""
        sizes = np.bincount(self.clusters)[self.clusters]
        return sizes ** (power - 1.0)

    def held_out(self, share: float, *, seed: int) -> Bool[np.ndarray, " sequence"]:
        """Return which sequences are in a random share of the clusters, of which there is at least one."""
        count = int(self.clusters.max()) + 1
        chosen = np.random.default_rng(seed).permutation(count)[: max(1, round(share * count))]
        return np.isin(self.clusters, chosen)

    def describe(self, chosen: Bool[np.ndarray, " sequence"]) -> str:
        """Return in words how many sequences, residues and clusters are chosen."""
        residues, clusters = int(self.lengths[chosen].sum()), len(np.unique(self.clusters[chosen]))
        return f"{chosen.sum():,} sequences ({residues / 1e6:.1f} million residues) of {clusters:,} clusters"

    def write(self, path: Path) -> None:
        """Write the arrays to one file, whole or not at all."""
        with replacing(path) as beside, beside.open("wb") as stream:
            np.savez(stream, residues=self.residues, starts=self.starts, clusters=self.clusters)

    @classmethod
    def read(cls, path: Path) -> "Sequences":
        """Read what :meth:`write` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["residues"], arrays["starts"], arrays["clusters"])


def read_sequences(fasta: Path, *, least_cluster: int = 1) -> Sequences:
    """Read a FASTA file.

    Parameters
    ----------
    fasta
        Plain or gzipped. A header may name the cluster, ``>P12345 c50=Q67890``; without, a sequence is its own.
    least_cluster
        Clusters with fewer sequences are left out.

    Raises
    ------
    FileFormatError
        If the file is not FASTA.
    ValueError
        If no cluster is large enough.
    """
    bodies, names = [], []
    for record in read_records(fasta):
        found = _CLUSTER.search(record.header)
        names.append(found[1] if found else record.id)
        bodies.append(record.body.upper().encode("ascii", "replace").translate(_CODES))
    sizes = Counter(names)
    kept = [place for place, name in enumerate(names) if sizes[name] >= least_cluster]
    if not kept:
        raise ValueError(f"no cluster of {fasta} has {least_cluster} sequences or more")
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names[place] for place in kept))}
    lengths = np.array([len(bodies[place]) for place in kept], np.int64)
    return Sequences(
        residues=np.frombuffer(bytearray().join(bodies[place] for place in kept), np.uint8),
        starts=np.concatenate([[0], lengths.cumsum()]),
        clusters=np.array([numbers[names[place]] for place in kept], np.int32),
    )
