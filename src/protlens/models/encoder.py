"""Loads a checkpoint's encoder and runs it so that it shows its attention."""

import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn
from transformers.utils import logging

from protlens.errors import ModelError, explain
from protlens.models.base import Batch, ModelInfo, Visitor
from protlens.models.capture import NAME, Capture, capturing
from protlens.models.codes import Codes
from protlens.models.family import Family
from protlens.models.weights import is_safetensors

_NOT_ENCODER = ("pooler.", "contact_head.")
_BUFFERS = ("inv_freq", "position_ids")


class EncoderModel:
    """An encoder of transformers as an :class:`~protlens.models.base.AttentionModel`.

    Parameters
    ----------
    encoder
        The bare encoder, in evaluation mode, on its device.
    family
        Its adapter.
    codes
        Its token ids.
    info
        What identifies it.
    """

    def __init__(self, encoder: nn.Module, *, family: Family, codes: Codes, info: ModelInfo) -> None:
        self.info = info
        self._encoder = encoder
        self._family = family
        self._codes = codes

    @property
    def device(self) -> torch.device:
        """Where batches and attention live."""
        return next(self._encoder.parameters()).device

    @property
    def dtype(self) -> str:
        """What it computes in; attention is handed out as float32."""
        return str(next(self._encoder.parameters()).dtype).removeprefix("torch.")

    @property
    def special_tokens(self) -> tuple[int, int]:
        """How many special tokens stand before and after a sequence."""
        return len(self._codes.before), len(self._codes.after)

    def encode(self, sequences: Sequence[str]) -> Batch:
        """Write sequences as tokens on the model's device; letters the model does not know become its unknown.

        Raises
        ------
        ModelError
            If a sequence is empty, longer than ``info.max_residues``, or not made of capital letters.
        """
        limit = self.info.max_residues
        longest = max(map(len, sequences), default=0)
        if limit is not None and longest > limit:
            raise ModelError(
                explain(
                    f"model {self.info.name!r}",
                    found=f"a sequence of {longest} residues",
                    allowed=f"up to {limit}",
                    hint="cut it, or take a model that reads longer chains",
                )
            )
        batch = self._codes.write(sequences)
        return Batch(batch.tokens.to(self.device), batch.mask.to(self.device), batch.lengths)

    @torch.inference_mode()
    def attend(self, batch: Batch, visit: Visitor) -> None:
        """Run the model once and call ``visit`` for each layer in order, with one layer's attention alive at a time.

        Raises
        ------
        ModelError
            If the model does not show the attention of each of its layers.
        """
        before, after = self.special_tokens
        self._run(batch, Capture(visit, batch.lengths, before=before, after=after, layers=self.info.layers))

    @torch.inference_mode()
    def attend_tokens(self, batch: Batch, visit: Visitor) -> None:
        """Show all tokens, the special ones included, where :meth:`attend` shows residues."""
        tokens = batch.mask.sum(dim=1).tolist()
        self._run(batch, Capture(visit, tokens, before=0, after=0, layers=self.info.layers))

    def _run(self, batch: Batch, capture: Capture) -> None:
        with capturing(capture):
            self._encoder(**self._family.inputs(batch))


def load_encoder(
    folder: Path, family: Family, config: Any, *, files: list[Path], dtype: torch.dtype, device: torch.device
) -> nn.Module:
    """Return the encoder of a checkpoint folder, ready to run.

    Parameters
    ----------
    folder, family, config
        The checkpoint, its adapter and its configuration.
    files
        Its weight files.
    dtype, device
        Of the weights in memory, and where.

    Raises
    ------
    ModelError
        If the weights cannot be read as plain tensors, or are not those of this architecture.
    """
    try:
        with _quiet():
            encoder: nn.Module
            encoder, about = family.model_class.from_pretrained(
                folder,
                config=config,
                dtype=dtype,
                attn_implementation=NAME,
                use_safetensors=is_safetensors(files),
                weights_only=True,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
                **family.options,
            )
    except (OSError, ValueError, RuntimeError, KeyError, pickle.UnpicklingError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            explain(
                f"model folder {folder}",
                found=f"weights that cannot be loaded ({reason})",
                allowed=f"tensors of a {family.name} encoder, as safetensors or saved by torch.save",
                hint="check that the files are whole and belong together",
            )
        ) from error
    _check_names(folder, family, about)
    encoder = encoder.eval().requires_grad_(requires_grad=False).to(device)
    family.prepare(encoder)
    return encoder


def _check_names(folder: Path, family: Family, about: Mapping[str, Any]) -> None:
    """Raise ModelError if tensors of the encoder are missing, or there are more layers than the configuration says."""
    missing = sorted(name for name in about["missing_keys"] if not name.startswith(_NOT_ENCODER))
    extra = sorted(
        name
        for name in about["unexpected_keys"]
        if name.split(".", 1)[-1].startswith(family.layer_names) or name.startswith(family.layer_names)
    )
    extra = [name for name in extra if not name.endswith(_BUFFERS)]
    for names, what in ((missing, "without"), (extra, "that do not fit config.json, with")):
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            found = f"weights {what} {names[0]}{more}"
            hint = "check that config.json and the weights belong together"
            raise ModelError(
                explain(f"model folder {folder}", found=found, allowed=f"{family.name} encoders", hint=hint)
            )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from printing its progress bar and its report on unused heads."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
