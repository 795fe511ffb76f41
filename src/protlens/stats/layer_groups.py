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
    layers = [part.layers or () for part in parts]
    moments = (join_heads([getattr(one, name) for one in known], layers) for name in ("expected", "variance", "third"))
    return Chance(*moments)


def join_heads(
    found: Sequence[Float64[np.ndarray, "..."]], layers: Sequence[Sequence[int]]
) -> Float64[np.ndarray, "..."]:
    """Return what is known of the heads of each part as one array, its last axis the heads of all layers in order.

    Parameters
    ----------
    found
        By part, the last axis its heads.
    layers
        The layers of each part.
    """
    unrolled = [one.reshape(*one.shape[:-1], len(of), -1) for one, of in zip(found, layers, strict=True)]
    order = np.argsort([layer for of in layers for layer in of])
    whole = np.concatenate(unrolled, axis=-2)[..., order, :]
    return whole.reshape(*whole.shape[:-2], -1)


def _unknown(part: PropertyCounts) -> Chance:
    none = np.full((len(part.arcs), int(np.prod(part.arcs.shape[1:]))), np.nan)
    return Chance(none, none, none)


def _order(counts: PropertyCounts) -> np.ndarray:
    return np.argsort([layer for part in counts.parts for layer in part.layers or ()])
