"""One shard: proteins in, sums out, whatever the memory holds."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from protlens.attention.batches import length_batches, within_memory
from protlens.attention.collect import collect_sums
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import DatasetError
from protlens.extraction.plan import Plan
from protlens.models.protocol import AttentionModel, reach_by_layer
from protlens.properties.mask import Property
from protlens.reach import distinct
from protlens.runs.counts import Bins
from protlens.runs.shard import ShardSums, empty_sums, join_sums

_TOO_LONG = "too long for the memory"


def is_for_memory(reason: str) -> bool:
    """Whether a protein was skipped as the memory was too short, which may pass."""
    return reason.startswith(_TOO_LONG)


@dataclass(slots=True)
class Worker:
    """Analyses proteins with one model.

    Parameters
    ----------
    model, dataset, plan
        The run's model, dataset and plan.
    properties
        Properties, those of the residue first.
    bins
        Bins of attention weight.
    batch_tokens
        The most residues of a batch; halved, for good, when the memory does not suffice.
    on_proteins
        Called with the number of proteins that were done since the last call.
    skipped
        The numbers of the proteins that could not be analysed, with the reason.
    """

    model: AttentionModel
    dataset: Dataset
    plan: Plan
    properties: Sequence[Property]
    bins: Bins
    batch_tokens: int
    on_proteins: Callable[[int], None]
    skipped: dict[int, str] = field(default_factory=dict)

    def analyse(self, numbers: Sequence[int]) -> ShardSums:
        """Return the sums of these proteins, without those that had to be skipped."""
        names = tuple(prop.name for prop in self.properties)
        pairs = tuple(prop.name for prop in self.properties if prop.level == "pair")
        reaches = len(distinct(reach_by_layer(self.model)))
        room = {"layers": self.model.info.layers, "heads": self.model.info.heads, "reaches": reaches}
        parts = [empty_sums(names, self.bins, pair_properties=pairs, **room)]
        proteins = self._read(numbers)
        queue = self._batches(list(proteins), proteins)
        while queue:
            batch = queue.popleft()
            if (sums := self._attempt(batch, proteins)) is not None:
                parts.append(sums)
            elif len(batch) > 1:
                self.batch_tokens = max(1, self.batch_tokens // 2)
                queue = self._batches([number for waiting in (batch, *queue) for number in waiting], proteins)
                continue
            else:
                length = len(proteins[batch[0]])
                self.skipped[batch[0]] = f"{_TOO_LONG} ({length} residues); lower max_length"
            self.on_proteins(len(batch))
        return join_sums(parts)

    def fits_any(self, numbers: Sequence[int]) -> bool:
        """Whether the memory suffices for any of these proteins, each by itself."""
        proteins = self._read(numbers)
        return any(self._attempt([number], proteins) is not None for number in proteins)

    def _read(self, numbers: Sequence[int]) -> dict[int, Protein]:
        proteins = {}
        for number in numbers:
            try:
                proteins[number] = self.dataset[self.plan.chosen[number]].cut(self.plan.max_length)
            except DatasetError as error:
                self.skipped[number] = str(error)
                self.on_proteins(1)
        return proteins

    def _batches(self, numbers: Sequence[int], proteins: dict[int, Protein]) -> deque[list[int]]:
        batches = length_batches([len(proteins[number]) for number in numbers], self.batch_tokens)
        return deque([numbers[i] for i in batch] for batch in batches)

    def _attempt(self, batch: Sequence[int], proteins: dict[int, Protein]) -> ShardSums | None:
        """Return the sums of a batch, or None if the memory did not suffice."""
        chosen = [proteins[number] for number in batch]
        return within_memory(
            lambda: collect_sums(
                self.model,
                chosen,
                self.properties,
                numbers=batch,
                bins=self.bins,
                arcs_of=self.plan.arcs_of,
            )
        )
