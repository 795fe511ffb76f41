import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers

from eager import shown_by
from protlens.errors import ModelError
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model

CHAINS = ["MKTAYIAKQRQISF", "ACDEF"]


def test_both_special_tokens_stand_at_the_end(tiny_model: Callable[[str], EncoderModel]) -> None:
    model = tiny_model("xlnet")
    tokens = model.encode(["AXU", "A"]).tokens
    x = int(tokens[0, 1])
    assert tokens.tolist() == [[9, x, x, 4, 3], [9, 4, 3, 5, 5]]
    assert model.special_tokens == (0, 2)


def test_padding_on_the_right_gives_what_padding_on_the_left_gives(
    tiny_folder: Callable[[str], Path], tiny_model: Callable[[str], EncoderModel]
) -> None:
    """transformers pads XLNet on the left, with a mask."""
    model = tiny_model("xlnet")
    batch = model.encode(CHAINS)
    gap = len(CHAINS[0]) - len(CHAINS[1])
    tokens, mask = batch.tokens.clone(), batch.mask.float()
    tokens[1], mask[1] = tokens[1].roll(gap), mask[1].roll(gap)
    theirs = transformers.XLNetModel.from_pretrained(tiny_folder("xlnet"), attn_implementation="eager").eval()
    with torch.no_grad():
        shown = theirs(input_ids=tokens, attention_mask=mask, use_mems=False, output_attentions=True).attentions
    left = torch.stack([weights.permute(2, 3, 0, 1) if weights.shape[0] > 2 else weights for weights in shown])
    ours = shown_by(model, CHAINS)
    n = len(CHAINS[1])
    assert torch.allclose(ours[:, 1, :, :n, :n], left[:, 1, :, gap : gap + n, gap : gap + n], rtol=0, atol=1e-5)


@pytest.mark.parametrize("change", [{"attn_type": "uni"}, {"bi_data": True}])
def test_one_way_attention_is_refused(
    change: dict[str, object], tiny_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_folder("xlnet"), tmp_path / "xlnet"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(ModelError, match="allowed: attn_type bi"):
        load_model(folder)
