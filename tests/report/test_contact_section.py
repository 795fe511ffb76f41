import json
import re
import shutil

import polars as pl
import pytest

from planted import planted_dataset, planted_model, planted_proteins
from protlens.contacts.contact_analysis import evaluate_contacts
from protlens.contacts.contact_options import ContactOptions
from protlens.errors import FileFormatError, RunError
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.report.contact_section import contact_section
from protlens.runs.store import Run

pytestmark = pytest.mark.slow

PROTEINS = planted_proteins(40, per_cluster=2)
OPTIONS = ContactOptions(jacobian=0, train=8, draws=2, top=2, test=12, inverse_penalty=10.0)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = planted_dataset(PROTEINS)
    out = tmp_path_factory.mktemp("planted") / "run"
    return extract(planted_model(PROTEINS), data, select_properties(data, ["contact"]), out=out)


@pytest.fixture(scope="module")
def made_folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("planted") / "contacts"
    evaluate_contacts(planted_model(PROTEINS), planted_dataset(PROTEINS), out=out, options=OPTIONS)
    return out


@pytest.fixture
def folder(made_folder, tmp_path):
    """A copy that may be changed: its list of digests is gone."""
    copy = shutil.copytree(made_folder, tmp_path / "contacts")
    (copy / "files.json").unlink()
    return copy


def test_a_changed_file_is_refused(made_folder, run, tmp_path):
    copy = shutil.copytree(made_folder, tmp_path / "contacts")
    (copy / "summary.csv").write_text((copy / "summary.csv").read_text().replace("0.1", "0.2"))
    words = r"summary\.csv was changed since it was written; give one that 'protlens contacts' wrote$"
    with pytest.raises(FileFormatError, match=words):
        contact_section(copy, run)


def test_a_changed_figure_is_refused(made_folder, run, tmp_path):
    copy = shutil.copytree(made_folder, tmp_path / "contacts")
    drawn, other = sorted((copy / "figures").glob("contact_map-*.png"))[:2]
    shutil.copy(other, drawn)
    with pytest.raises(FileFormatError, match=rf"figures/{re.escape(drawn.name)} was changed since it was written"):
        contact_section(copy, run)


def test_a_damaged_figure_is_left_out_where_no_list_tells(folder, run):
    drawn = sorted((folder / "figures").glob("contact_map-*.png"))
    content = drawn[0].read_bytes()
    whole = len(contact_section(folder, run).pictures)
    for damaged in (content[:200], content[:16] + bytes(8) + content[24:], content[:60] + b"x" * 60 + content[120:]):
        drawn[0].write_bytes(damaged)
        assert len(contact_section(folder, run).pictures) == whole - 1


def test_numbers_and_figures_are_those_of_the_folder(folder, run):
    section = contact_section(folder, run)
    [table] = section.tables
    summary = pl.read_csv(folder / "summary.csv")
    rows = {row[0]: row[1:] for row in table.rows}
    assert len(rows) == 6
    assert "separation and amino acids, no model" in rows
    long = summary.filter(method="regression", range="long", k="L").row(0, named=True)
    assert rows["regression over all heads"][0].startswith(f"{100 * long['precision']:.1f} %")
    short = summary.filter(method="separation", range="short", k="L").row(0, named=True)
    ends = f"({100 * short['ci_low']:.1f}\N{EN DASH}{100 * short['ci_high']:.1f} %)"
    assert rows["closest in sequence first"][3] == f"{100 * short['precision']:.1f} % {ends}"
    assert "mean over 12 proteins" in table.caption
    assert "learned on 8 proteins, tested on 12 proteins" in section.paragraphs[0]
    assert len(section.pictures) == 3


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.3, -0.1, "attention tells more than the separation and the amino acids alone do"),
        (0.1, 0.3, "attention tells less than the separation and the amino acids alone do"),
        (-0.1, 0.3, "is not shown to tell more than the separation and the amino acids"),
        (None, None, "too few proteins to compare"),
    ],
)
def test_the_regression_is_compared_with_what_needs_no_model(folder, run, low, high, said):
    _set_difference(folder, "separation and amino acids", low, high)
    assert said in contact_section(folder, run).paragraphs[1]


def _set_difference(folder, method, low, high):
    chosen = (pl.col("method") == method, pl.col("range") == "long", pl.col("k") == "L")
    table = pl.read_csv(folder / "summary.csv").with_columns(
        pl.when(*chosen).then(pl.lit(value, pl.Float64)).otherwise(name).alias(name)
        for name, value in (("difference_low", low), ("difference_high", high))
    )
    table.write_csv(folder / "summary.csv")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.3, -0.1, "attention tells more than that close residues touch more often"),
        (0.1, 0.3, "attention tells less than the separation alone does"),
        (-0.1, 0.3, "the two do not clearly differ"),
        (None, None, "too few proteins to compare"),
    ],
)
def test_the_regression_of_an_older_folder_is_compared_with_the_separation(folder, run, low, high, said):
    table = pl.read_csv(folder / "summary.csv").filter(pl.col("method") != "separation and amino acids")
    table.write_csv(folder / "summary.csv")
    _set_difference(folder, "separation", low, high)
    assert said in contact_section(folder, run).paragraphs[1]


def test_the_proteins_of_the_jacobian_have_a_table_of_their_own(folder, run):
    pl.read_csv(folder / "summary.csv").with_columns(
        method=pl.col("method").replace("top heads", "jacobian")
    ).write_csv(folder / "jacobian_summary.csv")
    section = contact_section(folder, run)
    assert "categorical Jacobian, no labels" in [row[0] for row in section.tables[1].rows]


def test_a_saved_regression_was_learned_before(folder, run):
    about = json.loads((folder / "split.json").read_text())
    (folder / "split.json").write_text(json.dumps(about | {"draws": []}))
    assert "learned before, tested on" in contact_section(folder, run).paragraphs[0]


def test_another_model_is_refused(folder, run):
    about = json.loads((folder / "split.json").read_text())
    about["model"]["sha256"] = "f" * 64
    (folder / "split.json").write_text(json.dumps(about))
    with pytest.raises(RunError, match="give one made with the model of the run"):
        contact_section(folder, run)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "split.json").unlink(),
        lambda folder: (folder / "split.json").write_text("[1]"),
        lambda folder: (folder / "split.json").write_text("{"),
        lambda folder: (folder / "summary.csv").unlink(),
        lambda folder: (folder / "summary.csv").write_text("method,k\nbest head,L\n"),
    ],
)
def test_a_damaged_folder_is_refused(folder, run, damage):
    damage(folder)
    with pytest.raises(FileFormatError, match="give one that 'protlens contacts' wrote"):
        contact_section(folder, run)


def test_a_run_directory_is_not_a_folder_of_contacts(run):
    with pytest.raises(FileFormatError, match=r"no split\.json of contact prediction"):
        contact_section(run.path, Run.open(run.path))


def test_a_map_that_cannot_be_read_is_left_out(folder, run):
    broken = next(folder.glob("figures/*.png"))
    broken.write_bytes(b"\x89PNG but no more")
    assert len(contact_section(folder, run).pictures) == 2
