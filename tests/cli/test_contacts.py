import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from planted import planted_dataset, planted_proteins
from protlens.cli.commands import app
from protlens.contacts.regression_file import load_regression, save_regression
from protlens.errors import ProtlensError
from protlens.models.load import model_info
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contacts")
    planted_dataset(planted_proteins(10, length=40)).write(folder / "chains.parquet")
    options = ["--train", "4", "--draws", "2", "--jacobian", "1", "--jacobian-length", "45"]
    files = ["--dataset", str(folder / "chains.parquet"), "--out", str(folder / "out")]
    return folder, RUNNER.invoke(app, ["contacts", *files, *options], catch_exceptions=False)


def test_says_what_was_compared_with_what(finished):
    folder, done = finished
    assert done.exit_code == 0
    text = re.sub(r"\s+", " ", done.output)
    for part in (
        "Contacts of chains from the attention of mini-bert: learned on 4 proteins, tested on 4 others.",
        "No test protein shares a cluster",
        "best head in",  # names go on in the next line
        "mean of top",
        "regression",
        "random order",
        "closest in",
        "The same on 1 of them of up to 45 residues",
        "categorical Jacobian",
        "Over 2 draws of 4 training proteins",
    ):
        assert part in text
    assert (folder / "out" / "regression.safetensors").is_file()


