"""How far attention follows contacts by now, measured with protlens on the exported model."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
from jaxtyping import Float64

from protlens.contacts.labelled_chains import LabelledChain, label_chain
from protlens.data.dataset import Dataset
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.plan import cut_length
from protlens.extraction.run import extract
from protlens.heads import head_label
from protlens.models.load import load_model
from protlens.models.protocol import AttentionModel
from protlens.pairs.attention_maps import HeadMaps, pair_scores, visit_maps
from protlens.pairs.precision import pair_precision
from protlens.pairs.residue_pairs import DIVISORS, RANGES
from protlens.properties.pair import Contact
from protlens.stats.head_statistics import head_table

THRESHOLD, LONGEST = 0.3, 510


def contact_signal(folder: Path, proteins: Dataset, *, device: Literal["cpu", "cuda"]) -> dict[str, Any]:
    """Return the heads that follow contacts best, by two measures.

    Parameters
    ----------
    folder
        The exported model.
    proteins
        Chains of known structure.
    device
        Where it runs.

    Returns
    -------
    dict
        ``precision``: of the L/5 highest-scored pairs at least six residues apart, from the symmetric and corrected
        attention of the best single head, ``precision_head``. ``lift``: the share of contacts among the arcs of 0.3 or
        more of the best head that has at least a hundred, over the background, and ``lift_head``, ``lift_arcs``,
        ``lift_alignment``, ``background``; they are null while no head has that many.
    """
    model = load_model(folder, device=device)
    return _precision(model, proteins) | _lift(model, proteins)


def sample(proteins: Dataset, count: int) -> Dataset:
    """Return a random sample, the same each time."""
    drawn = np.random.default_rng(0).permutation(len(proteins))[:count]
    return proteins.take(sorted(drawn.tolist()))


def _precision(model: AttentionModel, proteins: Dataset) -> dict[str, Any]:
    length = cut_length(LONGEST, model.info.max_residues)
    labelled = (label_chain(protein.cut(length), Contact()) for protein in proteins)
    rated = np.stack([_rate_heads(model, chain) for chain in labelled if chain is not None])
    means = np.nanmean(rated, axis=0)
    layer, head = np.unravel_index(means.argmax(), means.shape)
    return {"precision": float(means[layer, head]), "precision_head": head_label(int(layer), int(head))}


def _rate_heads(model: AttentionModel, chain: LabelledChain) -> Float64[np.ndarray, "layer head"]:
    """Return the precision of each head on a chain, NaN if none of its pairs is known."""
    rated = np.full((model.info.layers, model.info.heads), np.nan)
    known = chain.pairs.take(chain.known)

    def rate(layer: int, maps: HeadMaps) -> None:
        table = pair_precision(
            pair_scores(maps, known),
            chain.contacts[chain.known],
            known.separations,
            length=len(chain.protein),
            ranges={"all": RANGES["all"]},
            divisors={"L/5": DIVISORS["L/5"]},
        )
        rated[layer] = table["precision"].to_numpy()

    visit_maps(model, chain.protein, rate)
    return rated


def _lift(model: AttentionModel, proteins: Dataset) -> dict[str, Any]:
    options = ExtractionOptions(threshold=THRESHOLD, max_length=LONGEST)
    with TemporaryDirectory() as folder:
        run = extract(model, proteins, [Contact()], out=Path(folder) / "run", options=options)
        table = head_table(run.counts(), threshold=THRESHOLD, mode="matched")
    best = table.filter("supported").sort("lift", descending=True, nulls_last=True).head(1).to_dicts()
    found = best[0] if best else dict.fromkeys(table.columns)
    return {
        "lift": found["lift"],
        "lift_head": found["label"],
        "lift_arcs": found["arcs"],
        "lift_alignment": found["alignment"],
        "background": found["background"],
    }
