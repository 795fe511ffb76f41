"""An encoder of transformers as a model that shows its attention and its hidden states."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor, nn

from protlens.data.protein import Protein
from protlens.errors import ModelError, explain
from protlens.models.adapters.family import ModelFamily
from protlens.models.attention_hook import Capture, capturing
from protlens.models.checkpoint.token_ids import Codes, StateCodes
from protlens.models.fitting_threads import fitting_threads
from protlens.models.hidden_states import States, watching
from protlens.models.own_attention import Checked, checked
from protlens.models.protocol import Batch, ModelInfo, StateVisitor, Visitor, ignore
from protlens.reach import EVERYWHERE, Reach


class EncoderModel:
    """An encoder of transformers as an :class:`~protlens.models.protocol.EmbeddingModel`.

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
    source
        The user's folder that it was read from; None if its name leads to it.
    checked
        What was found when it was compared with its own attention; None for a family that protlens' tests compare,
        whose layers attend everywhere.
    left_aside
        Names of the tensors in its files that belong to heads and were not read.
    """

    def __init__(
        self,
        encoder: nn.Module,
        *,
        family: ModelFamily,
        codes: Codes,
        info: ModelInfo,
        source: Path | None = None,
        checked: Checked | None = None,
        left_aside: Sequence[str] = (),
    ) -> None:
        self.info = info
        self.left_aside = tuple(left_aside)
        self.source = source
        self.checked = checked
        self.reach: tuple[Reach, ...] = (EVERYWHERE,) * info.layers if checked is None else checked.reach
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

    @property
    def takes_positions(self) -> bool:
        """Whether it sees a token at the position that a batch gives it."""
        return self._family.positions

    @property
    def reads(self) -> str | None:
        """The track of a protein that it reads beside the sequence, or None."""
        return self._codes.track if isinstance(self._codes, StateCodes) else None

    def encode(self, sequences: str | Sequence[str | Protein]) -> Batch:
        """Write sequences, or a single one, as tokens on the model's device; unknown letters become its unknown.

        Parameters
        ----------
        sequences
            Letters, or proteins, which a model that :attr:`reads` a track needs.

        Raises
        ------
        ModelError
            If a sequence is empty, longer than ``info.max_residues``, or not made of capital letters, or a protein
            lacks the track that the model reads.
        """
        sequences = [sequences] if isinstance(sequences, str) else sequences
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
        """Run the model once and call ``visit`` for each layer in order, with one block of a layer alive at a time.

        Raises
        ------
        ModelError
            If the model does not show the attention of each of its layers.
        """
        self._run(batch, self._capture(visit, batch))

    @torch.inference_mode()
    def attend_tokens(self, batch: Batch, visit: Visitor) -> None:
        """Show all tokens, the special ones included, where :meth:`attend` shows residues."""
        self._run(batch, self._capture(visit, batch, whole=True))

    @torch.inference_mode()
    def hidden_states(self, batch: Batch, visit: StateVisitor, *, attention: Visitor = ignore) -> None:
        """Run the model once and call ``visit`` for the input embeddings and for what leaves each layer, in order.

        The last states are those that transformers calls ``last_hidden_state``: after the final normalisation of a
        family that has one (ESM, T5).

        Parameters
        ----------
        batch
            From :meth:`encode`.
        visit
            Called with the states.
        attention
            Called with the attention of the same run, see :meth:`attend`.

        Raises
        ------
        ModelError
            If the model does not run through each of its layers once.
        """
        before, _ = self.special_tokens
        states = States(visit, batch.lengths, before=before, layers=self.info.layers)
        layers = self._family.layers(self._encoder)
        with watching(layers, states, token_first=self._family.token_first):
            last = self._run(batch, self._capture(attention, batch))
        states.finish(last)

    def weights(self) -> dict[str, Tensor]:
        """Return the weights by name, each once, as they are in memory."""
        return {name: values.detach() for name, values in self._encoder.named_parameters()}

    def initial_weights(self, seed: int) -> dict[str, Tensor]:
        """Return the weights that transformers draws for a model of this configuration before any training."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            config = deepcopy(self._encoder.config)
            whole = self._family.model_class(config, **self._family.options)
        return {name: values.detach() for name, values in self._family.part(whole).named_parameters()}

    def with_weights(self, weights: Mapping[str, Tensor], *, info: ModelInfo) -> "EncoderModel":
        """Return a model of the same architecture with other weights; this one stays as it is.

        Parameters
        ----------
        weights
            One tensor for each name of :meth:`weights`, of the same shape.
        info
            What identifies the new model.

        Raises
        ------
        ModelError
            If a tensor is missing, or of another shape.
        """
        encoder = deepcopy(self._encoder)
        for name, values in encoder.named_parameters():
            if name not in weights or weights[name].shape != values.shape:
                raise ModelError(explain(f"weights of {info.name!r}", found=f"none that fit {name}"))
            values.data.copy_(weights[name])
        found = None if self._family.tested else checked(encoder, self._family, self._codes, info)
        return EncoderModel(encoder, family=self._family, codes=self._codes, info=info, checked=found)

    def _capture(self, visit: Visitor, batch: Batch, *, whole: bool = False) -> Capture:
        before, after = self.special_tokens
        return Capture(
            visit,
            batch.lengths,
            before=before,
            after=after,
            layers=self.info.layers,
            heads=self.info.heads,
            reach=self.reach,
            whole=whole,
        )

    def _run(self, batch: Batch, capture: Capture) -> Tensor:
        with fitting_threads(self._encoder), capturing(capture):
            last: Tensor = self._encoder(**self._family.inputs(batch)).last_hidden_state
        return last
