"""Options of ablation."""

from dataclasses import dataclass, fields
from typing import Any, Literal

from protlens.errors import OptionError, explain
from protlens.models.left_out import REPLACEMENTS, Replace
from protlens.models.load import Device
from protlens.typing import PathInput

_LEAST = {
    "top": 1,
    "draws": 1,
    "proteins": 2,
    "passes": 1,
    "train": 0,
    "max_length": 1,
    "most_pairs": 1,
    "jacobian": 0,
    "jacobian_length": 0,
    "seed": 0,
}
_NOT_MEASURED = {"property", "top", "each", "draws", "regression", "device"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationOptions:
    """Which heads are left out, what stands in their place, and on what the effect is measured.

    Parameters
    ----------
    replace
        What stands in place of a head's weights: ``mean``, their mean over the residues of a protein; ``zero``,
        nothing; ``uniform``, the same weight on each token.
    property, top
        The property of a run whose best heads are left out, and how many of them.
    each
        Whether each head of the model is left out alone, too.
    draws
        Random sets of as many heads of the same layers that the chosen ones are compared with.
    proteins
        The most proteins to measure on.
    share, passes
        The share of a protein's residues that is masked at a time, and how often that is done; no residue is masked
        twice, so seven passes of 0.15 mask each once.
    regression
        A saved contact regression, instead of learning one.
    train, most_pairs
        Proteins that a contact regression is learned on, none for no contacts, and the most pairs of each that it sees.
    jacobian, jacobian_length
        How many of the proteins contacts are predicted for by the categorical Jacobian too, and the longest for it.
    max_length
        Chains are cut after this many residues.
    contact_atom
        The atom between which contacts are measured.
    seed
        Random seed of the split, of the masks, of the random sets and of the resampling.
    device
        Where a model runs that is loaded here.

    Raises
    ------
    OptionError
        If a value is not allowed.

    Examples
    --------
    >>> protlens.AblationOptions().replace
    'mean'
    >>> protlens.AblationOptions(draws=0)
    Traceback (most recent call last):
    protlens.errors.OptionError: option draws: 0; allowed: 1 or more
    """

    replace: Replace = "mean"
    property: str = "contact"
    top: int = 5
    each: bool = False
    draws: int = 50
    proteins: int = 24
    share: float = 0.15
    passes: int = 1
    regression: PathInput | None = None
    train: int = 20
    most_pairs: int = 10_000
    jacobian: int = 0
    jacobian_length: int = 100
    max_length: int = 510
    contact_atom: Literal["CA", "CB"] = "CB"
    seed: int = 0
    device: Device = "auto"

    def __post_init__(self) -> None:
        if self.replace not in REPLACEMENTS:
            raise OptionError(explain("option replace", found=repr(self.replace), allowed=REPLACEMENTS))
        for name, lowest in _LEAST.items():
            if (value := getattr(self, name)) < lowest:
                raise OptionError(explain(f"option {name}", found=str(value), allowed=f"{lowest} or more"))
        if not 0 < self.share <= 1:
            raise OptionError(explain("option share", found=str(self.share), allowed="above 0, up to 1"))

    def measured(self) -> dict[str, Any]:
        """Return the options that what is measured of a set of heads depends on."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _NOT_MEASURED}
