import tracemalloc

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import ModelError, OptionError
from protlens.jacobians import jacobian_maps
from protlens.jacobians.jacobian_maps import jacobian_map
from protlens.jacobians.jacobian_options import JacobianOptions, jacobian_runs
from protlens.jacobians.jacobian_store import JacobianStore
from protlens.jacobians.jacobian_substitutes import ORDER, Substitutes
from protlens.models.fake import FakeModel
from protlens.models.left_out import leaving_out
from protlens.models.load import DTYPES, load_masked_lm, load_model
from protlens.models.masked_lm import MaskedLanguageModel
from tiny_models import tiny_model_folder
from whole_jacobian import categorical_jacobian, coupling_map

SEQUENCE = "MKTAYXAKW"
CRAMBIN = "TTCCPSIVARSNFNVCRL"
CATEGORICAL, STATES = JacobianOptions(kind="categorical"), JacobianOptions(kind="states")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """From a family to the folder of a tiny model of it."""
    base = tmp_path_factory.mktemp("tiny")
    return lambda family: base / family if (base / family).exists() else tiny_model_folder(family, base / family)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(jacobian_maps, "_POSITIONS", 4)


def corrected(strengths):
    """Return a map corrected for the average product, pair by pair."""
    strengths = np.where(np.eye(len(strengths), dtype=bool), 0, strengths)
    total = strengths.sum()
    return np.array(
        [
            [s - row.sum() * column.sum() / total for s, column in zip(row, strengths.T, strict=True)]
            for row in strengths
        ]
    )


def close(one, other, tolerance):
    return np.abs(one - other).max() <= tolerance * np.abs(other).max()


def changes(answer, sequence, tried):
    """Return what each substitution of each residue changes, one run at a time."""
    unchanged = answer(sequence)
    return [
        {
            letter: answer(sequence[:place] + letter + sequence[place + 1 :]) - unchanged
            for letter in [letter for letter in ORDER if letter != residue][:tried]
        }
        for place, residue in enumerate(sequence)
    ]


def how_far_answers_move(answer, sequence, tried):
    """Return the map of a budget, as the formula says."""
    length = len(sequence)
    moved = np.zeros((length, length))
    for i, by_letter in enumerate(changes(answer, sequence, tried)):
        for j in range(length):
            squares = [np.square(change[j]).sum() for change in by_letter.values()]
            moved[i, j] = np.sqrt(np.mean(squares))
    return corrected([[(moved[i, j] + moved[j, i]) / 2 for j in range(length)] for i in range(length)])


def centred_table(answer, sequence):
    """Return the map of all substitutes, as the formula says."""
    length = len(sequence)
    table = np.zeros((length, 20, length, 20))
    for i, by_letter in enumerate(changes(answer, sequence, 20)):
        for letter, change in by_letter.items():
            table[i, AMINO_ACIDS.index(letter)] = change
    for axis in range(4):
        table -= table.mean(axis, keepdims=True)
    norms = [[np.linalg.norm((table[i, :, j] + table[j, :, i].T) / 2) for j in range(length)] for i in range(length)]
    return corrected(np.array(norms))


def logits(model):
    def answer(sequence):
        shown = model.logits(model.encoder.encode(sequence))[0].numpy().astype(np.float64)
        return shown - shown.mean(1, keepdims=True)

    return answer


def last_states(model):
    def answer(sequence):
        shown = []
        model.hidden_states(model.encode(sequence), lambda _, states: shown.append(states[0].numpy()))
        return shown[-1].astype(np.float64)

    return answer


@pytest.mark.parametrize("family", ["bert", "albert", "esm", "esmc"])
def test_the_categorical_map_is_what_the_formula_says(folder, family, small_blocks):
    model = load_masked_lm(folder(family), device="cpu")
    found = jacobian_map(model, SEQUENCE, CATEGORICAL)
    assert found.dtype == np.float32
    assert np.array_equal(found, found.T)
    assert close(found, centred_table(logits(model), SEQUENCE), 1e-4)
    budget = JacobianOptions(kind="categorical", runs=3 * len(SEQUENCE) + 1)
    assert close(jacobian_map(model, SEQUENCE, budget), how_far_answers_move(logits(model), SEQUENCE, 3), 1e-4)


FAMILIES = ["bert", "albert", "xlnet", "esm", "esm1b", "t5", "ankh", "tape", "esmc"]


