"""LoRA adapters as ``peft`` writes them: small matrices beside a base model, added to its weights when it is loaded.

What is added is found by the names of the adapter's tensors, not by the patterns of its configuration: these were
written for the model with its head, and what is read here is the encoder.
"""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError

from protlens.errors import ModelError, explain

if TYPE_CHECKING:
    from torch import Tensor

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"

_LARGEST = 1 << 20
_OUTER = "base_model.model."
_TAKEN = ("r", "lora_alpha", "fan_in_fan_out", "use_rslora", "use_dora", "rank_pattern", "alpha_pattern")
_UNUSED = (
    *("task_type", "peft_type", "auto_mapping", "peft_version", "base_model_name_or_path", "revision"),
    *("inference_mode", "target_modules", "exclude_modules", "lora_dropout", "modules_to_save", "init_lora_weights"),
    *("layers_to_transform", "layers_pattern", "megatron_core", "qalora_group_size", "ensure_weight_tying"),
)


def has_adapter(folder: Path) -> bool:
    """Whether a folder holds an adapter, and no model of its own."""
    return (folder / CONFIG).is_file() and not (folder / "config.json").is_file()


def read_adapter(folder: Path) -> dict[str, Any]:
    """Return the content of an adapter's configuration.

    Raises
    ------
    ModelError
        If it cannot be read, is no LoRA, asks for what is not known here, or its weights or ``peft`` are missing.
    """
    try:
        text = (folder / CONFIG).read_bytes() if (folder / CONFIG).stat().st_size <= _LARGEST else b""
        content = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(explain(f"model file {folder / CONFIG}", found=f"not readable as JSON ({error})")) from error
    if not isinstance(content, dict) or not isinstance(content.get("base_model_name_or_path"), str):
        raise _refusal(folder, "it does not name its base model", "enter it as base_model_name_or_path")
    if content.get("peft_type") != "LORA":
        raise _refusal(folder, f"an adapter of kind {content.get('peft_type')!r}", "merge it into its base model")
    settings = {name: value for name, value in content.items() if name not in (*_TAKEN, *_UNUSED)}
    if strange := sorted(name for name, value in settings.items() if value not in (None, False, "none", {}, [])):
        raise _refusal(folder, f"it asks for {', '.join(strange)}", "merge it into its base model")
    if not (folder / WEIGHTS).is_file():
        raise _refusal(folder, f"it has no {WEIGHTS}", "save it as safetensors: pickles are not read")
    if find_spec("peft") is None:
        found = "peft, which adds it to its base model, is not installed"
        raise _refusal(folder, found, "pip install 'protlens[peft]'")
    return content


def base_name(folder: Path, content: Mapping[str, Any]) -> str:
    """Return the folder of an adapter's base model, where it says or beside it, else the name that it gives.

    Parameters
    ----------
    folder
        The adapter.
    content
        Its configuration.
    """
    named: str = content["base_model_name_or_path"]
    for place in (folder / named, folder.parent / named, folder.parent / Path(named).name):
        if place.is_dir() and not has_adapter(place):
            return str(place)
    return named


def merge(model: Any, folder: Path) -> tuple[str, ...]:
    """Add an adapter to the weights of a model and return the names of its tensors that belong to heads.

    Parameters
    ----------
    model
        The base model, in ``float32``.
    folder
        The adapter.

    Raises
    ------
    ModelError
        If its tensors do not fit the model, or none of them belongs to it.
    """
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
    from safetensors.torch import load_file

    content = read_adapter(folder)
    try:
        state = load_file(folder / WEIGHTS)
        fitting, aside = _sorted_out(model, state)
        targets = sorted({name.partition(".lora_")[0] for name in fitting})
        if not targets:
            raise _refusal(folder, "none of its tensors belongs to its base model", "check base_model_name_or_path")
        settings = {name: content[name] for name in _TAKEN if name in content}
        wrapped = get_peft_model(model, LoraConfig(**settings, target_modules=targets))
        report = set_peft_model_state_dict(wrapped, {_OUTER + name: one for name, one in fitting.items()})
        absent = [name for name in report.missing_keys if ".lora_" in name]
        if absent or report.unexpected_keys:
            name = [*absent, *report.unexpected_keys][0].removeprefix(_OUTER)
            raise _refusal(folder, f"its tensors do not fit its base model: {name}", "check base_model_name_or_path")
        wrapped.merge_and_unload(safe_merge=True)
    except ModelError:
        raise
    except (SafetensorError, OSError, ValueError, RuntimeError, TypeError, LookupError, AttributeError) as error:
        reason = next(iter(str(error).strip().splitlines()), repr(error))
        found = f"it cannot be added to its base model ({reason})"
        raise _refusal(folder, found, "check that they belong together") from error
    return aside


def _sorted_out(model: Any, state: Mapping[str, "Tensor"]) -> tuple[dict[str, "Tensor"], tuple[str, ...]]:
    """Return the tensors that belong to modules of the model, by their names there, and the names of all others."""
    modules = {name for name, _ in model.named_modules()}
    fitting: dict[str, Tensor] = {}
    aside: list[str] = []
    for name, values in sorted(state.items()):
        place, lora, rest = name.removeprefix(_OUTER).partition(".lora_")
        inside = next((one for one in (place, place.partition(".")[2]) if one and one in modules), None)
        if lora and inside is not None:
            fitting[f"{inside}{lora}{rest}"] = values
        else:
            aside.append(name.removeprefix(_OUTER))
    return fitting, tuple(aside)


def _refusal(folder: Path, found: str, hint: str) -> ModelError:
    return ModelError(explain(f"adapter {folder}", found=found, hint=hint))
