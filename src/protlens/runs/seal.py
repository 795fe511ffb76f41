"""The seal of a shard: the run that it belongs to, and the digest of each of its files.

A process that was started with other options can have written into the same directory, and disks lose bits. Either
would give other numbers without a word, so a shard is read only where its seal holds.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from protlens.errors import RunError, explain
from protlens.files import file_sha256, write_json
from protlens.runs.format import SEAL, shard_folder

_HINT = "start over with fresh=True"


def write_seal(folder: Path, *, belongs_to: str) -> None:
    """Seal a shard whose other files are written.

    Parameters
    ----------
    folder
        The shard's.
    belongs_to
        Fingerprint of the run's manifest.
    """
    files = {path.name: file_sha256(path) for path in sorted(folder.iterdir())}
    write_json(folder / SEAL, {"run": belongs_to, "files": files})


def check_seals(run: Path, shards: Sequence[int], *, belongs_to: str, needed: bool = True) -> None:
    """Refuse shards that are not of this run, or of whose files one was changed; each is read once.

    Parameters
    ----------
    run, shards
        The directory, and the numbers of the shards.
    belongs_to
        Fingerprint of the run's manifest.
    needed
        Whether each shard must have a seal; those of early releases have none.

    Raises
    ------
    RunError
        If one was changed, or is of another run.
    """
    for shard in shards:
        folder = shard_folder(run, shard)
        try:
            stamps = tuple(
                sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir())
            )
            sealed = needed or any(name == SEAL for name, _, _ in stamps)
            fault = _fault(folder, belongs_to, stamps) if sealed else None
        except OSError as error:
            fault = f" cannot be read ({error.strerror})"
        if fault is not None:
            raise RunError(explain(f"run {run}", found=f"{folder.relative_to(run)}{fault}", hint=_HINT))


@lru_cache(maxsize=1 << 16)
def _fault(folder: Path, belongs_to: str, stamps: tuple[tuple[str, int, int], ...]) -> str | None:
    """Return what is wrong with a shard, to be read after its name.

    Names, sizes and times of its files, the stamps, are there so that a change is seen.
    """
    try:
        seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        owner, digests = seal["run"], dict(seal["files"])
    except FileNotFoundError:
        return " has no seal"
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"/{SEAL} is damaged"
    if owner != belongs_to:
        return " is of another run, which was started in the same folder"
    names = {name for name, _, _ in stamps} - {SEAL}
    if names != digests.keys():
        return (
            f" lacks {min(digests.keys() - names)}"
            if digests.keys() - names
            else f" has {min(names - digests.keys())} too"
        )
    changed = [name for name, wanted in digests.items() if file_sha256(folder / name) != wanted]
    return f"/{changed[0]} is damaged (it was changed)" if changed else None
