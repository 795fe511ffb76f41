"""Lean mmCIF: what a viewer needs to draw chains and ligands, and to find residues again.

Every part has a ``label_asym_id`` of its own, of letters only; the author's names stand beside it. The category
``protlens_residue`` holds the text that is shown for each residue.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any, Literal, TypeAlias

import gemmi

PartKind: TypeAlias = Literal["protein", "nucleic", "other", "ligand"]

TOOLTIPS = "protlens_residue"
"""The category with the columns ``label_asym_id``, ``label_seq_id`` and ``tooltip``."""

_POLYMER_TYPES = {"protein": "polypeptide(L)", "nucleic": "polyribonucleotide", "other": "other"}
_HELICES = {"H": "HELX_RH_AL_P", "G": "HELX_RH_3T_P", "I": "HELX_RH_PI_P"}
_STRAND = "E"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A polymer chain or a ligand.

    Parameters
    ----------
    asym
        Its ``label_asym_id``.
    chain
        The author's name of its chain.
    kind
        What it is.
    residues
        With their ``label_seq_id``, None in a ligand.
    components
        The component of each residue of a polymer, resolved or not; empty for a ligand.
    states
        DSSP states, one for each component; empty if not known.
    tooltips
        One for each of ``residues``.
    """

    asym: str
    chain: str
    kind: PartKind
    residues: Sequence[tuple[int | None, gemmi.Residue]]
    components: Sequence[str] = ()
    states: str = ""
    tooltips: Sequence[str] = ()


def asym_name(number: int) -> str:
    """Return ``A`` to ``Z``, ``AA`` and so on, counted from zero."""
    name = ""
    while number >= 0:
        number, letter = divmod(number, 26)
        name = chr(ord("A") + letter) + name
        number -= 1
    return name


def write_mmcif(parts: Sequence[Part]) -> str:
    """Return the text of an mmCIF file with these parts, which must hold at least one atom."""
    block = gemmi.cif.Block("protlens")
    polymers = [part for part in parts if part.kind != "ligand"]
    entities = [(part.asym, "non-polymer" if part.kind == "ligand" else "polymer") for part in parts]
    _add(block, "entity", ["id", "type"], entities)
    _add(block, "struct_asym", ["id", "entity_id"], [(part.asym, part.asym) for part in parts])
    _add(block, "chem_comp", ["id", "type"], _components(parts))
    _add(block, "entity_poly", ["entity_id", "type"], [(part.asym, _POLYMER_TYPES[part.kind]) for part in polymers])
    sequences = [(part.asym, i, name) for part in polymers for i, name in enumerate(part.components, 1)]
    _add(block, "entity_poly_seq", ["entity_id", "num", "mon_id"], sequences)
    _add_secondary_structure(block, polymers)
    _add(block, TOOLTIPS, ["label_asym_id", "label_seq_id", "tooltip"], _tooltips(parts))
    _add(block, "atom_site", _ATOM_COLUMNS, _atoms(parts))
    return block.as_string()


def _add(block: gemmi.cif.Block, category: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    table = [[_plain(value) for value in column] for column in zip(*rows, strict=True)]
    if table:
        block.set_mmcif_category(f"_{category}.", dict(zip(columns, table, strict=True)))


def _plain(value: Any) -> Any:
    """Return text without line breaks, one of which would end a CIF text field early."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _components(parts: Iterable[Part]) -> list[tuple[str, str]]:
    """Return what each component is; one that stands in a polymer and alone counts as of the polymer."""
    types = {residue.name: "non-polymer" for part in parts for _, residue in part.residues}
    for part in parts:
        types.update((name, _component_type(name, part.kind)) for name in part.components)
    return list(types.items())


def _component_type(name: str, kind: PartKind) -> str:
    if kind == "nucleic":
        return "DNA linking" if gemmi.find_tabulated_residue(name).kind == gemmi.ResidueKind.DNA else "RNA linking"
    if kind == "protein":
        return "peptide linking" if name == "GLY" else "L-peptide linking"
    return "other"


def _tooltips(parts: Iterable[Part]) -> Iterator[tuple[str, int | bool, str]]:
    for part in parts:
        for (number, _), text in zip(part.residues, part.tooltips, strict=True):
            yield part.asym, number or False, escape(text, quote=False)  # viewers take it for HTML


def _add_secondary_structure(block: gemmi.cif.Block, polymers: Iterable[Part]) -> None:
    runs = [(part, *run) for part in polymers for run in _runs(part)]
    helices = [_range(part, start, end) for part, state, start, end in runs if state in _HELICES]
    types = [_HELICES[state] for _, state, _, _ in runs if state in _HELICES]
    strands = [_range(part, start, end) for part, state, start, end in runs if state == _STRAND]
    columns = [f"{end}_{name}" for end in ("beg", "end") for name in _RANGE_COLUMNS]
    rows = [(kind, f"H{i}", *ends) for i, (kind, ends) in enumerate(zip(types, helices, strict=True), 1)]
    _add(block, "struct_conf", ["conf_type_id", "id", *columns], rows)
    rows = [("S", f"{i}", *ends) for i, ends in enumerate(strands, 1)]
    _add(block, "struct_sheet_range", ["sheet_id", "id", *columns], rows)


def _runs(part: Part) -> Iterator[tuple[str, int, int]]:
    """Yield the stretches of one state with their first and last ``label_seq_id``."""
    start = 1
    for state, group in groupby(part.states):
        length = len(list(group))
        yield state, start, start + length - 1
        start += length


_RANGE_COLUMNS = ["label_comp_id", "label_asym_id", "label_seq_id", "auth_asym_id", "auth_seq_id"]


def _range(part: Part, start: int, end: int) -> tuple[Any, ...]:
    residues = dict(part.residues)
    ends = ((number, residues[number]) for number in (start, end))
    return tuple(
        value for number, residue in ends for value in (residue.name, part.asym, number, part.chain, residue.seqid.num)
    )


_ATOM_COLUMNS = [
    "group_PDB",
    "id",
    "type_symbol",
    "label_atom_id",
    "label_alt_id",
    "label_comp_id",
    "label_asym_id",
    "label_entity_id",
    "label_seq_id",
    "pdbx_PDB_ins_code",
    "Cartn_x",
    "Cartn_y",
    "Cartn_z",
    "auth_seq_id",
    "auth_asym_id",
    "pdbx_PDB_model_num",
]


def _atoms(parts: Iterable[Part]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for part in parts:
        for position, residue in part.residues:
            seqid = residue.seqid
            group = "HETATM" if part.kind == "ligand" else "ATOM"
            place = (residue.name, part.asym, part.asym, position or False, seqid.icode.strip() or False)
            author = (seqid.num if seqid.num is not None else position, part.chain or part.asym, 1)
            for atom in residue:
                number += 1
                xyz = (f"{value:.3f}" for value in atom.pos.tolist())
                yield (group, number, atom.element.name, atom.name, False, *place, *xyz, *author)
