"""What ``protlens run status`` prints."""

from pathlib import Path
from typing import TYPE_CHECKING

from protlens.errors import shortened
from protlens.number_text import counted

if TYPE_CHECKING:
    from protlens.extraction.status_of_run import RunStatus

_NAMED = 5
"""So many proteins of a shard that was given up are named."""


def print_status(status: "RunStatus", run: Path) -> None:
    """Print how far a run is, and what to do next."""
    proteins = "" if status.proteins is None else f", {status.proteins_done} of {counted(status.proteins, 'protein')}"
    print(f"{run}: {status.shards_done} of {counted(status.shards, 'shard')} done{proteins}")
    for shard, who in status.working.items():
        print(f"  shard {shard}: {who}")
    for shard, why in status.given_up.items():
        names = ", ".join(why.proteins[:_NAMED]) + (", ..." if len(why.proteins) > _NAMED else "")
        print(f"  shard {shard}: given up after {counted(why.times, 'try', 'tries')}: {shortened(why.reason)}; {names}")
    print(_next(status, run))


def _next(status: "RunStatus", run: Path) -> str:
    if status.shards_done == status.shards:
        return "tables are there" if status.tables else f"all shards are there: protlens run finish {run}"
    missing = status.shards - status.shards_done - len(status.working)
    return (
        f"{counted(missing, 'shard')} waiting: protlens run retry {run}" if missing > 0 else "all others are worked on"
    )
