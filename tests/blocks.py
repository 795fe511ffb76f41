"""Models that show their attention in blocks of a size that a test chooses."""

from typing import Any

from protlens.models.protocol import Batch, LayerAttention, Visitor, whole_layers


class InBlocks:
    """Another model whose layers are shown some queries at a time.

    Parameters
    ----------
    model
        The other model.
    rows
        Queries of a block.
    """

    def __init__(self, model: Any, rows: int) -> None:
        self._model = model
        self._rows = rows

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def attend(self, batch: Batch, visit: Visitor) -> None:
        """Show the same weights in blocks."""

        def cut(layer: int, weights: LayerAttention) -> None:
            for first in range(0, weights.shape[2], self._rows):
                visit(layer, weights[:, :, first : first + self._rows].clone(), first)

        self._model.attend(batch, whole_layers(cut))
