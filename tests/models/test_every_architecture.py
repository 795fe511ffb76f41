"""Each architecture of the installed transformers is shown as it computes, or refused in one line.

What transformers gives is read here by a few lines that share nothing with protlens.
"""

from pathlib import Path

import pytest
import torch
import transformers
from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

from any_model import TOKENS, any_config, any_model_class, any_model_folder
from protlens.errors import ModelError
from protlens.models.adapters.families import MODEL_FAMILIES
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model
from protlens.models.protocol import whole_layers

MOST_PARAMETERS = 14_000_000

NOT_MADE = {
    **dict.fromkeys(
        ("glm4v_vision", "glm4v_moe_vision", "glm5_next_vision", "glm_ocr_vision"), "reads pictures, large"
    ),
    **dict.fromkeys(("seamless_m4t", "seamless_m4t_v2", "vits"), "reads speech, large"),
    **dict.fromkeys(("musicgen", "musicgen_melody"), "its configuration lacks what its model asks for"),
    "dots3_note_text": "large whatever its configuration says",
    "glm_image_vqmodel": "reads pictures, large",
    "layoutlmv2": "needs a library for pictures",
    "zamba": "its layers that share weights are found at certain numbers only",
}
"""Of these no tiny model can be made, and why."""

SHOWN = (
    *("bert", "roberta", "xlm-roberta", "electra", "camembert", "modernbert", "eurobert", "nomic_bert", "esm", "esmc"),
    *("albert", "xlnet", "t5", "mt5", "umt5", "gpt2", "gpt_neox", "llama", "mistral", "qwen3", "gemma2"),
    *("gemma3_text", "gpt_oss", "modernbert-decoder"),
)
REFUSED = {
    "deberta-v2": "it showed the attention of 0 of 3 layers",
    "roformer": "it showed the attention of 0 of 3 layers",
    "gptj": "an architecture whose attention cannot be exchanged for another",
    "dpr": "it does not run on tokens alone",
    "gemma3n_text": "4 axes of states",
    "fsmt": "an encoder that transformers does not run by itself",
    "inkling2_text": "it hands its attention function sinks, which protlens does not know",
}
SEQUENCES = ("MKTAYIAKQR", "ACDEFGHIKLMNPQRSTVWYXUZOB", "GSHMLEDP")


def every_kind() -> list[str]:
    """Return each model type whose model reads tokens and has no parts that are models of their own."""
    return [kind for kind in sorted(MODEL_MAPPING_NAMES) if _reads_tokens(kind)]


def _reads_tokens(kind: str) -> bool:
    try:
        found = transformers.MODEL_MAPPING[transformers.CONFIG_MAPPING[kind]]
        model_class = found[0] if isinstance(found, tuple) else found
        return model_class.main_input_name == "input_ids" and not model_class.config_class.sub_configs
    except (KeyError, ValueError, ImportError):  # a name without a class, or without a library that it needs
        return False


def outcome(kind: str, folder: Path) -> str:
    """Return ``equal``, ``not made`` with its reason, or the line that refuses it; anything else fails."""
    try:
        config = any_config(kind)
        with torch.device("meta"):
            size = sum(one.numel() for one in any_model_class(config)(config).parameters())
        if size > MOST_PARAMETERS:
            return f"not made: {size:,} parameters"
    except Exception as error:
        return f"not made: {type(error).__name__}: {error}"
    any_model_folder(kind, folder)
    try:
        model = load_model(folder, device="cpu")
    except ModelError as error:
        return str(error)
    _assert_equal(kind, folder, model)
    return "equal"


def _assert_equal(kind: str, folder: Path, model: EncoderModel) -> None:
    own = any_model_class(model._encoder.config).from_pretrained(folder, attn_implementation="eager").eval()
    own = own.get_encoder() if own.config.is_encoder_decoder else own
    for sequences in (SEQUENCES[:1], SEQUENCES):
        batch = model.encode(sequences)
        if kind not in MODEL_FAMILIES:
            first = [TOKENS.index(token) for token in ("<cls>", *sequences[0], "<eos>")]
            assert batch.tokens[0, : len(first)].tolist() == first
        shown: list[torch.Tensor] = []
        model.attend_tokens(batch, whole_layers(lambda _, weights, shown=shown: shown.append(weights.clone())))
        with torch.no_grad():
            wanted = own(input_ids=batch.tokens, attention_mask=batch.mask.long(), output_attentions=True).attentions
        assert len(shown) == len(wanted) == model.info.layers > 0
        for layer, (weights, attention) in enumerate(zip(shown, wanted, strict=True), 1):
            assert weights.shape == attention.shape
            for row, length in enumerate(batch.mask.sum(dim=1)):
                off = (weights - attention)[row, :, :length, :length].abs().max()
                assert off <= 3e-5, (kind, layer, len(sequences), float(off))


@pytest.mark.parametrize("kind", [kind for kind in SHOWN if kind in transformers.CONFIG_MAPPING])
def test_attention_is_that_of_transformers(kind: str, tmp_path: Path) -> None:
    assert outcome(kind, tmp_path) == "equal"


@pytest.mark.parametrize("kind", [kind for kind in REFUSED if kind in transformers.CONFIG_MAPPING])
def test_what_cannot_be_shown_says_why(kind: str, tmp_path: Path) -> None:
    assert REFUSED[kind] in outcome(kind, tmp_path)


@pytest.mark.slow
def test_there_is_no_third_outcome(tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # what is small is slower on several
    found = {kind: outcome(kind, tmp_path / kind) for kind in every_kind()}
    torch.set_num_threads(threads)
    assert not [kind for kind, line in found.items() if "\n" in line and kind not in NOT_MADE]
    assert {kind for kind in found if found[kind].startswith("not made")} == set(NOT_MADE)
    assert list(found.values()).count("equal") >= 110
