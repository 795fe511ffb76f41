import json

import pytest

from protlens.errors import RunError
from protlens.runs.manifest import Manifest


def _manifest(**changes):
    content = {
        "model": {"name": "m", "layers": 2, "heads": 2, "sha256": "a"},
        "dataset": {"name": "d", "fingerprint": "f", "proteins": 3},
        "properties": {"contact": "pair"},
        "options": {"threshold": 0.3, "keep_arcs": None},
        "versions": {"python": "3"},
        "shards": 1,
    }
    return Manifest(**{**content, **changes})


def test_round_trip(tmp_path):
    _manifest().write(tmp_path)
    assert Manifest.read(tmp_path) == _manifest()
    assert json.loads((tmp_path / "manifest.json").read_text())["format"] == "protlens-run"


def test_other_library_versions_are_the_same_run(tmp_path):
    _manifest().check_same(_manifest(versions={"python": "4"}), tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": {"name": "other"}}, "another model.*name 'm' there, 'other' asked for"),
        ({"dataset": {"name": "d", "fingerprint": "g", "proteins": 3}}, "another dataset.*fingerprint"),
        ({"options": {"threshold": 0.4, "keep_arcs": None}}, "other options: threshold 0.3 there, 0.4 asked for"),
        ({"shards": 2}, "other shards: 1 there, 2 asked for"),
    ],
)
def test_another_run_is_refused_with_the_difference(tmp_path, change, words):
    with pytest.raises(RunError, match=words):
        _manifest().check_same(_manifest(**change), tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no manifest.json"),
        ("{", "damaged"),
        ("[" * 100_000, "damaged"),
        ('{"format": "protlens-run", "version": true}', "format version True; allowed: 1"),
        ("[]", "not that of a protlens run"),
        ('{"format": "protlens-run", "version": 99}', "format version 99; allowed: 1"),
        ('{"format": "protlens-run", "version": 1}', "lacks entries"),
    ],
)
def test_what_is_not_a_manifest_is_refused(tmp_path, content, words):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(RunError, match=words):
        Manifest.read(tmp_path)
