"""A fitted contact regression as two files: weights as safetensors, and beside them a JSON file about them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from protlens.contacts.regression import ContactRegression
from protlens.errors import FileFormatError, ModelError, explain
from protlens.files import json_checksum, replacing
from protlens.models.protocol import ModelInfo
from protlens.runs.manifest import is_same_model
from protlens.typing import PathInput

FORMAT = "protlens-contact-regression"
VERSION = 1

_LARGEST = 1 << 24


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """What a regression was fitted on and how.

    Parameters
    ----------
    dataset, fingerprint
        Name of the dataset, and its sha256.
    proteins, clusters
        Ids of the training proteins, and the clusters of similar sequence that they stand for.
    settings
        Options of the fit.
    """

    dataset: str
    fingerprint: str
    proteins: tuple[str, ...]
    clusters: tuple[str, ...]
    settings: Mapping[str, Any]


def save_regression(
    path: PathInput, regression: ContactRegression, *, model: ModelInfo, training: TrainingRecord
) -> None:
    """Write ``path`` (safetensors) and the file of the same name that ends in ``.json``.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    tensors = save({"weights": regression.weights, "intercept": np.array([regression.intercept])})
    about = {
        "format": FORMAT,
        "version": VERSION,
        "sha256": sha256(tensors).hexdigest(),
        "model": asdict(model),
        "training": asdict(training),
    }
    about["checksum"] = json_checksum(about)
    path = Path(path)
    with replacing(path) as beside, replacing(path.with_suffix(".json")) as about_beside:
        beside.write_bytes(tensors)
        about_beside.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def load_regression(path: PathInput, *, model: ModelInfo) -> tuple[ContactRegression, TrainingRecord]:
    """Read a regression for a model.

    Parameters
    ----------
    path
        The safetensors file; its JSON file must lie beside it.
    model
        The model it will be used with.

    Raises
    ------
    FileFormatError
        If a file is missing, is not what it should be, or the two do not belong together.
    ModelError
        If it was fitted on another model.
    """
    path = Path(path)
    try:
        data = read_bounded(path)
        about = json.loads(read_bounded(path.with_suffix(".json")))
        _check_format(path, about, data)
        regression = _regression(load(data))
        training = _training(about["training"])
        fitted = ModelInfo(**about["model"])
        _check_unchanged(path, about)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, SafetensorError) as error:
        hint = "give the .safetensors file that 'protlens contacts' wrote, with its .json file beside it"
        raise FileFormatError(explain(f"regression {path}", found=f"not readable ({error})", hint=hint)) from error
    _check_model(path, regression, fitted=fitted, model=model)
    return regression, training


def read_bounded(path: Path) -> bytes:
    """Return what a file holds; ValueError if it is larger than any regression."""
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path.name} is larger than {_LARGEST} bytes")
    return path.read_bytes()


def _check_format(path: Path, about: Any, data: bytes) -> None:
    if about["format"] != FORMAT or not isinstance(about["version"], int):
        raise ValueError(f"{path.with_suffix('.json').name} is not about a contact regression")
    if about["version"] > VERSION:
        raise ValueError(f"version {about['version']}, where this release reads up to {VERSION}")
    if about["sha256"] != sha256(data).hexdigest():
        raise ValueError("the two files do not belong together")


def _check_unchanged(path: Path, about: dict[str, Any]) -> None:
    """Raise ValueError if an entry is not what was written; files of early releases carry no checksum."""
    checksum = about.pop("checksum", None)
    if checksum is not None and checksum != json_checksum(about):
        raise ValueError(f"{path.with_suffix('.json').name} was changed since it was written")


def _regression(tensors: Mapping[str, Any]) -> ContactRegression:
    weights, intercept = tensors["weights"].astype(np.float64), float(tensors["intercept"].item())
    if weights.ndim != 2 or not np.isfinite([*weights.flat, intercept]).all():
        raise ValueError("the weights are not finite numbers by layer and head")
    return ContactRegression(weights, intercept)


def _training(content: Mapping[str, Any]) -> TrainingRecord:
    return TrainingRecord(
        dataset=str(content["dataset"]),
        fingerprint=str(content["fingerprint"]),
        proteins=tuple(map(str, content["proteins"])),
        clusters=tuple(map(str, content["clusters"])),
        settings=dict(content["settings"]),
    )


def _check_model(path: Path, regression: ContactRegression, *, fitted: ModelInfo, model: ModelInfo) -> None:
    shape = (model.layers, model.heads)
    if (fitted.layers, fitted.heads) == shape == regression.weights.shape and is_same_model(
        asdict(fitted), asdict(model)
    ):
        return
    layers, heads = regression.weights.shape
    raise ModelError(
        explain(
            f"regression {path}",
            found=f"fitted on {fitted.name} ({layers} x {heads} heads, {_digests(fitted)})",
            allowed=f"{model.name} ({model.layers} x {model.heads} heads, {_digests(model)})",
            hint="fit one for this model with 'protlens contacts'",
        )
    )


def _digests(model: ModelInfo) -> str:
    settings = f", settings {model.settings_sha256[:12]}" if model.settings_sha256 else ""
    return f"weights {model.sha256[:12]}{settings}"
