"""A model that predicts the amino acid at each residue."""

from dataclasses import replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import ModelError, explain
from protlens.models.adapters.family import ModelFamily
from protlens.models.attention_hook import Capture, capturing
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.encoder import EncoderModel
from protlens.models.fitting_threads import fitting_threads
from protlens.models.protocol import Batch, ModelInfo, ignore


class MaskedLanguageModel:
    """An encoder with its masked-language-model head.

    Parameters
    ----------
    network
        The encoder and its head, in evaluation mode, on its device.
    family, codes, info
        See :class:`EncoderModel`.
    """

    def __init__(self, network: nn.Module, *, family: ModelFamily, codes: Codes, info: ModelInfo) -> None:
        base: nn.Module = network.base_model  # type: ignore[assignment]
        self.encoder = EncoderModel(base, family=family, codes=codes, info=info)
        self.info = info
        self._network = network
        self._family = family
        self._masked = codes.masked
        self._letters = torch.tensor([int(codes.letters[ord(letter) - ord("A")]) for letter in AMINO_ACIDS])

    @property
    def masks(self) -> bool:
        """Whether it has a token for a residue that is masked; not if it reads structure beside each residue."""
        embeddings: nn.Embedding = self._network.get_input_embeddings()  # type: ignore[operator]
        return self._masked is not None and self._masked < embeddings.num_embeddings

    def masked(self, batch: Batch, places: Bool[Tensor, "batch residue"]) -> Batch:
        """Return a batch in which some residues are masked.

        Parameters
        ----------
        batch
            From ``encoder.encode``.
        places
            Which residues, on any device; false beyond a sequence's own length.

        Raises
        ------
        ModelError
            If the model has no token for a masked residue.
        """
        if not self.masks or self._masked is None:
            asked, found = f"masked residues of {self.info.name!r}", "its vocabulary has no token for them"
            raise ModelError(explain(asked, found=found, allowed="models that were trained with one"))
        before, _ = self.encoder.special_tokens
        tokens = batch.tokens.clone()
        tokens[:, before : before + places.shape[1]].masked_fill_(places.to(tokens.device), self._masked)
        return replace(batch, tokens=tokens)

    @torch.inference_mode()
    def logits(self, batch: Batch) -> Float[Tensor, "batch residue amino_acid"]:
        """Return the logits of the twenty amino acids, in the order of ``AMINO_ACIDS``.

        Rows beyond a sequence's own length mean nothing.

        Parameters
        ----------
        batch
            From ``encoder.encode``; nothing is masked but what the caller masked.
        """
        before, after = self.encoder.special_tokens
        unseen = Capture(ignore, batch.lengths, before=before, after=after, layers=self.info.layers)
        with fitting_threads(self._network), capturing(unseen):
            logits: Tensor = self._network(**self._family.inputs(batch)).logits
        return logits[:, before : before + max(batch.lengths), self._letters.to(logits.device)].float()
