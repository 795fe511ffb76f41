"""A model in which one thing was made random: its weights, or where its attention goes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

import torch
from torch import Tensor

from protlens.errors import ModelError, explain
from protlens.models.encoder import EncoderModel
from protlens.models.linked_chains import LinkedModel
from protlens.models.protocol import AttentionModel
from protlens.nulls.keyed import keyed_generator
from protlens.nulls.null_kinds import KINDS, NullKind
from protlens.nulls.shuffled_rows import ShuffledRows


def null_model(model: AttentionModel, kind: NullKind, *, seed: int, name: str) -> AttentionModel:
    """Return a model that was changed as a kind says.

    Parameters
    ----------
    model
        The model of a run; it stays as it is.
    kind
        One that changes models.
    seed
        0 or more.
    name
        What the run calls the model.

    Raises
    ------
    ModelError
        If its weights are to be changed and it is none of transformers.
    """
    if kind == "rows":
        return ShuffledRows(model, seed=seed, name=name)
    if isinstance(model, LinkedModel):
        inner = null_model(model.inner, kind, seed=seed, name=name)
        return LinkedModel(inner, linker=model.linker, most_chains=1, position_gap=model.position_gap)
    if not isinstance(model, EncoderModel):
        found, hint = "a model whose weights protlens did not read", "take the kind rows"
        raise ModelError(explain(f"{kind} of {model.info.name!r}", found=found, hint=hint))
    digest = sha256(f"{model.info.sha256}:{kind}:{seed}".encode()).hexdigest()
    info = replace(model.info, name=KINDS[kind].name(name, seed), sha256=digest)
    return model.with_weights(_DRAWN[kind](model, seed), info=info)


def shuffle_weights(weights: Mapping[str, Tensor], *, seed: int) -> dict[str, Tensor]:
    """Return tensors with the same values each, in a random order."""
    return {name: _shuffled(values, seed, name) for name, values in weights.items()}


def _shuffled(values: Tensor, seed: int, name: str) -> Tensor:
    order = keyed_generator(seed, "weights", name).permutation(values.numel())
    return values.flatten()[torch.from_numpy(order).to(values.device)].view(values.shape)


_DRAWN: Mapping[NullKind, Callable[[EncoderModel, int], Mapping[str, Tensor]]] = {
    "weights": lambda model, seed: model.initial_weights(seed),
    "shuffled-weights": lambda model, seed: shuffle_weights(model.weights(), seed=seed),
}
