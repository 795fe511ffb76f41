"""Damaged checkpoints of every family: a model or one line (``scripts/fuzz.py``)."""

import numpy as np
import pytest

from fuzz_targets import FAMILIES, model_targets, outcome
from mutations import damage_one, mutated
from protlens.errors import ModelError
from protlens.models.load import load_model
from tiny_models import tiny_model_folder

COUNT = 8
PARTS = ("weights", "settings")


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    return model_targets(tmp_path_factory.mktemp("targets"))


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("family", FAMILIES)
def test_damage_is_refused_in_one_line_or_a_model(targets, family, part, tmp_path):
    target, rng = targets[f"{family}, {part}"], np.random.default_rng(FAMILIES.index(family))
    for number in range(COUNT):
        copy = tmp_path / f"{number}-{family}"
        what = damage_one(target.whole, copy, rng, mutated)
        assert outcome(target.read, copy) in ("read", "refused"), what


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_whole_is_a_model(targets, family, part, tmp_path):
    target = targets[f"{family}, {part}"]
    damage_one(target.whole, tmp_path / family, np.random.default_rng(0), lambda content, rng: ("nothing", content))
    assert outcome(target.read, tmp_path / family) == "read"


ONCE_FAILED = [
    ("bert", "vocab.txt", lambda content: content[:1]),
    ("bert", "vocab.txt", lambda content: content.replace(b"[UNK]", b"[UNX]")),
    ("bert", "vocab.txt", lambda content: content.replace(b"[SEP]", b"[P]")),
    ("esm", "vocab.txt", lambda content: content[:5]),
    ("esm", "vocab.txt", lambda content: bytes(64) + content[64:]),
    ("esm", "vocab.txt", lambda content: content.replace(b"<", b"%s")),
    ("esm1b", "vocab.txt", lambda content: content.replace(b"<unk>\n", b"")),
    ("esm1b", "vocab.txt", lambda content: content[:22] + content[22:86] + content[22:]),
    (
        "albert",
        "config.json",
        lambda content: content.replace(b'"num_hidden_groups": 1', b'"num_hidden_groups": 1' + b"0" * 30),
    ),
]
"""Damage that once ended in a traceback, or in no time at all."""


@pytest.mark.parametrize(("family", "file", "change"), ONCE_FAILED)
def test_what_once_failed_is_refused_in_one_line(family, file, change, tmp_path):
    folder = tiny_model_folder(family, tmp_path / family)
    content = (folder / file).read_bytes()
    assert change(content) != content
    (folder / file).write_bytes(change(content))
    with pytest.raises(ModelError) as refusal:
        load_model(folder, device="cpu")
    assert len(str(refusal.value)) < 400
    assert "\n" not in str(refusal.value)
