import shutil
from collections.abc import Callable
from pathlib import Path

import huggingface_hub.constants
import pytest
from huggingface_hub import errors

import protlens.models.hub as hub
from protlens.errors import DownloadError
from protlens.models.hub import fetch
from protlens.models.load import load_model

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def _put(cache: Path, repository: str, source: Path) -> Path:
    """Lay a checkpoint out as the hub's cache does."""
    place = cache / f"models--{repository.replace('/', '--')}"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / "main").write_text(COMMIT)
    return Path(shutil.copytree(source, place / "snapshots" / COMMIT))


@pytest.mark.parametrize("family", ["bert", "tape"])
def test_a_cached_checkpoint_needs_no_network(family: str, cache: Path, tiny_folder: Callable[[str], Path]) -> None:
    folder = _put(cache, "me/mine", tiny_folder(family))
    assert fetch("me/mine") == (folder, COMMIT)
    info = load_model("me/mine", device="cpu").info
    assert (info.name, info.revision, info.family) == ("me/mine", COMMIT, family)


@pytest.mark.parametrize("gone", ["model.safetensors", "config.json"])
def test_a_cached_part_of_a_checkpoint_is_not_enough(
    gone: str, cache: Path, tiny_folder: Callable[[str], Path]
) -> None:
    (_put(cache, "me/mine", tiny_folder("bert")) / gone).unlink()
    with pytest.raises(DownloadError, match="only a part of it is in the local cache"):
        fetch("me/mine")


def test_without_network_a_local_folder_is_suggested(cache: Path) -> None:
    with pytest.raises(
        DownloadError,
        match=r"'Rostlab/prot_bert': it is not in the local cache and the network is not there; .* a local folder",
    ):
        fetch("Rostlab/prot_bert")


def test_a_name_that_the_hub_cannot_have_is_refused(cache: Path) -> None:
    with pytest.raises(DownloadError, match="write OWNER/NAME"):
        fetch("me/mi ne")


class _Response:
    """As much of an answer as the hub's errors look at."""

    headers: dict[str, str] = {}  # noqa: RUF012
    request = None


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (errors.RepositoryNotFoundError, "the hub has no such public model"),
        (errors.GatedRepoError, "its owner asks for consent first"),
        (errors.HfHubHTTPError, "the hub answered with an error"),
    ],
)
def test_what_the_hub_refuses_is_said(
    raised: type[Exception], message: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, local_files_only: bool = False, **__: object) -> str:
        if local_files_only:
            raise errors.LocalEntryNotFoundError("not here")
        raise raised("no", response=_Response())

    monkeypatch.setattr(hub, "snapshot_download", refuse)
    with pytest.raises(DownloadError, match=message):
        fetch("me/mine")


@pytest.mark.parametrize("kind", ["model.safetensors", "pytorch_model.bin"])
def test_one_kind_of_weights_is_downloaded_from_one_commit(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ["config.json", "vocab.txt", kind, "tf_model.h5", "rust_model.ot", "README.md"]
    there += ["pytorch_model.bin"] if kind == "model.safetensors" else []
    asked: list[str | None] = []

    def download(
        _: str, *, allow_patterns: list[str], revision: str | None = None, local_files_only: bool = False
    ) -> str:
        if local_files_only:
            raise errors.LocalEntryNotFoundError("not here")
        asked.append(revision)
        folder = tmp_path / COMMIT
        folder.mkdir(exist_ok=True)
        for name in there:
            if any(Path(name).match(pattern) for pattern in allow_patterns):
                (folder / name).touch()
        return str(folder)

    monkeypatch.setattr(hub, "snapshot_download", download)
    assert fetch("me/mine") == (tmp_path / COMMIT, COMMIT)
    assert {file.name for file in (tmp_path / COMMIT).iterdir()} == {"config.json", "vocab.txt", kind}
    assert asked == ([None] if kind == "model.safetensors" else [None, COMMIT])
