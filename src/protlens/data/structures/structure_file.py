"""The border to files that hold a structure: mmCIF, BinaryCIF and PDB, plain or gzipped.

The format is told from the content, so a name may end in anything. What leaves this module is one cleaned model:
the first, without water and hydrogen, one conformer a residue.
"""

import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeAlias

import gemmi

from protlens.data.identifiers import is_placeholder, stem_of
from protlens.data.structures.binary_cif import read_binary_cif
from protlens.data.structures.chain_names import ChainNames, names_in_block, names_in_pdb, short_name
from protlens.data.structures.cif_block import canonical_sequences, complete_atom_columns
from protlens.data.structures.conformers import keep_one_conformer
from protlens.data.structures.linked import remove_shared_points
from protlens.data.structures.model_bounds import check_density, check_model, remove_parts
from protlens.data.structures.pdb_text import Block, is_docking, rewrite_pdb
from protlens.data.structures.pieces import part_chains
from protlens.data.structures.residue_aliases import is_dummy, is_water, use_dictionary_names
from protlens.data.unpacking import unpack
from protlens.errors import FileFormatError, explain
from protlens.typing import PathInput

StructureSource: TypeAlias = PathInput | BinaryIO
"""A structure file by its path, or one that is open for reading bytes, which stays open."""

MAX_BYTES = 512 * 1024 * 1024
"""A file that unpacks to more is refused; the largest entries of the PDB, as mmCIF, are about half of this."""

EXPANSION = 40
"""How many times its size a gzipped file of more than 16 MB may unpack to; entries of the PDB reach 4 to 7."""

FARTHEST = 1e6
"""Atoms farther than this from the origin, in angstrom, are a defect of the file."""

MAX_LINES = 10_000_000
"""Lines of a PDB file; 5 million atoms with their ANISOU records fit in."""

