import pytest
import torch
from minis.architectures import ARCHITECTURES, Shape
from minis.batches import Draw
from minis.objectives import IGNORED, mask_residues, permute_residues
from minis.sequences import UNKNOWN
from minis.vocabularies import ALBERT, BERT, ESM, XLNET


def draw(rows, length, seed=0, codes=21):
    generator = torch.Generator().manual_seed(seed)
    return Draw(torch.randint(codes, (rows, length), generator=generator), torch.arange(rows), generator)


@pytest.mark.parametrize("vocabulary", [BERT, ALBERT, ESM])
def test_fifteen_percent_are_asked_and_shown_as_bert_shows_them(vocabulary):
    batch = draw(400, 100)
    arguments, labels = mask_residues(batch, vocabulary)
    tokens, whole = arguments["input_ids"], vocabulary.write(batch.residues)
    asked = labels != IGNORED
    known = (batch.residues != UNKNOWN).sum().item()
    assert asked.sum().item() / known == pytest.approx(0.15, abs=0.005)
    assert torch.equal(labels[asked], whole[asked])
    assert not asked[:, [0, -1]].any()
    assert not (labels == len(vocabulary.special) + UNKNOWN).any()
    assert torch.equal(tokens[~asked], whole[~asked])
    masked = tokens[asked] == vocabulary.id(vocabulary.mask)
    assert masked.float().mean().item() == pytest.approx(0.8, abs=0.02)
    others = tokens[asked][~masked]
    assert others.min() >= len(vocabulary.special)
    assert others.max() < len(vocabulary.special) + UNKNOWN
    same = (others == labels[asked][~masked]).float().mean().item()
    assert same == pytest.approx((0.1 + 0.1 / 20) / 0.2, abs=0.03)


def test_positions_are_those_in_the_sequence():
    positions = mask_residues(draw(3, 10), BERT)[0]["position_ids"]
    assert positions.tolist() == [list(range(begin, begin + 12)) for begin in range(3)]


def test_each_asked_residue_sees_what_is_not_asked_and_what_was_asked_before():
    batch = draw(5, 30)
    arguments, labels = permute_residues(batch, XLNET)
    tokens, hidden, mapping = (arguments[name] for name in ("input_ids", "perm_mask", "target_mapping"))
    assert torch.equal(tokens, XLNET.write(batch.residues))
    assert (mapping.sum(dim=2) == 1).all()
    assert mapping.shape == (5, 5, 32)
    for row in range(5):
        asked = mapping[row].argmax(dim=1).tolist()
        assert len(set(asked)) == 5
        assert max(asked) < 30
        seen_asked = sorted(5 - int(hidden[row, place, asked].sum()) for place in asked)
        assert seen_asked == [0, 1, 2, 3, 4]
        free = [place for place in range(32) if place not in asked]
        assert hidden[row][:, free].sum() == 0
        assert hidden[row][free][:, asked].all()
        answers = tokens[row, asked]
        known = answers != len(XLNET.special) + UNKNOWN
        assert torch.equal(labels[row][known], answers[known])
        assert (labels[row][~known] == IGNORED).all()


def test_spans_are_asked_whole_and_everywhere_alike():
    batch = draw(3000, 60)
    places = permute_residues(batch, XLNET)[0]["target_mapping"].sum(dim=1)[:, :60]
    assert (places.sum(dim=1) == 10).all()
    assert places.mean(dim=0).sub(1 / 6).abs().max() < 0.05
    runs = places.diff(dim=1, prepend=torch.zeros(3000, 1)).eq(1).sum(dim=1).float().mean().item()
    assert 2.5 < 10 / runs < 4.5


def test_no_answer_reaches_its_own_prediction():
    """The logits of XLNet must not change with the residue that is asked, nor with those asked after it."""
    torch.manual_seed(0)
    architecture = ARCHITECTURES["xlnet"]
    model = architecture.build(Shape(layers=2, heads=2, width=16), XLNET).eval()
    arguments, _ = permute_residues(draw(1, 24, codes=20), XLNET)
    asked = arguments["target_mapping"][0].argmax(dim=1)
    hidden = arguments["perm_mask"][0][asked][:, asked]
    with torch.no_grad():
        before = model(**arguments).logits[0]
        for number, place in enumerate(asked):
            tokens = arguments["input_ids"].clone()
            tokens[0, place] = len(XLNET.special) + (tokens[0, place] - len(XLNET.special) + 1) % 20
            after = model(**arguments | {"input_ids": tokens}).logits[0]
            changed = (after != before).any(dim=1)
            assert torch.equal(changed, hidden[:, number] == 0)
