"""How far a run is: which shards are there, who works on others, which were given up."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from protlens.extraction.claims import claimed, owner_of
from protlens.runs.format import HEADS, PLAN, SHARDS, claim_file
from protlens.runs.store import Run, as_run
from protlens.typing import PathInput


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A shard that failed too often.

    Parameters
    ----------
    times
        How often it was tried.
    reason
        Of the last failure.
    proteins
        Ids of what is in it.
    """

    times: int
    reason: str
    proteins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How far a run is.

    Parameters
    ----------
    shards, shards_done
        How many it has, and how many are there.
    proteins, proteins_done
        The same of its proteins; None where the run tells no plan.
    working
        By the number of a shard that is not there, who has claimed it and when that process was last heard of.
    given_up
        By the number of a shard, why.
    tables
        Whether the table of heads is there.

    Examples
    --------
    >>> protlens.run_status("protlens-run").tables
    True
    """

    shards: int
    shards_done: int
    proteins: int | None
    proteins_done: int | None
    working: dict[int, str]
    given_up: dict[int, GivenUp]
    tables: bool


def run_status(run: PathInput | Run) -> RunStatus:
    """Return how far a run is; nothing is changed, whoever works on it.

    Parameters
    ----------
    run
        A run, or its directory.

    Raises
    ------
    RunError
        If the directory is not a run.

    Examples
    --------
    >>> status = protlens.run_status("protlens-run")
    >>> status.shards_done == status.shards, status.working, status.given_up
    (True, {}, {})
    """
    run = as_run(run)
    done = set(run.shards_done)
    sizes = _sizes(run.path)
    return RunStatus(
        shards=run.manifest.shards,
        shards_done=len(done),
        proteins=None if sizes is None else sum(sizes.values()),
        proteins_done=None if sizes is None else sum(size for shard, size in sizes.items() if shard in done),
        working={
            shard: f"{owner_of(claim)}, heard of {_seconds_since(claim_file(run.path, shard))} s ago"
            for shard, claim in claimed(run.path).items()
            if shard not in done
        },
        given_up={shard: why for shard, why in _given_up(run.path).items() if shard not in done},
        tables=(run.path / HEADS).is_file(),
    )


def _sizes(run: Path) -> dict[int, int] | None:
    """Return the number of proteins of each shard."""
    try:
        return dict(pl.read_parquet(run / PLAN, columns=["shard"])["shard"].value_counts().rows())
    except (OSError, PolarsError):
        return None


def _seconds_since(claim: Path) -> int:
    try:
        return max(0, round(time.time() - claim.stat().st_mtime))
    except OSError:
        return 0


def _given_up(run: Path) -> dict[int, GivenUp]:
    found = {}
    for path in sorted((run / SHARDS).glob("[0-9]*.failed")):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            found[int(path.stem)] = GivenUp(int(said["times"]), str(said["reason"]), tuple(map(str, said["proteins"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found