_CIF = re.compile(r"(?:\s|#[^\n]*\n)*+data_", re.IGNORECASE)
_CLOSED = re.compile(r"^#[ \t\r]*$", re.MULTILINE)
_PDB = re.compile(r"^(?:ATOM  |HETATM)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SiteResidue:
    """One residue named in a SITE record: the site's name, the author's chain, number and insertion code."""

    site: str
    chain: str
    number: str


@dataclass(frozen=True, slots=True)
class StructureFile:
    """What a file holds.

    Parameters
    ----------
    entry
        The entry's identifier in upper case, or the file's stem if it gives none or one that says nothing.
    structure
        One model, without water and hydrogen, one conformer a residue, chains under the author's names.
    sites
        The residues of all SITE records.
    canonical
        The canonical letters of each entity of mmCIF that states them, by its name.
    waters
        How many molecules of water were left out.
    names
        What the molecule of each chain is called, and its organism, as far as the file says so.
    title
        What the entry is called; empty if it has no title.
    """

    entry: str
    structure: gemmi.Structure
    sites: tuple[SiteResidue, ...]
    canonical: Mapping[str, str] = field(default_factory=dict)
    waters: int = 0
    names: ChainNames = field(default_factory=dict)
    title: str = ""


def load_structure(source: StructureSource, *, name: str | None = None, max_bytes: int = MAX_BYTES) -> StructureFile:
    """Load a structure file, given by its path or open for reading bytes.

    Parameters
    ----------
    source
        The file.
    name
        What an entry without an identifier is called; None takes the file's stem.
    max_bytes
        A file that unpacks to more is refused.

    Raises
    ------
    FileFormatError
        If it cannot be read, is damaged or cut off, unpacks to more than ``max_bytes``, or holds no atoms.
    """
    path = source_path(source)
    try:
        parsed = _parse(_content(source, max_bytes))
        if not len(parsed.structure) or not parsed.structure[0].count_atom_sites():
            raise FileFormatError("it holds no atoms")
        waters = _clean(parsed)
    except (FileFormatError, ValueError, RuntimeError, IndexError, OSError, EOFError, zlib.error) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
        raise FileFormatError(explain(f"structure {path}", found=reason)) from error
    entry = _identifier(parsed.structure) or name or stem_of(path)
    title = short_name(dict(parsed.structure.info).get("_struct.title", "").strip("?."))
    return StructureFile(entry, parsed.structure, parsed.sites, parsed.canonical, waters, parsed.names, title)


@dataclass(frozen=True, slots=True)
class _Parsed:
    structure: gemmi.Structure
    sites: tuple[SiteResidue, ...]
    canonical: Mapping[str, str] = field(default_factory=dict)
    blocks: Sequence[Block] = ()
    names: ChainNames = field(default_factory=dict)


def source_path(source: StructureSource) -> Path:
    """Return the path of a source; of an open file what it is called, ``structure`` if it has no name."""
    if isinstance(source, str | os.PathLike):
        return Path(source)
    name = getattr(source, "name", None)
    return Path(name if isinstance(name, str) else "structure")


def _content(source: StructureSource, max_bytes: int) -> bytes:
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            content = _bounded(file, max_bytes)
    else:
        content = _bounded(source, max_bytes)
    packed = content.startswith(b"\x1f\x8b")
    if source_path(source).suffix == ".gz" and not packed:
        raise FileFormatError("its name ends in .gz, but it is not gzipped")
    if not packed:
        return content
    with unpack(BytesIO(content), size=len(content), expansion=EXPANSION) as unpacked:
        return _bounded(unpacked, max_bytes)


def _bounded(file: BinaryIO, max_bytes: int) -> bytes:
    content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise FileFormatError(f"more than {max_bytes} bytes")
    return content


def _parse(content: bytes) -> _Parsed:
    if b"dataBlocks" in content and b"\0" in content:
        return _from_block(read_binary_cif(content))
    text = content.decode("ascii", "replace").replace("\ufffd", "?")
    if _CIF.match(text):
        _check_end(text)
        return _from_block(_first_structure(gemmi.cif.read_string(text)))
    if _PDB.search(text):
        return _from_pdb(text)
    start = repr(text.strip()[:30])
    raise FileFormatError(
        f"text that starts with {start}; allowed: mmCIF, BinaryCIF, PDB" if text.strip() else "an empty file"
    )


def _check_end(text: str) -> None:
    """Refuse an entry of the PDB cut off between two lines, which is still proper CIF: ``#`` closes each category."""
    if "mmcif_pdbx.dic" not in text:
        return
    closed = len(list(islice(_CLOSED.finditer(text), 2))) > 1
    if closed and text.rstrip().rpartition("\n")[2] != "#":
        raise FileFormatError("cut off: the last category is not closed by #")


def _first_structure(document: gemmi.cif.Document) -> gemmi.cif.Block:
    return next((block for block in document if block.find_values("_atom_site.id")), document[0])


def _from_block(block: gemmi.cif.Block) -> _Parsed:
    columns = ["site_id", "auth_asym_id", "auth_seq_id", "?pdbx_auth_ins_code"]
    sites = tuple(
        SiteResidue(row.str(0), row.str(1), row.str(2) + (row.str(3) if row.has(3) else ""))
        for row in block.find("_struct_site_gen.", columns)
    )
    complete_atom_columns(block)
    structure = gemmi.make_structure_from_block(block)
    return _Parsed(structure, sites, canonical_sequences(block), names=names_in_block(block, structure))


def _from_pdb(text: str) -> _Parsed:
    if text.count("\n") > MAX_LINES:
        raise FileFormatError(f"more than {MAX_LINES} lines")
    lines = text.splitlines()
    _check_ends(lines)
    rewritten = rewrite_pdb(lines, is_docking=is_docking(text))
    structure = gemmi.read_pdb_string(rewritten.text)
    for chain in structure[0] if len(structure) else ():
        for residue in chain:
            residue.name = rewritten.long_names.get(residue.name, residue.name)
    sites = tuple(site for line in lines if line.startswith("SITE  ") for site in _sites_of(line))
    return _Parsed(structure, sites, blocks=rewritten.blocks, names=names_in_pdb(lines))


def _check_ends(lines: Sequence[str]) -> None:
    """Refuse a deposited file that was cut off: without END, the chains of SEQRES that it holds must close with TER."""
    records = {line[:6].rstrip() for line in lines}
    if "SEQRES" not in records or "END" in records:
        return
    declared = {line[11] for line in lines if line.startswith("SEQRES") and len(line) > 11}
    closed, chain = set(), ""
    for line in lines:
        if line.startswith(("ATOM  ", "HETATM")):
            chain = line[21:22]
        elif line.startswith("TER"):
            closed.add(chain)
    if not declared <= closed:
        raise FileFormatError(
            "cut off: a PDB file with SEQRES records, but without an END record, or TER of each chain"
        )


def _sites_of(line: str) -> Iterator[SiteResidue]:
    for start in range(18, min(len(line.rstrip()), 62), 11):
        residue = line[start : start + 10]
        if residue[:3].strip():
            yield SiteResidue(line[11:14].strip(), residue[4:5].strip(), residue[5:10].strip())


def _identifier(structure: gemmi.Structure) -> str:
    """Return the entry's identifier in upper case, empty if it has none or one that says nothing."""
    named: str = dict(structure.info).get("_entry.id", "")
    return "" if is_placeholder(named) else named.strip().upper()


def _clean(parsed: _Parsed) -> int:
    """Clean the structure in place, and return how many molecules of water were removed."""
    structure = parsed.structure
    while len(structure) > 1:
        del structure[-1]
    waters = _keep_molecules(structure[0])
    structure.remove_hydrogens()
    for chain in structure[0]:
        _remove(chain, lambda residue: not len(residue))
    structure.remove_empty_chains()
    check_model(structure[0])
    keep_one_conformer(structure[0])
    atoms = (atom for chain in structure[0] for residue in chain for atom in residue)
    if not all(abs(value) < FARTHEST for atom in atoms for value in atom.pos.tolist()):
        raise FileFormatError("an atom without coordinates, or with impossible ones")
    remove_shared_points(structure[0])
    check_density(structure[0])
    part_chains(structure, parsed.blocks)
    structure.assign_label_seq_id()
    for chain in structure[0]:
        for residue in chain:
            residue.segment = ""
    return waters


def _keep_molecules(model: gemmi.Model) -> int:
    """Call components by their names in the dictionary, and remove water and what stands for no molecule."""
    waters = 0
    for chain in model:
        for residue in chain:
            use_dictionary_names(residue)
        waters += _remove(chain, is_water)
        _remove(chain, is_dummy)
    return waters


def _remove(chain: gemmi.Chain, is_removed: Callable[[gemmi.Residue], bool]) -> int:
    indices = [i for i, residue in enumerate(chain) if is_removed(residue)]
    remove_parts(chain, indices)
    return len(indices)
