"""Chains of one entry in one input: the dataset and the model of a run that reads them so."""

from protlens.data.dataset import Dataset
from protlens.data.joining import join_chains
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.plan import cut_length
from protlens.models.linked_chains import LinkedModel
from protlens.models.protocol import AttentionModel
from protlens.runs.manifest import Manifest

LINKER, GAP = "linker", "position_gap"
"""What a manifest calls the glycines and the positions between two chains, beside the model, if there are any."""


def join_input(dataset: Dataset, model: AttentionModel, options: ExtractionOptions) -> tuple[Dataset, LinkedModel]:
    """Return a dataset whose entries are joined as far as a model reads them whole, and that model with linkers.

    Parameters
    ----------
    dataset, model
        Of single chains, and the model that reads each.
    options
        With ``join_chains``: ``max_length`` and what the model's input holds are those of chains and linkers together.
    """
    inner = without_linkers(model)
    longest = cut_length(options.max_length, inner.info.max_residues)
    model = LinkedModel(inner, linker=options.linker, most_chains=1)  # joined chains are chosen to fit
    return join_chains(dataset, max_length=longest, linker=options.linker), model


def joined_as(manifest: Manifest, dataset: Dataset) -> Dataset:
    """Return a dataset with entries joined as in a run; as it is if the run joined none."""
    linker = manifest.model.get(LINKER)
    if linker is None:
        return dataset
    return join_chains(dataset, max_length=manifest.options["max_length"], linker=linker)


def linked_as(manifest: Manifest, model: AttentionModel) -> AttentionModel:
    """Return a model that writes linkers as in a run; as it is if the run had none, or it writes some already."""
    linker = manifest.model.get(LINKER)
    if linker is None or isinstance(model, LinkedModel):
        return model
    return LinkedModel(model, linker=linker, most_chains=1, position_gap=manifest.model.get(GAP, 0))


def between_chains(model: AttentionModel) -> dict[str, int]:
    """Return what a manifest tells of a model that reads several chains in one input; nothing of another."""
    if not isinstance(model, LinkedModel):
        return {}
    return {LINKER: model.linker, **({GAP: model.position_gap} if model.position_gap else {})}


def without_linkers(model: AttentionModel) -> AttentionModel:
    """Return the model that reads chains and linkers, or the model itself."""
    return model.inner if isinstance(model, LinkedModel) else model
