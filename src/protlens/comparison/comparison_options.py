"""What a comparison is asked to do."""

from dataclasses import dataclass

from protlens.errors import OptionError, explain


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOptions:
    """The random parts of a comparison.

    Parameters
    ----------
    seed
        Random seed of the halves, of the resampling and of the shuffles; 0 or more.
    resamples
        How often families are drawn for an interval.
    shuffles
        How often heads are matched to heads of shuffled profiles, for the baseline of the matching.

    Raises
    ------
    OptionError
        If a value is out of range.

    Examples
    --------
    >>> protlens.ComparisonOptions(seed=1).resamples
    2000
    """

    seed: int = 0
    resamples: int = 2000
    shuffles: int = 20

    def __post_init__(self) -> None:
        for name, least in (("seed", 0), ("resamples", 1), ("shuffles", 1)):
            if (value := getattr(self, name)) < least:
                raise OptionError(explain(f"{name} {value}", allowed=f"{least} or more"))
