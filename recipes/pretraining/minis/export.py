"""A trained model as a folder in the Hugging Face layout, with a card."""

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers.utils import logging

from minis.training import Training


def export(training: Training, folder: Path) -> None:
    """Write float16 weights, configuration and tokenizer; the frequencies of rotary positions are kept as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    logging.disable_progress_bar()
    half = copy.deepcopy(training.model).to(torch.float16).eval()
    for name, values in training.model.named_buffers():
        half.get_buffer(name).data = values
    half.save_pretrained(folder)
    training.architecture.save_tokenizer(folder, training.settings.shape)


def write_card(
    folder: Path, name: str, training: Training, reports: Sequence[dict[str, Any]], *, about: Mapping[str, str]
) -> None:
    """Write the model card: what the model is, how it was trained, its loss curve, and how far it follows contacts.

    Parameters
    ----------
    folder
        The export, with its weights.
    name, training, reports
        Of the model.
    about
        The ``data``, the ``machine`` and the ``chains`` in words.
    """
    shape, settings = training.settings.shape, training.settings
    (folder / "README.md").write_text(
        _CARD.format(
            name=name,
            family=settings.family.upper(),
            layers=shape.layers,
            heads=shape.heads,
            width=shape.width,
            parameters=sum(parameter.numel() for parameter in training.model.parameters()) / 1e6,
            residues=reports[-1]["residues"] / 1e6,
            minutes=reports[-1]["minutes"],
            curve="\n".join(map(_row, _thinned(reports))),
            digest=hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
            settings=json.dumps(settings.as_json(), indent=2),
            **about,
        ),
        "utf-8",
    )


def _row(report: Mapping[str, Any]) -> str:
    contacts = f"{100 * report['precision']:.1f} %" if "precision" in report else ""
    lift = f"{report['lift']:.2f} ({report['lift_head']}, {report['lift_arcs']} arcs)" if report.get("lift") else ""
    return (
        f"| {report['residues'] / 1e6:.1f} | {report['minutes']:.0f} | {report['training_loss']:.3f} "
        f"| {report['validation_loss']:.3f} | {report['validation_perplexity']:.2f} | {contacts} | {lift} |"
    )


def _thinned(reports: Sequence[dict[str, Any]], most: int = 12) -> list[dict[str, Any]]:
    kept = {round(place * (len(reports) - 1) / (most - 1)) for place in range(most)} if len(reports) > most else None
    return [report for place, report in enumerate(reports) if kept is None or place in kept]


_CARD = """---
license: cc-by-4.0
library_name: transformers
---
# {name}

{family} for protein sequences, small: {layers} layers, {heads} heads, width {width}, {parameters:.1f} million
parameters, float16 safetensors, one token a residue.

**Data.** {data}

**Training.** {residues:.1f} million residues in {minutes:.0f} minutes on {machine}.

Residues in millions, minutes, loss on training and on held-out clusters, perplexity there; precision of the L/5
highest-scored pairs of the best single head (|i-j| of 6 or more), and the best head's share of contacts among arcs of
0.3 or more over the background, both on {chains}. Homologues of these chains may be among the training sequences.

| residues | minutes | training loss | validation loss | perplexity | precision | lift |
|---|---|---|---|---|---|---|
{curve}

**Weights.** sha256 `{digest}`. CC BY 4.0; trained on UniProt, CC BY 4.0.

**Settings.**

```json
{settings}
```
"""
