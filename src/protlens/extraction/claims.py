"""Which process works on which shard: one small file each, that a living process keeps young.

Many processes, on many machines, may work on one run. Each claims a shard before it begins. The claim of a process that
was killed on this machine is taken over at once; that of one that is silent for ``LEASE`` seconds, wherever it runs,
too. Should two work on one shard after all, as the first was only asleep, both write the same, and the first to end
stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import SoftFileLease, Timeout

from protlens.files import remove, storage_error
from protlens.lock_files import hold
from protlens.runs.format import SHARDS, claim_file

LEASE = 120.0
"""Seconds of silence after which a claim is taken over."""


class Claims:
    """The claims of this process on the shards of a run; made by :func:`claiming`.

    Parameters
    ----------
    run
        The run directory.
    """

    def __init__(self, run: Path) -> None:
        self._run = run
        self._leases: dict[int, SoftFileLease] = {}

    def take(self, shard: int) -> bool:
        """Claim a shard, and remove what a process that was killed has left of it; False if another works on it.

        Raises
        ------
        StorageError
            If the folder cannot be written.
        """
        path = claim_file(self._run, shard)
        lease = self._leases.setdefault(shard, SoftFileLease(path, lease_duration=LEASE, thread_local=False))
        try:
            path.parent.mkdir(exist_ok=True)
            hold(lease)
        except Timeout:
            return False
        except OSError as error:
            raise storage_error(path, error) from error
        remove_begun(self._run, shard)
        return True

    def token(self, shard: int) -> str:
        """Return what names this process's claim on a shard, as it stands in the file."""
        return str(self._leases[shard].token)

    def release(self, shard: int) -> None:
        """Let others work on a shard."""
        self._leases.pop(shard).release()

    def release_all(self) -> None:
        """Let others work on all shards."""
        for shard in list(self._leases):
            self.release(shard)


@contextmanager
def claiming(run: Path) -> Iterator[Claims]:
    """Yield the claims of this process on a run; on leaving they are given up."""
    claims = Claims(run)
    try:
        yield claims
    finally:
        claims.release_all()


def remove_begun(run: Path, shard: int) -> None:
    """Remove what was begun of a shard that nobody else works on."""
    for left in (run / SHARDS).glob(f".{shard:05d}.*.part"):
        remove(left)


def claimed(run: Path) -> dict[int, str]:
    """Return the shards of a run on which a process works, or worked when it was killed, and what their files say."""
    found = {}
    for path in sorted((run / SHARDS).glob(".[0-9]*.claim")):
        try:
            found[int(path.name.split(".")[1])] = path.read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError):  # given up meanwhile
            continue
    return found


def owner_of(claim: str) -> str:
    """Return who holds a claim, from what its file says."""
    said = dict(line.split("=", 1) for line in claim.splitlines() if "=" in line)
    return f"process {said.get('pid', '?')} on {said.get('host', '?')}"
