"""Which residues a probe is fitted on, so that memory and time stay bounded.

Classes get equal shares of the sample; what a rare class does not fill goes to the others. Within a class residues
are drawn without preference. Class weights make up for the shares when a probe is fitted.
"""

import numpy as np
from jaxtyping import Int64


def balanced_sample(
    labels: Int64[np.ndarray, " residue"], *, size: int, generator: np.random.Generator
) -> Int64[np.ndarray, " chosen"]:
    """Return the places of at most ``size`` residues, ascending.

    Parameters
    ----------
    labels
        The class of each residue.
    size
        All are taken if there are no more than this.
    generator
        Draws them.
    """
    if len(labels) <= size:
        return np.arange(len(labels))
    classes, counts = np.unique(labels, return_counts=True)
    shares = _shares(counts, size)
    drawn = [
        generator.choice(np.flatnonzero(labels == name), share, replace=False)
        for name, share in zip(classes, shares, strict=True)
    ]
    return np.sort(np.concatenate(drawn))


def plain_sample(count: int, *, size: int, generator: np.random.Generator) -> Int64[np.ndarray, " chosen"]:
    """Return at most ``size`` of ``count`` places, ascending, all equally likely."""
    return np.arange(count) if count <= size else np.sort(generator.choice(count, size, replace=False))


def _shares(counts: Int64[np.ndarray, " class"], size: int) -> Int64[np.ndarray, " class"]:
    """Share ``size`` out over classes as evenly as their counts allow."""
    shares, left = np.zeros_like(counts), size
    order = np.argsort(counts, kind="stable")
    for place, name in enumerate(order):
        shares[name] = min(counts[name], left // (len(order) - place))
        left -= shares[name]
    return shares
