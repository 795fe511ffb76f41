"""Tiny random checkpoints with the files, the vocabulary and the config keys of the real ones.

``tiny_model_folder("bert", path)`` writes what ``Rostlab/prot_bert`` holds, with three small layers and weights
spread widely enough that some attention is sharp.
"""

import io
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import sentencepiece
import torch
import transformers
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, processors
from torch import Tensor

PROT_BERT_VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"LAGVESIKRDTPNQFYMHCWXUBZO"]
ESM_VOCABULARY = ["<cls>", "<pad>", "<eos>", "<unk>", *"LAGVSERTIDPKQNFYMHWCXBUZO.-", "<null_1>", "<mask>"]
TAPE_VOCABULARY = ["<pad>", "<mask>", "<cls>", "<sep>", "<unk>", *"ABCDEFGHIKLMNOPQRSTUVWXYZ"]
PIECES = "ALGVSREDTIPKFQNYMHWCXBOUZ"

LAYERS, HEADS, WIDTH, SPREAD = 3, 4, 64, 0.35
"""Heads of width 16, as 1/sqrt(16) is exact in binary: weights then equal transformers' own to the last bit."""


def tiny_model_folder(family: str, path: Path, *, seed: int = 0, layers: int = LAYERS, heads: int = HEADS) -> Path:
    """Write a tiny random checkpoint of a family and return its folder.

    Parameters
    ----------
    family
        ``bert``, ``albert``, ``xlnet``, ``esm`` (ESM-2), ``esm1b``, ``t5``, ``tape``, ``dplm``, ``saprot``, ``esmc``,
        ``prostt5``, ``igt5`` or ``ankh``.
    path
        The folder to write to; made if it is not there.
    seed
        Of the weights.
    layers, heads
        The shape; heads must divide 64.
    """
    path.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        _WRITERS[family](path, layers, heads)
    return path


def sharpen(parameters: Mapping[str, Tensor]) -> None:
    """Draw matrices anew with a wide spread, so that attention differs between residues.

    T5 does not scale its scores: there the queries are small instead.
    """
    for name, values in parameters.items():
        if values.ndim > 1 and values.is_floating_point():
            torch.nn.init.normal_(values, std=SPREAD / 4 if name.endswith("SelfAttention.q.weight") else SPREAD)


def write_pieces(path: Path, symbols: Mapping[str, int], *, model_type: str = "word") -> None:
    """Train a sentencepiece model with one piece a residue and the given ids of the named symbols.

    ProtAlbert's pieces are whole words as well: transformers cannot convert its file to a fast tokenizer.
    """
    model = io.BytesIO()
    controls = [name for name in symbols if name not in ("<pad>", "<unk>", "<s>", "</s>")]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(PIECES[: n + 1]) for n in range(len(PIECES))]),
        model_writer=model,
        model_type=model_type,
        vocab_size=len(symbols) + len(PIECES),
        hard_vocab_limit=False,
        character_coverage=1.0,
        pad_id=symbols.get("<pad>", -1),
        unk_id=symbols["<unk>"],
        bos_id=symbols.get("<s>", -1),
        eos_id=symbols.get("</s>", -1),
        control_symbols=controls,
        minloglevel=2,
    )
    path.write_bytes(model.getvalue())


def _save(model: torch.nn.Module, folder: Path) -> None:
    sharpen(dict(model.named_parameters()))
    model.save_pretrained(folder)  # type: ignore[operator]


def _bert(folder: Path, layers: int, heads: int) -> None:
    config = transformers.BertConfig(
        vocab_size=30,
        hidden_size=WIDTH,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=602,
        type_vocab_size=2,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    _save(transformers.BertForMaskedLM(config), folder)
    (folder / "vocab.txt").write_text("\n".join(PROT_BERT_VOCABULARY) + "\n")
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}')


def _albert(folder: Path, layers: int, heads: int) -> None:
    config = transformers.AlbertConfig(
        vocab_size=34,
        embedding_size=16,
        hidden_size=WIDTH,
        num_hidden_layers=layers,
        num_hidden_groups=1,
        inner_group_num=1,
        num_attention_heads=heads,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=602,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        classifier_dropout_prob=0.1,
        bos_token_id=2,
        eos_token_id=3,
    )
    _save(transformers.AlbertForMaskedLM(config), folder)
    write_pieces(folder / "spiece.model", {"<pad>": 0, "<unk>": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4})


