"""What is computed for layers that attend as far, put together over all layers.

Where all layers of a model attend as far, there is one part: the whole.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float64, Shaped

from protlens.runs.counts import PropertyCounts
from protlens.stats.chance import Chance


def each_part(counts: PropertyCounts) -> tuple[PropertyCounts, ...]:
    """Return the parts of the sums of a property class, or the whole if it has none."""
    return counts.parts or (counts,)


def over_layers(
    counts: PropertyCounts, compute: Callable[[PropertyCounts], Shaped[np.ndarray, "..."]]
) -> Shaped[np.ndarray, "..."]:
    """Return what is computed from each part, ``[..., layer, head]``, with the layers of all parts in their order."""
    if not counts.parts:
        return compute(counts)
    found = np.concatenate([compute(part) for part in counts.parts], axis=-2)
    return found[..., _order(counts), :]


def join_chances(counts: PropertyCounts, found: Sequence[Chance | None]) -> Chance:
    """Return the moments over the heads of all layers, from those of each part; NaN for the heads of one without."""
    parts = each_part(counts)
    known = [_unknown(part) if one is None else one for part, one in zip(parts, found, strict=True)]
    if len(known) == 1:
        return known[0]

    def joined(values: Sequence[np.ndarray]) -> Float64[np.ndarray, "..."]:
        unrolled = [one.reshape(*one.shape[:-1], *part.arcs.shape[1:]) for one, part in zip(values, parts, strict=True)]
        whole = np.concatenate(unrolled, axis=-2)[..., _order(counts), :]
        return whole.reshape(*whole.shape[:-2], -1)

    moments = (joined([getattr(one, name) for one in known]) for name in ("expected", "variance", "third"))
    left = [one.left for one in known if one.left is not None]
    return Chance(*moments, left=joined(left) if left else None)


def _unknown(part: PropertyCounts) -> Chance:
    heads = int(np.prod(part.arcs.shape[1:]))
    none = np.full((len(part.arcs), heads), np.nan)
    return Chance(none, none, none, left=np.full(heads, np.nan))


def _order(counts: PropertyCounts) -> np.ndarray:
    return np.argsort([layer for part in counts.parts for layer in part.layers or ()])
