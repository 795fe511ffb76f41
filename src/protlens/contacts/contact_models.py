"""A model for contact prediction, with its masked-language-model head where it has one."""

import os

from protlens.errors import ModelError
from protlens.models.load import Device, load_masked_lm, load_model
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel
from protlens.typing import PathInput


def contact_models(
    model: PathInput | AttentionModel | MaskedLanguageModel, *, device: Device = "auto"
) -> tuple[AttentionModel, MaskedLanguageModel | None, str]:
    """Return a model, loaded if it is not yet, with its masked-language-model head if it has one.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model, with its head or without.
    device
        Where a model runs that is loaded here.

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
    try:
        whole = load_masked_lm(model, device=device)
    except ModelError as error:
        return load_model(model, device=device), None, str(error)
    return whole.encoder, whole, ""