def _xlnet(folder: Path, layers: int, heads: int) -> None:
    config = transformers.XLNetConfig(
        vocab_size=37,
        d_model=WIDTH,
        n_layer=layers,
        n_head=heads,
        d_inner=2 * WIDTH,
        attn_type="bi",
        bi_data=False,
        untie_r=True,
        clamp_len=-1,
        mem_len=512,
        dropout=0.1,
    )
    _save(transformers.XLNetLMHeadModel(config), folder)
    symbols = {"<unk>": 0, "<s>": 1, "</s>": 2, "<cls>": 3, "<sep>": 4, "<pad>": 5, "<mask>": 6, "<eod>": 7, "<eop>": 8}
    write_pieces(folder / "spiece.model", symbols)


def _esm(
    folder: Path, layers: int, heads: int, *, rotary: bool = True, vocabulary: Sequence[str] = ESM_VOCABULARY
) -> None:
    config = transformers.EsmConfig(
        vocab_size=len(vocabulary),
        pad_token_id=1,
        mask_token_id=vocabulary.index("<mask>"),
        hidden_size=WIDTH,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=1026,
        position_embedding_type="rotary" if rotary else "absolute",
        emb_layer_norm_before=not rotary,
        token_dropout=True,
        layer_norm_eps=1e-5,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        is_folding_model=False,
        vocab_list=None,
    )
    _save(transformers.EsmForMaskedLM(config), folder)
    (folder / "vocab.txt").write_text("\n".join(vocabulary))


def _esm1b(folder: Path, layers: int, heads: int) -> None:
    _esm(folder, layers, heads, rotary=False)


def _t5(folder: Path, layers: int, heads: int) -> None:
    config = transformers.T5Config(
        vocab_size=128,
        d_model=WIDTH,
        d_kv=WIDTH // heads,
        d_ff=2 * WIDTH,
        num_layers=layers,
        num_decoder_layers=layers,
        num_heads=heads,
        relative_attention_num_buckets=32,
        feed_forward_proj="relu",
        dropout_rate=0.1,
        layer_norm_epsilon=1e-6,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
    _save(transformers.T5ForConditionalGeneration(config), folder)
    write_pieces(folder / "spiece.model", {"<pad>": 0, "</s>": 1, "<unk>": 2})


def _igt5(folder: Path, layers: int, heads: int) -> None:
    """ProtT5's files, and the hundred tokens that span corruption adds, in a file of their own."""
    _t5(folder, layers, heads)
    added = {f"<extra_id_{number}>": 127 - number for number in range(100)}
    (folder / "added_tokens.json").write_text(json.dumps(added))


def _prostt5(folder: Path, layers: int, heads: int) -> None:
    """ProtT5's files, and the two tokens that say what follows, in a file of their own."""
    _t5(folder, layers, heads)
    config = json.loads((folder / "config.json").read_text())
    model = transformers.T5ForConditionalGeneration(transformers.T5Config.from_dict({**config, "vocab_size": 150}))
    _save(model, folder)
    (folder / "added_tokens.json").write_text('{"<fold2AA>": 148, "<AA2fold>": 149}')


def _ankh(folder: Path, layers: int, heads: int) -> None:
    """A T5 with gates, 64 buckets of distance and 144 tokens, and its vocabulary in ``tokenizer.json`` alone."""
    config = transformers.T5Config(
        vocab_size=144,
        d_model=WIDTH,
        d_kv=WIDTH // heads,
        d_ff=2 * WIDTH,
        num_layers=layers,
        num_decoder_layers=layers,
        num_heads=heads,
        relative_attention_num_buckets=64,
        feed_forward_proj="gated-gelu",
        dropout_rate=0.0,
        tie_word_embeddings=False,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
    _save(transformers.T5ForConditionalGeneration(config), folder)
    pieces = ["<pad>", "</s>", "<unk>", *"ALGVSREDTIPKFQNYMHWCXBOUZ", *(f"<extra_id_{n}>" for n in range(114, -1, -1))]
    tokenizer = Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], unk_id=2))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    special = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)


