"""What protlens must know about an architecture.

A family is facts and a few small functions; loading, writing sequences and running are the same for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from protlens.models.checkpoint.token_ids import Codes
from protlens.models.protocol import Batch


def _inputs(batch: Batch) -> dict[str, Tensor | bool]:
    return {"input_ids": batch.tokens, "attention_mask": batch.mask}


def _as_it_is(_: nn.Module) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFamily:
    """One architecture, as its adapter describes it.

    Parameters
    ----------
    name
        As it stands in the catalog and in a run's manifest.
    model_class
        The bare encoder's class in transformers.
    config
        From the content of ``config.json`` to that class's configuration.
    codes
        From the checkpoint's folder to its token ids.
    max_residues
        From the configuration to the longest chain an input holds, or None if there is no limit.
    layer_names
        How the names of tensors in numbered layers begin, so that layers which the configuration does not know are
        noticed.
    options
        Further arguments of the class.
    prepare
        Called with the loaded encoder, for a model that must be changed to show its attention.
    inputs
        From a batch to the arguments of the encoder.
    token_first
        Whether its layers hold states as ``[token, batch, channel]``.
    masked_lm_class
        The class in transformers of the encoder with its masked-language-model head, or None if checkpoints of this
        family have no such head that transformers reads.
    """

    name: str
    model_class: type[Any]
    config: Callable[[Mapping[str, Any]], Any]
    codes: Callable[[Path], Codes]
    max_residues: Callable[[Any], int | None]
    layer_names: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[nn.Module], None] = _as_it_is
    inputs: Callable[[Batch], Mapping[str, Tensor | bool]] = _inputs
    token_first: bool = False
    masked_lm_class: type[Any] | None = None

    def layers(self, encoder: nn.Module) -> list[nn.Module]:
        """Return the modules of the encoder's layers; ALBERT runs each of its groups more than once."""
        return [layer for name in self.layer_names for layer in encoder.get_submodule(name.rstrip(".")).children()]
