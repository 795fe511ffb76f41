"""What a ``config.json`` may ask for, checked before anything is built: a small file can ask for all memory there is.

The sizes that it names are held to the weights beside it: a model that has far more parameters than its files have
numbers is not the model of these files.
"""

import json
import struct
from math import prod
from pathlib import Path
from typing import Any

import torch

from protlens.errors import ModelError, explain
from protlens.models.adapters.family import ModelFamily
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.checkpoint.weight_files import is_safetensors

MOST = {"num_hidden_layers": 1000, "num_attention_heads": 1000, "vocab_size": 10_000_000, "hidden_size": 1_000_000}
"""The most of each that is taken for a model."""

MOST_COUNTED = 10_000
"""The most of anything else whose name begins with ``num_``, as groups of layers or experts."""

_HEADER = 100_000_000
"""Bytes that the header of a safetensors file may have, as its format says."""


def check_bounds(folder: Path, family: ModelFamily, config: Any, files: list[Path]) -> None:
    """Raise ModelError if a configuration asks for what no model has, or for more than its weights hold.

    Parameters
    ----------
    folder, family, config, files
        The checkpoint, its adapter, its configuration and its weight files.
    """
    fault = _out_of_range(config) or _too_many_parameters(family, config, files)
    if fault is not None:
        hint = "check that config.json belongs to these weights"
        raise ModelError(explain(f"model file {folder / 'config.json'}", found=fault, hint=hint))


def check_tokens(folder: Path, config: Any, codes: Codes) -> None:
    """Raise ModelError if the tokenizer writes tokens that the model has no embedding for.

    Parameters
    ----------
    folder, config, codes
        The checkpoint, its configuration and its token ids.
    """
    size = getattr(config, "vocab_size", None)
    if isinstance(size, int) and (highest := codes.highest) >= size:
        raise ModelError(
            explain(
                f"model folder {folder}",
                found=f"its tokenizer writes token {highest}, and config.json says vocab_size {size}",
                hint="check that config.json and the tokenizer's files belong together",
            )
        )


def _out_of_range(config: Any) -> str | None:
    for name, most in MOST.items():
        value = getattr(config, name, None)
        if value is not None and not (isinstance(value, int) and 1 <= value <= most):
            return f"{name} is {value!r}, where 1 to {most} can be"
    for name, value in sorted(vars(config).items()):
        if name.startswith("num_") and name not in MOST and isinstance(value, int) and value > MOST_COUNTED:
            return f"{name} is {value!r}, where up to {MOST_COUNTED} can be"
    padding, vocabulary = getattr(config, "pad_token_id", None), getattr(config, "vocab_size", None)
    if isinstance(padding, int) and isinstance(vocabulary, int) and not 0 <= padding < vocabulary:
        return f"pad_token_id is {padding}, where 0 to {vocabulary - 1} can be"
    return None


def _too_many_parameters(family: ModelFamily, config: Any, files: list[Path]) -> str | None:
    try:
        with torch.device("meta"):
            model = family.model_class(config)
    except Exception as error:  # each architecture raises its own on what it cannot be made of
        return f"no {family.name} model can be made of it ({next(iter(str(error).strip().splitlines()), repr(error))})"
    wanted, held = sum(one.numel() for one in model.parameters()), numbers_in(files)
    if wanted > 2 * held + 1_000_000:
        return f"it asks for {wanted:,} parameters, and the weights hold {held:,}"
    return None


def numbers_in(files: list[Path]) -> int:
    """Return how many numbers weight files hold; at most so many, where they are not safetensors.

    Raises
    ------
    ModelError
        If a header of safetensors is damaged.
    """
    if not is_safetensors(files):
        return sum(file.stat().st_size for file in files) // 2
    return sum(_numbers(file) for file in files)


def _numbers(file: Path) -> int:
    try:
        with file.open("rb") as stream:
            (size,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(min(size, _HEADER)))
        return sum(prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__")
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "fetch the checkpoint again"
        raise ModelError(explain(f"weights {file}", found="damaged at its begin", hint=hint)) from error
