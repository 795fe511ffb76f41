"""A structure as the text that a scene holds: the chains of proteins, what is bound to them, and other chains.

Residue i of a protein has ``label_seq_id`` i + 1 in the chain that :class:`SceneStructure` names. Water, buffers and
what else comes from the experiment (``protlens.data.structures.ligands.NOT_LIGANDS``) are left out.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import gemmi
import numpy as np
from jaxtyping import Float32

from protlens.data.protein import UNKNOWN, Protein
from protlens.data.structures.ligands import NOT_LIGANDS
from protlens.data.structures.polymer import Polymer, is_nucleic, polymer_type, protein_polymers
from protlens.data.structures.secondary_structure import secondary_structure
from protlens.data.structures.structure_file import load_structure
from protlens.errors import DatasetError, explain
from protlens.scene.arc_ends import BACKBONE, arc_ends
from protlens.scene.mmcif import Part, asym_name, write_mmcif
from protlens.scene.residue_names import residue_names, single_chains
from protlens.typing import Coordinates, PathInput

_SHOWN = ("binding_site", "modification")
"""The tracks whose residues are drawn with their side chains."""


@dataclass(frozen=True, slots=True)
class SceneStructure:
    """A structure to be drawn.

    Parameters
    ----------
    text
        mmCIF.
    asyms
        The ``label_asym_id`` of each protein, by its id; of its first chain where several are joined.
    others
        The ``label_asym_id`` of further chains.
    nucleic_acids
        The ``label_asym_id`` of DNA and RNA.
    ligands
        The ``label_asym_id`` of what is bound, drawn atom by atom.
    side_chains
        Side chains of residues that bind or are modified: ``label_asym_id``, ``label_seq_id``, and the names of the
        atoms from CA on outwards.
    ends
        Where the arcs of each protein start and end, by its id: :func:`protlens.scene.arc_ends.arc_ends`.
    further
        The ``label_asym_id`` of the further chains of each protein that has several, by its id.
    """

    text: str
    asyms: Mapping[str, str]
    others: tuple[str, ...] = ()
    nucleic_acids: tuple[str, ...] = ()
    ligands: tuple[str, ...] = ()
    side_chains: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    ends: Mapping[str, Coordinates] = field(default_factory=dict, compare=False)
    further: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def joined(self, name: str, chains: Sequence[str]) -> "SceneStructure":
        """Return the structure for the protein of that id that is made of these, each of one chain, in their order."""
        first, *rest = (self.asyms[chain] for chain in chains)
        ends = np.concatenate([self.ends[chain] for chain in chains])
        others = {chain: asym for chain, asym in self.asyms.items() if chain not in chains}
        return replace(
            self,
            asyms={name: first, **others},
            ends={name: ends, **self.ends},
            further={**self.further, name: tuple(rest)},
        )


def structure_of_file(path: PathInput, proteins: Sequence[Protein]) -> SceneStructure:
    """Return the structure of a file, for proteins that were read from it or are the first part of such.

    Raises
    ------
    FileFormatError
        If the file cannot be read.
    DatasetError
        If it has not the chain of a protein, or one of another sequence.
    """
    file = load_structure(path)
    structure = file.structure
    polymers = {polymer.name: polymer for polymer in protein_polymers(structure, file.canonical)}
    by_chain = {protein.chain: protein for protein in proteins}
    for protein in proteins:
        if protein.chain not in polymers or not polymers[protein.chain].sequence.startswith(protein.sequence):
            raise DatasetError(explain(f"protein {protein.id!r}", found=f"structure {path} has no such chain"))
    parts = list(_parts(structure, polymers, asked=by_chain))
    analysed = {part.chain: part for part in parts if part.kind == "protein" and part.chain in by_chain}
    return SceneStructure(
        write_mmcif(parts),
        {protein.id: analysed[protein.chain].asym for protein in proteins},
        others=tuple(part.asym for part in parts if part.kind in ("protein", "other") and part.chain not in analysed),
        nucleic_acids=tuple(part.asym for part in parts if part.kind == "nucleic"),
        ligands=tuple(part.asym for part in parts if part.kind == "ligand"),
        side_chains=tuple(
            side_chain for chain, part in analysed.items() for side_chain in _side_chains(part, by_chain[chain])
        ),
        ends={one.id: arc_ends(polymers[one.chain].residues[: len(one)]) for one in proteins},
    )


def _parts(structure: gemmi.Structure, polymers: Mapping[str, Polymer], *, asked: Collection[str]) -> Iterator[Part]:
    """Yield all that is drawn of a structure; a peptide is a chain of its own only if it was asked for."""
    states = dict(zip(polymers, secondary_structure(list(polymers.values())), strict=True))
    asyms = map(asym_name, count())
    for chain in structure[0]:
        polymer = polymers.get(chain.name)
        if polymer is not None and (chain.name in asked or polymer.is_protein):
            yield _protein_part(next(asyms), polymer, states[chain.name], _names(polymer))
        elif len(chain.get_polymer()):
            yield _polymer_part(next(asyms), structure, chain)
        yield from (_ligand_part(next(asyms), chain.name, [residue]) for residue in chain if _is_ligand(residue))


def _side_chains(part: Part, protein: Protein) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    shown = {i + 1 for note in protein.annotations if note.track.startswith(_SHOWN) for i in note.residues}
    for number, residue in part.residues:
        if number in shown:
            yield part.asym, number, tuple(atom.name for atom in residue if atom.name not in BACKBONE - {"CA"})


def structure_of_protein(protein: Protein) -> SceneStructure:
    """Return the chain, or chains, of one protein from its CA positions, and CB where known.

    Raises
    ------
    DatasetError
        If no residue has a position.
    """
    chains = single_chains(protein)
    residues = [tuple(_residue_at(chain, position) for position in range(len(chain))) for chain in chains]
    if all(residue is None for chain in residues for residue in chain):
        raise DatasetError(explain(f"protein {protein.id!r}", found="no residue has a position"))
    parts = [_placed_part(asym_name(at), *both) for at, both in enumerate(zip(chains, residues, strict=True))]
    first, *rest = (part.asym for part in parts)
    ends = np.concatenate([arc_ends(chain) for chain in residues])
    further = {protein.id: tuple(rest)} if rest else {}
    return SceneStructure(write_mmcif(parts), {protein.id: first}, ends={protein.id: ends}, further=further)


def _placed_part(asym: str, protein: Protein, residues: tuple[gemmi.Residue | None, ...]) -> Part:
    polymer = Polymer(protein.chain, protein.sequence, residues)
    states = protein.tracks.get("dssp") or protein.tracks.get("ss3") or UNKNOWN * len(protein)
    names = residue_names(protein.sequence, protein.residue_numbers, protein.chain)
    return _protein_part(asym, polymer, states, names)


def _residue_at(protein: Protein, position: int) -> gemmi.Residue | None:
    if protein.ca is None or np.isnan(protein.ca[position]).any():
        return None
    residue = gemmi.Residue()
    residue.name = _component(protein.sequence[position])
    residue.seqid = _sequence_number(protein, position)
    residue.add_atom(_carbon("CA", protein.ca[position]))
    if protein.cb is not None and residue.name != "GLY" and not np.isnan(protein.cb[position]).any():
        residue.add_atom(_carbon("CB", protein.cb[position]))
    return residue


def _sequence_number(protein: Protein, position: int) -> gemmi.SeqId:
    """Return the author's number where it is one; a Protein may carry any text."""
    given = protein.residue_numbers[position] if protein.residue_numbers else ""
    number = re.fullmatch(r"(-?\d{1,8})([A-Za-z]?)", given, re.ASCII)
    return gemmi.SeqId(int(number[1]), number[2] or " ") if number else gemmi.SeqId(position + 1, " ")


