import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub.constants
import pytest
from huggingface_hub import errors

import protlens.models.checkpoint.hub as hub
from protlens.errors import DownloadError
from protlens.models.checkpoint.hub import fetch, is_cached
from protlens.models.load import load_model

NOWHERE = "http://127.0.0.1:9"
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


@contextmanager
def _serving(files: dict[str, bytes] | None) -> Iterator[tuple[str, list[str]]]:
    """Answer as the hub does for the one model ``me/mine``, or with status 503 if there are no files."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            asked.append(f"{self.command} {path}")
            body = _answer(path, files)
            self.send_response(503 if files is None else 404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{len(body or b"")}"')
            self.end_headers()
            if self.command == "GET" and body is not None:
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(path: str, files: dict[str, bytes] | None) -> bytes | None:
    if files is None:
        return None
    if path in ("/api/models/me/mine/revision/main", f"/api/models/me/mine/revision/{COMMIT}"):
        siblings = [{"rfilename": name} for name in files]
        return json.dumps({"id": "me/mine", "sha": COMMIT, "siblings": siblings}).encode()
    if path == f"/api/models/me/mine/tree/{COMMIT}":
        entries = [
            {"type": "file", "path": name, "size": len(files[name]), "oid": str(len(files[name]))} for name in files
        ]
        return json.dumps(entries).encode()
    return files.get(path.removeprefix(f"/me/mine/resolve/{COMMIT}/"))


def _fetch_elsewhere(endpoint: str, home: Path) -> subprocess.CompletedProcess[str]:
    code = "from protlens.models.checkpoint.hub import fetch; print(*fetch('me/mine'), sep='\\n')"
    here = {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env={**os.environ, **here}, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("family", ["bert", "tape"])
def test_a_checkpoint_is_downloaded_once(family: str, tmp_path: Path, tiny_folder: Callable[[str], Path]) -> None:
    files = {file.name: file.read_bytes() for file in tiny_folder(family).iterdir()} | {"tf_model.h5": b"unwanted"}
    with _serving(files) as (endpoint, asked):
        first = _fetch_elsewhere(endpoint, tmp_path)
        assert first.returncode == 0, first.stderr
        assert f"GET /me/mine/resolve/{COMMIT}/config.json" in asked
    folder, commit = first.stdout.splitlines()
    assert commit == COMMIT
    assert {file.name for file in Path(folder).iterdir()} == set(files) - {"tf_model.h5"}
    assert load_model(folder, device="cpu").info.family == family
    again = _fetch_elsewhere(NOWHERE, tmp_path)
    assert again.stdout == first.stdout


def test_a_hub_that_fails_is_told_from_a_network_that_is_not_there(tmp_path: Path) -> None:
    with _serving(None) as (endpoint, _):
        assert "the hub answered with an error" in _fetch_elsewhere(endpoint, tmp_path).stderr.splitlines()[-1]
    last = _fetch_elsewhere(NOWHERE, tmp_path).stderr.splitlines()[-1]
    assert last.startswith(
        "protlens.errors.DownloadError: model 'me/mine': it is not in the local cache and the network"
    )


def test_only_a_whole_checkpoint_is_cached(cache: Path, tiny_folder: Callable[[str], Path]) -> None:
    assert not is_cached("me/mine")
    folder = _put(cache, "me/mine", tiny_folder("bert"))
    assert is_cached("me/mine")
    (folder / "config.json").unlink()
    assert not is_cached("me/mine")


@pytest.mark.parametrize("name", ["no such name", "a/b/c", "/absolute", "x" * 10_000, ""])
def test_what_is_no_name_is_not_cached(name: str, cache: Path) -> None:
    assert not is_cached(name)
