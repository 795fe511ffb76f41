"""The chains of a file, where names are missing, used twice, or cover more than one molecule.

Of the residues under one name, those are a polymer that are amino acids or nucleotides, or groups that close a chain,
and are bound to a neighbour (or stand in the chain's SEQRES). The polymer is cut where the backbone is broken and one
of these says that another chain begins: what it is made of changes; TER, unless the residues between the numbers on
both sides can bridge the gap; another segment, asym or entity; numbers that start again; an oxygen that ends a chain;
more than ``FAR`` angstrom between residues that are numbered as neighbours. Each piece becomes a chain of its own;
the first protein keeps the name of the file. Free amino acids, ligands, and what a TER record closes without a bond are
no polymers.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

import gemmi

from protlens.data.structures.linked import Kind, are_bonded, distance, ends_chain, is_closing, kind_of
from protlens.data.structures.model_bounds import MAX_CHAINS
from protlens.data.structures.pdb_text import Block
from protlens.errors import FileFormatError

FAR = 10.0
MAX_BRIDGED = 30
"""Over a TER record, a gap in the numbers of more residues parts two chains."""

_REACH = 4.0
_PROTEIN = 20
_MOST_LONE = 100_000_000


@dataclass(slots=True)
class Member:
    """One residue under a chain's name, its block, and whether its bond to the next polymer residue stands."""

    residue: gemmi.Residue
    kind: Kind
    block: Block
    in_polymer: bool = False

    @property
    def number(self) -> int:
        """The author's number."""
        return int(self.residue.seqid.num or 0)


@dataclass(frozen=True, slots=True)
class _Piece:
    origin: str
    name: str
    polymer: Sequence[gemmi.Residue]
    rest: Sequence[gemmi.Residue]


def part_chains(structure: gemmi.Structure, blocks: Sequence[Block]) -> None:
    """Give each polymer of the first model a chain of its own, and every residue its sort, in place.

    Parameters
    ----------
    structure
        With residues whose ``segment`` is the number of a block if it was read from PDB text.
    blocks
        Those of the text; empty for mmCIF, whose own asyms part the chains.
    """
    declared = {entity.name: list(entity.full_sequence) for entity in structure.entities if blocks}
    groups: dict[str, list[Member]] = {}
    for chain in structure[0]:
        groups.setdefault(chain.name, []).extend(_member(residue, blocks) for residue in chain)
    taken = set(groups)
    pieces = [
        piece
        for name, members in groups.items()
        for piece in (
            _settled(name, members)
            if not blocks and _is_settled(structure, members)
            else _pieces(name, members, declared.get(name, []), taken)
        )
    ]
    if len(pieces) > MAX_CHAINS:
        raise FileFormatError(f"more than {MAX_CHAINS} chains")
    if blocks:
        for entity in structure.entities:
            entity.subchains = []
    for number, piece in enumerate(pieces):
        _sort(structure, piece, number, keeps_asyms=not blocks, declared=declared.get(piece.origin, []))
    structure.add_model(_model(pieces))
    del structure[0]


def _member(residue: gemmi.Residue, blocks: Sequence[Block]) -> Member:
    block = blocks[int(residue.segment, 36)] if blocks else Block(0, residue.subchain)
    return Member(residue, kind_of(residue), block)


def _is_settled(structure: gemmi.Structure, members: Sequence[Member]) -> bool:
    """Whether mmCIF says itself, with a sequence, which residues make the one polymer of a chain."""
    sorts = {member.residue.entity_type for member in members}
    polymers = {m.residue.subchain for m in members if m.residue.entity_type == gemmi.EntityType.Polymer}
    stated = {part for entity in structure.entities if entity.full_sequence for part in entity.subchains}
    return gemmi.EntityType.Unknown not in sorts and len(polymers) <= 1 and polymers <= stated


def _settled(name: str, members: Sequence[Member]) -> list[_Piece]:
    polymer = [m.residue for m in members if m.residue.entity_type == gemmi.EntityType.Polymer]
    return [
        _Piece(name, name, polymer, [m.residue for m in members if m.residue.entity_type != gemmi.EntityType.Polymer])
    ]


