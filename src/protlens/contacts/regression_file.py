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
from protlens.errors import FileFormatError, ModelError, OptionError, explain
from protlens.files import json_checksum, replacing
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.models.protocol import ModelInfo
from protlens.runs.manifest import is_same_model
from protlens.typing import PathInput

FORMAT = "protlens-contact-regression"
VERSION = 2
"""Version 1 knows of no Jacobian."""

_LARGEST = 1 << 24

_DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError),
    *(SafetensorError, OptionError),
)
"""What reading a damaged file may raise."""


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
        Options of the fit. Where the Jacobian is one of the features, ``jacobian`` has its ``kind`` and ``runs``.
    """

    dataset: str
    fingerprint: str
    proteins: tuple[str, ...]
    clusters: tuple[str, ...]
    settings: Mapping[str, Any]

    @property
    def jacobian(self) -> JacobianOptions | None:
        """How the Jacobian is computed that is one of the features, or None if attention alone is.

        Raises
        ------
        OptionError
            If the settings ask for none that there is.
        """
        asked = self.settings.get("jacobian")
        return None if asked is None else JacobianOptions(kind=asked["kind"], runs=asked["runs"])


def save_regression(
    path: PathInput, regression: ContactRegression, *, model: ModelInfo, training: TrainingRecord
) -> None:
    """Write ``path`` (safetensors) and the file of the same name that ends in ``.json``.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    numbers = {"intercept": regression.intercept, "jacobian": regression.jacobian}
    tensors = save({"weights": regression.weights} | {name: np.array([value]) for name, value in numbers.items()})
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


def load_regression(
    path: PathInput, *, model: ModelInfo, fused: bool = False
) -> tuple[ContactRegression, TrainingRecord]:
    """Read a regression for a model.

    Parameters
    ----------
    path
        The safetensors file; its JSON file must lie beside it.
    model
        The model it will be used with.
    fused
        Whether one may be read that needs the Jacobian beside attention; its ``jacobian`` is not 0 then.

    Raises
    ------
    FileFormatError
        If a file is missing, is not what it should be, or the two do not belong together.
    ModelError
        If it was fitted on another model, or needs the Jacobian and may not.
    """
    path = Path(path)
    try:
        data = read_bounded(path)
        about = json.loads(read_bounded(path.with_suffix(".json")))
        _check_format(path, about, data)
        regression = _regression(load(data))
        training = _training(about["training"])
        _check_jacobian(regression, training)
        fitted = ModelInfo(**about["model"])
        _check_unchanged(path, about)
    except _DAMAGED as error:
        hint = "give the .safetensors file that 'protlens contacts' wrote, with its .json file beside it"
        raise FileFormatError(explain(f"regression {path}", found=f"not readable ({error})", hint=hint)) from error
    _check_model(path, regression, fitted=fitted, model=model)
    if regression.jacobian and not fused:
        found = "it needs the Jacobian of each chain beside attention"
        hint = "protlens contacts TARGET, or predict_contacts, takes it; another place needs one on attention alone"
        raise ModelError(explain(f"regression {path}", found=found, hint=hint))
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
    jacobian = float(tensors["jacobian"].item()) if "jacobian" in tensors else 0.0
    if weights.ndim != 2 or not np.isfinite([*weights.flat, intercept, jacobian]).all():
        raise ValueError("the weights are not finite numbers by layer and head")
    return ContactRegression(weights, intercept, jacobian)


def _training(content: Mapping[str, Any]) -> TrainingRecord:
    return TrainingRecord(
        dataset=str(content["dataset"]),
        fingerprint=str(content["fingerprint"]),
        proteins=tuple(map(str, content["proteins"])),
        clusters=tuple(map(str, content["clusters"])),
        settings=dict(content["settings"]),
    )


def _check_jacobian(regression: ContactRegression, training: TrainingRecord) -> None:
    """Raise ValueError or OptionError if it does not say which Jacobian it needs."""
    asked = training.jacobian
    if regression.jacobian and (asked is None or type(asked.runs) not in (int, type(None))):
        raise ValueError("it does not say which Jacobian it needs")


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
