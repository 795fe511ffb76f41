"""Datasets that others publish as archives: where they lie, by what checksum they are told, and how they are kept.

What was fetched is kept in ``$XDG_CACHE_HOME/protlens/datasets`` or ``~/.cache/protlens/datasets``, with its sha256
beside it. Where no checksum is published, that tells later whether the file is still the one that was fetched, and
nothing of whether this was the right one. It is unpacked by whoever fetched it, and read by ``import_dataset``.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from protlens.errors import DownloadError, explain
from protlens.files import file_sha256, replacing
from protlens.registry import unknown_name

LARGEST = 32 * 1024**3
"""Bytes of an archive that are taken, at most."""

TIMEOUT = 60.0
"""Seconds to wait for an answer, and for each part of it."""

_PIECE = 1024**2

_TAPE = "https://s3.amazonaws.com/songlabdata/proteindata/data_pytorch"
_PROTEINNET = "https://sharehost.hms.harvard.edu/sysbio/alquraishi/proteinnet/human_readable"


@dataclass(frozen=True, slots=True)
class PublishedArchive:
    """An archive that others publish.

    Parameters
    ----------
    description
        What it holds, in a line.
    address
        Where it lies, or lay.
    told_by
        The page that gives the address.
    file_format
        What ``protlens dataset import`` reads of it.
    md5
        The checksum that is published for it; None if none is known.
    """

    description: str
    address: str
    told_by: str
    file_format: str
    md5: str | None = None


ARCHIVES = {
    "tape-secondary-structure": PublishedArchive(
        "TAPE's secondary structure: NetSurfP-2.0's chains, three and eight states",
        f"{_TAPE}/secondary_structure.tar.gz",
        "torchdrug/datasets/secondary_structure.py of DeepGraphLearning/torchdrug, which has the checksum too",
        "tape-lmdb",
        md5="2f61e8e09c215c032ef5bc8b910c8e97",
    ),
    "tape-proteinnet": PublishedArchive(
        "ProteinNet's CASP12 chains as TAPE has them, for contacts",
        f"{_TAPE}/proteinnet.tar.gz",
        "download_data.sh of songlab-cal/tape (in early versions under s3.amazonaws.com/proteindata)",
        "tape-lmdb",
    ),
    **{
        f"proteinnet-casp{number}": PublishedArchive(
            f"ProteinNet as of CASP{number}, as text",
            f"{_PROTEINNET}/casp{number}.tar.gz",
            "how_to_reproduce.md of jonathanking/sidechainnet",
            "proteinnet",
        )
        for number in range(7, 13)
    },
}
"""Archives by name. Their hosts are others', and whether they still answer is not known before they are asked."""


def fetch_archive(name: str, *, offline: bool = False, on_note: Callable[[str], None] = lambda note: None) -> Path:
    """Return the file of an archive, fetched if it was not kept.

    Parameters
    ----------
    name
        In ``ARCHIVES``.
    offline
        Take it from the cache or not at all. Set in the environment, ``HF_HUB_OFFLINE=1`` does the same.
    on_note
        Called with lines that say where it came from, and what is known of its checksum.

    Raises
    ------
    UnknownNameError
        If there is no such archive.
    DownloadError
        If it is neither kept nor can be fetched, or is not what it should be.
    StorageError
        If it cannot be written.
    """
    if name not in ARCHIVES:
        raise unknown_name("archive", name, list(ARCHIVES))
    archive, kept = ARCHIVES[name], archive_folder() / f"{name}.tar.gz"
    recorded = kept.with_name(f"{kept.name}.sha256")
    if kept.exists() and recorded.exists():
        if file_sha256(kept) != recorded.read_text(encoding="utf-8").strip():
            hint = f"delete {kept}, and fetch it again"
            raise DownloadError(explain(f"archive {name!r}", found=f"{kept} is not what was fetched", hint=hint))
        on_note(f"{name}: read from {kept}, where it was kept")
        return kept
    if offline or os.environ.get("HF_HUB_OFFLINE", "") not in ("", "0"):
        found = "not in the cache, and the network may not be asked"
        raise DownloadError(explain(f"archive {name!r}", found=found, hint="connect"))
    with replacing(kept) as beside:
        sha256, md5 = _fetched(name, archive.address, beside)
        if archive.md5 not in (None, md5):
            raise _refusal(name, archive, f"its md5 is {md5}, not the published {archive.md5}")
        with replacing(recorded) as note:
            note.write_text(f"{sha256}\n", encoding="utf-8")
    on_note(f"{name}: fetched from {urlsplit(archive.address).netloc}, kept in {kept}")
    checked = f"its md5 is the published one, {md5}" if archive.md5 else "no checksum is published for it"
    on_note(f"{name}: {checked}; sha256 {sha256}, kept beside it")
    return kept


def archive_folder() -> Path:
    """Return where archives that were fetched are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "protlens" / "datasets"


def _fetched(name: str, where: str, path: Path) -> tuple[str, str]:
    """Write what lies at an address, and return its sha256 and md5."""
    archive = ARCHIVES[name]
    try:
        answer = urlopen(where, timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        why = "it is not there any more" if error.code in (404, 410) else f"it answered {error.code} {error.reason}"
        raise _refusal(name, archive, why) from error
    except (OSError, HTTPException) as error:
        raise _refusal(name, archive, str(getattr(error, "reason", error))) from error
    with answer:
        return _written(name, archive, answer, path)


def _written(name: str, archive: PublishedArchive, answer: HTTPResponse, path: Path) -> tuple[str, str]:
    sums, size = (hashlib.sha256(), hashlib.md5(usedforsecurity=False)), 0
    announced = answer.length
    with path.open("wb") as file:
        while piece := _read(name, archive, answer):
            size += len(piece)
            if size > LARGEST:
                raise _refusal(name, archive, f"it is larger than {LARGEST} bytes")
            for one in sums:
                one.update(piece)
            file.write(piece)
    if announced is not None and size < announced:
        raise _refusal(name, archive, f"it was cut short, after {size} of {announced} bytes")
    return sums[0].hexdigest(), sums[1].hexdigest()


def _read(name: str, archive: PublishedArchive, answer: HTTPResponse) -> bytes:
    try:
        return answer.read(_PIECE)
    except (OSError, HTTPException) as error:
        raise _refusal(name, archive, f"it was cut short ({error or type(error).__name__})") from error


def _refusal(name: str, archive: PublishedArchive, why: str) -> DownloadError:
    found = f"not to be had from {archive.address} ({why})"
    hint = f"see whether {archive.told_by} names another address, and give the file to 'protlens dataset import'"
    return DownloadError(explain(f"archive {name!r}", found=found, hint=hint))
