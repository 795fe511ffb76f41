"""A model by its name, its hub name or its folder."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from huggingface_hub.errors import StrictDataclassError

from protlens.errors import DownloadError, ModelError, OptionError, explain
from protlens.models.base import ModelInfo
from protlens.models.catalog import CATALOG
from protlens.models.checkpoint import load_encoder
from protlens.models.encoder import EncoderModel
from protlens.models.families import find_family, read_config
from protlens.models.family import Family
from protlens.models.hub import fetch
from protlens.models.spec import ModelSpec
from protlens.models.weights import digest, weight_files
from protlens.registry import unknown_name

DTYPES: Mapping[str, torch.dtype] = {"float32": torch.float32, "bfloat16": torch.bfloat16}
DEVICES = ("auto", "cpu", "cuda")

_BUNDLED = Path(__file__).parent / "bundled"


def load_model(
    name_or_path: str | os.PathLike[str],
    *,
    device: Literal["auto", "cpu", "cuda"] = "auto",
    dtype: Literal["float32", "bfloat16"] = "float32",
) -> EncoderModel:
    """Load a model that shows its attention.

    Parameters
    ----------
    name_or_path
        A name of the catalog (``mini-bert``), a folder with a checkpoint's files, or a name on the Hugging Face hub
        (``Rostlab/prot_bert``). A folder wins over a hub name.
    device
        Where it runs; ``auto`` takes a CUDA device if there is one.
    dtype
        Of the weights; attention is shown in float32 either way.

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
    """
    where = _device(device)
    if dtype not in DTYPES:
        raise OptionError(explain("dtype", found=repr(dtype), allowed=DTYPES))
    name = os.fspath(name_or_path)
    folder, revision = _locate(name)
    shown_name = folder.resolve().name if revision == "local" else name
    return _read(folder, name=shown_name, revision=revision, device=where, dtype=DTYPES[dtype])


def _read(folder: Path, *, name: str, revision: str, device: torch.device, dtype: torch.dtype) -> EncoderModel:
    content = read_config(folder)
    family = find_family(content, folder)
    config, max_residues = _config(family, content, folder)
    codes = family.codes(folder)
    files = weight_files(folder)
    encoder = load_encoder(folder, family, config, files=files, dtype=dtype, device=device)
    info = ModelInfo(
        name=name,
        family=family.name,
        layers=int(config.num_hidden_layers),
        heads=int(config.num_attention_heads),
        max_residues=max_residues,
        revision=revision,
        sha256=digest(files),
    )
    return EncoderModel(encoder, family=family, codes=codes, info=info)


def _device(device: str) -> torch.device:
    if device not in DEVICES:
        raise OptionError(explain("device", found=repr(device), allowed=DEVICES))
    there = torch.cuda.is_available()
    if device == "cuda" and not there:
        raise OptionError(explain("device 'cuda'", found="torch sees no CUDA device", allowed="auto or cpu here"))
    return torch.device("cuda" if there and device != "cpu" else "cpu")


def _locate(name: str) -> tuple[Path, str]:
    if name in CATALOG:
        return _from_catalog(CATALOG[name])
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder, "local"
    if name.count("/") == 1 and not name.startswith((".", "/", "~")) and not name.endswith("/"):
        return fetch(name)
    if os.sep in name:
        raise ModelError(explain(f"model {name!r}", found="there is no such folder"))
    raise unknown_name("model", name, list(CATALOG), hint="or give a folder, or OWNER/NAME on the Hugging Face hub")


def _from_catalog(spec: ModelSpec) -> tuple[Path, str]:
    if spec.bundled:
        return _BUNDLED / spec.name, "bundled"
    if spec.repository is None:
        raise DownloadError(
            explain(
                f"model {spec.name!r}",
                found="its authors do not publish it on the Hugging Face hub",
                hint="put its config.json and pytorch_model.bin into a folder and give the folder",
            )
        )
    return fetch(spec.repository)


def _config(family: Family, content: Mapping[str, Any], folder: Path) -> tuple[Any, int | None]:
    try:
        config = family.config(content)
        return config, family.max_residues(config)
    except (StrictDataclassError, TypeError, ValueError, KeyError, AttributeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(
            explain(f"model file {folder / 'config.json'}", found=f"not as expected ({reason})")
        ) from error