def run(*arguments):
    return RUNNER.invoke(app, ["contacts", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def nowhere(monkeypatch):
    """A machine on which nothing can be fetched."""

    def refuse(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("protlens.data.structures.download.urlopen", refuse)


@pytest.mark.usefixtures("nowhere")
def test_predicts_a_bare_sequence_at_once(tmp_path):
    done = run("mktayiakqr" * 52, "--out", tmp_path / "out")
    assert done.exit_code == 0
    text = (tmp_path / "out" / "rr" / "contacts-sequence.rr").read_text()
    assert "".join(text.split("MODEL 1\n")[1].splitlines()[:11]) == "MKTAYIAKQR" * 52
    for part in (
        "Contacts of sequence from the attention of mini-bert: 1 protein.",
        "Regression: comes with protlens, learned on 60 proteins of pdb-mini.",
        "test proteins long-range precision at L/5 of this regression: ",
        "Longer than the model's input, so read in windows: sequence.",
        "The most probable of 520 pairs in pairs.csv",
        "contact_map-sequence.png",
    ):
        assert part in done.output
    table = done.output.split("pairs.csv")[1].split("\n\n")[0].splitlines()
    assert len(table) == 1 + 1 + 12
    assert max(map(len, table)) <= 80
    cut = run("mktayiakqr" * 52, "--max-length", 40, "--out", tmp_path / "out")
    assert "Cut after 40 residues: sequence." in cut.output
    assert "windows" not in cut.output


@pytest.mark.usefixtures("nowhere")
def test_predicts_a_fasta_file_with_a_saved_regression(finished, tmp_path):
    (tmp_path / "some.fasta").write_text(">a\nMKTAYIAKQRQISF\n>b\nMKTAYIAKQRQ\n")
    saved = finished[0] / "out" / "regression.safetensors"
    done = run(tmp_path / "some.fasta", "--out", tmp_path / "out", "--regression", saved)
    assert done.exit_code == 0
    assert sorted(file.name for file in (tmp_path / "out" / "rr").iterdir()) == ["contacts-a.rr", "contacts-b.rr"]
    assert f"Regression: {saved}, learned on 4 proteins of chains." in done.output
    assert "2 proteins" in done.output


@pytest.mark.usefixtures("nowhere")
def test_predicts_with_attention_and_the_jacobian(finished, tmp_path):
    folder, _ = finished
    options = ["--train", 4, "--draws", 1, "--test", 2, "--jacobian-length", 45, "--jacobian-runs", 50, "--fusion"]
    learned = run("--dataset", folder / "chains.parquet", *options, "--out", tmp_path / "out")
    saved = tmp_path / "out" / "fusion.safetensors"
    info = model_info("mini-bert")
    fitted, training = load_regression(saved, model=info, fused=True)
    needs = "with the Jacobian of each chain" if fitted.jacobian else "but the Jacobian got no weight"
    assert f"Fusion: {saved} (the same, {needs})" in learned.output
    save_regression(saved, replace(fitted, jacobian=0.5), model=info, training=training)  # whatever was learned
    done = run("MKTAYIAKQRQISFVKSHFSRQ", "--regression", saved, "--out", tmp_path / "predicted")
    assert done.exit_code == 0
    for part in (
        "needs the categorical Jacobian: 45 runs of the model, 2 a residue",
        "from the attention and the categorical Jacobian of mini-bert: 1 protein.",
        "Jacobians: 45 runs of the model in ",
    ):
        assert part in done.output
    again = run("MKTAYIAKQRQISFVKSHFSRQ", "--regression", saved, "--out", tmp_path / "predicted")
    assert "Jacobians: 0 runs of the model in 0 s, 1 map kept from before." in again.output
    for refused in (["--dataset", folder / "chains.parquet"], ["MKTAYIAKQR", "--join-chains"]):
        with pytest.raises(ProtlensError, match=r"needs the Jacobian of each chain|taken of whole"):
            run(*refused, "--regression", saved, "--out", tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.usefixtures("nowhere")
def test_predicts_the_chains_of_a_structure_alone_or_joined(data_files, tmp_path):
    file = data_files / "structures" / "7hvp.pdb.gz"
    apart = run(file, "--out", tmp_path / "apart")
    assert sorted(one.name for one in (tmp_path / "apart" / "rr").iterdir()) == [
        "contacts-7HVP.A.rr",
        "contacts-7HVP.B.rr",
    ]
    assert "mean over 2 proteins (a contact: CB closer than 8 angstrom)" in apart.output
    assert "24 and more" in apart.output
    assert "two chains" not in apart.output
    joined = run(file, "--out", tmp_path / "joined", "--join-chains")
    assert "two chains" in joined.output
    assert (tmp_path / "joined" / "rr" / "contacts-7HVP.A-B.rr").is_file()


def test_what_was_learned_on_is_said(tmp_path):
    done = run("pdb-mini", "--max-length", 12, "--out", tmp_path)
    assert re.search(r"so no precision is told of them: .*, .*, .* and 57 more\.", done.output)


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["7hvp", "--offline"], "not in the cache, and the network may not be asked"),
        (["some.fasta"], r"structure some\.fasta: no such file"),
        (["MKT", "--train", "3"], "option --train: with a TARGET nothing is tested; leave it out"),
        (["--offline"], "option --offline: there is no TARGET; leave it out"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ProtlensError, match=message):
        run(*arguments)
    assert not list(tmp_path.iterdir())


def test_a_model_without_a_regression_is_told_what_to_do(tmp_path, monkeypatch):
    model = tiny_model_folder("bert", tmp_path / "tiny", layers=1)
    monkeypatch.setenv("PROTLENS_REGRESSIONS", str(tmp_path / "none"))
    with pytest.raises(ProtlensError, match=r"none comes with protlens, none in .*; allowed: .*mini-bert"):
        run("MKTAYIAKQR", "--model", model, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_puts_models_and_programs_side_by_side(finished, tmp_path):
    folder, _ = finished
    data = ["--dataset", folder / "chains.parquet", "--train", 4, "--draws", 1, "--test", 4, "--jacobian", 0]
    arguments = ["--benchmark", "--model", "mini-bert,mini-xlnet", "--rival", f"them={folder / 'out' / 'rr'}"]
    done = run(*arguments, *data, "--sweep", "2,4", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    for part in ("mini-bert\n", "mini-xlnet", "them", "P@L over no model", "1,000 residues, mini-xlnet: attention"):
        assert part.strip() in done.output
    assert (tmp_path / "out" / "figures" / "few_labels.png").is_file()
    for wrong, said in ((["--rival", "them"], "NAME=FOLDER"), (["--sweep", "a"], "as in 1,5,20")):
        with pytest.raises(ProtlensError, match=said):
            run("--benchmark", *wrong, "--out", tmp_path / "none")


def test_a_preset_is_the_published_recipe(finished, tmp_path):
    folder, _ = finished
    options = ["--preset", "rao", "--draws", 1, "--test", 2, "--jacobian", 0, "--out", tmp_path / "out"]
    with pytest.raises(ProtlensError, match="20 or more"):
        run("--dataset", folder / "chains.parquet", *options)


def test_contacts_between_chains_are_tested_apart(tmp_path):
    chains = [
        replace(protein, id=f"e{number // 2}.{'AB'[number % 2]}", chain="AB"[number % 2], cluster=f"c{number // 2}")
        for number, protein in enumerate(planted_proteins(20, length=30))
    ]
    planted_dataset(chains).write(tmp_path / "chains.parquet")
    options = ["--train", 4, "--draws", 1, "--test", 4, "--out", tmp_path / "out"]
    done = run("--dataset", tmp_path / "chains.parquet", "--join-chains", *options)
    assert done.exit_code == 0, done.output
    assert "Contacts between chains, 4 complexes; L: residues of the shortest chain" in done.output
    summary = pl.read_csv(tmp_path / "out" / "summary.csv")
    assert summary.filter(range="inter")["proteins"].unique().to_list() == [4]
    pairs = pl.read_csv(tmp_path / "out" / "precision.csv").filter(range="inter", method="random", k="L")
    for name, known, touching in pairs.select("protein", "pairs", "contacts").iter_rows():
        one, other = (chain for chain in chains if chain.id.split(".")[0] == name.split(".")[0])
        distances = np.linalg.norm(one.cb[:, None] - other.cb[None], axis=2)
        assert (known, touching) == ((~np.isnan(distances)).sum(), (distances < 8).sum())
