"""Modified residues of a structure.

A residue is modified if the entry says so (MODRES, pdbx_struct_mod_residue), if its component is none of the amino
acids that the genetic code encodes, or if a sugar is bound to it. Selenomethionine is left out:
it is put in for phasing. So are the groups that close a chain.
"""

from collections.abc import Collection, Mapping

import gemmi

from protlens.data.protein import Annotation
from protlens.data.structures.bonds import Bond, ResidueKey, is_sugar, residue_key
from protlens.data.structures.polymer import Polymer

ENCODED = "ACDEFGHIKLMNPQRSTVWYUO"

KINDS: Mapping[str, str] = {
    "SEP": "phosphorylation_st",
    "TPO": "phosphorylation_st",
    "PTR": "phosphorylation_y",
    "ALY": "acetylation",
    "MLZ": "methylation_k",
    "MLY": "methylation_k",
    "M3L": "methylation_k",
    "NMM": "methylation_r",
    "DA2": "methylation_r",
    "2MR": "methylation_r",
}
"""The kinds by component; an asparagine with a sugar is ``n_glycosylation``, everything else ``other``."""

OTHER = "other"

_ENCODED = frozenset({*gemmi.expand_one_letter_sequence(ENCODED, gemmi.ResidueKind.AA), "ASX", "GLX", "UNK", "MSE"})


def modified_residues(polymer: Polymer, structure: gemmi.Structure, bonds: Collection[Bond]) -> list[Annotation]:
    """Return one annotation for each modified residue that is resolved, under the component's name."""
    declared = {residue_key(record.chain_name, record.res_id) for record in structure.mod_residues}
    glycosylated = _glycosylated(structure, bonds)
    found = []
    for position, residue in polymer.resolved():
        key = residue_key(polymer.name, residue)
        if residue.name not in _ENCODED or key in glycosylated or (key in declared and residue.name != "MSE"):
            kind = (
                "n_glycosylation" if key in glycosylated and residue.name == "ASN" else KINDS.get(residue.name, OTHER)
            )
            found.append(Annotation(f"modification:{kind}", residue.name, (position,)))
    return found


def _glycosylated(structure: gemmi.Structure, bonds: Collection[Bond]) -> set[ResidueKey]:
    """Return the residues that a record, or a bond to a sugar, marks as glycosylated."""
    recorded = {
        residue_key(record.chain_name, record.res_id)
        for record in structure.mod_residues
        if "GLYCOSYLATION" in record.details.upper()
    }
    ends = [end for bond in bonds for end in (bond, bond[::-1])]
    return recorded | {residue for residue, sugar in ends if is_sugar(sugar[2])}
