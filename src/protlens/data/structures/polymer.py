"""The protein chains of a structure, every residue of the sequence in its place.

Where the file gives the sequence of the experiment (SEQRES, entity_poly_seq), residues that were not resolved stand
in it. Where it does not, the resolved residues are the sequence, and a gap is filled with as many ``X`` as the
author's numbers leave out, provided that the backbone is broken there and no more than ``MAX_GAP`` are missing; a
larger jump in the numbers is taken for a change of numbering, as in fusion proteins, and left as it is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import gemmi

from protlens.data.protein import LETTERS
from protlens.errors import FileFormatError, explain

MAX_GAP = 100
PEPTIDE = 20
"""A polypeptide of fewer residues is a ligand of its neighbours, not a protein."""

_BOND = 2.5
_CAPS = frozenset({"NME", "NHE", "FOR"})
"""Closing groups that gemmi's table does not know; it knows ACE and NH2."""

_NUCLEIC = (gemmi.PolymerType.Dna, gemmi.PolymerType.Rna, gemmi.PolymerType.DnaRnaHybrid)


@dataclass(frozen=True, slots=True)
class Polymer:
    """A polypeptide chain.

    Parameters
    ----------
    name
        The author's name.
    sequence
        One-letter codes; a modified residue has the letter of its parent, ``X`` if that is not known.
    residues
        As long as the sequence, None where nothing was resolved.
    """

    name: str
    sequence: str
    residues: tuple[gemmi.Residue | None, ...]

    def resolved(self) -> Iterator[tuple[int, gemmi.Residue]]:
        """Iterate over the resolved residues with their zero-based positions."""
        return ((i, residue) for i, residue in enumerate(self.residues) if residue is not None)


def protein_polymers(structure: gemmi.Structure) -> list[Polymer]:
    """Return all chains of L-amino acids in the order of the file, peptides too.

    Raises
    ------
    FileFormatError
        If a chain resolves a residue for which its own sequence has no place.
    """
    parents = {record.res_id.name: record.parent_comp_id for record in structure.mod_residues}
    return [
        polymer
        for chain in structure[0]
        if polymer_type(structure, chain) == gemmi.PolymerType.PeptideL
        and any((polymer := _polymer(structure, chain, parents)).residues)
    ]


def polymer_type(structure: gemmi.Structure, chain: gemmi.Chain) -> gemmi.PolymerType:
    """Return what a chain's polymer is made of, ``PolymerType.Unknown`` if it has none."""
    span = chain.get_polymer()
    if not len(span):
        return gemmi.PolymerType.Unknown
    entity = structure.get_entity_of(span)
    stated = entity.polymer_type if entity is not None else gemmi.PolymerType.Unknown
    return span.check_polymer_type() if stated == gemmi.PolymerType.Unknown else stated


def is_nucleic(kind: gemmi.PolymerType) -> bool:
    """Whether a polymer is DNA, RNA or both."""
    return kind in _NUCLEIC


def one_letter(component: str, parents: Mapping[str, str]) -> str:
    """Return the letter of a component, by its declared parent first and by the chemical dictionary next."""
    for name in (parents.get(component, ""), component):
        letter = gemmi.find_tabulated_residue(name).one_letter_code.upper()
        if letter in LETTERS:
            return letter
    return "X"


def _polymer(structure: gemmi.Structure, chain: gemmi.Chain, parents: Mapping[str, str]) -> Polymer:
    span = list(chain.get_polymer())
    entity = structure.get_entity_of(chain.get_polymer())
    declared = [gemmi.Entity.first_mon(item) for item in entity.full_sequence] if entity is not None else []
    aligned = structure.input_format == gemmi.CoorFormat.Pdb
    placed = _by_sequence(chain.name, declared, span, aligned=aligned) if declared else _by_number(span)
    components = [
        residue.name if residue is not None else declared[i] if declared else "UNK" for i, residue in enumerate(placed)
    ]
    kept = _without_caps(components)
    sequence = "".join(one_letter(component, parents) for component in components[kept])
    return Polymer(chain.name, sequence, tuple(placed[kept]))


def _by_sequence(
    chain: str, declared: list[str], span: list[gemmi.Residue], *, aligned: bool
) -> list[gemmi.Residue | None]:
    placed: list[gemmi.Residue | None] = [None] * len(declared)
    positions = [residue.label_seq for residue in span]
    for position, residue in zip((aligned and _counted(declared, span)) or positions, span, strict=True):
        if position is None or not 0 < position <= len(declared):
            raise FileFormatError(
                explain(f"chain {chain}", found=f"residue {residue} has no place in the chain's declared sequence")
            )
        placed[position - 1] = residue
    return placed


def _counted(declared: list[str], span: list[gemmi.Residue]) -> list[int] | None:
    """Return one-based positions by the author's numbers, or None where these do not run along the sequence.

    An alignment can put a residue at the edge of a gap to the gap's other side, where the same amino acid stands.
    """
    numbers = [int(residue.seqid.num or 0) for residue in span]
    aligned = zip(numbers, (residue.label_seq for residue in span), strict=True)
    offsets = Counter(number - position for number, position in aligned if position is not None)
    if not offsets:
        return None
    first = offsets.most_common(1)[0][0]
    positions = [number - first for number in numbers]
    names = dict(enumerate(declared, 1))
    fits = all(names.get(position) == residue.name for position, residue in zip(positions, span, strict=True))
    return positions if fits and len(set(positions)) == len(positions) else None


def _by_number(span: list[gemmi.Residue]) -> list[gemmi.Residue | None]:
    placed: list[gemmi.Residue | None] = list(span[:1])
    for before, after in pairwise(span):
        missing = int(after.seqid.num or 0) - int(before.seqid.num or 0) - 1
        if 0 < missing <= MAX_GAP and not _bonded(before, after):
            placed += [None] * missing
        placed.append(after)
    return placed


def _bonded(before: gemmi.Residue, after: gemmi.Residue) -> bool:
    carbon, nitrogen = before.find_atom("C", "*"), after.find_atom("N", "*")
    return carbon is not None and nitrogen is not None and carbon.pos.dist(nitrogen.pos) <= _BOND


def _without_caps(components: list[str]) -> slice:
    """Return the range without the groups that close a chain, such as ACE and NH2, which are no residues."""
    inside = [i for i, component in enumerate(components) if not _is_cap(component)]
    return slice(inside[0], inside[-1] + 1) if inside else slice(0)


def _is_cap(component: str) -> bool:
    known = gemmi.find_tabulated_residue(component)
    return component in _CAPS or (bool(known.found()) and not known.is_amino_acid())
