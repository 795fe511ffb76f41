"""Which adapter reads a checkpoint, decided from its ``config.json``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from protlens.errors import ModelError, explain
from protlens.models.adapters.albert import ALBERT
from protlens.models.adapters.bert import BERT
from protlens.models.adapters.esm import ESM
from protlens.models.adapters.family import ModelFamily
from protlens.models.adapters.generic import generic_family
from protlens.models.adapters.saprot import SAPROT, is_saprot
from protlens.models.adapters.t5 import T5
from protlens.models.adapters.tape_bert import TAPE, is_tape
from protlens.models.adapters.xlnet import XLNET
from protlens.registry import Registry

MODEL_FAMILIES: Registry[ModelFamily] = Registry(
    "model architecture",
    "protlens.families",
    {"bert": BERT, "albert": ALBERT, "xlnet": XLNET, "esm": ESM, "t5": T5, "tape": TAPE},
)
"""Adapters by the ``model_type`` of ``config.json``; an installed package adds its own by an entry point."""

_LARGEST = 1 << 20
_MOST_LABELS = 100_000
_REDIRECT = "transformers_weights"
_NOT_FOR_ATTENTION = (
    *("output_attentions", "output_hidden_states", "quantization_config", "auto_map"),
    *("num_labels", "id2label", "label2id", "problem_type", "torchscript"),
)


def read_config(folder: Path) -> dict[str, Any]:
    """Return the content of a checkpoint's ``config.json``, without what would change how it is run.

    Raises
    ------
    ModelError
        If there is none, or it is not a JSON object.
    """
    file = folder / "config.json"
    try:
        text = file.read_bytes() if file.stat().st_size <= _LARGEST else b""
        content = json.loads(text)
    except FileNotFoundError as error:
        raise ModelError(
            explain(
                f"model folder {folder}",
                found="it has no config.json" if folder.is_dir() else "there is no such folder",
                hint="give the folder that holds the checkpoint's files",
            )
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(explain(f"model file {file}", found=f"not readable as JSON ({error})")) from error
    if not isinstance(content, dict):
        raise ModelError(explain(f"model file {file}", found="not a JSON object"))
    labels = content.get("num_labels")
    if isinstance(labels, int) and labels > _MOST_LABELS:  # a tokenizer reads the file too, and makes a name for each
        raise ModelError(
            explain(f"model file {file}", found=f"num_labels is {labels}", allowed=f"up to {_MOST_LABELS}")
        )
    if _REDIRECT in content:
        found = f"{_REDIRECT!r} sends to other weights than those that are read"
        raise ModelError(explain(f"model file {file}", found=found, hint="take the entry out"))
    return {key: value for key, value in content.items() if key not in _NOT_FOR_ATTENTION}


def find_family(content: Mapping[str, Any], folder: Path) -> ModelFamily:
    """Return the adapter for the content of a ``config.json``.

    Raises
    ------
    ModelError
        If transformers does not know the architecture.
    """
    if is_tape(content):
        return TAPE
    kind = content.get("model_type")
    if not isinstance(kind, str):
        found = "a config.json without model_type"
        raise ModelError(explain(f"model folder {folder}", found=found, hint='add its architecture, as "bert"'))
    if kind == ESM.name and is_saprot(folder):
        return SAPROT
    if kind in MODEL_FAMILIES and not content.get("is_decoder"):
        return MODEL_FAMILIES[kind]
    return generic_family(kind, content, folder)
