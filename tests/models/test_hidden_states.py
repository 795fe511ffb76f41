import gc
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch

from eager import eager_states
from protlens.errors import ModelError
from protlens.models.encoder import EncoderModel
from protlens.models.fake import FakeModel
from protlens.models.hidden_states import States
from protlens.models.load import load_model
from protlens.models.protocol import EmbeddingModel

FAMILIES = ("bert", "albert", "xlnet", "esm", "esm1b", "t5", "tape")
CHAINS = ["MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", "ACDEFGHIKLMNPQRSTVWYXUZOBJ", "GG", "W"]

Folders = Callable[[str], Path]
Models = Callable[[str], EncoderModel]


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _states(model: EmbeddingModel, chains: Sequence[str]) -> torch.Tensor:
    shown: list[torch.Tensor] = []
    model.hidden_states(model.encode(chains), lambda _, states: shown.append(states.clone()))
    return torch.stack(shown)


@pytest.mark.parametrize("chain", CHAINS)
def test_states_are_those_of_transformers(family: str, chain: str, tiny_folder: Folders, tiny_model: Models) -> None:
    model = tiny_model(family)
    tokens = eager_states(model.info.family, tiny_folder(family), model.encode([chain]).tokens[0].tolist())
    before, after = model.special_tokens
    expected = tokens[:, before : tokens.shape[1] - after]
    shown = _states(model, [chain])[:, 0]
    assert shown.shape == expected.shape == (model.info.layers + 1, len(chain), 64)
    assert shown.dtype == torch.float32
    assert torch.allclose(shown, expected, rtol=1e-5, atol=1e-5)
    assert float((shown[1:] - shown[:-1]).abs().amax(dim=(1, 2)).min()) > 0.01


def test_padding_and_batching_change_nothing(family: str, tiny_folder: Folders) -> None:
    model = load_model(tiny_folder(family), device="cpu")
    model._encoder.double()
    together = _states(model, CHAINS)
    for row, chain in enumerate(CHAINS):
        alone = _states(model, [chain])[:, 0]
        assert torch.allclose(together[:, row, : len(chain)], alone, rtol=1e-4, atol=1e-4)
        assert not together[:, row, len(chain) :].any()


@pytest.mark.slow
def test_one_layer_is_alive_at_a_time(family: str, tiny_model: Models) -> None:
    model, chains = tiny_model(family), [CHAINS[0] * 3] * 2
    alive: list[int] = []

    def visit(_: int, states: torch.Tensor) -> None:
        tensors = [thing for thing in gc.get_objects() if type(thing) is torch.Tensor]
        wide = {t.untyped_storage().data_ptr() for t in tensors if t.ndim == 3 and t.shape == states.shape}
        alive.append(len(wide))

    model.hidden_states(model.encode(chains), visit)
    assert alive == [2] * (model.info.layers + 1)  # the layer's own, and the copy that is shown


def test_the_visitor_may_write_into_what_it_is_shown(family: str, tiny_model: Models) -> None:
    model, expected = tiny_model(family), _states(tiny_model(family), CHAINS)
    shown: list[torch.Tensor] = []

    def spoil(_: int, states: torch.Tensor) -> None:
        shown.append(states.clone())
        states.zero_()

    model.hidden_states(model.encode(CHAINS), spoil)
    assert torch.equal(torch.stack(shown), expected)


def test_bfloat16_shows_float32_near_the_full_precision(family: str, tiny_folder: Folders, tiny_model: Models) -> None:
    half = _states(load_model(tiny_folder(family), device="cpu", dtype="bfloat16"), CHAINS)
    full = _states(tiny_model(family), CHAINS)
    assert half.dtype == torch.float32
    assert 0 < float((half[0] - full[0]).abs().mean() / full[0].abs().mean()) < 0.01


def test_hooks_are_gone_afterwards_even_if_the_visitor_raises(tiny_model: Models) -> None:
    model = tiny_model("bert")

    def stop(_: int, __: torch.Tensor) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.hidden_states(model.encode(["ACD"]), stop)
    assert not any(module._forward_pre_hooks for module in model._encoder.modules())
    assert _states(model, ["ACD"]).shape == (4, 1, 3, 64)


def test_layers_that_do_not_run_once_each_are_refused() -> None:
    states = States(lambda *_: None, [2], before=1, layers=1)
    with pytest.raises(ModelError, match="0 of 1 layers showed theirs"):
        states.finish(torch.zeros(1, 4, 3))
    states.enter(torch.zeros(1, 4, 3))
    with pytest.raises(ModelError, match="more than its 1 layers ran"):
        states.enter(torch.zeros(1, 4, 3))


def test_the_fake_shows_what_it_was_given() -> None:
    def embedding(sequence: str) -> torch.Tensor:
        return torch.arange(2 * len(sequence) * 3.0).reshape(2, len(sequence), 3) + len(sequence)

    model = FakeModel(lambda s: torch.zeros(1, 1, len(s), len(s)), layers=1, heads=1, embedding=embedding)
    assert isinstance(model, EmbeddingModel)
    shown = _states(model, ["ACD", "W"])
    assert torch.equal(shown[:, 0], embedding("ACD"))
    assert torch.equal(shown[:, 1, :1], embedding("W"))
    assert not shown[:, 1, 1:].any()


def test_a_fake_without_states_is_refused() -> None:
    model = FakeModel(lambda s: torch.zeros(1, 1, len(s), len(s)), layers=1, heads=1)
    with pytest.raises(ModelError, match="made without hidden states"):
        _states(model, ["A"])
