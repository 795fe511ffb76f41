"""Checkpoints from the Hugging Face hub; the only place in models/ that reaches the network."""

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from protlens.errors import DownloadError, ModelError, explain
from protlens.models.checkpoint.lora import has_adapter
from protlens.models.checkpoint.weight_files import weight_files

_FIRST = [
    "config.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "spiece.model",
    "tokenizer.model",
    "sentencepiece.bpe.model",
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "model*.safetensors",
    "model.safetensors.index.json",
    "adapter_config.json",
    "adapter_model.safetensors",
]
_ELSE = ["pytorch_model*.bin", "pytorch_model.bin.index.json"]


def fetch(repository: str) -> tuple[Path, str]:
    """Return the folder and the commit of a checkpoint, from the local cache if it is there, else from the hub.

    Raises
    ------
    DownloadError
        If it is not in the cache and the hub cannot be reached, does not know it or does not give it away.
    """
    try:
        folder = _cached(repository) or _download(repository)
    except HFValidationError as error:
        raise _refusal(repository, "not a name that the hub can have", "write OWNER/NAME") from error
    except GatedRepoError as error:
        raise _refusal(repository, "its owner asks for consent first", "accept its terms and log in") from error
    except RepositoryNotFoundError as error:
        raise _refusal(repository, "the hub has no such public model", "check OWNER/NAME") from error
    except HfHubHTTPError as error:
        raise _refusal(repository, f"the hub answered with an error ({error})", "try again later") from error
    except LocalEntryNotFoundError as error:
        answered = isinstance(error.__cause__, HfHubHTTPError)
        found = f"the hub answered with an error ({error.__cause__})" if answered else "the network is not there"
        hint = "connect, or give a local folder that holds the checkpoint's files"
        raise _refusal(repository, f"it is not in the local cache and {found}", hint) from error
    except Exception as error:  # what the HTTP library raises differs between releases of huggingface_hub
        raise _refusal(repository, f"it could not be fetched ({error})", "try again, or give a local folder") from error
    if not _is_whole(folder):
        found = "only a part of it is in the local cache, or the hub has no weights that can be used"
        raise _refusal(repository, found, "connect and try again, or give a local folder")
    return folder, folder.name


def is_cached(repository: str) -> bool:
    """Whether a checkpoint is in the local cache."""
    try:
        return _cached(repository) is not None
    except HFValidationError:
        return False


def _cached(repository: str) -> Path | None:
    try:
        folder = Path(snapshot_download(repository, allow_patterns=_FIRST, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return folder if _is_whole(folder) else None


def _download(repository: str) -> Path:
    folder = Path(snapshot_download(repository, allow_patterns=_FIRST))
    if not has_adapter(folder) and not _has_weights(folder):
        snapshot_download(repository, revision=folder.name, allow_patterns=_ELSE)
    return folder


def _is_whole(folder: Path) -> bool:
    return has_adapter(folder) or ((folder / "config.json").is_file() and _has_weights(folder))


def _has_weights(folder: Path) -> bool:
    try:
        return bool(weight_files(folder))
    except ModelError:
        return False


def _refusal(repository: str, found: str, hint: str) -> DownloadError:
    return DownloadError(explain(f"model {repository!r}", found=found, hint=hint))