def _carbon(name: str, position: Float32[np.ndarray, "xyz=3"]) -> gemmi.Atom:
    atom = gemmi.Atom()
    atom.name, atom.element, atom.pos = name, gemmi.Element("C"), gemmi.Position(*position.tolist())
    return atom


def _component(letter: str) -> str:
    name: str = gemmi.expand_one_letter(letter, gemmi.ResidueKind.AA) or "UNK"
    return name


def _protein_part(asym: str, polymer: Polymer, states: str, names: Sequence[str]) -> Part:
    """Return a chain of amino acids, given what its residues are called; a modified one shows its component too."""
    resolved = list(polymer.resolved())
    known = [UNKNOWN if residue is None else state for residue, state in zip(polymer.residues, states, strict=True)]
    components = [_component(letter) for letter in polymer.sequence]
    tooltips = [
        names[position] if residue.name == components[position] else f"{names[position]} ({residue.name})"
        for position, residue in resolved
    ]
    for position, residue in resolved:
        components[position] = residue.name
    return Part(
        asym=asym,
        chain=polymer.name,
        kind="protein",
        residues=[(position + 1, residue) for position, residue in resolved],
        components=components,
        states="".join(known),
        tooltips=tooltips,
    )


def _names(polymer: Polymer) -> list[str]:
    numbers = ["" if residue is None else str(residue.seqid) for residue in polymer.residues]
    return residue_names(polymer.sequence, numbers, polymer.name)


def _deposited_name(chain: str, residue: gemmi.Residue) -> str:
    name = f"{residue.name} {residue.seqid}"
    return f"{name} {chain}" if chain else name


def _polymer_part(asym: str, structure: gemmi.Structure, chain: gemmi.Chain) -> Part:
    """Return a chain that is no protein: a peptide, which is a ligand, a nucleic acid, or something else."""
    residues = list(chain.get_polymer())
    kind = polymer_type(structure, chain)
    if kind == gemmi.PolymerType.PeptideL:
        return _ligand_part(asym, chain.name, residues)
    return Part(
        asym=asym,
        chain=chain.name,
        kind="nucleic" if is_nucleic(kind) else "other",
        residues=list(enumerate(residues, 1)),
        components=[residue.name for residue in residues],
        tooltips=[_deposited_name(chain.name, residue) for residue in residues],
    )


def _is_ligand(residue: gemmi.Residue) -> bool:
    return residue.entity_type != gemmi.EntityType.Polymer and residue.name not in NOT_LIGANDS


def _ligand_part(asym: str, chain: str, residues: Sequence[gemmi.Residue]) -> Part:
    return Part(
        asym=asym,
        chain=chain,
        kind="ligand",
        residues=[(None, residue) for residue in residues],
        tooltips=[_deposited_name(chain, residue) for residue in residues],
    )
