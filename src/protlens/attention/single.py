"""The strongest arcs of every head within one protein, in one run of the model."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from protlens.attention.batches import within_memory
from protlens.attention.reduce import FoundArcs, find_arcs, join_found
from protlens.data.protein import Protein
from protlens.errors import ModelError, OptionError, explain
from protlens.models.protocol import AttentionModel, LayerAttention, encode_proteins, is_last
from protlens.runs.protein_arcs import ProteinArcs

MOST = 5000
"""Arcs that are kept of one head. A row holds at most three weights of 0.3: up to 1,666 residues all these are kept."""


def protein_arcs(model: AttentionModel, protein: str | Protein, *, floor: float = 0.1, most: int = MOST) -> ProteinArcs:
    """Return the strongest arcs of every head within one sequence, and the attention that each residue receives.

    Of a head with more than ``most`` arcs the first in the order of :class:`ProteinArcs` are kept, and its
    ``complete_from`` lies above the weight of the first that is left out.

    Parameters
    ----------
    model, protein
        A sequence suffices for most models. What the model's input does not hold is cut off; ``residues`` tells how
        many were read.
    floor
        Smallest weight of an arc, above 0.
    most
        FoundArcs kept of each head.

    Raises
    ------
    OptionError
        If the floor is out of range.
    ModelError
        If the memory does not suffice.
    """
    if not 0 < floor <= 1:
        raise OptionError(explain(f"floor {floor}", allowed="above 0, up to 1"))
    longest = model.info.max_residues
    read = protein[:longest] if isinstance(protein, str) else protein.cut(longest or len(protein))
    attention = within_memory(lambda: _Collector(model, read, floor=floor, most=most).collect())
    if attention is None:
        hint = "use a smaller model, or a machine with more memory"
        raise ModelError(explain(f"attention within {len(read)} residues", found="too long for the memory", hint=hint))
    return attention


@dataclass(slots=True)
class _Collector:
    model: AttentionModel
    read: str | Protein
    floor: float
    most: int
    parts: list[dict[str, np.ndarray]] = field(default_factory=list)

    def collect(self) -> ProteinArcs:
        layers, heads = self.model.info.layers, self.model.info.heads
        received = np.zeros((layers, heads, len(self.read)), np.float32)
        complete = np.empty((layers, heads), np.float32)

        edges = torch.tensor([self.floor], dtype=torch.float32, device=self.model.device)
        found: list[FoundArcs] = []

        def visit(layer: int, weights: LayerAttention, first: int = 0, /) -> None:
            received[layer] += weights[0].sum(1).cpu().numpy()
            found.append(find_arcs(weights, edges, first))
            if is_last(weights, first):
                complete[layer] = self._keep(layer, join_found(found), edges)
                found.clear()

        with torch.inference_mode():
            self.model.attend(encode_proteins(self.model, [self.read]), visit)
        arcs = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        return ProteinArcs(**arcs, complete_from=complete, received=received, residues=len(self.read))

    def _keep(self, layer: int, found: FoundArcs, edges: Tensor) -> np.ndarray:
        """Keep the strongest arcs of each head of a layer, and return from which weight on they are all there."""
        heads = self.model.info.heads
        arcs, start = _strongest_first(found, heads=heads)
        rank = torch.arange(len(arcs.head), device=start.device) - start[arcs.head]
        kept = rank < self.most
        self.parts.append(
            {
                "layer": np.full(int(kept.sum()), layer, np.int16),
                "head": arcs.head[kept].cpu().numpy().astype(np.int16),
                "query": arcs.query[kept].cpu().numpy().astype(np.int32),
                "key": arcs.key[kept].cpu().numpy().astype(np.int32),
                "weight": arcs.weight[kept].cpu().numpy(),
            }
        )
        complete = edges.repeat(heads)
        left_out = rank == self.most
        complete[arcs.head[left_out]] = arcs.weight[left_out].nextafter(torch.full_like(edges, torch.inf))
        return complete.cpu().numpy()


def _strongest_first(arcs: FoundArcs, *, heads: int) -> tuple[FoundArcs, Tensor]:
    """Return arcs in the order of head, falling weight, query and key, and where each head begins.

    Those of a head come in the order of query and key, which stable sorting keeps among equals.
    """
    order = arcs.weight.argsort(descending=True, stable=True)
    order = order[arcs.head[order].argsort(stable=True)]
    counts = torch.bincount(arcs.head, minlength=heads)
    return arcs.take(order), counts.cumsum(0) - counts
