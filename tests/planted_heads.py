"""A model with one planted head for each behaviour, and proteins to plant them in."""

from collections.abc import Callable
from zlib import crc32

import numpy as np
import torch

from protlens.data.dataset import Dataset
from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.models.fake import FakeModel
from protlens.properties.pair import Contact
from protlens.stats.substitution import blosum62

PROTEINS = 24

Pattern = Callable[[str], np.ndarray]


def behaving_proteins(count: int = PROTEINS, *, length: int = 72) -> list[Protein]:
    """Return chains that wander in space, with made-up strands, helices and sites; each sequence is one of a kind."""
    rng = np.random.default_rng(11)
    proteins = []
    for number in range(count):
        size = length + number % 5
        steps = rng.normal(size=(size, 3))
        points = np.cumsum(3.8 * steps / np.linalg.norm(steps, axis=1, keepdims=True), axis=0).astype(np.float32)
        states = np.array(list("C" * size))
        for start in rng.permutation(np.arange(0, size - 6, 6))[:6]:
            states[start : start + 6] = "H" if start % 12 else "E"
        states[:12], states[30:42] = "E", "H"
        sites = rng.random(size) < 0.05
        proteins.append(
            Protein(
                id=f"b{number}",
                sequence="".join(rng.choice(list(AMINO_ACIDS), size)),
                tracks={"dssp": "".join(states), "binding_site": "".join(np.where(sites, "1", "0"))},
                ca=points,
                cb=points,
                cluster=f"c{number}",
            )
        )
    return proteins


def behaving_model(proteins: list[Protein], *, strength: float = 0.7) -> FakeModel:
    """Return a model of one layer whose heads are those of :func:`patterns`, in their order."""
    planted = patterns(proteins)

    def attention(sequence: str) -> torch.Tensor:
        noise = np.random.default_rng(crc32(sequence.encode())).random((len(planted), len(sequence), len(sequence)))
        heads = [
            _mixed(pattern(sequence), part, strength) for pattern, part in zip(planted.values(), noise, strict=True)
        ]
        special = list(planted).index("special")
        heads[special] *= 0.1
        return torch.from_numpy(np.stack(heads)).float()[None]

    return FakeModel(attention, layers=1, heads=len(planted))


def patterns(proteins: list[Protein]) -> dict[str, Pattern]:
    """Return for each behaviour, and for heads that only look like one, which keys a query attends to."""
    known = {protein.sequence: protein for protein in proteins}

    def distance(size: int) -> np.ndarray:
        return np.arange(size) - np.arange(size)[:, None]

    def of_protein(mask: Callable[[Protein], np.ndarray]) -> Pattern:
        return lambda text: mask(known[text]) if text in known else np.zeros((len(text), len(text)))

    return {
        "offset": lambda text: distance(len(text)) == -2,
        "self": lambda text: distance(len(text)) == 0,
        "beginning": lambda text: np.broadcast_to(np.arange(len(text)) < 3, (len(text),) * 2),
        "end": lambda text: np.broadcast_to(np.arange(len(text)) >= len(text) - 3, (len(text),) * 2),
        "turn_spacing": lambda text: np.isin(np.abs(distance(len(text))), (3, 4)),
        "helix": of_protein(_helix),
        "strand_partner": of_protein(_partners),
        "contact": of_protein(lambda one: Contact().mask(one).holds),
        "site": of_protein(lambda one: np.broadcast_to(_is(one.tracks["binding_site"], "1"), (len(one),) * 2)),
        "amino_acid": lambda text: np.broadcast_to(_is(text, "W"), (len(text),) * 2),
        "same_amino_acid": lambda text: _same(text) & (distance(len(text)) != 0),
        "similar_amino_acid": lambda text: np.array([[a != b and _alike(a, b) for b in text] for a in text]),
        "repeat": lambda text: _matches(text),
        "induction": lambda text: np.pad(_matches(text), ((0, 0), (1, 0)))[:, :-1],
        "one_residue": lambda text: np.broadcast_to(
            np.arange(len(text)) == 5 + crc32(text.encode()) % (len(text) - 10), (len(text),) * 2
        ),
        "special": lambda text: np.zeros((len(text),) * 2),
        "none": lambda text: np.zeros((len(text),) * 2),
        "strand keys": of_protein(lambda one: np.broadcast_to(_is(one.tracks["dssp"], "E"), (len(one),) * 2)),
        "cysteines among themselves": lambda text: np.outer(_is(text, "C"), _is(text, "C")),
    }


def _mixed(pattern: np.ndarray, noise: np.ndarray, strength: float) -> np.ndarray:
    """Return rows that sum to one, of which a part falls evenly on the pattern where a row has any."""
    kept = pattern.astype(float)
    sums = kept.sum(1, keepdims=True)
    there = np.where(sums > 0, strength, 0)
    return there * kept / np.maximum(sums, 1) + (1 - there) * noise / noise.sum(1, keepdims=True)


def _is(text: str, letter: str) -> np.ndarray:
    return np.array(list(text)) == letter


def _same(text: str) -> np.ndarray:
    letters = np.array(list(text))
    return letters[:, None] == letters


def _alike(a: str, b: str) -> bool:
    return a in AMINO_ACIDS and b in AMINO_ACIDS and blosum62(a, b) > 0


def _helix(protein: Protein) -> np.ndarray:
    place = np.arange(len(protein))
    return _is(protein.tracks["dssp"], "H")[:, None] & np.isin(np.abs(place - place[:, None]), (3, 4))


def _partners(protein: Protein) -> np.ndarray:
    strand = _is(protein.tracks["dssp"], "E")
    return strand[:, None] & strand & Contact(min_separation=4).mask(protein).holds


def _matches(text: str) -> np.ndarray:
    """Return where two residues stand in the same stretch of three, each other's copies."""
    words = np.array([text[max(i - 1, 0) : i + 2] if 0 < i < len(text) - 1 else str(i) for i in range(len(text))])
    return (words[:, None] == words) & ~np.eye(len(text), dtype=bool)


def behaving_dataset(proteins: list[Protein]) -> Dataset:
    """Return them as a dataset."""
    return Dataset("behaving", proteins)
