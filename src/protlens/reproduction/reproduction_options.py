"""What a reproduction is asked to do."""

from dataclasses import dataclass

from protlens.errors import OptionError, explain


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproductionOptions:
    """How much is measured; all else is as in the paper.

    Parameters
    ----------
    limit
        Measure at most so many proteins of each dataset, drawn at random; the paper's number by default.
    fresh
        Start the runs over that are there, rather than go on with them.

    Raises
    ------
    OptionError
        If the limit is not 1 or more.

    Examples
    --------
    >>> protlens.ReproductionOptions().limit
    5000
    """

    limit: int = 5000
    fresh: bool = False

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise OptionError(explain(f"limit {self.limit}", allowed="1 or more"))
