import re

import pytest

from planted import planted_dataset, planted_proteins
from planted_copy import copying_model_folder, copying_proteins

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("ablate")
    copying_model_folder(place / "model")
    copying_proteins(6).write(place / "repeats.parquet")
    planted_dataset(planted_proteins(16, length=44)).write(place / "chains.parquet")
    return place


def words(text):
    return re.sub(r"\s+", " ", text)


def test_says_what_was_left_out_and_what_it_costs(folder, command):
    few = ["--draws", "2", "--proteins", "4", "--each", "--out", "out"]
    done = command("ablate", "./model", "--dataset", "repeats.parquet", "--heads", "1-2,2-3", *few, cwd=folder)
    assert done.returncode == 0, done.stderr
    text = words(done.stdout)
    for part in (
        "model without heads on 4 held-out proteins of repeats in 4 clusters; each residue attends as",
        "No contacts: no protein of the dataset has known contacts.",
        "Without 1-2,2-3",
        "masked-LM loss, nats",
        "pseudo-perplexity",
        "p: of 2 random sets of as many heads of the same layers, how many cost at least as much, as (1 + these) / 3.",
        "Heads whose absence costs most",
    ):
        assert part in text, part
    lines = text.partition("Heads whose absence costs most")[2]
    assert re.search(r"embedding, 1 \S cosine (1-2|2-3) \+", lines)
    assert "proteins measured: 48 of 48" in done.stderr
    again = command("ablate", "./model", "--dataset", "repeats.parquet", "--heads", "1-1", *few, cwd=folder)
    assert again.returncode == 0
    assert "Without 1-1" in again.stdout


def test_contacts_and_the_run_are_told(folder, command):
    options = ["--model", "./model", "--dataset", "chains.parquet", "--properties", "contact", "--out", "run"]
    assert command("analyze", *options, cwd=folder).returncode == 0
    few = ["--draws", "2", "--proteins", "3", "--train", "4", "--each", "--out", "contacts"]
    chains = ["--dataset", "chains.parquet", "--from", "run"]
    done = command("ablate", *chains, "--heads", "1-1", "--replace", "zero", *few, cwd=folder)
    assert done.returncode == 0, done.stderr
    text = words(done.stdout)
    assert "a head that is left out adds nothing" in text
    assert re.search(r"Contacts: long range, by a regression with a weight on \d+ heads?\.", text)
    assert all(name in text.split() for name in ("alignment", "lift", "verdict"))
    assert "No attention comes after" not in text
    last = command("ablate", *chains, "--heads", "2-1,2-4", "--replace", "zero", *few, cwd=folder)
    assert "No attention comes after the last layer" in last.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name heads as --heads, give a run as --from, or ask for --each"),
        (["--heads", "3-1"], "head '3-1' of model: no such head; allowed: 1-1 to 2-4"),
        (["--heads", "1-1", "--draws", "0"], "--draws 0; allowed: 1 or more"),
        (["--heads", "1-1", "--passes", "0"], "--passes 0; allowed: 1 or more"),
    ],
)
def test_what_is_wrong_is_one_line(folder, command, arguments, message):
    done = command("ablate", "./model", "--dataset", "repeats.parquet", "--out", "none", *arguments, cwd=folder)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (folder / "none").exists()


def test_another_plan_names_the_option_that_starts_over(folder, command):
    few = ["--draws", "1", "--proteins", "2", "--heads", "1-1", "--out", "plan"]
    assert command("ablate", "./model", "--dataset", "repeats.parquet", *few, cwd=folder).returncode == 0
    done = command("ablate", "./model", "--dataset", "repeats.parquet", *few, "--seed", "1", cwd=folder)
    assert done.returncode == 2
    assert "choose another as --out, or start over with --fresh" in done.stderr
