"""Every public function takes a path as ``str`` and as ``Path``, and one name where it takes several."""

import inspect
import io
import shutil
from pathlib import Path

import pytest

import protlens
from planted import planted_dataset, planted_model, planted_proteins
from protlens.data import add_labels, read_fasta
from protlens.page import hosting
from protlens.stats import read_tables, write_tables
from protlens.web import server
from tiny_models import tiny_model_folder
from toy import toy_dataset, toy_model

pytestmark = pytest.mark.slow

STRUCTURE = "1crn.cif.gz"
PROBES = protlens.ProbeOptions(seeds=1, residues=100, pairs=100, resamples=10, strengths=(1e-2,))
ABLATION = protlens.AblationOptions(draws=1, proteins=2, train=0)
CONTACTS = protlens.ContactOptions(train=2, draws=1, top=1, test=2, inverse_penalty=10.0, jacobian=0)
COMPARISON = protlens.ComparisonOptions(resamples=10, shuffles=1)


@pytest.fixture(scope="module")
def place(tmp_path_factory, data_files):
    """A model, datasets, a structure, a finished run and a regression."""
    folder = tmp_path_factory.mktemp("place")
    tiny_model_folder("bert", folder / "model", layers=2)
    toy_dataset().write(folder / "toy.parquet")
    planted_dataset(planted_proteins(8, length=24)).write(folder / "planted.parquet")
    shutil.copy(data_files / "structures" / STRUCTURE, folder)
    marked = {"paper_binding_site": "01010101", "paper_modification": "00000001"}
    protlens.Dataset("sites", protlens.Protein(id="one", sequence="MKTAYIAK", tracks=marked)).write(
        folder / "sites.parquet"
    )
    (folder / "two.fasta").write_text(">one\nMKTAYIAK\n>two\nGSHMSLFD\n")
    protlens.extract(folder / "model", folder / "toy.parquet", "contact", out=folder / "run")
    write_tables(folder / "run", protlens.tabulate(folder / "run"))
    protlens.evaluate_contacts(folder / "model", folder / "planted.parquet", out=folder / "contacts", options=CONTACTS)
    protlens.probe(folder / "model", folder / "planted.parquet", "contact", out=folder / "probes", options=PROBES)
    return folder


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Stand in for the built page, and for the wait of a server."""
    assets = tmp_path / "assets"
    assets.mkdir()
    for name in hosting.NAMES:
        (assets / name).write_text("/* made up */")
    monkeypatch.setattr(hosting, "ASSETS", assets)
    monkeypatch.setattr(server, "answer_requests", lambda app, listener: None)


def copied(folder, to):
    """Return a copy of a folder, its path of the same kind."""
    shutil.copytree(folder, to)
    return to


CALLS = {
    "ablate": lambda at, out: protlens.ablate(
        at("model"), at("toy.parquet"), heads="1-1", run=at("run"), out=out("ablation"), options=ABLATION
    ),
    "analyze": lambda at, out: protlens.analyze(at("model"), at("toy.parquet"), "contact", out=out("run")),
    "build_dataset": lambda at, out: protlens.build_dataset(at(STRUCTURE), name="one"),
    "check_model": lambda at, out: protlens.check_model(at("model")),
    "describe_heads": lambda at, out: protlens.describe_heads(
        at("run"), model=at("model"), dataset=at("toy.parquet"), proteins=2
    ),
    "draw_figures": lambda at, out: protlens.draw_figures(copied(at("run"), out("run")), "top"),
    "draw_run_figures": lambda at, out: protlens.draw_run_figures(protlens.tabulate(at("run")), out=out("figures")),
    "compare": lambda at, out: protlens.compare(at("run"), at("run"), out=out("comparison"), options=COMPARISON),
    "benchmark_contacts": lambda at, out: protlens.benchmark_contacts(
        [at("model")],
        at("planted.parquet"),
        rivals={"them": at("contacts/rr")},
        out=out("benchmark"),
        options=CONTACTS,
    ),
    "evaluate_contacts": lambda at, out: protlens.evaluate_contacts(
        at("model"),
        at("planted.parquet"),
        regression=at("contacts/regression.safetensors"),
        out=out("contacts"),
        options=CONTACTS,
    ),
    "extract": lambda at, out: protlens.extract(at("model"), at("toy.parquet"), "contact", out=out("run")),
    "finish": lambda at, out: protlens.finish(copied(at("run"), out("run")), dataset=at("toy.parquet")),
    "retry": lambda at, out: protlens.retry(
        copied(at("run"), out("run")), model=at("model"), dataset=at("toy.parquet")
    ),
    "run_status": lambda at, out: protlens.run_status(at("run")),
    "import_dataset": lambda at, out: protlens.import_dataset(at("two.fasta"), file_format="fasta"),
    "join_chains": lambda at, out: protlens.join_chains(at("two.fasta")),
    "load_dataset": lambda at, out: protlens.load_dataset(at("two.fasta")),
    "load_masked_lm": lambda at, out: protlens.load_masked_lm(at("model")),
    "load_model": lambda at, out: protlens.load_model(at("model")),
    "null": lambda at, out: protlens.null(
        copied(at("run"), out("run")), kind="shuffled-weights", repeats=1, model=at("model"), dataset=at("toy.parquet")
    ),
    "open_run": lambda at, out: protlens.open_run(at("run"), model=at("model"), dataset=at("toy.parquet")),
    "open_structure": lambda at, out: protlens.open_structure(at(STRUCTURE), model=at("model"), chains="A"),
    "predict_contacts": lambda at, out: protlens.predict_contacts(
        at("model"), at("two.fasta"), regression=at("contacts/regression.safetensors"), out=out("predicted")
    ),
    "probe": lambda at, out: protlens.probe(
        at("model"), at("planted.parquet"), "contact", out=out("probes"), options=PROBES
    ),
    "read_structure": lambda at, out: protlens.read_structure(at(STRUCTURE), chains="A"),
    "read_tables": lambda at, out: read_tables(at("run")),
    "reproduce": lambda at, out: protlens.reproduce(
        "tape-bert", model=at("model"), sites=at("sites.parquet"), out=out("reproduction")
    ),
    "select_properties": lambda at, out: protlens.select_properties(at("toy.parquet"), "contact"),
    "serve": lambda at, out: protlens.serve(at("run"), model=at("model"), dataset=at("toy.parquet"), port=0),
    "show": lambda at, out: protlens.show(at(STRUCTURE), model=at("model"), chains="A"),
    "tabulate": lambda at, out: protlens.tabulate(at("run")),
    "view": lambda at, out: protlens.view(at(STRUCTURE), out=out("x.mvsj"), model=at("model"), chains="A"),
    "write_report": lambda at, out: protlens.write_report(
        at("run"), out=out("x.html"), model=at("model"), dataset=at("toy.parquet"), proteins=1
    ),
    "write_tables": lambda at, out: write_tables(at("run"), protlens.tabulate(at("run"))),
}
OF_ROOMS = {"read_tables", "write_tables"}
PATHLESS = {"contact_precision", "head_label", "head_table", "open_example", "parse_head_label"}


def test_every_public_function_is_called_below():
    functions = {name for name in protlens.__all__ if inspect.isfunction(getattr(protlens, name))}
    assert functions == (CALLS.keys() - OF_ROOMS) | PATHLESS


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.parametrize("name", CALLS)
def test_a_path_may_be_a_str_or_a_path(place, tmp_path, name, kind):
    CALLS[name](lambda file: kind(place / file), lambda file: kind(tmp_path / "out" / file))


@pytest.mark.parametrize("kind", [str, Path])
def test_records_are_written_and_read_by_both(place, tmp_path, kind):
    protlens.load_dataset(place / "two.fasta").write(kind(tmp_path / "two.parquet"))
    assert protlens.Dataset.read(kind(tmp_path / "two.parquet")).ids == ["one", "two"]
    assert protlens.Run.open(kind(place / "run")).path == place / "run"


RESULTS = {
    "ablate": "model without 1-1 (mean) on toy",
    "analyze": "Attention of model on toy",
    "describe_heads": "What each head of model does on toy",
    "compare": "Comparison of model (1) and model (2)",
    "benchmark_contacts": "Contacts of planted, long range",
    "evaluate_contacts": "Contacts of planted from the attention of model",
    "null": "Null runs of model on toy",
    "predict_contacts": "Contacts of two from the attention of model",
    "probe": "Probes of model on planted",
    "reproduce": "model beside tape-bert: another model",
    "view": "Head ",
    "write_report": "Report x.html, with 1 protein in 3-D",
}


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("name", RESULTS)
def test_results_share_folder_tables_figures_and_how_they_show_themselves(place, tmp_path, name):
    result = CALLS[name](place.joinpath, tmp_path.joinpath)
    assert result.folder.is_dir()
    assert dict(result.tables)
    assert isinstance(result.figures, tuple)
    assert all(path.is_file() and path.is_relative_to(result.folder) for path in result.figures)
    text, html = repr(result), result._repr_html_()
    assert text.startswith(RESULTS[name])
    assert len(text.splitlines()) <= 20
    assert str(result.folder) in text
    assert str(result.folder) in html
    assert html.startswith(f"<div><h4>{RESULTS[name]}")
    assert repr(result.tables).startswith(type(result.tables).__name__)
    assert len(repr(result.tables).splitlines()) <= 10


@pytest.mark.parametrize("name", ["contact", "amino_acid:C"])
def test_one_property_is_one_name(tmp_path, name):
    analysis = protlens.analyze(toy_model(), toy_dataset(), name, out=tmp_path / "run")
    assert list(analysis.run.manifest.properties) == [name]
    assert [one.name for one in protlens.select_properties(toy_dataset(), name)] == [name]


def test_one_sequence_and_one_protein_are_one(place):
    for model in (protlens.load_model(place / "model"), toy_model()):
        assert model.encode("MKT").lengths == (3,)
        assert model.encode("MKT").tokens.tolist() == model.encode(["MKT"]).tokens.tolist()
    assert protlens.Dataset("one", protlens.Protein(id="a", sequence="MKT")).ids == ["a"]
    with pytest.raises(protlens.ProtlensError, match="proteins of a dataset: a str; allowed: Protein"):
        protlens.Dataset("one", "MKT")


def test_one_chain_is_one_name(place):
    with pytest.raises(protlens.ProtlensError, match="chain AA of structure"):
        protlens.read_structure(place / STRUCTURE, chains="AA")
    assert len(protlens.read_structure(place / STRUCTURE, chains={"A"})) == 1


@pytest.mark.usefixtures("page")
def test_what_is_loaded_is_taken_as_it_is(place, tmp_path):
    run, model, data = protlens.Run.open(place / "run"), protlens.load_model(place / "model"), toy_dataset()
    assert protlens.open_run(run, model=model, dataset=data).run is run
    assert protlens.tabulate(run).heads.equals(protlens.tabulate(place / "run").heads)
    protlens.write_report(run, out=tmp_path / "x.html", model=model, dataset=data, proteins=0)
    assert protlens.open_structure(place / STRUCTURE, run=run, model=model).run is run


@pytest.mark.usefixtures("page")
def test_a_report_takes_contacts_and_probes_as_results_or_folders(tmp_path):
    proteins = planted_proteins(12, length=24, per_cluster=1)
    model, data = planted_model(proteins), planted_dataset(proteins)
    run = protlens.extract(model, data, "contact", out=tmp_path / "run")
    contacts = protlens.evaluate_contacts(model, data, out=tmp_path / "contacts", options=CONTACTS)
    for number, given in enumerate((contacts, contacts.folder, str(contacts.folder))):
        out = tmp_path / f"{number}.html"
        protlens.write_report(run, out=out, model=model, dataset=data, proteins=0, contacts=given)
        assert "Contact prediction" in out.read_text()


def test_an_open_file_is_read_as_one_that_is_named(place, data_files):
    named = protlens.read_structure(data_files / "structures" / "7hvp.pdb.gz")
    with (data_files / "structures" / "7hvp.pdb.gz").open("rb") as file:
        assert [protein.id for protein in protlens.read_structure(file)] == [protein.id for protein in named]
        assert not file.closed
    with (place / "two.fasta").open() as file:
        proteins = read_fasta(file)
    assert [protein.id for protein in proteins] == ["one", "two"]
    table = io.StringIO("id\tposition\tlabel\none\t1\tsite\n")
    assert add_labels(proteins, table)[0].tracks == {"site": "10000000"}
    with pytest.raises(protlens.ProtlensError, match="label table text"):
        add_labels(proteins, io.StringIO("nothing\n"))
    with pytest.raises(protlens.ProtlensError, match="structure structure: an empty file"):
        protlens.read_structure(io.BytesIO(b""))
