"""The protein chains of a structure, every residue of the sequence in its place.

Where the file gives the sequence of the experiment (SEQRES, entity_poly_seq), residues that were not resolved stand
in it. Where it does not, the resolved residues are the sequence, and a gap is filled with as many ``X`` as the
author's numbers leave out, provided that the backbone is broken there and no more than ``MAX_GAP`` are missing; a
larger jump in the numbers is taken for a change of numbering, as in fusion proteins, and left as it is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import gemmi

from protlens.data.protein import LETTERS
from protlens.data.structures.linked import are_bonded, kind_of
from protlens.data.structures.residue_aliases import AMINO_ACID_ATOMS
from protlens.errors import FileFormatError, explain

_TOLD = 6
MAX_GAP = 100
PEPTIDE = 20
"""A polypeptide of fewer residues is a ligand of its neighbours, not a protein."""

_CAPS = frozenset({"NME", "NMA", "NHE", "FOR"})
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
        As long as the sequence, None where nothing was resolved; one without atoms has no coordinates.
    is_declared
        Whether the file states the sequence.
    """

    name: str
    sequence: str
    residues: tuple[gemmi.Residue | None, ...]
    is_declared: bool = False

    @property
    def is_protein(self) -> bool:
        """Whether it is no peptide: by its stated sequence, else by the residues that are bound to a neighbour."""
        if self.is_declared:
            return len(self.sequence) >= PEPTIDE
        residues = [residue for residue in self.residues if residue is not None]
        empty = [not len(residue) for residue in residues]
        bonds = [
            empty[i] or empty[i + 1] or are_bonded(one, other) for i, (one, other) in enumerate(pairwise(residues))
        ]
        bound = sum(before or after for before, after in zip([False, *bonds], [*bonds, False], strict=True))
        return bool(residues) and bound >= PEPTIDE

    def resolved(self) -> Iterator[tuple[int, gemmi.Residue]]:
        """Iterate over the resolved residues with their zero-based positions."""
        return ((i, residue) for i, residue in enumerate(self.residues) if residue is not None)


def protein_polymers(structure: gemmi.Structure, canonical: Mapping[str, str] | None = None) -> list[Polymer]:
    """Return all chains of L-amino acids in the order of the file, peptides too.

    Parameters
    ----------
    structure
        One cleaned model.
    canonical
        The canonical letters of entities, by their names, for components whose parent is not known.

    Raises
    ------
    FileFormatError
        If a chain resolves a residue for which its own sequence has no place.
    """
    parents = Parents(structure)
    return [
        polymer
        for chain in structure[0]
        if polymer_type(structure, chain) == gemmi.PolymerType.PeptideL
        and any((polymer := _polymer(structure, chain, parents, canonical or {})).residues)
    ]


class Parents:
    """The amino acids that modified residues derive from, as MODRES and pdbx_struct_mod_residue say.

    A record holds for one residue. A standard amino acid is its own parent whatever a record says; a component that the
    dictionary does not know has the parent of its other records if these agree.
    """

    def __init__(self, structure: gemmi.Structure) -> None:
        records = [(record.chain_name, record.res_id, record.parent_comp_id) for record in structure.mod_residues]
        self._own = {(chain, str(one.seqid), one.name): parent for chain, one, parent in records}
        stated: dict[str, set[str]] = {}
        for _, one, parent in records:
            stated.setdefault(one.name, set()).add(parent)
        self._shared = {name: found.pop() for name, found in stated.items() if len(found) == 1 and name != "UNK"}

    def letter(self, chain: str, residue: gemmi.Residue | None, component: str) -> str:
        """Return the letter of a residue, ``X`` if its amino acid is not known."""
        if component in AMINO_ACID_ATOMS:
            return one_letter(component, {})
        own = None if residue is None else self._own.get((chain, str(residue.seqid), component))
        letter = one_letter(component, {component: own} if own else {})
        return one_letter(component, self._shared) if letter == "X" else letter


def polymer_type(structure: gemmi.Structure, chain: gemmi.Chain) -> gemmi.PolymerType:
    """Return what a chain's polymer is made of, ``PolymerType.Unknown`` if it has none."""
    span = chain.get_polymer()
    if not len(span):
        return gemmi.PolymerType.Unknown
    entity = structure.get_entity_of(span)
    stated = entity.polymer_type if entity is not None else gemmi.PolymerType.Unknown
    if stated != gemmi.PolymerType.Unknown:
        return stated
    checked = span.check_polymer_type()
    kinds = Counter(kind_of(residue) for residue in span)
    by_backbone = checked == gemmi.PolymerType.Unknown and kinds["amino"] > len(span) / 2
    return gemmi.PolymerType.PeptideL if by_backbone else checked