def _esmc(folder: Path, layers: int, heads: int) -> None:
    config = transformers.EsmcConfig(
        vocab_size=64,
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=layers,
        num_attention_heads=heads,
    )
    _save(transformers.EsmcForMaskedLM(config), folder)
    transformers.EsmcTokenizer().save_pretrained(folder)


def _saprot(folder: Path, layers: int, heads: int) -> None:
    """ESM-2 with tokens of an amino acid and a state, either of which may be masked."""
    states = "pynwrqhgdlvtmfsaeikc#"
    pairs = [letter + state for letter in "ACDEFGHIKLMNPQRSTVWY#" for state in states]
    _esm(folder, layers, heads, vocabulary=["<cls>", "<pad>", "<eos>", "<unk>", "<mask>", *pairs])


def _dplm(folder: Path, layers: int, heads: int) -> None:
    """ESM-2's files, its weights saved by torch, under a class that only its authors have."""
    _esm(folder, layers, heads)
    state = load_file(folder / "model.safetensors")
    torch.save(state, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(
        json.dumps({**config, "architectures": ["EsmForDPLM"], "tie_word_embeddings": False})
    )


def _tape(folder: Path, layers: int, heads: int) -> None:
    config = {
        "attention_probs_dropout_prob": 0.1,
        "base_model": "transformer",
        "finetuning_task": None,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": WIDTH,
        "initializer_range": 0.02,
        "input_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": 602,
        "num_attention_heads": heads,
        "num_hidden_layers": layers,
        "num_labels": -1,
        "output_attentions": True,
        "output_hidden_states": False,
        "output_size": WIDTH,
        "pruned_heads": {},
        "torchscript": False,
        "type_vocab_size": 1,
        "vocab_size": 30,
    }
    (folder / "config.json").write_text(json.dumps(config))
    torch.save(tape_state(layers), folder / "pytorch_model.bin")


def tape_state(layers: int = LAYERS) -> dict[str, Tensor]:
    """Return random tensors under the names of TAPE's masked language model."""
    shapes: dict[str, tuple[int, ...]] = {
        "bert.embeddings.word_embeddings.weight": (30, WIDTH),
        "bert.embeddings.position_embeddings.weight": (602, WIDTH),
        "bert.embeddings.token_type_embeddings.weight": (1, WIDTH),
        **_norm("bert.embeddings.LayerNorm"),
        **_dense("bert.pooler.dense", WIDTH, WIDTH),
        "mlm.bias": (30,),
        **_dense("mlm.transform.dense", WIDTH, WIDTH),
        **_norm("mlm.transform.LayerNorm"),
        "mlm.decoder.weight": (30, WIDTH),
    }
    for layer in range(layers):
        at = f"bert.encoder.layer.{layer}"
        for name in ("query", "key", "value"):
            shapes |= _dense(f"{at}.attention.self.{name}", WIDTH, WIDTH)
        shapes |= _dense(f"{at}.attention.output.dense", WIDTH, WIDTH) | _norm(f"{at}.attention.output.LayerNorm")
        shapes |= _dense(f"{at}.intermediate.dense", 2 * WIDTH, WIDTH)
        shapes |= _dense(f"{at}.output.dense", WIDTH, 2 * WIDTH) | _norm(f"{at}.output.LayerNorm")
    state = {name: torch.zeros(shape) if name.endswith("bias") else torch.ones(shape) for name, shape in shapes.items()}
    sharpen(state)
    return state


def _dense(name: str, outputs: int, inputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}


_WRITERS: dict[str, Callable[[Path, int, int], None]] = {
    "bert": _bert,
    "albert": _albert,
    "xlnet": _xlnet,
    "esm": _esm,
    "esm1b": _esm1b,
    "t5": _t5,
    "tape": _tape,
    "igt5": _igt5,
    "prostt5": _prostt5,
    "ankh": _ankh,
    "esmc": _esmc,
    "dplm": _dplm,
    "saprot": _saprot,
}
