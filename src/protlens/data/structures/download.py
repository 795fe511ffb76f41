"""Structures by their identifiers, fetched from the PDB and from the AlphaFold database; beside
``published_archives`` the only place in data/ that reaches the network.

What was fetched is kept in a cache, ``$XDG_CACHE_HOME/protlens/structures`` or ``~/.cache/protlens/structures``, and is
read from there ever after.
"""

import json
import os
import re
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from protlens.data.structures.structure_file import MAX_BYTES
from protlens.errors import DownloadError, FileFormatError, explain
from protlens.files import replacing

PDB = "https://files.rcsb.org/download"
"""Serves ``7HVP.cif.gz``."""

ALPHAFOLD = "https://alphafold.ebi.ac.uk"
"""Serves ``api/prediction/P69905``, which says where the newest prediction of a UniProt accession lies."""

TIMEOUT = 30.0
"""Seconds to wait for an answer."""

_SUFFIXES = r"(?:\.(?:pdb|ent|cif|mmcif|bcif)(?:\.gz)?)?"
_ENTRY = re.compile(rf"(?:pdb_0000)?([1-9][a-z0-9]{{3}}){_SUFFIXES}", re.IGNORECASE | re.ASCII)
_ACCESSION = re.compile(rf"AF-([A-Z0-9]{{6,10}})(?:-F1)?(?:-model_v\d+)?{_SUFFIXES}", re.IGNORECASE | re.ASCII)


def structure_file(name: str, *, offline: bool = False, on_note: Callable[[str], None] = lambda note: None) -> Path:
    """Return the file of a structure that is given by its path, or by the identifier of an entry.

    Parameters
    ----------
    name
        A file that is there; else an entry of the PDB (``7hvp``, ``7hvp.pdb``) or of the AlphaFold database
        (``AF-P69905``).
    offline
        Take it from the cache or not at all. Set in the environment, ``HF_HUB_OFFLINE=1`` does the same.
    on_note
        Called with a line that says where an entry came from.

    Raises
    ------
    FileFormatError
        If it is neither a file nor an identifier.
    DownloadError
        If the entry is neither in the cache nor can be fetched.
    """
    entry, accession = _ENTRY.fullmatch(name), _ACCESSION.fullmatch(name)
    if Path(name).exists():
        return Path(name)
    if not (entry or accession):
        found = "no such file, nor an entry of the PDB (as 7hvp) or of AlphaFold (as AF-P69905)"
        raise FileFormatError(explain(f"structure {name}", found=found))
    # mmCIF whatever the suffix: the PDB writes no PDB files of large entries any more
    called = entry[1].upper() + ".cif.gz" if entry else f"AF-{accession[1].upper()}.cif" if accession else ""
    kept = cache_folder() / called
    if kept.exists():
        on_note(f"{name}: read from {kept}, where it was kept")
        return kept
    if offline or os.environ.get("HF_HUB_OFFLINE", "") not in ("", "0"):
        found = "no such file, not in the cache, and the network may not be asked"
        raise DownloadError(explain(f"structure {name!r}", found=found, hint="connect, or give a file"))
    where = f"{PDB}/{called}" if entry else _predicted(name, called.removeprefix("AF-").removesuffix(".cif"))
    with replacing(kept) as beside:
        beside.write_bytes(_fetched(name, where))
    on_note(f"{name}: fetched from {urlsplit(where).netloc}, kept in {kept}")
    return kept


def cache_folder() -> Path:
    """Return where structures that were fetched are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "protlens" / "structures"


def _predicted(name: str, accession: str) -> str:
    """Return the address of the newest prediction of a UniProt accession."""
    try:
        where = str(json.loads(_fetched(name, f"{ALPHAFOLD}/api/prediction/{accession}"))[0]["cifUrl"])
    except (ValueError, LookupError, TypeError) as error:
        raise _refusal(name, ALPHAFOLD, "it answered something else than expected") from error
    if urlsplit(where)[:2] != urlsplit(ALPHAFOLD)[:2]:  # what a server answers does not say whom else to ask
        raise _refusal(name, ALPHAFOLD, f"it points to {where}")
    return where


def _fetched(name: str, where: str) -> bytes:
    try:
        with urlopen(where, timeout=TIMEOUT) as answer:
            content = bytes(answer.read(MAX_BYTES + 1))
    except HTTPError as error:
        error.close()
        why = "it has no such entry" if error.code == 404 else f"it answered {error.code} {error.reason}"
        raise _refusal(name, where, why) from error
    except (OSError, HTTPException) as error:
        raise _refusal(name, where, str(getattr(error, "reason", error))) from error
    if len(content) > MAX_BYTES:
        raise _refusal(name, where, f"it is larger than {MAX_BYTES} bytes")
    return content


def _refusal(name: str, where: str, why: str) -> DownloadError:
    found = f"no such file, and not to be had from {urlsplit(where).netloc} ({why})"
    return DownloadError(explain(f"structure {name!r}", found=found, hint="connect, or give a file"))