def contents(structure: gemmi.Structure, polymers: Sequence[Polymer], waters: int) -> str:
    """Return what a structure is made of, in words: ``chain A: DNA of 12 residues; 3 other components: ZN; water``."""
    lengths = {polymer.name: len(polymer.sequence) for polymer in polymers}
    proteins = {polymer.name for polymer in polymers if polymer.is_protein}
    parts, others = [], set()
    for chain in structure[0]:
        span = chain.get_polymer()
        if len(span):
            kind = polymer_type(structure, chain)
            other = kind.name.upper() if is_nucleic(kind) else "another polymer"
            name = "protein" if chain.name in proteins else "peptide" if chain.name in lengths else other
            parts.append(
                f"chain {chain.name or 'without a name'}: {name} of {lengths.get(chain.name, len(span))} residues"
            )
        others |= {residue.name for residue in chain if residue.entity_type != gemmi.EntityType.Polymer}
    if len(parts) > _TOLD:
        parts = [f"{len(parts)} chains, of which {', '.join(parts[:_TOLD])}"]
    if others:
        parts.append(f"other components: {' '.join(sorted(others)[:_TOLD])}")
    return ", ".join(parts + (["water"] if waters else [])) or "nothing else"


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


def _polymer(structure: gemmi.Structure, chain: gemmi.Chain, parents: Parents, canonical: Mapping[str, str]) -> Polymer:
    span = list(chain.get_polymer())
    entity = structure.get_entity_of(chain.get_polymer())
    declared = [gemmi.Entity.first_mon(item) for item in entity.full_sequence] if entity is not None else []
    aligned = structure.input_format == gemmi.CoorFormat.Pdb
    placed = _by_sequence(chain.name, declared, span, aligned=aligned) if declared else _by_number(span)
    components = [
        residue.name if residue is not None else declared[i] if declared else "UNK" for i, residue in enumerate(placed)
    ]
    letters = [parents.letter(chain.name, *pair) for pair in zip(placed, components, strict=True)]
    stated = canonical.get(entity.name, "") if entity is not None and declared else ""
    if len(stated) == len(letters):
        letters = [
            other if letter == "X" and component != "UNK" and other in LETTERS else letter
            for letter, component, other in zip(letters, components, stated, strict=True)
        ]
    kept = _without_caps(components)
    return Polymer(chain.name, "".join(letters[kept]), tuple(placed[kept]), is_declared=bool(declared))


def _by_sequence(
    chain: str, declared: list[str], span: list[gemmi.Residue], *, aligned: bool
) -> list[gemmi.Residue | None]:
    placed: list[gemmi.Residue | None] = [None] * len(declared)
    positions = _filled([residue.label_seq for residue in span])
    for position, residue in zip((aligned and _counted(declared, span)) or positions, span, strict=True):
        if position is None or not 0 < position <= len(declared):
            raise FileFormatError(
                explain(f"chain {chain}", found=f"residue {residue} has no place in the chain's declared sequence")
            )
        placed[position - 1] = residue
    return placed


def _filled(positions: list[int | None]) -> list[int | None]:
    """Place a residue whose name the sequence has not, as another of two alternatives, between its neighbours."""
    filled = list(positions)
    for i in range(1, len(filled) - 1):
        before = filled[i - 1]
        if filled[i] is None and before is not None:
            after = next((place for place in islice(filled, i + 1, None) if place is not None), None)
            if after is not None and before + 1 < after:
                filled[i] = before + 1
    return filled


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
        if 0 < missing <= MAX_GAP and not are_bonded(before, after):
            placed += [None] * missing
        placed.append(after)
    return placed


def _without_caps(components: list[str]) -> slice:
    """Return the range without the groups that close a chain, such as ACE and NH2, which are no residues."""
    inside = [i for i, component in enumerate(components) if not _is_cap(component)]
    return slice(inside[0], inside[-1] + 1) if inside else slice(0)


def _is_cap(component: str) -> bool:
    known = gemmi.find_tabulated_residue(component)
    return component in _CAPS or (bool(known.found()) and not known.is_amino_acid())
