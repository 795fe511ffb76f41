"""How well contacts are predicted from attention: learned on a few proteins, tested on others, written to a folder."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from protlens.contacts.contact_files import CONTACT_FOLDER, ContactFiles
from protlens.contacts.contact_models import contact_models, differentiated
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.contact_result import ContactAnalysis, ContactTables
from protlens.contacts.contact_run import ContactRun, learned_scorers
from protlens.contacts.contact_split import ContactSplit, split_contacts, unseen_split
from protlens.contacts.evaluation import LEARNED, REGRESSION, WITH_JACOBIAN, Scorers
from protlens.contacts.labelled_chains import LabelledChains
from protlens.contacts.precision_summary import summarise_precision
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, load_regression
from protlens.contacts.training import TrainedScores
from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.errors import DatasetError, explain
from protlens.extraction.plan import cut_length
from protlens.models.load import Device
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel
from protlens.output_folders import open_folder
from protlens.properties.pair import Contact, lacks_cb
from protlens.typing import PathInput, Progress


def evaluate_contacts(
    model: PathInput | AttentionModel | MaskedLanguageModel = "mini-bert",
    dataset: PathInput | Dataset = "pdb-mini",
    *,
    regression: PathInput | None = None,
    out: PathInput = "protlens-contacts",
    options: ContactOptions | None = None,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
) -> ContactAnalysis:
    """Learn contact scores on a few proteins of known structure and test them on others.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model. The categorical Jacobian needs the
        masked-language-model head: a name brings it where there is one, as does :func:`protlens.load_masked_lm`.
    dataset
        A name of the catalog, a file, or a dataset.
    regression
        A saved regression to test; nothing is learned then, and proteins that share a cluster with its training
        proteins are left out.
    out
        The folder to write to: new, empty, or that of an earlier analysis, which is replaced.
    options
        The defaults if None.
    device
        Where a model runs that is loaded here.
    on_progress
        Called with the proteins done and the proteins in all, training proteins counted once a draw.

    Raises
    ------
    DatasetError
        If there are too few proteins of known structure.
    FileFormatError, ModelError
        If the saved regression cannot be used with this model.
    RunError
        If the folder holds anything else.
    StorageError
        If the disk is full or the folder cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> options = protlens.ContactOptions(train=4, draws=1, test=2, jacobian=0, max_length=60)
    >>> model, proteins = protlens.load_model("mini-bert"), protlens.load_dataset("pdb-mini")
    >>> analysis = protlens.evaluate_contacts(model, proteins[:20], out="contacts", options=options)
    >>> len(list(Path("contacts/rr").iterdir()))
    2
    """
    chosen, proteins = options or ContactOptions(), as_dataset(dataset)
    folder = open_folder(Path(out), CONTACT_FOLDER)
    adapter, masked_lm, reason = contact_models(model, device=device)
    saved = None if regression is None else load_regression(regression, model=adapter.info)
    length = cut_length(chosen.max_length, adapter.info.max_residues)
    chains = labelled_chains(proteins, chosen, max_length=length)
    source = differentiated(adapter, masked_lm, kind=chosen.jacobian_kind, runs=chosen.jacobian_runs)
    why = "" if source is not None else reason or "the model shows no hidden states"
    run = ContactRun(
        model=adapter,
        differentiated=source,
        chains=chains,
        split=draw_split(chains, chosen, training=None if saved is None else saved[1]),
        options=chosen,
        files=ContactFiles(folder, adapter.info, proteins.name),
        on_progress=on_progress,
    )
    with folder:
        run.files.clear(keep=None if regression is None else Path(regression))
        run.files.write_split(chains, run.split, options=chosen)
        return _learned(run, why) if saved is None else _finish(run, (), saved[0], why)


def _learned(run: ContactRun, reason: str) -> ContactAnalysis:
    """Learn, save what was learned on the first draw, and test it."""
    read = run.read()
    trained = run.learn(read, train=run.options.train)
    learned = trained[0]
    run.save(learned)  # a long test may be stopped
    analysis = _finish(run, trained, learned.regression, reason, few_labels=run.few_labels(read))
    run.save(learned, analysis.tables)
    return analysis


def _finish(
    run: ContactRun,
    trained: tuple[TrainedScores, ...],
    predictor: ContactRegression,
    reason: str,
    *,
    few_labels: pl.DataFrame | None = None,
) -> ContactAnalysis:
    """Test, summarise, and write the tables."""
    scorers = learned_scorers(trained) if trained else Scorers(((REGRESSION, 0),), predictor.weights[None])
    precision, heads, reliability = run.test(scorers, predictor)
    tables = ContactTables(
        heads=heads,
        precision=precision,
        reliability=reliability,
        costs=run.costs.table(),
        choices=_choices(trained),
        few_labels=few_labels,
        **_summaries(precision, seed=run.options.seed),
    )
    run.files.folder.write_tables(tables)
    return ContactAnalysis(
        folder=run.files.out,
        tables=tables,
        figures=tuple(run.files.figures),
        model=run.model.info.name,
        dataset=run.files.dataset,
        options=run.options,
        trained=trained,
        tested=len(run.split.test),
        cut=sum(map(run.chains.is_cut, run.split.test)),
        without_cluster=run.chains.without_cluster,
        max_length=run.chains.max_length,
        without_jacobian=reason,
    )


def labelled_chains(proteins: Dataset, options: ContactOptions, *, max_length: int) -> LabelledChains:
    """Return the chains whose contacts are known.

    Raises
    ------
    DatasetError
        If contacts are asked for between CB, and the proteins have CA alone.
    """
    if options.contact_atom == "CB" and lacks_cb(proteins):
        hint = "measure between CA with contact_atom='CA'"
        raise DatasetError(explain("contact prediction", found=f"{proteins.name} has CA but no CB", hint=hint))
    return LabelledChains(proteins, Contact(atom=options.contact_atom), max_length=max_length)


def draw_split(
    chains: LabelledChains, options: ContactOptions, *, training: TrainingRecord | None = None
) -> ContactSplit:
    """Return which chains are trained and tested on; those are tested that a saved regression has not seen."""
    if training is not None:
        seen = {*training.proteins, *training.clusters}
        return unseen_split(chains.ids, chains.clusters, seen=seen, most_tests=options.test, seed=options.seed)
    positions = list(chains.clusters)
    proteins = chains.dataset.take(positions) if positions else []
    short = {position for position in positions if chains.length(position) <= options.jacobian_length}
    return split_contacts(
        proteins,
        positions,
        train=options.most_trained,
        draws=options.draws,
        most_tests=options.test,
        trainable=short if options.fusion else None,
        seed=options.seed,
    )


def _choices(trained: Sequence[TrainedScores]) -> pl.DataFrame | None:
    parts = [one.choice.table.select(pl.lit(draw).alias("draw"), pl.all()) for draw, one in enumerate(trained)]
    return pl.concat(parts) if parts else None


def _summaries(precision: pl.DataFrame, *, seed: int) -> dict[str, pl.DataFrame]:
    first = precision.filter(draw=0)
    compared = pl.col("method").is_in(WITH_JACOBIAN)
    ids = first.filter(compared)["protein"].unique()
    learned = precision.filter(pl.col("method").is_in(LEARNED))
    means = learned.group_by("method", "draw", "range", "k", maintain_order=True).agg(pl.col("precision").mean())
    tables = {"draws": means, "summary": summarise_precision(first.filter(~compared), reference=REGRESSION, seed=seed)}
    if len(ids):
        shared = first.filter(pl.col("protein").is_in(ids.implode()))
        tables["jacobian_summary"] = summarise_precision(shared, reference=REGRESSION, seed=seed)
    return tables
