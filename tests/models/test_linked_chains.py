from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from blocks import InBlocks
from protlens.data.protein import Protein
from protlens.errors import ModelError, OptionError
from protlens.models.encoder import EncoderModel
from protlens.models.fake import FakeModel
from protlens.models.linked_chains import LinkedModel
from protlens.models.load import load_model
from protlens.models.protocol import AttentionModel, is_last, whole_layers
from protlens.reach import Reach
from toy import LAYERS, toy_attention, toy_model

CHAINS = ["MKTAYIAKQRQISFVKSHFSRQ", "ACDEFGHIKLMNPQRSTVWYXUZOBJ", "GG", "W"]
DIMER = Protein(id="dimer", sequence=CHAINS[0] + CHAINS[1], chain_starts=(22,))
TRIMER = Protein(id="trimer", sequence="".join(CHAINS[1:]), chain_starts=(26, 28))
SINGLE = Protein(id="single", sequence=CHAINS[0])

Models = Callable[[str], EncoderModel]


def attention(model: AttentionModel, proteins: Any) -> torch.Tensor:
    shown: list[torch.Tensor] = []
    model.attend(model.encode(proteins), whole_layers(lambda _, weights: shown.append(weights.clone())))
    return torch.stack(shown)


def typed_in(protein: Protein, linker: int) -> tuple[str, list[int]]:
    """Write the linker by hand, and list which letters are residues."""
    text, kept = "", []
    for place, letter in enumerate(protein.sequence):
        if place in protein.chain_starts:
            text += "G" * linker
        kept.append(len(text))
        text += letter
    return text, kept


def by_hand(model: AttentionModel, protein: Protein, linker: int) -> torch.Tensor:
    text, kept = typed_in(protein, linker)
    return attention(model, [text])[:, 0][:, :, kept][..., kept]


@pytest.mark.parametrize("linker", [0, 1, 25])
@pytest.mark.parametrize("protein", [DIMER, TRIMER, SINGLE], ids=lambda one: one.id)
@pytest.mark.parametrize("family", ["bert", "albert", "xlnet", "esm", "t5"])
def test_attention_is_that_of_the_linker_typed_in(
    family: str, protein: Protein, linker: int, tiny_model: Models
) -> None:
    inner = tiny_model(family)
    shown = attention(LinkedModel(inner, linker=linker), [protein])[:, 0]
    assert torch.equal(shown, by_hand(inner, protein, linker))
    if protein.chain_starts and linker:
        assert not torch.allclose(shown, attention(inner, [protein.sequence])[:, 0])


@pytest.mark.parametrize("rows", [1, 7, 20, 200])
@pytest.mark.parametrize("protein", [DIMER, TRIMER, SINGLE], ids=lambda one: one.id)
def test_blocks_of_queries_hold_each_residue_once(protein: Protein, rows: int) -> None:
    model = LinkedModel(InBlocks(toy_model(), rows), linker=9)
    seen: dict[int, list[range]] = {}
    last: list[bool] = []

    def visit(layer: int, weights: torch.Tensor, first: int = 0, /) -> None:
        assert weights.shape[3] == len(protein)
        seen.setdefault(layer, []).append(range(first, first + weights.shape[2]))
        last.append(is_last(weights, first))

    model.attend(model.encode([protein]), visit)
    for blocks in seen.values():
        assert [query for block in blocks for query in block] == list(range(len(protein)))
    assert sum(last) == len(seen) == LAYERS
    assert last[-1]
    assert torch.equal(attention(model, [protein])[:, 0], by_hand(toy_model(), protein, 9))


@pytest.mark.parametrize("rows", [5, 200])
def test_a_batch_of_unlike_chains_is_each_of_them_padded_with_zero(rows: int) -> None:
    model, proteins = LinkedModel(InBlocks(toy_model(), rows)), [TRIMER, DIMER, SINGLE]
    batch = model.encode([*proteins, "MKT"])
    assert batch.lengths == (29, 48, 22, 3)
    together = attention(model, [*proteins, "MKT"])
    for row, protein in enumerate([*proteins, Protein(id="last", sequence="MKT")]):
        alone = together[:, row, :, : len(protein), : len(protein)]
        assert torch.equal(alone, by_hand(toy_model(), protein, 25))
        assert not together[:, row, :, len(protein) :].any()
        assert not together[:, row, :, :, len(protein) :].any()


