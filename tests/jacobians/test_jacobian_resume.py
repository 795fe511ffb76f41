"""A process that is killed in the middle of a map leaves blocks that the next one goes on from."""

import signal
import subprocess
import sys

import numpy as np
import pytest
import torch

from protlens.jacobians.jacobian_maps import jacobian_map
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.jacobians.jacobian_store import JacobianStore
from protlens.models.load import load_masked_lm
from protlens.models.masked_lm import MaskedLanguageModel
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQ"
BATCH_TOKENS = 10 * len(SEQUENCE)
BLOCKS = -(-len(SEQUENCE) // 16)

KILLED = """
import os, signal, sys
from protlens.jacobians.jacobian_maps import jacobian_map
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.jacobians.jacobian_store import JacobianStore
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_masked_lm

folder, store, kind, sequence, tokens, *moments = sys.argv[1:]
model, encode = load_masked_lm(folder, device="cpu"), EncoderModel.encode
options = JacobianOptions(kind=kind, batch_tokens=int(tokens))

def killed_at(moment):
    left = [moment]
    def counted(self, sequences):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return encode(self, sequences)
    EncoderModel.encode = counted
    jacobian_map(model, sequence, options, store=JacobianStore(store))

for moment in map(int, moments):
    process = os.fork()
    if not process:
        killed_at(moment)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    (blocks,) = os.listdir(store)
    print(os.WTERMSIG(status), len([name for name in os.listdir(os.path.join(store, blocks)) if name[0] != "."]))
"""
"""Runs in one process after the other, each of which ends in the middle; says how, and how many blocks there are."""


@pytest.fixture
def one_thread(monkeypatch):
    """Sums of several threads differ in their last bits."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield
    torch.set_num_threads(before)


class Counted(MaskedLanguageModel):
    """A model that counts the runs for its logits."""

    def __init__(self, model):
        self.__dict__.update(model.__dict__)
        self.runs = 0

    def logits(self, batch):
        self.runs += len(batch.lengths)
        return super().logits(batch)


@pytest.mark.parametrize("kind", ["categorical", "states"])
def test_a_killed_process_is_gone_on_from_bit_for_bit(tmp_path, kind, one_thread):
    folder, store = tiny_model_folder("esm", tmp_path / "model", layers=1), JacobianStore(tmp_path / "store")
    moments = [str(moment) for moment in np.random.default_rng(3).integers(33, 70, size=3)]
    call = [sys.executable, "-c", KILLED, folder, store.folder, kind, SEQUENCE, str(BATCH_TOKENS), *moments]
    printed = subprocess.run(call, check=True, capture_output=True, text=True).stdout.split()
    assert printed[::2] == [str(int(signal.SIGKILL))] * 3
    assert 0 < int(printed[1]) < int(printed[3]) < int(printed[5]) <= BLOCKS
    options = JacobianOptions(kind=kind, batch_tokens=BATCH_TOKENS)
    model = load_masked_lm(folder, device="cpu")
    gone_on = jacobian_map(model, SEQUENCE, options, store=store)
    assert np.array_equal(gone_on, jacobian_map(model, SEQUENCE, options))
    assert [path.suffix for path in store.folder.iterdir()] == [".safetensors"]


def test_what_is_damaged_meanwhile_is_computed_again_and_nothing_else(tmp_path):
    model = Counted(load_masked_lm(tiny_model_folder("bert", tmp_path / "model", layers=1), device="cpu"))
    options, store = JacobianOptions(kind="categorical", batch_tokens=BATCH_TOKENS), JacobianStore(tmp_path / "store")
    keep, store.keep_map = store.keep_map, lambda key, finished: None
    whole = jacobian_map(model, SEQUENCE, options, store=store)
    (blocks,) = store.folder.iterdir()
    second = blocks / "00001.safetensors"
    second.write_bytes(second.read_bytes()[:-8] + bytes(8))
    store.keep_map, model.runs = keep, 0
    assert np.array_equal(jacobian_map(model, SEQUENCE, options, store=store), whole)
    assert model.runs == 1 + 16 * 19
