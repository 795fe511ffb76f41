"""What transformers itself says: the attention of all layers at once, from its own eager code."""

from collections.abc import Sequence
from pathlib import Path

import torch
import transformers

from protlens.models.encoder import EncoderModel
from protlens.models.protocol import whole_layers

CLASSES = {
    "bert": transformers.BertModel,
    "albert": transformers.AlbertModel,
    "xlnet": transformers.XLNetModel,
    "esm": transformers.EsmModel,
    "t5": transformers.T5EncoderModel,
    "tape": transformers.BertModel,
    "igt5": transformers.T5EncoderModel,
    "prostt5": transformers.T5EncoderModel,
    "ankh": transformers.T5EncoderModel,
    "esmc": transformers.EsmcModel,
    "dplm": transformers.EsmModel,
    "saprot": transformers.EsmModel,
}
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def eager_attention(family: str, folder: Path, ids: Sequence[int]) -> torch.Tensor:
    """Return ``[layer, head, token, token]`` of one sequence of token ids, which needs no padding and no mask."""
    model = CLASSES[family].from_pretrained(folder, attn_implementation="eager").eval()
    extra = {"use_mems": False} if family == "xlnet" else {}
    with torch.no_grad():
        shown = model(input_ids=torch.tensor([list(ids)]), output_attentions=True, **extra).attentions
    return torch.cat(list(shown))


def shown_by(model: EncoderModel, sequences: Sequence[str]) -> torch.Tensor:
    """Return ``[layer, batch, head, residue, residue]`` as the model shows it."""
    layers: list[torch.Tensor] = []
    model.attend(model.encode(sequences), whole_layers(lambda _, weights: layers.append(weights.clone())))
    return torch.stack(layers)


def eager_states(family: str, folder: Path, ids: Sequence[int]) -> torch.Tensor:
    """Return ``[layer + 1, token, channel]`` of one sequence of token ids, as ``output_hidden_states`` gives them."""
    model = CLASSES[family].from_pretrained(folder, attn_implementation="eager").eval()
    extra = {"use_mems": False} if family == "xlnet" else {}
    with torch.no_grad():
        shown = model(input_ids=torch.tensor([list(ids)]), output_hidden_states=True, **extra).hidden_states
    return torch.cat(list(shown))
