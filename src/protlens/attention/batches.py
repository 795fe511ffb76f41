"""Batches of proteins of similar length, and what is done when memory is short."""

import gc
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch


def length_batches(lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """Return batches of positions, longest proteins first, each within a budget of tokens once padded.

    The longest come first so that a budget too large for the memory shows at once. A protein that is longer than the
    budget is a batch of its own.

    Parameters
    ----------
    lengths
        Residues of each protein.
    tokens
        The most residues a batch may hold, padding included.
    """
    batches: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if batches and lengths[batches[-1][0]] * (len(batches[-1]) + 1) <= tokens:
            batches[-1].append(position)
        else:
            batches.append([position])
    return batches


T = TypeVar("T")

_SHORTAGES = ("DefaultCPUAllocator", "could not create a primitive")
"""What torch, and oneDNN beneath it, say where the machine's memory is too short."""


def within_memory(compute: Callable[[], T]) -> T | None:
    """Return what is computed, or None, with the memory cleared, if it did not fit on the device or the machine."""
    try:
        return compute()
    except (torch.OutOfMemoryError, MemoryError):
        pass
    except RuntimeError as error:
        if not any(words in str(error) for words in _SHORTAGES):
            raise
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None
