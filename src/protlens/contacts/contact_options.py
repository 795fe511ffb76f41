"""Options of contact prediction."""

from dataclasses import dataclass
from typing import Literal

from protlens.contacts.regression import INVERSE_PENALTY
from protlens.errors import OptionError, explain

_AT_LEAST_ONE = ("train", "draws", "top", "test", "max_length", "most_pairs")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactOptions:
    """What contact scores are learned on, and what they are tested on.

    Parameters
    ----------
    train, draws
        Proteins that heads are chosen and the regression is fitted on, and how often others are drawn to see the
        spread; what is compared, written and saved comes from the first draw.
    top
        Heads in the mean of the top heads.
    test
        The most proteins to test on.
    jacobian, jacobian_length
        How many of the test proteins the categorical Jacobian is computed for, and the longest chain for it.
    max_length
        Chains are cut after this many residues.
    most_pairs
        Pairs of a training protein that the regression sees.
    inverse_penalty
        C of the regression over all known pairs of the training proteins, however many of them it sees.
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
    top: int = 5
    test: int = 100
    jacobian: int = 4
    jacobian_length: int = 100
    max_length: int = 510
    most_pairs: int = 10_000
    inverse_penalty: float = INVERSE_PENALTY
    contact_atom: Literal["CA", "CB"] = "CB"
    seed: int = 0

    def __post_init__(self) -> None:
        least = dict.fromkeys(_AT_LEAST_ONE, 1) | dict.fromkeys(("jacobian", "jacobian_length", "seed"), 0)
        for name, lowest in least.items():
            if (value := getattr(self, name)) < lowest:
                raise OptionError(explain(f"option {name}", found=str(value), allowed=f"{lowest} or more"))
        if not 0 < self.inverse_penalty < float("inf"):
            found = str(self.inverse_penalty)
            raise OptionError(explain("option inverse_penalty", found=found, allowed="a number above 0"))
