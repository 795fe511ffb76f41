"""What proteins and entries are called: accessions from headers, identifiers that say nothing, names from paths."""

import re
from collections.abc import Sequence
from pathlib import Path

_UNIPROT = re.compile(r"(?:sp|tr)\|(\w+(?:-\d+)?)\|\S*")
_REGISTERED = re.compile(r"[1-9][A-Z0-9]{3}|PDB_[A-Z0-9]{8}|AF-\w+-F\d+(?:-MODEL_V\d+)?|MA-[A-Z0-9-]+")
_GENERIC_WORDS = (
    "AF2 AF3 AF ALPHAFOLD ALPHAFOLD2 BOLTZ BOLTZ1 BOLTZ2 CELL CHAI CIF COMPLEX DATA DEFAULT ENTRY ESMFOLD FILE "
    "FOLD ID INPUT JOB MODEL MODELS MULTIMER NA NAME NONE NULL OBJ OBJECT OUTPUT PDB PRED PREDICTED PREDICTION "
    "PROTEIN PTM QUERY RANK RANKED RELAXED RESULT SAMPLE SEED SEQUENCE STRUCT STRUCTURE SYSTEM TARGET TEMP "
    "TEMPLATE TEST TMP UNKNOWN UNNAMED UNRELAXED UNTITLED"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Words that programs write where an entry's identifier belongs."""

_SAME = re.compile(r"V?\d*|(\w)\1*")


def accession(word: str) -> str:
    """Return the id that the first word of a header stands for: ``P01308`` for UniProt's ``sp|P01308|INS_HUMAN``."""
    matched = _UNIPROT.fullmatch(word)
    return matched[1] if matched else word


def is_registered(entry: str) -> bool:
    """Whether an identifier is one of the PDB, of the AlphaFold database or of ModelArchive, which means one entry."""
    return _REGISTERED.fullmatch(entry.upper()) is not None


def is_placeholder(entry: str) -> bool:
    """Whether an identifier says nothing: ``model``, ``ranked_0``, ``XXXX``, ``unrelaxed_model_1_ptm_pred_0``."""
    words = re.split(r"[^A-Z0-9]+", entry.strip().upper())
    return not is_registered(entry) and all(word in _GENERIC or _SAME.fullmatch(word) for word in words)


def names_by_path(paths: Sequence[Path]) -> list[str]:
    """Return a name for each file: its stem, and before it as many folders as tell it from files of the same stem.

    A file that is given twice has one name, as have files that differ in what their names end in alone.
    """
    names = [stem_of(path) for path in paths]
    folders = [path.resolve().parent for path in paths]
    for depth in range(1, max((len(folder.parts) for folder in folders), default=0)):
        places: dict[str, set[Path]] = {}
        for folder, name in zip(folders, names, strict=True):
            places.setdefault(name, set()).add(folder)
        names = [
            "/".join((*folder.parts[-depth:], stem_of(path))) if len(places[name]) > 1 else name
            for path, folder, name in zip(paths, folders, names, strict=True)
        ]
    return names


def stem_of(path: Path) -> str:
    """Return a file's name without ``.gz`` and without what it ends in."""
    return path.name.removesuffix(".gz").rsplit(".", 1)[0]
