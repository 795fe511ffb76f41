"""A model for contact prediction, with its masked-language-model head where it has one."""

import os
from typing import Literal, TypeAlias

from protlens.errors import ModelError
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.models.load import Device, load_masked_lm, load_model
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel, EmbeddingModel
from protlens.typing import PathInput

Differentiated: TypeAlias = tuple[MaskedLanguageModel | EmbeddingModel, JacobianOptions]
"""What Jacobians are taken of, and how."""


def contact_models(
    model: PathInput | AttentionModel | MaskedLanguageModel, *, device: Device = "auto", head: bool = True
) -> tuple[AttentionModel, MaskedLanguageModel | None, str]:
    """Return a model, loaded if it is not yet, with its masked-language-model head if it has one.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model, with its head or without.
    device
        Where a model runs that is loaded here.
    head
        Whether a model that is loaded here is to bring its head.

    Returns
    -------
    tuple
        The model; the same model with its head, or None; and why there is no head, or an empty text.

    Raises
    ------
    ProtlensError
        See :func:`protlens.load_model`.
    """
    if isinstance(model, MaskedLanguageModel):
        return model.encoder, model, ""
    if not isinstance(model, str | os.PathLike):
        return model, None, "the model was given without its masked-language-model head"
    if not head:
        return load_model(model, device=device), None, "it was not asked for"
    try:
        whole = load_masked_lm(model, device=device)
    except ModelError as error:
        return load_model(model, device=device), None, str(error)
    return whole.encoder, whole, ""


def differentiated(
    model: AttentionModel,
    masked_lm: MaskedLanguageModel | None,
    *,
    kind: Literal["auto", "categorical", "states"],
    runs: int | None,
) -> Differentiated | None:
    """Return what Jacobians of a kind are taken of, or None if the model has none of this kind.

    Parameters
    ----------
    model, masked_lm
        See :func:`contact_models`.
    kind
        ``auto``: the categorical one where the model has its head, else that of hidden states.
    runs
        The most runs of the model on a chain; None for all substitutions.
    """
    if kind != "states" and masked_lm is not None:
        return masked_lm, JacobianOptions(kind="categorical", runs=runs)
    if kind != "categorical" and isinstance(model, EmbeddingModel):
        return model, JacobianOptions(kind="states", runs=runs)
    return None
