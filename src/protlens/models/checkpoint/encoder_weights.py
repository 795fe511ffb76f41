"""Reads the encoder of a checkpoint folder with transformers, and accepts nothing that does not fit."""

import pickle
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.utils import logging

from protlens.errors import ModelError, explain
from protlens.models.adapters.family import ModelFamily
from protlens.models.adapters.remapped import is_remapped, to_take_instead
from protlens.models.attention_hook import NAME, register
from protlens.models.checkpoint.lora import merge
from protlens.models.checkpoint.weight_files import is_safetensors

_NOT_ENCODER = ("pooler.", "contact_head.")
_BELONG = "check that the files are complete and belong together"
_BUFFERS = ("inv_freq", "position_ids")


def load_encoder(
    folder: Path,
    family: ModelFamily,
    config: Any,
    *,
    files: list[Path],
    dtype: torch.dtype,
    device: torch.device,
    adapter: Path | None = None,
) -> tuple[nn.Module, tuple[str, ...]]:
    """Return the encoder of a checkpoint folder, ready to run, and the names of the tensors that belong to heads.

    Parameters
    ----------
    folder, family, config
        The checkpoint, its adapter and its configuration.
    files
        Its weight files.
    dtype, device
        Precision of the weights in memory, and the device that holds them.
    adapter
        The folder of a LoRA adapter that is added to the weights, in float32.

    Raises
    ------
    ModelError
        If the weights cannot be read as plain tensors, or are not those of this architecture.
    """
    read_as = dtype if adapter is None else torch.float32
    whole, report = _read(folder, family, config, safetensors=is_safetensors(files), dtype=read_as)
    encoder = family.part(whole)
    if not isinstance(encoder, PreTrainedModel):
        raise _refusal(folder, family, "an encoder that transformers does not run by itself")
    if misfits := [
        *_missing(report),
        *_surplus(report, family.names_of_layers(encoder.base_model)),
        *_mismatched(report),
    ]:
        more = f" and {len(misfits) - 1} more" if len(misfits) > 1 else ""
        found = f"the weights do not fit config.json: {misfits[0]}{more}"
        remapped = is_remapped(report["unexpected_keys"])
        hint = to_take_instead(config.num_hidden_layers) if remapped else _BELONG
        raise _refusal(folder, family, found, hint=hint)
    aside = tuple(sorted(name for name in report["unexpected_keys"] if not name.endswith(_BUFFERS)))
    if adapter is not None:
        with _quiet():
            aside = tuple(dict.fromkeys((*aside, *merge(encoder, adapter))))
    encoder.eval().requires_grad_(requires_grad=False).to(device)
    for parameter in encoder.parameters():  # XLNet makes its own in float32; buffers must keep their precision
        parameter.data = parameter.data.to(dtype)
    family.prepare(encoder)
    return cast(nn.Module, encoder), aside


def _read(
    folder: Path, family: ModelFamily, config: Any, *, safetensors: bool, dtype: torch.dtype
) -> tuple[nn.Module, Mapping[str, Any]]:
    register()
    try:
        with _quiet():
            encoder, report = family.model_class.from_pretrained(
                folder,
                config=config,
                dtype=dtype,
                attn_implementation=NAME,
                use_safetensors=safetensors,
                weights_only=True,
                ignore_mismatched_sizes=True,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
                **family.options,
            )
    except pickle.UnpicklingError as error:
        raise _refusal(folder, family, "a weight file that is damaged, or asks for more than plain tensors") from error
    except Exception as error:  # each architecture raises its own on what it cannot be read from
        if error.args == (NAME,):
            raise _refusal(folder, family, "an architecture whose attention cannot be exchanged for another") from error
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise _refusal(folder, family, f"weights that cannot be loaded ({reason})") from error
    return encoder, report


def _missing(report: Mapping[str, Any]) -> list[str]:
    return [f"{name} is missing" for name in sorted(report["missing_keys"]) if not name.startswith(_NOT_ENCODER)]


def _surplus(report: Mapping[str, Any], layer_names: tuple[str, ...]) -> list[str]:
    """Name tensors of layers beyond those that the configuration knows; heads of other tasks are none."""
    names = [name for name in sorted(report["unexpected_keys"]) if not name.endswith(_BUFFERS)]
    layers = [name for name in names if any(part.startswith(layer_names) for part in (name, _inner(name)))]
    return [f"{name} belongs to no layer" for name in layers]


def _inner(name: str) -> str:
    return name.split(".", 1)[-1]


def _mismatched(report: Mapping[str, Any]) -> list[str]:
    return [
        f"{name} has shape {tuple(found)} where config.json says {tuple(wanted)}"
        for name, found, wanted in sorted(report["mismatched_keys"])
        if not name.startswith(_NOT_ENCODER)
    ]


def _refusal(folder: Path, family: ModelFamily, found: str, *, hint: str = _BELONG) -> ModelError:
    return ModelError(
        explain(
            f"model folder {folder}",
            found=found,
            allowed=f"tensors of a whole {family.name} encoder, as safetensors or saved by torch.save",
            hint=hint,
        )
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from printing its progress bar and its report on unused heads, and torch from warning."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
