"""The models that come with the package are those that their cards and the catalog describe."""

import hashlib
from pathlib import Path

import pytest
from transformers import AutoTokenizer

import protlens
from protlens.models import load as load_module
from protlens.models.catalog import CATALOG
from protlens.models.load import load_model
from protlens.stats.head_statistics import named_order

pytestmark = pytest.mark.slow

FOLDER = Path(load_module.__file__).parent / "bundled"
NAMES = [name for name in CATALOG if CATALOG[name].bundled]
SAMPLE = 20


def card_rows(name: str, chains: str) -> dict[str, list[str]]:
    """Return the rows of a card's table of findings on these chains, by property."""
    lines = (FOLDER / name / "README.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith(f"| {chains} |")]
    return {row[1]: row[2:] for row in rows}


def test_there_is_one_of_each_architecture_of_the_paper() -> None:
    assert NAMES == ["mini-bert", "mini-albert", "mini-xlnet"]
    assert sorted(folder.name for folder in FOLDER.iterdir()) == sorted(NAMES)
    assert [CATALOG[name].family for name in NAMES] == ["bert", "albert", "xlnet"]


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_model_is_the_catalogs_and_its_cards(name: str) -> None:
    model, spec = load_model(name, device="cpu"), CATALOG[name]
    assert (model.info.name, model.info.revision) == (name, "bundled")
    assert (model.info.family, model.info.layers, model.info.heads) == (spec.family, spec.layers, spec.heads)
    assert model.info.max_residues == spec.max_residues
    weights = (FOLDER / name / "model.safetensors").read_bytes()
    assert len(weights) < 14_000_000
    assert spec.parameters == pytest.approx(len(weights) / 2, rel=0.05)
    assert model.info.sha256 == hashlib.sha256(weights).hexdigest()
    assert model.info.sha256 in (FOLDER / name / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_its_tokenizer_writes_one_token_a_residue(name: str) -> None:
    letters = "ACDEFGHIKLMNPQRSTVWYX"
    tokens = AutoTokenizer.from_pretrained(FOLDER / name)(" ".join(letters))["input_ids"]
    assert len(tokens) == len(letters) + 2
    assert load_model(name, device="cpu").encode([letters]).tokens[0].tolist() == tokens


@pytest.mark.parametrize("name", NAMES)
def test_its_best_heads_are_its_cards(name: str, tmp_path: Path) -> None:
    """The twenty chains are those of ``protlens analyze --limit 20``; weights near 0.3 may fall to either side."""
    options = protlens.ExtractionOptions(limit=SAMPLE)
    heads = protlens.analyze(name, "pdb-mini", ["contact", "amino_acid"], out=tmp_path, options=options).tables.heads
    named = named_order(heads.filter("supported"))
    told = card_rows(name, f"{SAMPLE} of pdb-mini")
    measured = {"contact"} | {found for found in told if found.startswith("amino_acid:")}
    for found in measured:
        head, arcs, _, _, alignment, *_ = told[found]
        best = named.filter(property=found)
        if head == "no head with support":
            assert best.is_empty()
            continue
        row = best.row(0, named=True)
        assert row["label"] == head
        assert row["arcs"] == pytest.approx(int(arcs.replace(",", "")), rel=0.01)
        assert 100 * row["alignment"] == pytest.approx(float(alignment.removesuffix(" %")), abs=0.3)
