"""XLNet: ProtXLNet. Both special tokens stand at the end, and positions are relative, so no length is too long.

No segment ids are given, as in ProtTrans' own use of the model and in the published analysis.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MethodType
from typing import Any

from torch import Tensor, nn
from transformers import XLNetConfig, XLNetModel

from protlens.errors import ModelError, explain
from protlens.models.adapters.family import ModelFamily
from protlens.models.attention_hook import current
from protlens.models.checkpoint.token_ids import PROT_TRANS_RARE, Codes
from protlens.models.checkpoint.vocabulary import from_pieces
from protlens.models.protocol import Batch

_NAMES = {"cls": "<cls>", "sep": "<sep>", "pad": "<pad>"}


def _codes(folder: Path) -> Codes:
    return from_pieces(folder, _NAMES, after=("sep", "cls"), rare=PROT_TRANS_RARE)


def _config(content: Mapping[str, Any]) -> XLNetConfig:
    if content.get("attn_type", "bi") != "bi" or content.get("bi_data"):
        raise ModelError(
            explain("XLNet model", found="it attends in one direction or reads two at once", allowed="attn_type bi")
        )
    return XLNetConfig.from_dict(dict(content))


def _core(self: Any, query: Tensor, key: Tensor, value: Tensor, position: Tensor, **_: Any) -> Tensor:
    """Stand in for ``XLNetRelativeAttention.rel_attn_core``; axes are ``token batch head channel``."""
    placed = (query + self.r_r_bias).float().permute(1, 2, 0, 3) * self.scale
    positions = position.float().permute(1, 2, 3, 0)

    def by_position(rows: slice) -> Tensor:
        """Return the scores of some queries by position: that of query i and key j stands at ``length + j - i``."""
        length, count = len(query), rows.stop - rows.start
        first = length - rows.stop + 1
        scores: Tensor = placed[:, :, rows] @ positions[..., first : first + length + count - 1]
        batch, heads, _, width = scores.shape
        strides = (heads * count * width, count * width, width - 1, 1)
        return scores.as_strided((batch, heads, count, length), strides, storage_offset=count - 1)

    content = (query + self.r_w_bias, key, value)
    asked, keys, values = (part.permute(1, 2, 0, 3) for part in content)
    mixed = current().attend(asked, keys, values, scale=self.scale, added=by_position)
    return mixed.permute(2, 0, 1, 3)


def _show_attention(model: nn.Module) -> None:
    for layer in model.layer:  # type: ignore[union-attr]
        layer.rel_attn.rel_attn_core = MethodType(_core, layer.rel_attn)


def _hide_attention(model: nn.Module) -> None:
    for layer in model.layer:  # type: ignore[union-attr]
        layer.rel_attn.__dict__.pop("rel_attn_core", None)


def _inputs(batch: Batch) -> dict[str, Tensor | bool]:
    return {"input_ids": batch.tokens, "use_mems": False}


def _max_residues(_: XLNetConfig) -> None:
    return None


XLNET = ModelFamily(
    name="xlnet",
    model_class=XLNetModel,
    config=_config,
    codes=_codes,
    max_residues=_max_residues,
    layer_names=("layer.",),
    prepare=_show_attention,
    restore=_hide_attention,
    inputs=_inputs,
    token_first=True,
    tested=True,
)
