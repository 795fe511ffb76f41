"""A model by its name, its hub name or its folder."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

import torch

from protlens.errors import OptionError, explain
from protlens.models.at_hand import OF_SEQUENCE, place_of
from protlens.models.catalog import CATALOG
from protlens.models.checkpoint.hub import is_cached
from protlens.models.encoder import EncoderModel
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.own_attention import checked
from protlens.models.protocol import AttentionModel, ModelInfo
from protlens.typing import PathInput

if TYPE_CHECKING:
    from protlens.models.found_checkpoint import Checkpoint

Device: TypeAlias = Literal["auto", "cpu", "cuda"]
Dtype: TypeAlias = Literal["float32", "bfloat16"]

ShownModel = TypeVar("ShownModel", bound=AttentionModel)

DTYPES: Mapping[str, torch.dtype] = {"float32": torch.float32, "bfloat16": torch.bfloat16}
DEVICES = ("auto", "cpu", "cuda")


def load_model(
    name_or_path: PathInput,
    *,
    device: Device = "auto",
    dtype: Dtype = "float32",
) -> EncoderModel:
    """Load a model that shows its attention.

    Parameters
    ----------
    name_or_path
        A name of the catalog (``mini-bert``), a folder with a checkpoint's files, or a name on the Hugging Face hub
        (``Rostlab/prot_bert``). A folder wins over a hub name. ``:sequence`` behind it lets a model that reads
        structure too (SaProt) read sequences alone.
    device
        Where it runs; ``auto`` takes a CUDA device if there is one.
    dtype
        Precision of the weights; attention is shown in float32 either way.

    Raises
    ------
    UnknownNameError
        If the name is neither in the catalog nor a folder nor a hub name.
    DownloadError
        If the checkpoint is not on this machine and cannot be fetched.
    ModelError
        If the checkpoint cannot be used.
    OptionError
        If the device or the dtype is not allowed, or there is no such device.

    Examples
    --------
    >>> info = protlens.load_model("mini-bert").info
    >>> info.layers, info.heads, info.max_residues
    (6, 8, 510)
    """
    where, precision = find_device(device), find_dtype(dtype)
    source = open_checkpoint(name_or_path)
    encoder, aside = source.encoder(device=where, dtype=precision)
    own = (source.adapter or source.folder).resolve() if source.info.revision == "local" else None
    found = None if source.family.tested else checked(encoder, source.family, source.codes, source.info)
    return EncoderModel(
        encoder,
        family=source.family,
        codes=source.codes,
        info=source.info,
        source=own,
        checked=found,
        left_aside=aside,
    )


def as_model(
    model: PathInput | ShownModel, *, device: Device = "auto", dtype: Dtype = "float32"
) -> ShownModel | EncoderModel:
    """Return a model that is given as itself, or load it; see :func:`load_model`."""
    return load_model(model, device=device, dtype=dtype) if isinstance(model, str | os.PathLike) else model


def find_device(device: str) -> torch.device:
    """Return the device that a model runs on; ``auto`` takes CUDA if it is there.

    Raises
    ------
    OptionError
        If the name is not allowed, or there is no such device.
    """
    if device not in DEVICES:
        raise OptionError(explain("device", found=repr(device), allowed=DEVICES))
    there = torch.cuda.is_available()
    if device == "cuda" and not there:
        raise OptionError(explain("device 'cuda'", found="torch sees no CUDA device", allowed="auto or cpu here"))
    return torch.device("cuda" if there and device != "cpu" else "cpu")


def find_dtype(dtype: str) -> torch.dtype:
    """Return the precision of a name.

    Raises
    ------
    OptionError
        If the name is not allowed.
    """
    if dtype not in DTYPES:
        raise OptionError(explain("dtype", found=repr(dtype), allowed=DTYPES))
    return DTYPES[dtype]


def model_info(name_or_path: PathInput) -> ModelInfo:
    """Return what identifies a model, without reading its weights into memory; see :func:`load_model` for errors."""
    return open_checkpoint(name_or_path).info


def is_at_hand(name: str) -> bool:
    """Whether there is a model of this name that can be loaded without the network."""
    name = name.removesuffix(OF_SEQUENCE)
    if name not in CATALOG:
        return Path(name).is_dir() or is_cached(name)
    return place_of(CATALOG[name]) != "not here"


def load_masked_lm(
    name_or_path: PathInput, *, device: Device = "auto", dtype: Dtype = "float32"
) -> MaskedLanguageModel:
    """Load a model with its masked-language-model head.

    Parameters
    ----------
    name_or_path, device
        See :func:`load_model`.
    dtype
        Precision of the weights, those of the head too; logits are handed out in float32 either way.

    Raises
    ------
    UnknownNameError, DownloadError, OptionError
        See :func:`load_model`.
    ModelError
        If the checkpoint cannot be used, its family has no such head, or its weights lack it.

    Examples
    --------
    >>> protlens.load_masked_lm("mini-bert").encoder.info.layers
    6
    """
    where, precision = find_device(device), find_dtype(dtype)
    source = open_checkpoint(name_or_path)
    network = source.masked_lm(device=where, dtype=precision)
    return MaskedLanguageModel(network, family=source.family, codes=source.codes, info=source.info)


def open_checkpoint(name_or_path: PathInput) -> "Checkpoint":
    """Return what will be read of a model, its weights not yet; see :func:`load_model` for errors."""
    # Not above: transformers' models take seconds to import, and most that is looked at of a run needs none.
    from protlens.models.found_checkpoint import find_checkpoint

    return find_checkpoint(name_or_path)
