"""What a worker needs to know, and one shard of it done: a shard's number in, its folder out.

A worker knows nothing of engines, of other workers, or of who asked. It does not look at the dataset as a whole and
does not read weights to identify them: the job says what they are. Done twice, a shard is the same, and the first one
stays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from protlens.data.dataset import Dataset
from protlens.extraction.plan import Plan
from protlens.extraction.worker import Worker, is_for_memory
from protlens.files import remove
from protlens.models.protocol import AttentionModel
from protlens.properties.mask import Property
from protlens.runs.counts import Bins
from protlens.runs.format import shard_folder
from protlens.runs.shard import read_skipped, write_shard


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run to be worked on.

    Parameters
    ----------
    run
        The run directory.
    fingerprint
        Of its manifest.
    model, dataset, plan
        What is analysed, and in which parts.
    properties
        Those of the residue first.
    bins
        Bins of attention weight.
    batch_tokens
        The most residues of a batch.
    """

    run: Path
    fingerprint: str
    model: AttentionModel
    dataset: Dataset
    plan: Plan
    properties: tuple[Property, ...]
    bins: Bins
    batch_tokens: int


class ShardWorker:
    """Works on shards of one job, one after the other.

    Parameters
    ----------
    job
        The run to be worked on.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._worker = Worker(
            model=job.model,
            dataset=job.dataset,
            plan=job.plan,
            properties=job.properties,
            bins=job.bins,
            batch_tokens=job.batch_tokens,
            on_proteins=lambda done: None,
        )

    def work(self, shard: int, *, run: Path, on_proteins: Callable[[int], None] = lambda done: None) -> None:
        """Write one shard; one that is there is written anew only if it lacks proteins that fit the memory now.

        Parameters
        ----------
        shard
            Its number.
        run
            The directory to write into.
        on_proteins
            Called with the number of proteins done since the last call.
        """
        worker, numbers = self._worker, self._job.plan.shards[shard]
        worker.on_proteins = lambda done: None
        there = shard_folder(run, shard).is_dir()
        if there and not worker.fits_any(short_of_memory(run, shard)):
            return
        worker.on_proteins = on_proteins
        sums = worker.analyse(numbers)
        skipped = {one: worker.skipped[one] for one in numbers if one in worker.skipped}
        if there:
            remove(shard_folder(run, shard))
        write_shard(run, shard, sums, skipped, belongs_to=self._job.fingerprint)


def short_of_memory(run: Path, shard: int) -> list[int]:
    """Return the numbers of the proteins of a finished shard that were skipped as the memory was too short."""
    return [number for number, reason in read_skipped(run, [shard]).items() if is_for_memory(reason)]
