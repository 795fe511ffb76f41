"""One protein chain, or several of one entry one after the other, with labels and coordinates.

Every per-residue value is aligned with ``sequence``; residues that a structure does not resolve stay in the sequence.

A *track* is a string with one character a residue, ``?`` where nothing is known:

====================================  =======================================================================
track                                 characters
====================================  =======================================================================
``dssp``                              eight states ``H G I E B S T``, ``C`` for none of them
``ss3``                               three states ``H E C``
``3di``                               Foldseek's twenty structural states, ``a`` to ``y``
``binding_site``                      ``1`` within reach of any ligand, ``0`` not
``binding_site:KIND``                 the same for one kind: metal, small_molecule, nucleic_acid, peptide
``modification``                      ``1`` modified in any way, ``0`` not known to be
``modification:KIND``                 the same for one kind, as in ``modification:phosphorylation_st``
``site_record``                       ``1`` named in a SITE record of the deposited entry
``cdr``                               ``1`` ``2`` ``3`` in that CDR of an antibody's V domain, ``0`` in its framework
``antigen``                           ``1`` within 5 angstrom of the antigen that an antibody binds, ``0`` not
``disulfide_bond``                    ``1`` a cysteine in a disulfide bond; its annotations name the pairs
``paper_binding_site``                the labels of the paper's own datasets
``paper_modification``                likewise
any other name                        a label of the user's
====================================  =======================================================================
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from itertools import pairwise
from operator import index
from types import MappingProxyType
from typing import Self

import numpy as np
from jaxtyping import Float64, Int64

from protlens.data.residue_values import MAX_COORDINATE, as_points, as_track
from protlens.errors import DatasetError, explain
from protlens.glance import Glance
from protlens.registry import each_name
from protlens.typing import Coordinates, ResidueMask

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
"""The twenty standard amino acids, in alphabetical order of their one-letter codes."""

STRUCTURAL_STATES = "acdefghiklmnpqrstvwy"
"""The letters of Foldseek's states in the track ``3di``."""

AMBIGUOUS = "BJXZ"
"""Letters that leave open which amino acid stands there."""

LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""What a sequence may contain: the twenty, U and O, and the ambiguous letters."""


UNKNOWN = "?"
"""The character of a track where nothing is known."""

APART = 1_000_000
"""What stands for the separation of two residues of different chains: more than any within a chain."""

_SHOWN = 24
"""Residues of the beginning of a sequence that a protein shows of itself."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A named group of residues: one bound ligand, one modified residue, one SITE record.

    Parameters
    ----------
    track
        The track these residues are marked in, ``"binding_site:metal"``.
    name
        What it is called where it was deposited, ``"ZN"``, ``"SEP"`` or ``"AC1"``.
    residues
        Zero-based positions in the sequence, ascending.

    Examples
    --------
    >>> zinc = protlens.Annotation("binding_site:metal", "ZN", (4, 7, 21))
    >>> zinc.name
    'ZN'
    """

    track: str
    name: str
    residues: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Protein:
    """One protein chain, or several that are read together (see :func:`protlens.join_chains`).

    Parameters
    ----------
    id
        Unique in its dataset.
    sequence
        Upper-case one-letter codes, ``X`` where the amino acid is not known.
    tracks
        Labels by name, each a string as long as the sequence (see the module), or one character, boolean or digit a
        residue, which is made one.
    ca, cb
        Positions of CA and of CB (CA for glycine), ``float32 [residue, 3]`` in angstrom, NaN where not resolved; other
        numbers of that shape are converted. Some sources give CA alone; CB never comes without CA.
    residue_numbers
        The author's number and insertion code of each residue, ``"148"`` or ``"148A"``; empty if there is none.
    chain
        The author's name of the chain.
    cluster
        A name shared by chains of similar sequence, for splits that keep relatives together; empty if unknown.
    annotations
        Groups of residues with their deposited names.
    title, organism
        What the molecule is called where it was deposited, ``"HIV-1 protease"``, and the scientific name of the
        organism that it comes from; empty where it is not known.
    chain_starts
        Zero-based places in the sequence at which a further chain begins, ascending; empty for one chain.

    Raises
    ------
    DatasetError
        If a length differs from that of the sequence, a character is not allowed, or a value cannot be converted.

    Examples
    --------
    >>> protein = protlens.Protein(id="one", sequence="MKTAYIAKQR", tracks={"epitope": "000111????"})
    >>> len(protein), protein.tracks["epitope"][3]
    (10, '1')
    """

    id: str
    sequence: str
    tracks: Mapping[str, str] = field(default_factory=dict)
    ca: Coordinates | None = None
    cb: Coordinates | None = None
    residue_numbers: tuple[str, ...] = ()
    chain: str = ""
    cluster: str = ""
    annotations: tuple[Annotation, ...] = ()
    title: str = ""
    organism: str = ""
    chain_starts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        asked = f"protein {self.id!r}"
        for name in ("id", "sequence", "chain", "cluster", "title", "organism"):
            if not isinstance(value := getattr(self, name), str):
                raise DatasetError(explain(asked, found=f"{name} is a {type(value).__name__}", allowed="text"))
        if not self.id or not self.sequence:
            raise DatasetError(explain(asked, found="its id or its sequence is empty"))
        if not LETTERS.issuperset(self.sequence):
            odd = sorted(set(self.sequence) - LETTERS)
            raise DatasetError(explain(asked, found=f"letters {odd!r}", allowed="A to Z"))
        self._convert(asked)
        self._check_lengths()
        for name, value in (("ca", self.ca), ("cb", self.cb)):
            if value is not None:
                object.__setattr__(self, name, as_points(value, length=len(self), asked=f"{asked}, {name}"))

    def __repr__(self) -> str:
        """Return its id, its length, how it begins, and what is known of it."""
        begin = self.sequence if len(self) <= _SHOWN else f"{self.sequence[:_SHOWN]}\N{HORIZONTAL ELLIPSIS}"
        known = [*self.tracks, *(name.upper() for name in ("ca", "cb") if getattr(self, name) is not None)]
        chains = f" in {len(self.chain_lengths)} chains" if self.chain_starts else ""
        return f"Protein({self.id!r}: {len(self)} residues{chains}, {begin}; {', '.join(known) or 'no labels'})"

    def _repr_html_(self) -> str:
        """Return its labels for a notebook."""
        rows = [
            [name, str(len(self) - values.count(UNKNOWN)), " ".join(sorted(set(values) - {UNKNOWN}))]
            for name, values in self.tracks.items()
        ]
        called = ", ".join(filter(None, (self.title, self.organism, f"{len(self)} residues")))
        return Glance(f"{self.id}: {called}", ("labels", "residues known", "values"), rows).html()

    def __reduce__(self) -> tuple[partial["Protein"], tuple[()]]:
        """Pickle the fields that a protein is made of; its mapping of tracks, which is read-only, has no pickle."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return partial(Protein, **given | {"tracks": dict(self.tracks)}), ()

    def _convert(self, asked: str) -> None:
        """Bring what was given into the form that all else reads, or refuse it at once."""
        try:
            tracks = {str(name): as_track(one, asked=f"{asked}, track {name!r}") for name, one in self.tracks.items()}
            numbers = tuple(str(number) for number in each_name(self.residue_numbers))
            notes = tuple(replace(note, residues=tuple(map(int, note.residues))) for note in self.annotations)
            starts = tuple(map(index, self.chain_starts))
        except (AttributeError, TypeError, ValueError) as error:
            allowed = "tracks by name, a list of residue numbers, Annotations, places of chains"
            raise DatasetError(explain(asked, found=f"what cannot be read ({error})", allowed=allowed)) from error
        kept: Mapping[str, str] = MappingProxyType(tracks)
        fields_made = {"tracks": kept, "residue_numbers": numbers, "annotations": notes, "chain_starts": starts}
        for name, value in fields_made.items():
            object.__setattr__(self, name, value)

    def _check_lengths(self) -> None:
        sized = [(f"track {name!r}", len(track)) for name, track in self.tracks.items()]
        sized += [("residue_numbers", len(self.residue_numbers))] if self.residue_numbers else []
        for name, length in sized:
            if length != len(self):
                raise DatasetError(
                    explain(f"protein {self.id!r}", found=f"{name} has {length} values for {len(self)} residues")
                )
        if self.cb is not None and self.ca is None:
            raise DatasetError(explain(f"protein {self.id!r}", found="it has cb without ca"))
        if any(not 0 <= i < len(self) for note in self.annotations for i in note.residues):
            raise DatasetError(explain(f"protein {self.id!r}", found="an annotation outside the sequence"))
        ends = (0, *self.chain_starts, len(self))
        if any(start >= stop for start, stop in pairwise(ends)):
            found, allowed = f"chains that begin at {list(self.chain_starts)}", f"ascending, 1 to {len(self) - 1}"
            raise DatasetError(explain(f"protein {self.id!r}", found=found, allowed=allowed))

    def __len__(self) -> int:
        """Return the number of residues."""
        return len(self.sequence)

    @property
    def chain_lengths(self) -> tuple[int, ...]:
        """The residues of each chain."""
        return tuple(stop - start for start, stop in pairwise((0, *self.chain_starts, len(self))))

    @property
    def chain_numbers(self) -> Int64[np.ndarray, " residue"]:
        """Which chain each residue is of, counted from zero."""
        return np.repeat(np.arange(len(self.chain_starts) + 1), self.chain_lengths)

    def cut(self, length: int) -> Self:
        """Return the first ``length`` residues of this protein, or the protein itself if it is not longer."""
        return self.part(0, min(length, len(self)))

    def part(self, start: int, stop: int) -> Self:
        """Return the residues from ``start`` to before ``stop``, counted from zero, or the protein itself if all are.

        An annotation keeps those of its residues that lie within, and is left out if none does.
        """
        if (start, stop) == (0, len(self)):
            return self
        return replace(
            self,
            sequence=self.sequence[start:stop],
            tracks={name: track[start:stop] for name, track in self.tracks.items()},
            ca=None if self.ca is None else self.ca[start:stop],
            cb=None if self.cb is None else self.cb[start:stop],
            residue_numbers=self.residue_numbers[start:stop],
            annotations=tuple(
                replace(note, residues=kept)
                for note in self.annotations
                if (kept := tuple(i - start for i in note.residues if start <= i < stop))
            ),
            chain_starts=tuple(place - start for place in self.chain_starts if start < place < stop),
        )


