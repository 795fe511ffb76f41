"""Options of contact prediction."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from protlens.contacts.regression import INVERSE_PENALTY
from protlens.errors import OptionError, explain

PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"rao": MappingProxyType({"train": 20, "top": 5, "inverse_penalty": INVERSE_PENALTY})}
)
"""Published recipes by name: options that they fix. ``rao``: Rao et al. (ICLR 2021), nothing chosen by the data."""

_LEAST = dict.fromkeys(("train", "draws", "test", "max_length"), 1) | {
    "top": 1,
    "most_pairs": 2,
    "jacobian": 0,
    "jacobian_length": 0,
    "jacobian_runs": 1,
    "seed": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactOptions:
    """What contact scores are learned on, and what they are tested on.

    Parameters
    ----------
    train, draws
        Proteins that heads are chosen and the regression is fitted on, and how often others are drawn to see the
        spread; what is compared, written and saved comes from the first draw.
    top
        Heads in the mean of the top heads; None: as many as do best inside the training proteins.
    test
        The most proteins to test on.
    jacobian, jacobian_length
        How many of the test proteins a Jacobian is computed for, and the longest chain for it.
    jacobian_kind
        Of the predicted amino acids, of the hidden states, or the first where the model has a language-model head.
    jacobian_runs
        The most runs of the model on a chain for it; None for all substitutions.
    fusion
        Whether a regression on attention and the Jacobian is fitted and saved too; it needs the Jacobian of each
        training chain, and training chains are then drawn from those of at most ``jacobian_length`` residues.
    sweep
        Numbers of training proteins for the table of few labels, each in every draw; empty for none.
    max_length
        Chains are cut after this many residues.
    most_pairs
        Pairs of a training protein that a regression sees, contacts first; each stands for as many as were left out.
    inverse_penalty
        C of a regression as published; None: maps are scaled and the penalty is chosen inside the training proteins.
    contact_atom
        The atom between which contacts are measured.
    seed
        Random seed of the split, the draws and the resampling.

    Raises
    ------
    OptionError
        If a value is not allowed.

    Examples
    --------
    >>> protlens.ContactOptions(train=10).draws
    5
    >>> protlens.ContactOptions(train=0)
    Traceback (most recent call last):
    protlens.errors.OptionError: option train: 0; allowed: 1 or more
    """

    train: int = 20
    draws: int = 5
    top: int | None = None
    test: int = 100
    jacobian: int = 4
    jacobian_length: int = 100
    jacobian_kind: Literal["auto", "categorical", "states"] = "auto"
    jacobian_runs: int | None = None
    fusion: bool = False
    sweep: tuple[int, ...] = ()
    max_length: int = 510
    most_pairs: int = 2_000
    inverse_penalty: float | None = None
    contact_atom: Literal["CA", "CB"] = "CB"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, lowest in _LEAST.items():
            value = getattr(self, name)
            if value is not None and value < lowest:
                raise OptionError(explain(f"option {name}", found=str(value), allowed=f"{lowest} or more"))
        if self.inverse_penalty is not None and not 0 < self.inverse_penalty < float("inf"):
            found = str(self.inverse_penalty)
            raise OptionError(explain("option inverse_penalty", found=found, allowed="a number above 0"))
        if any(count < 1 for count in self.sweep):
            found = ", ".join(map(str, self.sweep))
            raise OptionError(explain("option sweep", found=found, allowed="numbers of proteins, each 1 or more"))

    @property
    def most_trained(self) -> int:
        """The most training proteins of a draw; fewer are the first of these."""
        return max(self.train, *self.sweep, 1)