def test_rows_are_not_made_to_sum_to_one() -> None:
    even = FakeModel(lambda text: torch.full((1, 1, len(text), len(text)), 1 / len(text)), layers=1, heads=1)
    shown = attention(LinkedModel(even, linker=12), [DIMER])
    assert torch.allclose(shown.sum(-1), torch.tensor(48 / 60))


@pytest.mark.parametrize("family", ["bert", "xlnet", "esm", "t5"])
def test_hidden_states_are_those_of_the_linker_typed_in(family: str, tiny_model: Models) -> None:
    inner = tiny_model(family)
    model, shown, expected = LinkedModel(inner, linker=4), [], []
    model.hidden_states(model.encode([DIMER]), lambda _, states: shown.append(states[0].clone()))
    text, kept = typed_in(DIMER, 4)
    inner.hidden_states(inner.encode(text), lambda _, states: expected.append(states[0, kept]))
    assert torch.equal(torch.stack(shown), torch.stack(expected))
    both: list[torch.Tensor] = []
    model.hidden_states(model.encode([SINGLE, DIMER]), lambda _, states: both.append(states.clone()))
    assert both[0].shape[:2] == (2, 48)
    assert not torch.stack(both)[:, 0, 22:].any()
    assert torch.allclose(torch.stack(both)[:, 1], torch.stack(expected), atol=1e-4)


def test_hidden_states_that_there_are_none_of_are_refused() -> None:
    class Bare:
        def __init__(self) -> None:
            inner = toy_model()
            self.info, self.device, self.dtype = inner.info, inner.device, inner.dtype
            self.encode, self.attend = inner.encode, inner.attend

    model = LinkedModel(Bare())
    with pytest.raises(ModelError, match="model 'fake': it shows no hidden states"):
        model.hidden_states(model.encode([DIMER]), lambda *_: None)


def test_a_track_that_the_model_reads_says_nothing_of_linkers() -> None:
    seen = []

    class Reading(FakeModel):
        reads = "3di"

        def encode(self, sequences):
            seen.extend((one.sequence, dict(one.tracks)) for one in sequences)
            return super().encode([one.sequence for one in sequences])

    one = Protein(id="one", sequence="MKTAYI", tracks={"3di": "acdefg", "dssp": "CCCCCC"}, chain_starts=(2,))
    model = LinkedModel(Reading(toy_attention, layers=3, heads=2), linker=3)
    model.encode([one])
    assert seen == [("MKGGGTAYI", {"3di": "ac???defg"})]
    assert model.reads == "3di"


def shifted(model: EncoderModel, protein: Protein, gap: int) -> EncoderModel:
    """Return a model that has learned, at the places of each further chain, the vectors of positions farther on."""
    weights = dict(model.weights())
    (name,) = [one for one in weights if "position_embeddings" in one]
    places = np.arange(len(weights[name]))
    for start in protein.chain_starts:
        places[model.special_tokens[0] + start :] += gap
    table = weights[name]
    changed = table[torch.from_numpy(places.clip(max=len(table) - 1))]
    return model.with_weights({**weights, name: changed}, info=model.info)