def track_symbols(track: str) -> np.ndarray[tuple[int], np.dtype[np.bytes_]]:
    """Return a track as an array of single bytes, ``S1 [residue]``."""
    return np.frombuffer(track.encode("ascii"), dtype="S1")


def resolved_points(points: Float64[np.ndarray, "residue xyz=3"], resolved: ResidueMask | None) -> Coordinates:
    """Return positions in angstrom as a Protein keeps them, NaN where a residue is not resolved.

    A point that several residues share, as zeros that stand for nothing, is the position of none of them.

    Raises
    ------
    DatasetError
        If a resolved position is infinite or beyond ``MAX_COORDINATE``.
    """
    kept = points if resolved is None else np.where(resolved[:, None], points, np.nan)
    if (np.abs(kept) > MAX_COORDINATE).any():
        raise DatasetError(explain("coordinates", found="too large", allowed=f"up to {MAX_COORDINATE} angstrom"))
    return np.where(_shared(kept)[:, None], np.nan, kept).astype(np.float32)


def _shared(points: Float64[np.ndarray, "residue xyz=3"]) -> ResidueMask:
    _, place, counts = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    return np.asarray((counts > 1)[place.reshape(-1)] & ~np.isnan(points).any(axis=1), bool)


def binary_track(length: int, positives: Iterable[int], *, unknown: Iterable[int] = ()) -> str:
    """Return a track of ``0`` and ``1``, with ``?`` at the unknown residues (zero-based positions).

    A residue that is both positive and unknown is positive.
    """
    track = np.full(length, b"0", dtype="S1")
    track[list(unknown)] = UNKNOWN.encode()
    track[list(positives)] = b"1"
    return track.tobytes().decode("ascii")
