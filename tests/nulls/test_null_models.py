import pytest
import torch

from protlens.errors import ModelError
from protlens.models.load import load_model
from protlens.models.protocol import whole_layers
from protlens.nulls.null_kinds import KINDS
from protlens.nulls.null_models import null_model, shuffle_weights
from protlens.nulls.shuffled_rows import ShuffledRows
from tiny_models import tiny_model_folder
from toy import toy_model

KINDS_OF_WEIGHTS = ("weights", "shuffled-weights")
FAMILIES = ("bert", "albert", "xlnet", "esm", "t5", "tape", "esmc")


@pytest.fixture(scope="module", params=FAMILIES)
def model(request, tmp_path_factory):
    folder = tiny_model_folder(request.param, tmp_path_factory.mktemp("models") / request.param, layers=2)
    return load_model(folder, device="cpu")


def attention_of(model, sequence="MKTAYIAKQRQISFVKSHFS"):
    layers = []
    model.attend(model.encode([sequence]), whole_layers(lambda _, weights: layers.append(weights.clone())))
    return torch.stack(layers)


@pytest.mark.parametrize("kind", KINDS_OF_WEIGHTS)
def test_weights_are_others_by_seed_and_the_model_keeps_its_own(model, kind):
    before, shown = model.weights(), attention_of(model)
    kept = {name: values.clone() for name, values in before.items()}
    first, again, other = (null_model(model, kind, seed=seed, name="m") for seed in (1, 1, 2))
    assert all(torch.equal(values, again.weights()[name]) for name, values in first.weights().items())
    assert any(not torch.equal(values, other.weights()[name]) for name, values in first.weights().items())
    assert all(torch.equal(values, model.weights()[name]) for name, values in kept.items())
    assert torch.equal(attention_of(model), shown)
    assert torch.equal(attention_of(first), attention_of(again))
    assert not torch.allclose(attention_of(first), shown)
    assert first.info.name == f"m, {KINDS[kind].words} (seed 1)"
    assert len({one.info.sha256 for one in (model, first, other)}) == 3
    assert (first.info.layers, first.info.heads, first.reach) == (model.info.layers, model.info.heads, model.reach)
    assert (first.checked is None) == (model.checked is None)


def test_shuffled_weights_are_the_same_values_of_each_tensor(model):
    before, after = model.weights(), null_model(model, "shuffled-weights", seed=0, name="m").weights()
    assert before.keys() == after.keys()
    for name, values in before.items():
        assert torch.equal(values.flatten().sort().values, after[name].flatten().sort().values)
    moved = [name for name, values in before.items() if values.unique().numel() > 8]
    assert all(not torch.equal(before[name], after[name]) for name in moved)


def test_weights_drawn_anew_have_the_spread_of_the_configuration():
    model = load_model("mini-bert", device="cpu")
    weights = null_model(model, "weights", seed=0, name="m").weights()
    query = weights["encoder.layer.0.attention.self.query.weight"]
    assert abs(float(query.std()) / 0.02 - 1) < 0.05
    assert not weights["encoder.layer.0.attention.self.query.bias"].any()
    assert attention_of(null_model(model, "weights", seed=0, name="m")).max() < 0.3


def test_drawing_leaves_the_random_numbers_of_others_alone():
    model = load_model("mini-bert", device="cpu")
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    model.initial_weights(0)
    assert torch.equal(torch.rand(2), expected)


def test_each_tensor_is_shuffled_by_itself():
    given = {"a": torch.arange(100.0), "b": torch.arange(100.0)}
    found = shuffle_weights(given, seed=0)
    assert not torch.equal(found["a"], found["b"])
    assert torch.equal(found["a"], shuffle_weights({"a": given["a"]}, seed=0)["a"])


def test_weights_of_bfloat16_stay_so():
    model = load_model("mini-bert", device="cpu", dtype="bfloat16")
    for kind in KINDS_OF_WEIGHTS:
        assert null_model(model, kind, seed=0, name="m").dtype == "bfloat16"


@pytest.mark.parametrize("kind", KINDS_OF_WEIGHTS)
def test_a_model_whose_weights_are_not_known_is_refused_in_one_line(kind):
    with pytest.raises(ModelError, match=f"^{kind} of 'fake': a model whose weights protlens did not read; take"):
        null_model(toy_model(), kind, seed=0, name="m")
    assert isinstance(null_model(toy_model(), "rows", seed=0, name="m"), ShuffledRows)


def test_weights_that_do_not_fit_are_refused():
    model = load_model("mini-bert", device="cpu")
    weights = model.weights()
    missing = next(iter(weights))
    for wrong in ({}, {**weights, missing: torch.zeros(1)}):
        with pytest.raises(ModelError, match=f"none that fit {missing}"):
            model.with_weights(wrong, info=model.info)
