"""Proteins with labels from a structure file.

Each chain of at least ``PEPTIDE`` amino acids becomes a protein with the identifier ``ENTRY.CHAIN`` (``ENTRY``
if the chain has no name; a second one under a name is ``A-2``). It carries
``dssp`` always, ``3di`` where the backbone is known, and each of the tracks ``binding_site``, ``binding_site:KIND``,
``modification``, ``modification:KIND`` and ``site_record`` if at least one of its residues is positive: that a crystal
holds no ligand, or no modified residue, does not show that the protein binds or bears none. Residues that are not
resolved are unknown in all tracks.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from protlens.data.protein import Annotation, Protein, binary_track
from protlens.data.structures.assemblies import assemble
from protlens.data.structures.bonds import covalent_bonds
from protlens.data.structures.chain_names import ChainName
from protlens.data.structures.ligands import binding_sites, find_ligands
from protlens.data.structures.modified import modified_residues
from protlens.data.structures.polymer import PEPTIDE, Polymer, contents, protein_polymers
from protlens.data.structures.secondary_structure import secondary_structure
from protlens.data.structures.structural_states import structural_states
from protlens.data.structures.structure_file import (
    MAX_BYTES,
    SiteResidue,
    StructureFile,
    StructureSource,
    load_structure,
    source_path,
)
from protlens.errors import FileFormatError, explain
from protlens.registry import each_name
from protlens.typing import Coordinates

MAX_RESIDUES = 100_000
"""Secondary structure takes time with the square of the residues of an entry; a larger one is refused."""


def read_structure(
    source: StructureSource,
    *,
    chains: str | Iterable[str] | None = None,
    name: str | None = None,
    assembly: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> list[Protein]:
    """Read the protein chains of an mmCIF, BinaryCIF or PDB file, plain or gzipped.

    The first model is read. Of alternative locations the one with the highest occupancy counts, the first if several
    share it. A residue that was not resolved stands in the sequence with NaN coordinates and an empty number; where a
    resolved residue lacks CA or CB, that atom alone is NaN. A model without any CB has ``cb`` None. What has names
    that are missing, used twice or outside the dictionary of the PDB is told by its atoms (see the package). A protein
    has the name of its molecule as ``title``, or else that of the entry, and its organism, where the file says so.

    Parameters
    ----------
    source
        The file, or one that is open for reading bytes; its format is told from its content.
    chains
        The author's name of the chain to return, or several, peptides included if named; None for all proteins.
    name
        What an entry is called that has no identifier, or one that says nothing, as ``model``; None takes the file's
        stem.
    assembly
        The biological assembly whose chains are returned, as ``1``: copies of those of the file, moved as mmCIF or
        REMARK 350 tells, ``A`` and ``A-2``, each with the labels of its chain. None returns the chains of the file,
        which of an entry of the PDB are the asymmetric unit.
    max_bytes
        A file that unpacks to more is refused.

    Raises
    ------
    FileFormatError
        If the file cannot be read, is damaged, or holds no protein chain, or not the chain or assembly that was asked
        for.

    Examples
    --------
    >>> [(chain.id, len(chain)) for chain in protlens.read_structure("structures/7hvp.pdb.gz")]
    [('7HVP.A', 99), ('7HVP.B', 99)]
    """
    file, path = load_structure(source, name=name, max_bytes=max_bytes), source_path(source)
    asked = None if chains is None else each_name(chains)
    try:
        polymers = protein_polymers(file.structure, file.canonical)
    except FileFormatError as error:
        raise FileFormatError(explain(f"structure {path}", found=str(error))) from error
    resolved = sum(1 for polymer in polymers for _ in polymer.resolved())
    if resolved > MAX_RESIDUES:
        raise FileFormatError(
            explain(f"structure {path}", found=f"{resolved} residues", allowed=f"at most {MAX_RESIDUES}")
        )
    wanted = [polymer.name for polymer in polymers if _is_wanted(polymer, asked)]
    _check_wanted(path, file, polymers, wanted=wanted, chains=asked)
    bonds = covalent_bonds(file.structure)
    ligands = find_ligands(file.structure, bonds)
    read = [
        (
            polymer,
            _protein(
                file,
                polymer,
                dssp=dssp,
                notes=[
                    *binding_sites(polymer, ligands),
                    *modified_residues(polymer, file.structure, bonds),
                    *_site_records(polymer, file.sites),
                ],
            ),
        )
        for polymer, dssp in zip(polymers, secondary_structure(polymers), strict=True)
        if polymer.name in wanted
    ]
    if assembly is None:
        return [protein for _, protein in read]
    try:
        return assemble(file.structure, assembly, read, most=MAX_RESIDUES)
    except FileFormatError as error:
        raise FileFormatError(explain(f"structure {path}", found=str(error))) from error


def _is_wanted(polymer: Polymer, chains: Collection[str] | None) -> bool:
    return polymer.is_protein if chains is None else polymer.name in chains


def _check_wanted(
    path: Path, file: StructureFile, polymers: Sequence[Polymer], *, wanted: list[str], chains: Collection[str] | None
) -> None:
    held = contents(file.structure, polymers, file.waters)
    missing = sorted(set(chains or ()) - set(wanted))
    if missing:
        asked, names = f"chain {', '.join(missing)} of structure {path}", [polymer.name for polymer in polymers]
        found = f"no such protein chain; it holds {held}"
        raise FileFormatError(explain(asked, found=found, allowed=names or None))
    if not wanted:
        found = f"no protein chain of {PEPTIDE} residues or more that are resolved and bonded; it holds {held}"
        raise FileFormatError(explain(f"structure {path}", found=found))


def _protein(file: StructureFile, polymer: Polymer, *, dssp: str, notes: list[Annotation]) -> Protein:
    states, called = structural_states(polymer), file.names.get(polymer.name, ChainName())
    return Protein(
        id=f"{file.entry}.{polymer.name}" if polymer.name else file.entry,
        sequence=polymer.sequence,
        tracks={"dssp": dssp, **({} if states is None else {"3di": states}), **_tracks(polymer, notes)},
        ca=_positions(polymer, ["CA"] * len(polymer.sequence)),
        cb=_cb_positions(polymer),
        residue_numbers=tuple("" if residue is None else str(residue.seqid) for residue in polymer.residues),
        chain=polymer.name,
        annotations=tuple(notes),
        title=called.title or file.title,
        organism=called.organism,
    )


def _tracks(polymer: Polymer, notes: Iterable[Annotation]) -> Mapping[str, str]:
    positives: dict[str, set[int]] = {}
    for note in notes:
        for name in {note.track, note.track.partition(":")[0]}:
            positives.setdefault(name, set()).update(note.residues)
    unresolved = [i for i, residue in enumerate(polymer.residues) if residue is None or not len(residue)]
    return {
        name: binary_track(len(polymer.sequence), sorted(positions), unknown=unresolved)
        for name, positions in sorted(positives.items())
    }


def _positions(polymer: Polymer, names: list[str]) -> Coordinates:
    positions = np.full((len(names), 3), np.nan, np.float32)
    for i, residue in polymer.resolved():
        atom = residue.find_atom(names[i], "*")
        if atom is not None:
            positions[i] = atom.pos.tolist()
    return positions


def _cb_positions(polymer: Polymer) -> Coordinates | None:
    """Return CB positions, CA for glycine; None for a model without any CB, where glycine alone would be known."""
    bears = [residue for i, residue in polymer.resolved() if polymer.sequence[i] != "G" and len(residue)]
    if bears and all(residue.find_atom("CB", "*") is None for residue in bears):
        return None
    return _positions(polymer, ["CA" if letter == "G" else "CB" for letter in polymer.sequence])


def _site_records(polymer: Polymer, sites: Iterable[SiteResidue]) -> list[Annotation]:
    places = {str(residue.seqid): position for position, residue in polymer.resolved()}
    named: dict[str, set[int]] = {}
    for residue in sites:
        if residue.chain == polymer.name and residue.number in places:
            named.setdefault(residue.site, set()).add(places[residue.number])
    return [Annotation("site_record", name, tuple(sorted(residues))) for name, residues in named.items()]
