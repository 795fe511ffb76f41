"""What is put right in a block of mmCIF before gemmi reads it, and what gemmi does not read from it."""

import re
from collections.abc import Mapping

import gemmi

from protlens.errors import FileFormatError

_SAME = {
    "label_atom_id": "auth_atom_id",
    "label_comp_id": "auth_comp_id",
    "label_asym_id": "auth_asym_id",
    "label_seq_id": "auth_seq_id",
}
_DEFAULTS = {"label_alt_id": ".", "occupancy": "1.00", "B_iso_or_equiv": "0.00"}
_NEEDED = ("Cartn_x", "Cartn_y", "Cartn_z")
_LETTERS = re.compile(r"[A-Za-z]+")


def complete_atom_columns(block: gemmi.cif.Block) -> None:
    """Fill the columns of ``atom_site`` that gemmi needs from those that say the same.

    Raises
    ------
    FileFormatError
        If a column is lacking for which no other stands.
    """
    names = set(block.find_mmcif_category("_atom_site.").tags)
    given = {name.removeprefix("_atom_site.") for name in names}
    if not given:
        return
    missing = [name for name in _NEEDED if name not in given]
    missing += [name for name, other in _SAME.items() if name not in given and other not in given]
    if missing:
        raise FileFormatError(f"no column _atom_site.{missing[0]}")
    columns = block.get_mmcif_category("_atom_site.", raw=True)
    atoms = len(columns[_NEEDED[0]])
    added = {name: columns[other] for name, other in _SAME.items() if name not in given and other in given}
    added |= {other: columns[name] for name, other in _SAME.items() if other not in given and name in given}
    added |= {name: [value] * atoms for name, value in _DEFAULTS.items() if name not in given}
    added |= {"id": [str(i + 1) for i in range(atoms)]} if "id" not in given else {}
    named = columns.get("label_atom_id") or columns["auth_atom_id"]
    components = columns.get("label_comp_id") or columns["auth_comp_id"]
    if "type_symbol" not in given:
        added["type_symbol"] = [_element(*pair) for pair in zip(named, components, strict=True)]
    if added:
        block.set_mmcif_category("_atom_site.", {**columns, **added}, raw=True)


def _element(atom: str, component: str) -> str:
    """Return the element of an atom by its name: that of the component where it is an ion, one letter else."""
    letters = _LETTERS.search(atom.strip("\"'"))
    if letters is None:
        return "X"
    whole = letters.group().upper()
    ion = gemmi.Element(whole)
    if len(whole) == 2 and ion.atomic_number and (whole == component.upper()[:2] and len(component) <= len(whole) + 1):
        return whole
    known = gemmi.find_tabulated_residue(component.upper())
    if len(whole) == 2 and ion.atomic_number and not known.is_standard() and ion.is_metal and whole not in ("CA", "CD"):
        return whole
    return whole[0]


def canonical_sequences(block: gemmi.cif.Block) -> Mapping[str, str]:
    """Return the canonical letters of each entity that states them."""
    table = block.find("_entity_poly.", ["entity_id", "pdbx_seq_one_letter_code_can"])
    sequences = ((row.str(0), "".join(row.str(1).split()).upper()) for row in table)
    return {entity: sequence for entity, sequence in sequences if sequence.strip("?.")}
