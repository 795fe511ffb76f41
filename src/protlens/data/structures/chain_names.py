"""What the molecules of an entry are called, and what organism they come from, by chain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import gemmi

LONGEST = 200
"""Characters of a name that are kept."""

_ORGANISMS = (
    ("_entity_src_gen.", "pdbx_gene_src_scientific_name"),
    ("_entity_src_nat.", "pdbx_organism_scientific"),
    ("_pdbx_entity_src_syn.", "organism_scientific"),
    ("_ma_target_ref_db_details.", "organism_scientific"),
)
"""Categories of mmCIF that name the organism of an entity: expressed, natural, synthetic, modelled."""


class ChainName(NamedTuple):
    """Name of the molecule and of its organism, each empty where it is not told."""

    title: str = ""
    organism: str = ""


ChainNames: TypeAlias = Mapping[str, ChainName]
"""By the author's name of the chain."""


def names_in_block(block: gemmi.cif.Block, structure: gemmi.Structure) -> ChainNames:
    """Return what mmCIF says of the polymer of each chain, by the author's name of the chain.

    Parameters
    ----------
    block, structure
        The block, and what was made of it.
    """
    titles = _column(block, "_entity.", "id", "pdbx_description")
    organisms: dict[str, str] = {}
    for category, column in _ORGANISMS:
        organisms = _column(block, category, _key(category), column) | organisms
    names: dict[str, ChainName] = {}
    for chain in structure[0] if len(structure) else ():
        entity = structure.get_entity_of(chain.get_polymer())
        if entity is not None and (entity.name in titles or entity.name in organisms):
            name = ChainName(titles.get(entity.name, ""), _organism(organisms.get(entity.name, "")))
            names.setdefault(chain.name, name)
    return names


def _key(category: str) -> str:
    return "target_entity_id" if category == "_ma_target_ref_db_details." else "entity_id"


def _column(block: gemmi.cif.Block, category: str, key: str, column: str) -> dict[str, str]:
    rows = block.find(category, [key, column])
    return {row.str(0): short_name(row.str(1)) for row in rows if row.has(1) and row.str(1).strip("?. ")}


def names_in_pdb(lines: Sequence[str]) -> ChainNames:
    """Return what the records COMPND and SOURCE of a PDB file say of each chain."""
    molecules = dict(_molecules(lines, "COMPND"))
    sources = dict(_molecules(lines, "SOURCE"))
    names: dict[str, ChainName] = {}
    for number, molecule in molecules.items():
        organism = _organism(short_name(sources.get(number, {}).get("ORGANISM_SCIENTIFIC", "")))
        for chain in molecule.get("CHAIN", "").split(","):
            names.setdefault(chain.strip(), ChainName(short_name(molecule.get("MOLECULE", "")), organism))
    return names


def _molecules(lines: Iterable[str], record: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the number of each molecule and its values by name; a line goes on where no name begins."""
    text = " ".join(line[10:80].strip() for line in lines if line.startswith(record))
    values: dict[str, str] = {}
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        if not colon:
            continue
        if name.strip() == "MOL_ID" and values:
            yield values.get("MOL_ID", ""), values
            values = {}
        values[name.strip()] = value.strip()
    if values:
        yield values.get("MOL_ID", ""), values


def short_name(text: str) -> str:
    """Return a name in one line, cut to ``LONGEST`` characters."""
    return " ".join(text.split())[:LONGEST]


def _organism(name: str) -> str:
    """Return a scientific name as it is written: older entries have it in capitals."""
    if not name.isupper():
        return name
    words = [word if any(map(str.isdigit, word)) else word.lower() for word in name.split()]
    return " ".join([words[0].capitalize(), *words[1:]])
