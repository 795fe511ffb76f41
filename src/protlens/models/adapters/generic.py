"""Any other architecture of the installed transformers, with nothing written by hand.

What an adapter knows is taken from the configuration's class and from the checkpoint's own tokenizer. Whether what is
shown is the model's attention is checked whenever one is loaded.
"""

import inspect
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from transformers import CONFIG_MAPPING, MODEL_FOR_MASKED_LM_MAPPING, MODEL_FOR_TEXT_ENCODING_MAPPING, MODEL_MAPPING

from protlens.errors import ModelError, explain
from protlens.models.adapters.family import ModelFamily
from protlens.models.adapters.remapped import KIND, to_take_instead
from protlens.models.checkpoint.spelling import codes_of, longest_input
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.protocol import Batch


def generic_family(kind: str, content: Mapping[str, Any], folder: Path) -> ModelFamily:
    """Return the adapter for an architecture that has none of its own.

    Parameters
    ----------
    kind
        The ``model_type``.
    content, folder
        The checkpoint's ``config.json``, and where it lies.

    Raises
    ------
    ModelError
        If transformers does not have it, or it does not read sequences of tokens.
    """
    if kind == KIND:
        raise _refusal(
            kind, folder, "written for TransformerEngine", hint=to_take_instead(content.get("num_hidden_layers"))
        )
    if kind not in CONFIG_MAPPING:
        raise _refusal(kind, folder, "which the installed transformers does not have")
    config_class = CONFIG_MAPPING[kind]
    model_class = _first(MODEL_FOR_TEXT_ENCODING_MAPPING, config_class) or _first(MODEL_MAPPING, config_class)
    if model_class is None or config_class.sub_configs or not _reads_tokens(model_class):
        raise _refusal(kind, folder, "which does not read one sequence of tokens")

    @cache
    def codes(place: Path) -> Codes:
        return codes_of(place, padding=content.get("pad_token_id"))

    def max_residues(config: Any) -> int | None:
        found = codes(folder)
        positions = longest_input(config, folder)
        return None if positions is None else positions - _reserved(model_class, config) - found.specials

    return ModelFamily(
        name=kind,
        model_class=model_class,
        config=lambda content: _config(config_class, content, folder),
        codes=codes,
        max_residues=max_residues,
        options=_without_pooling(model_class),
        inputs=_inputs,
        part=_encoder,
        masked_lm_class=_first(MODEL_FOR_MASKED_LM_MAPPING, config_class),
    )


def _first(mapping: Mapping[Any, Any], config_class: Any) -> Any:
    try:
        found = mapping.get(config_class, None)
    except ValueError:  # a name in the mapping of a class that transformers does not have
        return None
    return found[0] if isinstance(found, tuple) else found


def _reads_tokens(model_class: Any) -> bool:
    try:
        return bool(model_class.main_input_name == "input_ids")
    except ImportError:  # a stand-in for what needs a library that is not installed
        return False


def _config(config_class: Any, content: Mapping[str, Any], folder: Path) -> Any:
    config = config_class.from_dict(dict(content))
    if hasattr(config, "use_cache"):
        config.use_cache = False
    if not all(isinstance(getattr(config, name, None), int) for name in ("num_hidden_layers", "num_attention_heads")):
        raise _refusal(config.model_type, folder, "whose configuration names no attention heads")
    return config


def _without_pooling(model_class: Any) -> dict[str, bool]:
    return {"add_pooling_layer": False} if "add_pooling_layer" in inspect.signature(model_class).parameters else {}


def _inputs(batch: Batch) -> dict[str, Tensor | bool]:
    """Give the mask as numbers, as tokenizers do: some architectures calculate with it."""
    return {"input_ids": batch.tokens, "attention_mask": batch.mask.long()}


def _encoder(model: Any) -> nn.Module:
    """Return the encoder of a model that has a decoder too, else the model."""
    both = getattr(model.config, "is_encoder_decoder", False) and hasattr(model, "get_encoder")
    encoder: nn.Module = (both and model.get_encoder()) or model
    return encoder


def _reserved(model_class: Any, config: Any) -> int:
    """Return how many positions are never a token's: RoBERTa and its like count from behind the padding's id."""
    counts_from_padding = "create_position_ids_from_input_ids"
    module = sys.modules[model_class.__module__]
    counting = hasattr(module, counts_from_padding) or any(
        inspect.isclass(one) and counts_from_padding in vars(one) for one in vars(module).values()
    )
    return int(config.pad_token_id) + 1 if counting else 0


def _refusal(
    kind: str, folder: Path, why: str, *, hint: str = "code that comes with a checkpoint is never run"
) -> ModelError:
    return ModelError(
        explain(
            f"model folder {folder}",
            found=f"architecture {kind!r}, {why}",
            allowed="encoders and decoders of transformers with softmax attention between all tokens of a sequence",
            hint=hint,
        )
    )
