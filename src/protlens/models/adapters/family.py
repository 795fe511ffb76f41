"""What protlens must know about an architecture.

A family is facts and a few small functions; loading, writing sequences and running are the same for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from protlens.errors import ModelError, explain
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.protocol import Batch


def _inputs(batch: Batch) -> dict[str, Tensor | bool]:
    given: dict[str, Tensor | bool] = {"input_ids": batch.tokens, "attention_mask": batch.mask}
    return given if batch.positions is None else {**given, "position_ids": batch.positions}


def _as_it_is(_: nn.Module) -> None:
    return


def _whole(model: nn.Module) -> nn.Module:
    return model


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
        Where the encoder keeps its numbered layers, each with a dot at its end; without any, in the one list that has
        as many as the configuration says. Tensors of layers that the configuration does not know are noticed.
    options
        Further arguments of the class.
    prepare
        Called with the loaded encoder, for a model that must be changed to show its attention.
    restore
        Undoes that, so that the model computes attention as transformers does.
    part
        From a model of this class to the part that is run, as the encoder of an encoder and a decoder.
    inputs
        From a batch to the arguments of the encoder.
    positions
        Whether its input takes the positions of tokens, counted from zero, which it has learned one by one.
    token_first
        Whether its layers hold states as ``[token, batch, channel]``.
    masked_lm_class
        The class in transformers of the encoder with its masked-language-model head, or None if checkpoints of this
        family have no such head that transformers reads.
    tested
        Whether protlens' own tests compare this family with what transformers gives; others are compared when loaded.
    """

    name: str
    model_class: type[Any]
    config: Callable[[Mapping[str, Any]], Any]
    codes: Callable[[Path], Codes]
    max_residues: Callable[[Any], int | None]
    layer_names: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[nn.Module], None] = _as_it_is
    restore: Callable[[nn.Module], None] = _as_it_is
    part: Callable[[nn.Module], nn.Module] = _whole
    inputs: Callable[[Batch], Mapping[str, Tensor | bool]] = _inputs
    positions: bool = False
    token_first: bool = False
    masked_lm_class: type[Any] | None = None
    tested: bool = False

    def layers(self, encoder: nn.Module) -> list[nn.Module]:
        """Return the modules of the encoder's layers; ALBERT runs each of its groups more than once."""
        names = self.names_of_layers(encoder)
        return [layer for name in names for layer in encoder.get_submodule(name.rstrip(".")).children()]

    def names_of_layers(self, encoder: Any) -> tuple[str, ...]:
        """Return ``layer_names``, or the name of the list that has as many layers as the configuration says.

        Raises
        ------
        ModelError
            If no list has as many.
        """
        if self.layer_names:
            return self.layer_names
        count = encoder.config.num_hidden_layers
        for name, module in encoder.named_modules():
            if isinstance(module, nn.ModuleList) and len(module) == count:
                return (f"{name}.",)
        raise ModelError(explain(f"{self.name} model", found=f"it has no list of {count} layers"))
