"""How far training has come, and the learning rate that follows from it."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What training may use, of time or of steps; it ends when either is used up.

    Parameters
    ----------
    minutes
        Of training, time between an interruption and its resumption not counted.
    steps
        Updates of the weights.
    """

    minutes: float | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        if self.minutes is None and self.steps is None:
            raise ValueError("a budget needs minutes or steps")

    def used(self, *, seconds: float, steps: int) -> float:
        """Return the share of the budget that is used, 1 or more at the end."""
        of_time = 0.0 if self.minutes is None else seconds / (60 * self.minutes)
        return max(of_time, 0.0 if self.steps is None else steps / self.steps)


def rate_factor(used: float, *, warm_up: float) -> float:
    """Return what the learning rate is multiplied with: a linear rise to 1, then half a cosine down to 0.

    Parameters
    ----------
    used
        The share of the budget that is used.
    warm_up
        Where the rise ends, as such a share.
    """
    if used < warm_up:
        return used / warm_up
    return (1 + math.cos(math.pi * min(1.0, (used - warm_up) / (1 - warm_up)))) / 2