@pytest.mark.parametrize(("family", "tried"), [*((family, 2) for family in FAMILIES), ("t5", 20)])
def test_the_map_of_states_is_what_the_formula_says(folder, family, tried, small_blocks):
    model = load_model(folder(family), device="cpu")
    found = jacobian_map(model, SEQUENCE, JacobianOptions(kind="states", runs=tried * len(SEQUENCE) + 1))
    assert close(found, how_far_answers_move(last_states(model), SEQUENCE, tried), 1e-4)


def test_states_are_those_of_the_encoder_where_a_model_has_its_head(folder):
    with_head, without = load_masked_lm(folder("bert"), device="cpu"), load_model(folder("bert"), device="cpu")
    assert np.array_equal(jacobian_map(with_head, SEQUENCE, STATES), jacobian_map(without, SEQUENCE, STATES))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mini-bert", "mini-albert"])
def test_a_real_model_gives_what_the_whole_table_gives(name):
    model = load_masked_lm(name, device="cpu")
    found = jacobian_map(model, CRAMBIN, CATEGORICAL)
    assert close(found, coupling_map(categorical_jacobian(model, CRAMBIN)).numpy(), 1e-5)


@pytest.mark.parametrize("kind", ["categorical", "states"])
def test_batches_and_blocks_change_nothing(folder, kind, monkeypatch):
    model = load_masked_lm(folder("esm"), device="cpu")
    whole = jacobian_map(model, SEQUENCE[:6], JacobianOptions(kind=kind))
    monkeypatch.setattr(jacobian_maps, "_BLOCK_BYTES", 1)
    assert close(jacobian_map(model, SEQUENCE[:6], JacobianOptions(kind=kind, batch_tokens=1)), whole, 1e-4)


class Coupled(MaskedLanguageModel):
    """Its logits and states at each residue are drawn from that residue, and at two from the other of them too."""

    def __init__(self, pair):
        self.pair = pair
        self.runs = 0
        self.encoder = FakeModel(lambda _: torch.zeros(1, 1, 1, 1), layers=1, heads=1, embedding=self.embedding)
        self.info = self.encoder.info

    def embedding(self, sequence):
        self.runs += 1
        seen = [[letter] for letter in sequence]
        for one, other in (self.pair, self.pair[::-1]):
            seen[one].append(sequence[other])
        rows = [
            sum(
                np.random.default_rng([ord(letter) for letter in some[:n]]).normal(size=20)
                for n in range(1, len(some) + 1)
            )
            for some in seen
        ]
        return torch.tensor(np.stack([rows, rows])).float()

    def logits(self, batch):
        rows = []
        self.encoder.hidden_states(batch, lambda _, states: rows.append(states))
        return rows[-1]


@pytest.mark.parametrize(
    "options",
    [
        CATEGORICAL,
        STATES,
        *(JacobianOptions(kind=kind, runs=runs) for kind in ("categorical", "states") for runs in (31, 61, 151)),
    ],
)
def test_a_planted_coupling_is_found_within_the_budget(options):
    model = Coupled((4, 23))
    found = jacobian_map(model, "MKTAYIAKQRQISFVKSHFSRQLEERLGLI", options)
    assert np.triu(found, 1).argmax() == 4 * 30 + 23
    assert found[4, 23] > 5 * np.sort(np.triu(found, 1), axis=None)[-2]
    assert model.runs == jacobian_runs(30, options)


def test_all_substitutes_give_one_map_however_many_runs_are_allowed():
    whole = jacobian_map(Coupled((1, 8)), CRAMBIN[:10], CATEGORICAL)
    assert np.array_equal(
        whole, jacobian_map(Coupled((1, 8)), CRAMBIN[:10], JacobianOptions(kind="categorical", runs=191))
    )
    unknown = Coupled((1, 8))
    jacobian_map(unknown, SEQUENCE, CATEGORICAL)
    assert unknown.runs == jacobian_runs(len(SEQUENCE), CATEGORICAL) + 1


def test_a_chain_of_one_residue_and_one_that_changes_nothing_have_a_map_of_zeros():
    silent = FakeModel(
        lambda _: torch.zeros(1, 1, 1, 1), layers=1, heads=1, embedding=lambda of: torch.ones(2, len(of), 3)
    )
    assert not jacobian_map(silent, "MKT", STATES).any()
    assert jacobian_map(silent, "M", STATES).tolist() == [[0.0]]


def test_a_finished_map_is_not_computed_again_and_each_kind_has_its_own(tmp_path):
    model, store = Coupled((1, 8)), JacobianStore(tmp_path)
    first = [jacobian_map(model, SEQUENCE, options, store=store) for options in (CATEGORICAL, STATES)]
    assert len(list(tmp_path.iterdir())) == 2
    model.runs = 0
    again = [jacobian_map(model, SEQUENCE, options, store=store) for options in (CATEGORICAL, STATES)]
    assert model.runs == 0
    assert not np.array_equal(*first)
    assert np.array_equal(first, again)


