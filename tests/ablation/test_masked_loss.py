import numpy as np
import pytest
import torch
import transformers

from protlens.ablation.masked_loss import mask_places, masked_losses
from protlens.data.protein import AMINO_ACIDS
from protlens.models.load import load_masked_lm
from tiny_models import tiny_model_folder

SEQUENCES = ["MKTAYIAKQRXLLEGVW", "GVSXX", "W", "XXX"]
CLASSES = {"bert": transformers.BertForMaskedLM, "esm": transformers.EsmForMaskedLM}


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize(("share", "passes"), [(0.15, 1), (0.15, 7), (0.3, 2), (1.0, 3)])
def test_no_residue_is_masked_twice_and_other_letters_never(sequence, share, passes):
    places = mask_places(sequence, share=share, passes=passes, seed=0)
    known = [place for place, letter in enumerate(sequence) if letter in AMINO_ACIDS]
    at_a_time = max(1, round(share * len(known)))
    assert places.shape[0] == min(passes, -(-len(known) // at_a_time))
    times = [sum(bool(row[place]) for row in places) for place in range(len(sequence))]
    assert max(times, default=0) <= 1
    assert all(not times[place] for place in range(len(sequence)) if place not in known)
    assert all(row.sum() == at_a_time for row in places[:-1])


def test_seven_passes_mask_every_amino_acid():
    sequence = "ACDEFGHIKLMNPQRSTVWYX" * 9
    assert mask_places(sequence, share=0.15, passes=7, seed=3).any(axis=0).sum() == 180


def test_the_draw_is_that_of_the_sequence_and_the_seed():
    one, again, other = (mask_places("MKTAYIAKQRLLEGVW", share=0.3, passes=2, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("family", CLASSES)
@pytest.mark.parametrize("batch_tokens", [1, 2048])
def test_losses_agree_with_one_residue_at_a_time(family, batch_tokens, tmp_path):
    """Alone as in a padded batch: within 1e-4 nats."""
    folder = tiny_model_folder(family, tmp_path / family)
    model = load_masked_lm(folder, device="cpu")
    theirs = CLASSES[family].from_pretrained(folder, attn_implementation="eager").eval()
    places = [mask_places(sequence, share=0.25, passes=2, seed=0) for sequence in SEQUENCES]
    found = masked_losses(model, SEQUENCES, places, batch_tokens=batch_tokens)
    mask = {"bert": 4, "esm": 32}[family]
    codes = [model.encoder.encode([letter]).tokens[0, 1].item() for letter in AMINO_ACIDS]
    for number, sequence in enumerate(SEQUENCES):
        losses = []
        for row in places[number]:
            tokens = model.encoder.encode([sequence]).tokens.clone()
            for place in range(len(sequence)):
                if row[place]:
                    tokens[0, 1 + place] = mask
            with torch.no_grad():
                logits = theirs(input_ids=tokens).logits[0, 1:-1].double()
            for place in range(len(sequence)):
                if row[place]:
                    chances = torch.exp(logits[place, codes]) / torch.exp(logits[place, codes]).sum()
                    losses.append(-float(torch.log(chances[AMINO_ACIDS.index(sequence[place])])))
        if losses:
            assert found[number] == pytest.approx(sum(losses) / len(losses), abs=1e-4)
        else:
            assert np.isnan(found[number])


def test_a_model_without_a_token_for_a_masked_residue_is_refused(tmp_path):
    model = load_masked_lm(tiny_model_folder("bert", tmp_path / "bert"), device="cpu")
    model._masked = None
    assert not model.masks
    places = [mask_places("MKT", share=1.0, passes=1, seed=0)]
    with pytest.raises(Exception, match="masked residues of 'bert': its vocabulary has no token for them"):
        masked_losses(model, ["MKT"], places)
