import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from any_model import any_model_folder
from protlens.models.at_hand import place_of
from protlens.models.catalog import CATALOG
from protlens.models.description import describe_model, reach_text
from protlens.reach import EVERYWHERE, Reach


def test_a_folder_is_told_as_it_is_read(tmp_path: Path) -> None:
    folder = any_model_folder("mistral", tmp_path / "one", head="causal")
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert describe_model(folder) == [
        "family: mistral, compared with what transformers gives when it is loaded",
        "shape: 3 layers of 4 heads, chains up to 126 residues",
        "residues: as they are; J unknown",
        "special tokens: 1 (id 1) before, 1 (id 2) after",
        f"weights: model.safetensors, {(folder / 'model.safetensors').stat().st_size / 1e6:.1f} MB",
        f"digest: {digest}",
        "tensors: left aside, of heads: lm_head.weight",
        "attends to: layers 1 to 3: 7 before and 0 after",
    ]
    assert describe_model(folder, load=False) == describe_model(folder)[:6]


@pytest.mark.parametrize(
    ("family", "residues", "tokens"),
    [
        ("bert", "as they are; J unknown, B O U Z as X", "1 (id 2) before, 1 (id 3) after"),
        ("xlnet", "as they are; J unknown, B O U Z as X", "none before, 2 (id 4, 3) after"),
        ("t5", "as they are; J unknown, B O U Z as X", "none before, 1 (id 1) after"),
        ("esm", "as they are; J unknown", "1 (id 0) before, 1 (id 2) after"),
        ("tape", "as they are; J unknown", "1 (id 2) before, 1 (id 3) after"),
    ],
)
def test_how_each_family_writes(family: str, residues: str, tokens: str, tiny_folder: Callable[[str], Path]) -> None:
    lines = describe_model(tiny_folder(family), load=False)
    assert lines[0] == f"family: {family}, protlens' own adapter"
    assert lines[2:4] == [f"residues: {residues}", f"special tokens: {tokens}"]


def test_layers_that_attend_alike_stand_together() -> None:
    assert reach_text([EVERYWHERE, EVERYWHERE]) == "all residues, in every layer"
    mixed = [EVERYWHERE, Reach(4, 4), Reach(4, 4), Reach(None, 0)]
    assert (
        reach_text(mixed)
        == "layer 1: all residues; layers 2 to 3: 4 before and 4 after; layer 4: all before and 0 after"
    )


def test_what_is_bundled_is_at_hand() -> None:
    assert place_of(CATALOG["mini-bert"]) == "bundled"
    assert place_of(CATALOG["tape-bert"]) == "not here"
