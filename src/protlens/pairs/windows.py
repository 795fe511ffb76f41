"""Windows over a chain that is longer than a model's input: which there are, and how much each says of a residue.

Windows overlap, and where they do the mean of their maps is taken. What a window says near an edge of it, beyond which
the model did not see, counts less than what one says that holds both sides.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Int64

from protlens.data.protein import Protein
from protlens.errors import ModelError, OptionError, explain
from protlens.models.protocol import AttentionModel, Batch, Visitor
from protlens.models.wrapping import WrappedModel


class WindowedModel(WrappedModel):
    """A model that reads long chains in windows, for what asks for maps of residue pairs, as contact prediction does.

    A chain that one window holds is read as the model itself reads it, to the bit.

    Parameters
    ----------
    model
        The model that reads each window.
    size
        Residues of a window; None takes as many as the model's input holds.
    overlap
        Residues that a window and the next have in common at least; None takes half a window. A pair of residues
        farther apart than this may lie in no window, and is ranked last then.

    Raises
    ------
    OptionError
        If a window is larger than the input, or the overlap is not smaller than a window; or if no size is given and
        the model has no limit.

    Examples
    --------
    >>> model = protlens.WindowedModel(protlens.load_model("mini-bert"), size=300, overlap=200)
    >>> [(window.start, window.stop) for window in model.windows(450)]
    [(0, 300), (100, 400), (150, 450)]
    """

    def __init__(self, model: AttentionModel, *, size: int | None = None, overlap: int | None = None) -> None:
        longest = model.info.max_residues
        if size is None and longest is None:
            hint = "give the residues of a window"
            raise OptionError(explain("windows", found=f"{model.info.name} reads chains of any length", hint=hint))
        self.size = size if size is not None else longest or 0
        self.overlap = self.size // 2 if overlap is None else overlap
        if self.size < 1 or (longest is not None and self.size > longest):
            allowed = "1 or more" if longest is None else f"1 to {longest}"
            raise OptionError(explain(f"windows of {self.size} residues", allowed=allowed))
        if not 0 <= self.overlap < self.size:
            raise OptionError(explain(f"windows that overlap by {self.overlap}", allowed=f"0 to {self.size - 1}"))
        name = f"{model.info.name} in windows of {self.size}"
        super().__init__(model, info=replace(model.info, name=name, max_residues=None))

    def windows(self, length: int) -> tuple[slice, ...]:
        """Return the windows over so many residues, each of ``size``, the last moved back to end with the chain."""
        if length <= self.size:
            return (slice(0, length),)
        last = length - self.size
        starts = [*range(0, last, self.size - self.overlap), last]
        return tuple(slice(start, start + self.size) for start in starts)

    def encode(self, sequences: str | Sequence[str]) -> Batch:
        """Write sequences, none longer than a window, as tokens.

        Raises
        ------
        ModelError
            If one is longer: its attention is that of no single run.
        """
        given = [sequences] if isinstance(sequences, str) else sequences
        longest = max(map(len, given), default=0)
        if longest > self.size:
            hint = "windows are for contacts; cut the chain, or take a model that reads longer ones"
            found, allowed = f"a sequence of {longest} residues as a whole", f"up to {self.size}"
            raise ModelError(explain(f"model {self.info.name!r}", found=found, allowed=allowed, hint=hint))
        return self.inner.encode(sequences)

    def attend(self, batch: Batch, visit: Visitor) -> None:
        """Run the model once and call ``visit`` for each layer in order."""
        self.inner.attend(batch, visit)


def windows_of(model: AttentionModel, length: int) -> tuple[slice, ...]:
    """Return the windows in which a model reads so many residues; one of all, unless it is a WindowedModel."""
    return model.windows(length) if isinstance(model, WindowedModel) else (slice(0, length),)


def parts_of(protein: str | Protein, windows: Sequence[slice]) -> list[str | Protein]:
    """Return what each window holds of a protein."""
    if isinstance(protein, str):
        return [protein[window] for window in windows]
    return [protein.part(window.start, window.stop) for window in windows]


def edge_distances(window: slice, length: int) -> Int64[np.ndarray, " part"]:
    """Return how far each residue of a window is from the nearest edge beyond which the chain goes on.

    The residue at the edge is 1 away. A window that holds the whole chain has no such edge; each is ``length`` away.

    Parameters
    ----------
    window
        Zero-based, its end not included.
    length
        Residues of the chain.
    """
    place = np.arange(window.start, window.stop)
    left = place - window.start + 1 if window.start else np.full(len(place), length)
    right = window.stop - place if window.stop < length else np.full(len(place), length)
    return np.asarray(np.minimum(left, right), np.int64)
