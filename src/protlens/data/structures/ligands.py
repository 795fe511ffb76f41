"""Binding sites: residues within reach of a ligand.

A residue belongs to a site if any of its heavy atoms lies within ``REACH`` of a heavy atom of the ligand, in the
coordinates as deposited (symmetry mates are not built). What counts as a ligand:

``metal``
    One atom of a metal with a biological role, or a cluster without carbon that holds one (FES, SF4).
``small_molecule``
    Everything else that is no polymer: cofactors, substrates, inhibitors, haem, free sugars. What is covalently
    joined is one ligand.
``nucleic_acid``
    A chain of DNA or RNA.
``peptide``
    Another polypeptide chain of fewer than ``PEPTIDE`` residues, not all of them unknown.

Not a ligand: water; what ``NOT_LIGANDS_BY_REASON`` lists; other metals, which are ions of the crystal or heavy-atom
derivatives; and sugars bound to a residue of a protein chain, directly or through other sugars, as they are a
modification of that residue (see ``modified``).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import gemmi
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from protlens.data.protein import Annotation
from protlens.data.structures.bonds import Bond, ResidueKey, is_sugar, residue_key
from protlens.data.structures.polymer import PEPTIDE, Polymer, is_nucleic, polymer_type

LigandKind: TypeAlias = Literal["metal", "small_molecule", "nucleic_acid", "peptide"]

REACH = 4.0
"""In angstrom, inclusive."""

METALS = frozenset({"Mg", "Ca", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Mo", "W"})
"""Elements that count as a ligand on their own. Na and K bind to some proteins but are mostly from the buffer."""

NOT_LIGANDS_BY_REASON = {
    "unknown atoms and molecules": "UNX UNL UNK",
    "ions of buffers and of crystallisation": (
        "SO4 SO3 PO4 PI 2HP NO3 CO3 BCT NH4 AZI SCN CLO PER BO3 BO4 NA K LI CS RB CL BR F IOD IUM NAW KO4"
    ),
    "organic acids of buffers and of crystallisation": "ACT ACY FMT CIT FLC TAR TLA SRT MLI MLA MLT OXL SIN CAC TFA",
    "buffers": "TRS EPE MES MPO B3P BTB BCN CXS NHE IMD HED PIN ICN CPS",
    "cryoprotectants, alcohols and glycols": (
        "GOL EDO EGL PGO PGR PDO MPD MRD MOH EOH IPA POL BU1 BU2 BU3 BUD HEZ HTO TBU DIO DOX 1BO HEX 12P"
    ),
    "polyethylene glycols and their ethers": (
        "PEG PGE PG0 PG4 PG5 PG6 P33 P3G P4C P6G PE3 PE4 PE5 PE7 PE8 PEU 1PE 1PG 2PE 15P XPE M2M ME2 TOE ETE AE3 AE4"
    ),
    "solvents, reducing agents, additives": ("DMS DMF ACN ACE BME DTT DTU DTV MTN CCN URE GAI SGM EOX NME TMO JEF"),
    "detergents, lipids of crystallisation, tails of lipids that were not identified": (
        "BOG BNG HTG LDA C8E LMT LMU UMQ DDQ SDS MC3 OES TWT MPG OLB OLC D9G D10 D12 OCT UND C14"
    ),
}
"""Components that come from the experiment and not from the biology of the protein, by their PDB names."""

NOT_LIGANDS = frozenset(" ".join(NOT_LIGANDS_BY_REASON.values()).split())


@dataclass(frozen=True, slots=True)
class Ligand:
    """One bound molecule: its PDB names joined by hyphens, its kind, its heavy atoms ``float64 [atom, 3]``."""

    name: str
    kind: LigandKind
    atoms: np.ndarray
    chain: str = ""


def find_ligands(structure: gemmi.Structure, bonds: Collection[Bond]) -> list[Ligand]:
    """Return all ligands of the (cleaned) first model, given its covalent bonds."""
    return [*_molecules(structure, bonds), *_polymers(structure)]


def binding_sites(polymer: Polymer, ligands: Sequence[Ligand]) -> list[Annotation]:
    """Return one annotation for each ligand that a chain touches, with the residues that touch it."""
    resolved = [(position, _heavy(residue)) for position, residue in polymer.resolved()]
    owners = np.repeat([position for position, _ in resolved], [len(atoms) for _, atoms in resolved])
    tree = KDTree(np.concatenate([atoms for _, atoms in resolved]))
    sites = []
    for ligand in ligands:
        if ligand.chain == polymer.name:
            continue
        near = np.concatenate([np.array(hits, int) for hits in tree.query_ball_point(ligand.atoms, REACH)])
        if len(near):
            residues = tuple(np.unique(owners[near]).tolist())
            sites.append(Annotation(f"binding_site:{ligand.kind}", ligand.name, residues))
    return sites


def _molecules(structure: gemmi.Structure, bonds: Collection[Bond]) -> Iterator[Ligand]:
    free = {
        residue_key(chain.name, residue): residue
        for chain in structure[0]
        for residue in chain
        if residue.entity_type in (gemmi.EntityType.NonPolymer, gemmi.EntityType.Branched)
    }
    glycosylating = {
        end for bond in bonds for end, other in (bond, bond[::-1]) if is_sugar(end[2]) and other not in free
    }
    for molecule in _join(list(free), bonds):
        if glycosylating.isdisjoint(molecule) and not NOT_LIGANDS.issuperset(name for _, _, name in molecule):
            yield from _ligand([free[key] for key in molecule])


def _ligand(molecule: Sequence[gemmi.Residue]) -> Iterator[Ligand]:
    kind = _molecule_kind([atom.element for residue in molecule for atom in residue])
    if kind is not None:
        atoms = np.concatenate([_heavy(residue) for residue in molecule])
        yield Ligand("-".join(residue.name for residue in molecule), kind, atoms)


def _join(residues: Sequence[ResidueKey], bonds: Iterable[Bond]) -> list[list[ResidueKey]]:
    """Group residues that bonds join."""
    index = {key: i for i, key in enumerate(residues)}
    pairs = [[index[one], index[other]] for one, other in bonds if one in index and other in index]
    rows, columns = np.array(pairs, int).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(residues), len(residues)))
    molecules: dict[int, list[ResidueKey]] = {}
    for label, key in zip(connected_components(graph, directed=False)[1], residues, strict=True):
        molecules.setdefault(label, []).append(key)
    return list(molecules.values())


def _molecule_kind(elements: list[gemmi.Element]) -> LigandKind | None:
    names = {element.name for element in elements}
    if "C" not in names and names & METALS:
        return "metal"
    lone_metal = len(elements) == 1 and elements[0].is_metal
    return None if lone_metal or not names else "small_molecule"


def _polymers(structure: gemmi.Structure) -> Iterator[Ligand]:
    for chain in structure[0]:
        span = chain.get_polymer()
        if not len(span):
            continue
        kind = polymer_type(structure, chain)
        atoms = np.concatenate([_heavy(residue) for residue in span])
        if is_nucleic(kind):
            yield Ligand(
                "DNA/RNA" if kind == gemmi.PolymerType.DnaRnaHybrid else kind.name.upper(), "nucleic_acid", atoms
            )
        elif _is_peptide(structure, span):
            yield Ligand("-".join(residue.name for residue in span), "peptide", atoms, chain.name)


def _is_peptide(structure: gemmi.Structure, span: gemmi.ResidueSpan) -> bool:
    entity = structure.get_entity_of(span)
    declared = len(entity.full_sequence) if entity is not None else 0
    return max(declared, len(span)) < PEPTIDE and any(residue.name != "UNK" for residue in span)


def _heavy(residue: gemmi.Residue) -> np.ndarray:
    return np.array([atom.pos.tolist() for atom in residue]).reshape(-1, 3)
