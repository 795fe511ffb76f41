from types import SimpleNamespace

import pytest
import torch

import protlens
from protlens import threads
from protlens.models.fitting_threads import fitting_threads


@pytest.fixture
def torch_threads(monkeypatch):
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(threads, "cores", lambda: 6)
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def network(width):
    return SimpleNamespace(config=SimpleNamespace(hidden_size=width))


def within(one):
    with fitting_threads(one):
        return torch.get_num_threads()


def test_a_small_model_takes_one_thread_and_the_number_is_put_back(torch_threads):
    torch_threads(4)
    assert within(network(320)) == 1
    assert torch.get_num_threads() == 4


def test_the_number_is_put_back_whatever_happens(torch_threads):
    torch_threads(4)
    with pytest.raises(ValueError, match="the end"), fitting_threads(network(320)):
        raise ValueError("the end")
    assert torch.get_num_threads() == 4


@pytest.mark.parametrize(("told", "expected"), [(4, 4), (8, 6), (1, 1)])
def test_a_large_model_takes_the_cores_but_no_more_than_torch_was_told(torch_threads, told, expected):
    torch_threads(told)
    assert within(network(2560)) == expected
    assert within(SimpleNamespace()) == expected


def test_a_number_in_the_environment_is_kept(torch_threads, monkeypatch):
    torch_threads(4)
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    assert within(network(320)) == 4


def test_a_model_runs_with_the_threads_that_it_gains_from(torch_threads):
    torch_threads(3)
    model, seen = protlens.load_model("mini-bert"), []
    model.attend(model.encode("MKTAYIAK"), lambda layer, weights, first: seen.append(torch.get_num_threads()))
    assert (seen, torch.get_num_threads()) == ([1] * 6, 3)
