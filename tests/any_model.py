"""Tiny random checkpoints of any architecture of transformers, with one vocabulary of residues."""

from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors

TOKENS = ["<pad>", "<cls>", "<eos>", "<unk>", *"LAGVSERTIDPKQNFYMHWCXBUZO"]

SIZES: dict[str, Any] = {
    **dict.fromkeys(("vocab_size",), 40),
    **dict.fromkeys(("hidden_size", "d_model", "n_embd", "dim", "emb_dim", "embedding_size"), 64),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers"), 3),
    **dict.fromkeys(("decoder_layers", "num_decoder_layers"), 1),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads"), 4),
    **dict.fromkeys(("decoder_attention_heads",), 4),
    **dict.fromkeys(("num_key_value_heads", "num_experts_per_tok"), 2),
    **dict.fromkeys(("intermediate_size", "d_inner", "n_inner", "d_ff", "ffn_dim"), 96),
    **dict.fromkeys(("encoder_ffn_dim", "decoder_ffn_dim"), 96),
    **dict.fromkeys(("d_kv", "head_dim", "v_head_dim", "q_lora_rank", "kv_lora_rank"), 16),
    **dict.fromkeys(("qk_rope_head_dim", "qk_nope_head_dim"), 8),
    **dict.fromkeys(("max_position_embeddings", "n_positions", "n_ctx"), 128),
    **dict.fromkeys(("sliding_window", "local_attention", "window_size"), 8),
    **dict.fromkeys(("num_experts", "num_local_experts", "n_routed_experts"), 4),
    **dict.fromkeys(("moe_intermediate_size", "shared_expert_intermediate_size"), 32),
    **dict.fromkeys(("first_k_dense_replace", "n_group", "topk_group"), 1),
    **dict.fromkeys(("hidden_dropout_prob", "attention_probs_dropout_prob"), 0.0),
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "cls_token_id": 1,
    "sep_token_id": 2,
    "type_vocab_size": 2,
    "mask_token_id": 3,
}
"""What configurations call their sizes; those that one has are set."""

_MULTI_LATENT = {"head_dim": 8, "num_key_value_heads": 4}
"""Keys of a part that is turned and one that is not: the turned part is what rotary positions are made for."""


def _sections(*sections: int) -> dict[str, Any]:
    return {"rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "mrope_section": list(sections)}}


OWN_SIZES: dict[str, dict[str, Any]] = {
    **dict.fromkeys(
        ("axk1", "axk2", "deepseek_v2", "deepseek_v3", "deepseek_v32", "glm4_moe_lite", "glm_moe_dsa", "minicpm3"),
        _MULTI_LATENT,
    ),
    **dict.fromkeys(("mistral_large4_text", "youtu", "kimi_linear"), _MULTI_LATENT),
    **dict.fromkeys(("glm4v_text", "glm_image_text", "qwen2_vl_text", "qwen2_5_vl_text"), _sections(2, 3, 3)),
    **dict.fromkeys(("cosmos3_edge_text", "hunyuan_vl_text", "glm_ocr_text"), _sections(2, 3, 3)),
    **{kind: {"num_key_value_heads": 4} for kind in ("dots3_note_text", "esmc", "mistral4")},
    "glm5_next_text": {"num_key_value_heads": 4, "qk_rope_head_dim": 0},
    "codegen": {"rotary_dim": 8},
    "gptj": {"rotary_dim": 8},
    "glm4v_moe_text": _sections(1, 1, 2),
    "cohere_compass_text": {"rope_parameters": {"full_attention": _sections(2, 3, 3)["rope_parameters"]}},
    "dots1": {"n_shared_experts": 1},
    "gemma3n_text": {"num_kv_shared_layers": 0, "vocab_size_per_layer_input": 40},
    "gemma4_text": {"vocab_size_per_layer_input": 40, "hidden_size_per_layer_input": 8, "global_head_dim": 16},
    "gpt_neo": {"attention_types": [[["global", "local", "global"], 1]]},
    "layoutlmv3": {"coordinate_size": 8, "shape_size": 16},
    "lfm2_moe": {"layer_types": ["conv", "full_attention", "conv"]},
    "lilt": {"hidden_size": 96},
    "luke": {"entity_vocab_size": 8, "entity_emb_size": 64},
    "mamba2": {"num_heads": 8, "head_dim": 16},
    "reformer": {"axial_pos_embds": False},
    "roc_bert": {"pronunciation_vocab_size": 40, "shape_vocab_size": 40},
    "xmod": {"default_language": "en_XX"},
    "zamba2": {"layer_types": ["mamba", "hybrid", "mamba"]},
    "zaya": {"num_experts_per_tok": 1},
}
"""What must differ for an architecture to be one."""

HEADS = {
    "masked_lm": transformers.MODEL_FOR_MASKED_LM_MAPPING,
    "classifier": transformers.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING,
    "tokens": transformers.MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING,
    "causal": transformers.MODEL_FOR_CAUSAL_LM_MAPPING,
}


def any_config(kind: str, **changes: Any) -> Any:
    """Return a small configuration of an architecture."""
    config_class = transformers.CONFIG_MAPPING[kind]
    longer = config_class.attribute_map
    known = {*config_class().to_dict(), *longer}
    sizes = {name: size for name, size in SIZES.items() if name in known}
    sizes = {name: size for name, size in sizes.items() if longer.get(name) not in sizes}
    return config_class(**(sizes | OWN_SIZES.get(kind, {}) | changes))


def any_model_class(config: Any) -> Any:
    """Return the class that transformers makes of a configuration, an encoder alone where there is one."""
    encoders, all_models = transformers.MODEL_FOR_TEXT_ENCODING_MAPPING, transformers.MODEL_MAPPING
    found = encoders.get(type(config), None) or all_models[type(config)]
    return found[0] if isinstance(found, tuple) else found


def any_model_folder(kind: str, folder: Path, *, head: str | None = None, spread: float = 0.25, **changes: Any) -> Path:
    """Write a tiny random checkpoint of an architecture and return its folder.

    Parameters
    ----------
    kind
        The ``model_type``.
    folder
        Where to write it.
    head
        Which head it has, a name in ``HEADS``; the bare model if None.
    spread
        Standard deviation of its matrices.
    changes
        Entries of the configuration that differ.
    """
    config = any_config(kind, **changes)
    model_class = any_model_class(config) if head is None else HEADS[head][type(config)]
    torch.manual_seed(0)
    model = model_class(config)
    for values in model.parameters():
        if values.ndim > 1:
            torch.nn.init.normal_(values, std=spread)
    model.save_pretrained(folder)
    write_tokenizer(folder)
    return folder


def write_tokenizer(folder: Path) -> None:
    """Write a tokenizer of one token a residue, with ``<cls>`` before and ``<eos>`` after."""
    tokenizer = Tokenizer(models.WordLevel({token: code for code, token in enumerate(TOKENS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<cls> $A <eos>", special_tokens=[("<cls>", 1), ("<eos>", 2)]
    )
    special = {"pad_token": "<pad>", "cls_token": "<cls>", "sep_token": "<eos>", "eos_token": "<eos>"}
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", **special)
    fast.save_pretrained(folder)