def test_a_map_that_another_process_finishes_meanwhile_is_taken(tmp_path, monkeypatch):
    other, store, make = JacobianStore(tmp_path), JacobianStore(tmp_path), jacobian_maps._table_strengths

    def overtaken(chain, store, key):
        monkeypatch.setattr(jacobian_maps, "_table_strengths", make)
        block = store.block(key, 0, (1, 1), lambda: np.ones((1, 1), np.float32))
        jacobian_map(Coupled((1, 8)), SEQUENCE, CATEGORICAL, store=other)
        return block.read()

    monkeypatch.setattr(jacobian_maps, "_table_strengths", overtaken)
    found = jacobian_map(Coupled((1, 8)), SEQUENCE, CATEGORICAL, store=store)
    assert np.array_equal(found, jacobian_map(Coupled((1, 8)), SEQUENCE, CATEGORICAL))


def test_memory_holds_a_few_blocks_and_not_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(jacobian_maps, "_BLOCK_BYTES", 1 << 20)
    rows = torch.randn(128, 20, generator=torch.Generator().manual_seed(0))

    def answers(sequences):
        own = rows[torch.tensor([[ord(letter) for letter in sequence] for sequence in sequences])]
        return own + own * own.roll(40, 1)

    chain = Substitutes(10 * CRAMBIN, 20, answers=answers, at_once=10)
    tracemalloc.start()
    strengths = jacobian_maps._table_strengths(chain, JacobianStore(tmp_path), "0" * 64)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.triu(strengths, 1)[0].argmax() == 40
    assert peak < 8 << 20
    assert sum(file.stat().st_size for file in tmp_path.rglob("*.safetensors")) > 1600 * 180**2


def test_a_model_without_some_heads_gives_another_map_that_is_not_kept(folder, tmp_path):
    model, store = load_model(folder("bert"), device="cpu"), JacobianStore(tmp_path / "store")
    with leaving_out([(1, 2)], replace="zero"):
        without = jacobian_map(model, SEQUENCE, STATES, store=store)
    assert not store.folder.exists()
    assert not close(without, jacobian_map(model, SEQUENCE, STATES, store=store), 1e-2)


def test_a_model_that_cannot_be_asked_is_refused():
    model = FakeModel(lambda _: torch.zeros(1, 1, 1, 1), layers=1, heads=1)
    with pytest.raises(
        ModelError, match=r"^categorical Jacobian: a model without its masked-language-model head; load"
    ):
        jacobian_map(model, SEQUENCE, CATEGORICAL)
    with pytest.raises(ModelError, match="it was made without hidden states"):
        jacobian_map(model, SEQUENCE, STATES)
    with pytest.raises(OptionError, match="option runs: 9 for a chain of 9 residues"):
        jacobian_map(model, SEQUENCE, JacobianOptions(kind="states", runs=9))


@pytest.mark.parametrize("runs", [None, 100])
@pytest.mark.parametrize(("sequence", "message"), [("", "empty"), ("MKt", "A to Z"), ("M" * 601, "up to 600")])
def test_a_chain_that_the_model_does_not_read_is_refused(folder, sequence, message, runs, tmp_path):
    model, store = load_model(folder("bert"), device="cpu"), JacobianStore(tmp_path / "store")
    with pytest.raises(ModelError, match=message):
        jacobian_map(model, sequence, JacobianOptions(kind="states", runs=runs), store=store)
    assert not store.folder.exists()


def test_what_is_not_a_finite_number_is_refused(tmp_path):
    model = FakeModel(
        lambda _: torch.zeros(1, 1, 1, 1),
        layers=1,
        heads=1,
        embedding=lambda of: torch.full((2, len(of), 3), torch.nan),
    )
    with pytest.raises(ModelError, match=r"^Jacobian: what the model answers is not a finite number everywhere; take"):
        jacobian_map(model, SEQUENCE, STATES, store=JacobianStore(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("options", [CATEGORICAL, STATES, JacobianOptions(kind="categorical", runs=37)])
def test_bfloat16_ranks_pairs_nearly_as_float32_does(options):
    maps = [jacobian_map(load_masked_lm("mini-bert", device="cpu", dtype=dtype), CRAMBIN, options) for dtype in DTYPES]
    far = np.triu_indices(len(CRAMBIN), 6)
    assert 0.98 < spearmanr(*(one[far] for one in maps)).statistic < 1
    assert close(maps[1], maps[0], 0.05)
