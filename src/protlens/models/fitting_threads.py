"""As many threads of torch as a model gains from, while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from protlens.threads import is_chosen, threads_for


@contextmanager
def fitting_threads(network: nn.Module) -> Iterator[None]:
    """Let torch compute with as many threads as a network of transformers gains from, and put its number back.

    It is never more than torch was told to take. Where the environment says how many, or the network is on another
    device, nothing changes.
    """
    before = torch.get_num_threads()
    chosen = before if is_chosen() else min(before, threads_for(width=_width(network)))
    if chosen == before:
        yield
        return
    torch.set_num_threads(chosen)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _width(network: nn.Module) -> int | None:
    """Return the channels of a layer; None where the configuration does not say."""
    width = getattr(getattr(network, "config", None), "hidden_size", None)
    return width if isinstance(width, int) else None
