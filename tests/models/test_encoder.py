import gc
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from eager import eager_attention, shown_by
from protlens.errors import ModelError
from protlens.models import attention_hook
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model
from protlens.models.protocol import whole_layers

ROUNDING = 1e-5
"""How far float32 may carry weights of sharp heads: a few times 1e-6 from processor to processor."""

FAMILIES = ("bert", "albert", "xlnet", "esm", "esm1b", "t5", "tape")
CHAINS = ["MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", "ACDEFGHIKLMNPQRSTVWYXUZOBJ", "GG", "W"]

Folders = Callable[[str], Path]
Models = Callable[[str], EncoderModel]


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _eager(folder: Path, model: EncoderModel, chain: str) -> torch.Tensor:
    return eager_attention(model.info.family, folder, model.encode([chain]).tokens[0].tolist())


@pytest.mark.parametrize("chain", CHAINS)
def test_weights_are_those_of_transformers(family: str, chain: str, tiny_folder: Folders, tiny_model: Models) -> None:
    model = tiny_model(family)
    tokens = _eager(tiny_folder(family), model, chain)
    before, after = model.special_tokens
    residues = tokens[..., before : tokens.shape[-1] - after, before : tokens.shape[-1] - after]
    shown = shown_by(model, [chain])[:, 0]
    assert shown.shape == (model.info.layers, model.info.heads, len(chain), len(chain))
    assert shown.dtype == torch.float32
    assert torch.allclose(shown, residues, rtol=0, atol=ROUNDING)


def test_rows_and_the_share_of_special_tokens_sum_to_one(family: str, tiny_folder: Folders, tiny_model: Models) -> None:
    model, chain = tiny_model(family), CHAINS[0]
    tokens = _eager(tiny_folder(family), model, chain)
    before, after = model.special_tokens
    last = tokens.shape[-1] - after
    special = tokens[..., before:last, :before].sum(-1) + tokens[..., before:last, last:].sum(-1)
    assert float(special.max()) > 0.01
    rows = shown_by(model, [chain])[:, 0].sum(-1)
    assert torch.allclose(rows + special, torch.ones_like(rows), rtol=0, atol=1e-5)


def test_padding_and_batching_change_nothing(family: str, tiny_folder: Folders) -> None:
    model = load_model(tiny_folder(family), device="cpu")
    model._encoder.double()  # matrix products of float32 round differently for different shapes
    together = shown_by(model, CHAINS)
    for row, chain in enumerate(CHAINS):
        n = len(chain)
        alone = shown_by(model, [chain])[:, 0]
        assert torch.allclose(together[:, row, :, :n, :n], alone, rtol=0, atol=ROUNDING)
        assert float(together[:, row, :, n:].abs().sum() + together[:, row, :, :, n:].abs().sum()) == 0


def test_all_tokens_can_be_shown(family: str, tiny_folder: Folders, tiny_model: Models) -> None:
    model, shown = tiny_model(family), []
    model.attend_tokens(model.encode(CHAINS), whole_layers(lambda _, weights: shown.append(weights.clone())))
    for row, chain in enumerate(CHAINS):
        tokens = _eager(tiny_folder(family), model, chain)
        n = tokens.shape[-1]
        assert torch.allclose(torch.stack(shown)[:, row, :, :n, :n], tokens, rtol=0, atol=1e-4)


def test_one_block_is_alive_at_a_time(family: str, tiny_model: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention_hook, "rows_of_block", lambda *_: 7)
    model, chain = tiny_model(family), CHAINS[0] * 3
    tokens = len(chain) + sum(model.special_tokens)
    places, rows, square = [], [], 0

    def visit(_: int, weights: torch.Tensor, first: int = 0) -> None:
        nonlocal square
        places.append(weights.untyped_storage().data_ptr())
        rows.append((first, weights.shape[2]))
        tensors = [thing for thing in gc.get_objects() if type(thing) is torch.Tensor]
        square = max(square, sum(t.ndim == 4 and t.shape[-1] == t.shape[-2] == tokens for t in tensors))

    gc.freeze()  # what is there before is not looked at
    model.attend(model.encode([chain]), visit)
    gc.unfreeze()
    assert len(set(places)) == 1
    assert square == (1 if family == "t5" else 0), "T5's own position bias alone is as large as a layer"
    seen = [first + row for first, count in rows for row in range(count)]
    assert seen == [*range(len(chain))] * model.info.layers


def test_too_long_a_chain_is_refused(family: str, tiny_model: Models) -> None:
    model = tiny_model(family)
    limit = model.info.max_residues
    if limit is None:
        assert family in ("xlnet", "t5")
        assert model.encode(["A" * 2000]).lengths == (2000,)
        return
    shown_by(model, ["A" * limit])
    with pytest.raises(ModelError, match=f"{limit + 1} residues; allowed: up to {limit};"):
        model.encode(["A", "A" * (limit + 1)])


def test_bfloat16_shows_float32_near_the_full_precision(family: str, tiny_folder: Folders, tiny_model: Models) -> None:
    model = load_model(tiny_folder(family), device="cpu", dtype="bfloat16")
    assert model.dtype == "bfloat16"
    half = shown_by(model, CHAINS[:2])
    assert half.dtype == torch.float32
    rows = half.sum(-1)[:, 0]
    assert float(rows.max()) < 1 + 1e-5
    first = (half[0] - shown_by(tiny_model(family), CHAINS[:2])[0]).abs()
    assert 0 < float(first.max()) < 0.1
    assert float(first.mean()) < 0.003


def test_a_visitor_that_raises_leaves_the_model_usable(tiny_model: Models) -> None:
    model = tiny_model("bert")

    def stop(_: int, __: torch.Tensor, ___: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.attend(model.encode(["ACD"]), stop)
    assert shown_by(model, ["ACD"]).shape == (3, 1, 4, 3, 3)


def test_a_model_that_does_not_use_the_hook_is_refused(tiny_folder: Folders) -> None:
    model = load_model(tiny_folder("bert"), device="cpu")
    model._encoder.set_attn_implementation("sdpa")
    with pytest.raises(ModelError, match="it showed the attention of 0 of 3 layers"):
        shown_by(model, ["ACD"])
