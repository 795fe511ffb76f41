import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from protlens.errors import ModelError
from protlens.models.checkpoint.weight_files import digest, is_safetensors, weight_files


def _files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(name.encode() * 1000)


def test_safetensors_win_over_files_of_torch(tmp_path: Path) -> None:
    _files(tmp_path, "pytorch_model.bin", "model.safetensors", "tf_model.h5")
    files = weight_files(tmp_path)
    assert files == [tmp_path / "model.safetensors"]
    assert is_safetensors(files)
    assert not is_safetensors([tmp_path / "pytorch_model.bin"])


def test_a_folder_without_weights_says_what_was_looked_for(tmp_path: Path) -> None:
    _files(tmp_path, "config.json", "tf_model.h5", "adapter_model.safetensors")
    with pytest.raises(
        ModelError, match=r"no weights; allowed: model\.safetensors or .* or pytorch_model\.bin or pytorch_model\.bin\."
    ):
        weight_files(tmp_path)


def test_shards_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = [f"pytorch_model-0000{n}-of-00003.bin" for n in (1, 2, 3)]
    _files(tmp_path, *names)
    index = {"weight_map": {"a": names[2], "b": names[0], "c": names[1], "d": names[0]}}
    (tmp_path / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    files = weight_files(tmp_path)
    assert [file.name for file in files] == names
    assert digest(files) == hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@pytest.mark.parametrize(
    "index",
    [
        "{",
        "[]",
        "{}",
        '{"weight_map": []}',
        '{"weight_map": {}}',
        '{"weight_map": {"a": 1}}',
        '{"weight_map": {"a": "model-00001-of-00001.safetensors", "b": "gone.safetensors"}}',
        '{"weight_map": {"a": "../model-00001-of-00001.safetensors"}}',
        '{"weight_map": {"a": "sub/model-00001-of-00001.safetensors"}}',
    ],
)
def test_an_index_that_is_broken_or_leads_elsewhere_is_refused(index: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    for place in (tmp_path, folder, folder / "sub"):
        _files(place, "model-00001-of-00001.safetensors")
    (folder / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ModelError, match=r"weights .*index\.json"):
        weight_files(folder)


def test_the_digest_of_one_file_is_its_own(tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000
    (tmp_path / "model.safetensors").write_bytes(content)
    assert digest([tmp_path / "model.safetensors"]) == hashlib.sha256(content).hexdigest()


def test_files_are_read_once_until_one_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a.safetensors", "b.safetensors"]
    _files(tmp_path, *names)
    files = [tmp_path / name for name in names]
    opened: list[str] = []
    whole = Path.open

    def noted(self: Path, *arguments: Any, **options: Any) -> Any:
        opened.append(self.name)
        return whole(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", noted)
    first = digest(files)
    assert digest(files) == first
    assert opened == names
    size = files[0].stat().st_size
    (tmp_path / "new").write_bytes(bytes(size))
    (tmp_path / "new").replace(files[0])
    assert digest(files) == hashlib.sha256(bytes(size) + files[1].read_bytes()).hexdigest() != first