@pytest.mark.parametrize("gap", [1, 12])
@pytest.mark.parametrize("protein", [DIMER, TRIMER], ids=lambda one: one.id)
@pytest.mark.parametrize("name", ["mini-bert", "mini-albert"])
def test_a_gap_is_what_a_model_shows_whose_positions_are_farther_on(name: str, protein: Protein, gap: int) -> None:
    inner = load_model(name, device="cpu")
    gapped = LinkedModel(inner, linker=0, position_gap=gap)
    shown = attention(gapped, [protein])[:, 0]
    assert torch.allclose(shown, attention(shifted(inner, protein, gap), [protein.sequence])[:, 0], atol=1e-6)
    assert not torch.allclose(shown, attention(inner, [protein.sequence])[:, 0], atol=1e-4)
    both = attention(gapped, [protein, SINGLE])
    assert torch.allclose(both[:, 0, :, : len(protein), : len(protein)], shown, atol=1e-5)
    assert torch.allclose(both[:, 1, :, :22, :22], attention(inner, [SINGLE.sequence])[:, 0], atol=1e-5)


def test_a_gap_and_a_linker_go_together() -> None:
    inner = load_model("mini-bert", device="cpu")
    text, kept = typed_in(DIMER, 5)
    typed = Protein(id="typed", sequence=text, chain_starts=(kept[22],))
    expected = attention(shifted(inner, typed, 9), [text])[:, 0][:, :, kept][..., kept]
    model = LinkedModel(inner, linker=5, position_gap=9)
    assert torch.allclose(attention(model, [DIMER])[:, 0], expected, atol=1e-6)
    assert model.info.max_residues == 510 - 14


def test_a_gap_that_leads_beyond_the_learned_positions_is_refused() -> None:
    model = LinkedModel(load_model("mini-bert", device="cpu"), linker=0, position_gap=462)
    assert attention(model, [DIMER]).shape[-1] == 48
    with pytest.raises(ModelError, match="48 residues, 511 with linkers and gaps; allowed: up to 510"):
        LinkedModel(load_model("mini-bert", device="cpu"), linker=0, position_gap=463).encode([DIMER])


@pytest.mark.parametrize("family", ["xlnet", "esm", "t5"])
def test_models_that_take_no_learned_positions_are_refused(family: str, tiny_model: Models) -> None:
    with pytest.raises(ModelError, match=r"position gap for .*: it takes no positions, .*; take a linker"):
        LinkedModel(tiny_model(family), linker=0, position_gap=3)
    with pytest.raises(ModelError, match="position gap for 'fake'"):
        LinkedModel(toy_model(), position_gap=3)


def test_it_says_what_it_is() -> None:
    inner = load_model("mini-bert", device="cpu")
    model = LinkedModel(inner, linker=10, most_chains=3)
    assert model.info.max_residues == 490
    assert (model.info.name, model.info.sha256) == ("mini-bert", inner.info.sha256)
    assert (model.device, model.dtype, model.reads) == (inner.device, "float32", "")
    assert model.reach == inner.reach
    assert LinkedModel(toy_model()).info.max_residues is None
    assert LinkedModel(toy_model(reach=[Reach(None, 0)] * LAYERS)).reach == (Reach(None, 0),) * LAYERS
    assert LinkedModel(toy_model(reach=[Reach(2, 2)] * LAYERS), linker=0).reach == (Reach(2, 2),) * LAYERS
    assert model.encode("MKT").lengths == (3,)


def test_what_is_too_long_with_its_linkers_is_refused() -> None:
    model = LinkedModel(toy_model(max_residues=60), linker=12)
    assert model.encode([DIMER]).lengths == (48,)
    with pytest.raises(ModelError, match="48 residues, 61 with linkers and gaps; allowed: up to 60"):
        LinkedModel(toy_model(max_residues=60), linker=13).encode([DIMER])


@pytest.mark.parametrize(
    ("inner", "given", "error", "message"),
    [
        ({}, {"linker": -1}, OptionError, "linkers of -1 between 2 chains: a gap of 0; allowed"),
        ({}, {"most_chains": 0}, OptionError, "linkers of 25 between 0 chains"),
        ({"max_residues": 60}, {"most_chains": 4}, OptionError, "no room in an input of 60 residues"),
        ({"reach": [Reach(2, None)] * LAYERS}, {}, ModelError, "'fake': layers that attend within a window"),
    ],
)
def test_linkers_that_cannot_be_are_refused(inner: dict, given: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        LinkedModel(toy_model(**inner), **given)