def _pieces(name: str, members: list[Member], declared: Sequence[str], taken: set[str]) -> list[_Piece]:
    _mark(members, {gemmi.Entity.first_mon(item) for item in declared})
    polymers = [p for p in _cut([m for m in members if m.in_polymer], name, len(declared)) if _is_chain(p, declared)]
    placed = {id(m) for polymer in polymers for m in polymer}
    rest = [m for m in members if id(m) not in placed]
    polymers.sort(key=lambda polymer: _kind(polymer) != "amino" or len(polymer) < _PROTEIN)
    names = _names(name, polymers, taken)
    pieces = [_Piece(name, one, [m.residue for m in polymer], []) for one, polymer in zip(names, polymers, strict=True)]
    return [*pieces, *_loose(name, [m.residue for m in rest], taken)]


def _mark(members: Sequence[Member], declared: set[str]) -> None:
    """Mark what belongs to a polymer."""
    for member in members:
        member.in_polymer = bool(declared) and member.block.closed == 0 and member.residue.name in declared
    for before, after in pairwise(members):
        if before.kind == after.kind != "other" and are_bonded(before.residue, after.residue):
            before.in_polymer = after.in_polymer = True
    _mark_groups(members)
    _mark_groups(members[::-1])
    lone = [] if declared else [i for i, m in enumerate(members) if not m.in_polymer and m.kind != "other"]
    if len(lone) * len(members) > _MOST_LONE:
        raise FileFormatError(f"{len(lone)} amino acids and nucleotides that are bonded to no other")
    for position in lone:
        members[position].in_polymer = _is_island(members, position)


def _mark_groups(members: Sequence[Member]) -> None:
    """Mark what is no amino acid and closes a chain, or is a part of its backbone, next to one that is marked."""
    for one, other in pairwise(members):
        bound = one.in_polymer and one.kind == "amino" and is_closing(other.residue, one.residue)
        reached = one.in_polymer and other.kind == "amino" and is_closing(one.residue, other.residue)
        other.in_polymer |= (other.kind == "other" and bound) or (one.kind == "other" and reached)


def _is_island(members: Sequence[Member], position: int) -> bool:
    """Whether a lone amino acid stands between gaps of the numbers in a chain that goes on about it."""
    member = members[position]
    if member.residue.het_flag == "H" or len(member.residue) == 0:
        return len(member.residue) == 0
    near = [m for m in members if m.in_polymer and m.block == member.block and m.kind == member.kind]
    steps = [(abs(m.number - member.number), m) for m in near]
    if not steps:
        return False
    missing, closest = min(steps, key=lambda step: step[0])
    ordered = (closest.number < member.number) == (members.index(closest) < position)
    apart = distance(closest.residue, member.residue)
    bridged = apart is not None and apart <= _REACH * (missing + 1)
    return ordered and 1 < missing <= MAX_BRIDGED and bridged


def _cut(members: Sequence[Member], name: str, declared: int) -> list[list[Member]]:
    polymers = [list(members[:1])] if members else []
    for before, after in pairwise(members):
        if _parts(before, after, name, len(polymers[-1]), declared):
            polymers.append([])
        polymers[-1].append(after)
    return polymers


def _parts(before: Member, after: Member, name: str, length: int, declared: int) -> bool:
    """Return whether another chain begins between two residues of a polymer."""
    if before.block.segment != after.block.segment and not _joined(before, after):
        return True
    if {before.kind, after.kind} == {"amino", "nucleic"}:
        return True
    if _joined(before, after):
        return False
    step = after.number - before.number
    closed = before.block.closed != after.block.closed
    if declared:
        return closed and (step <= 0 or length >= declared)
    if closed:
        return not (name and 1 < step <= MAX_BRIDGED + 1 and _is_bridged(before, after, step))
    inserted = step == 0 and before.residue.seqid.icode != after.residue.seqid.icode
    if (step <= 0 and not inserted) or ends_chain(before.residue):
        return True
    apart = distance(before.residue, after.residue)
    return step <= 1 and apart is not None and apart > FAR


