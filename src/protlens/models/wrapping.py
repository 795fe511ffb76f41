"""A model that wraps another: what it passes on."""

import torch

from protlens.models.protocol import AttentionModel, ModelInfo, reach_by_layer
from protlens.reach import Reach


class WrappedModel:
    """What models have in common that read or show something in another way than the model in them.

    Parameters
    ----------
    inner
        The model in it.
    info
        What identifies the two together.
    """

    def __init__(self, inner: AttentionModel, *, info: ModelInfo) -> None:
        self.inner = inner
        self.info = info

    @property
    def device(self) -> torch.device:
        """Where batches and attention live."""
        return self.inner.device

    @property
    def dtype(self) -> str:
        """What it computes in."""
        return self.inner.dtype

    @property
    def reach(self) -> tuple[Reach, ...]:
        """How far each layer attends."""
        return reach_by_layer(self.inner)

    @property
    def reads(self) -> str | None:
        """The track of a protein that it reads beside the sequence, or None."""
        return getattr(self.inner, "reads", None)
