"""What is done when the memory does not suffice."""

import gc
from collections.abc import Callable
from typing import TypeVar

import torch

T = TypeVar("T")


def within_memory(compute: Callable[[], T]) -> T | None:
    """Return what is computed, or None, with the memory cleared, if it did not fit on the device or the machine."""
    try:
        return compute()
    except (torch.OutOfMemoryError, MemoryError):
        pass
    except RuntimeError as error:
        if "DefaultCPUAllocator" not in str(error):
            raise
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None