def _joined(before: Member, after: Member) -> bool:
    one, other = before.residue, after.residue
    if "other" in (before.kind, after.kind):
        return is_closing(one, other) or is_closing(other, one)
    return not len(one) or not len(other) or are_bonded(one, other)


def _is_bridged(before: Member, after: Member, step: int) -> bool:
    apart = distance(before.residue, after.residue)
    return apart is not None and apart <= _REACH * step


def _is_chain(polymer: Sequence[Member], declared: Sequence[str]) -> bool:
    return len(polymer) > 1 or bool(declared and polymer[0].block.closed == 0)


def _kind(polymer: Sequence[Member]) -> Kind:
    kinds = Counter(member.kind for member in polymer if member.kind != "other")
    return kinds.most_common(1)[0][0] if kinds else "other"


def _names(name: str, polymers: Sequence[Sequence[Member]], taken: set[str]) -> list[str]:
    """Return a name for each polymer: the file's for the first, segments or numbers for what shares or lacks one."""
    if len(polymers) <= 1:
        return [name] * len(polymers)
    segments = [polymer[0].block.segment for polymer in polymers]
    if not name and all(segments) and len(set(segments)) == len(segments) and taken.isdisjoint(segments):
        taken.update(segments)
        return segments
    names = [] if not name else [name]
    while len(names) < len(polymers):
        names.append(_free(name, taken, first=len(names) + 1))
    return names


def _free(name: str, taken: set[str], *, first: int) -> str:
    options = (f"{name}-{number}" if name else str(number) for number in count(first))
    free = next(option for option in options if option not in taken)
    taken.add(free)
    return free


def _loose(name: str, residues: Sequence[gemmi.Residue], taken: set[str]) -> Iterator[_Piece]:
    """Yield what is no polymer under its chain's name; of two with one number and name, the second under another."""
    rounds: list[list[gemmi.Residue]] = []
    met: Counter[tuple[str, str]] = Counter()
    for residue in residues:
        key = str(residue.seqid), residue.name
        if met[key] == len(rounds):
            rounds.append([])
        if len(rounds) > MAX_CHAINS:
            raise FileFormatError(f"more than {MAX_CHAINS} of {residue.name} under one number")
        rounds[met[key]].append(residue)
        met[key] += 1
    for number, some in enumerate(rounds):
        yield _Piece(name, name if number == 0 else _free(name, taken, first=number + 1), [], some)


def _sort(
    structure: gemmi.Structure, piece: _Piece, number: int, *, keeps_asyms: bool, declared: Sequence[str]
) -> None:
    """Say of each residue whether it is part of a polymer, and of the polymer what sequence it has."""
    for residue in piece.rest:
        if residue.entity_type != gemmi.EntityType.Branched:
            residue.entity_type = gemmi.EntityType.NonPolymer
        residue.subchain = (keeps_asyms and residue.subchain) or f"{number}n"
    if not piece.polymer:
        return
    subchain = (keeps_asyms and piece.polymer[0].subchain) or f"{number}p"
    for residue in piece.polymer:
        residue.entity_type = gemmi.EntityType.Polymer
        residue.subchain = subchain
    if not any(subchain in entity.subchains and entity.full_sequence for entity in structure.entities):
        entity = gemmi.Entity(f"{piece.name or '?'}-{number}")
        entity.entity_type = gemmi.EntityType.Polymer
        entity.full_sequence = declared
        entity.subchains = [subchain]
        for other in structure.entities:
            other.subchains = [part for part in other.subchains if part != subchain]
        structure.entities.append(entity)


def _model(pieces: Sequence[_Piece]) -> gemmi.Model:
    """Return a model with one chain for each name, the polymer of a chain before what else it holds."""
    chains = {piece.name: gemmi.Chain(piece.name) for piece in pieces}
    for piece in sorted(pieces, key=lambda piece: not piece.polymer):
        for residue in (*piece.polymer, *piece.rest):
            chains[piece.name].add_residue(residue)
    model = gemmi.Model(1)
    for chain in chains.values():
        model.add_chain(chain)
    return model
