import bundle
import pytest
import train
from minis.findings import NONE, SAMPLE, Source, findings

from protlens import ExtractionOptions, extract, load_dataset, load_model, select_properties, tabulate
from protlens.number_text import percent, probability, times
from protlens.stats.head_statistics import named_order, top_heads
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

SMALL = "--layers 1 --heads 2 --width 16 --tokens 256 --rows 24 --late-rows 24 --least-cluster 2 --held-out 0.2"
SMALL += " --validation-tokens 512 --reports 1 --no-bfloat16 --no-compiled --device cpu --chains-limit 2 --steps 2"


@pytest.fixture(scope="module")
def proteins():
    return load_dataset("pdb-mini").take(range(25))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_model_folder("bert", tmp_path_factory.mktemp("models") / "model")


def cells(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_a_row_is_the_best_head_of_protlens_analyze(folder, proteins, tmp_path):
    header, _, *rows = cells(findings(folder, folder, [Source(proteins, limit=SAMPLE)]))
    assert {len(row) for row in rows} == {len(header)}
    model, properties = load_model(folder), select_properties(proteins)
    heads = tabulate(extract(model, proteins, properties, out=tmp_path, options=ExtractionOptions(limit=SAMPLE))).heads
    found = {row[1]: row for row in rows}
    best = top_heads(heads.filter(property="contact")).row(0, named=True)
    support = [best["label"], f"{best['arcs']:,}", f"{best['residues']:,}", f"{best['proteins']:,}"]
    assert found["contact"][2:6] == support
    shares = [percent(best[name]) for name in ("alignment", "background", "control")]
    tests = [probability(best["q_value"]), probability(best["control_q_value"])]
    assert found["contact"][6:13] == [*shares, times(best["lift"]), times(best["control_lift"]), *tests]
    assert found["contact"][13] == best["verdict"].replace("_", " ")
    assert found["contact"][14].startswith(f"{best['label']}: ")
    named = named_order(heads.filter("supported")).unique("property", keep="first", maintain_order=True)
    alignments = named.sort("alignment", descending=True)
    amino_acids = [name for name in alignments["property"] if name.startswith("amino_acid:")]
    assert [name for name in found if name.startswith("amino_acid:")] == amino_acids[:5]
    assert found.keys() - set(amino_acids) == set(heads["property"].unique()) - {
        name for name in heads["property"] if name.startswith("amino_acid:")
    }


def test_a_model_without_arcs_has_no_best_head(proteins, tmp_path):
    bundle.write_untrained({"family": "bert", "shape": {"layers": 1, "heads": 2, "width": 16}, "seed": 0}, tmp_path)
    _, _, *rows = cells(findings(tmp_path, tmp_path, [Source(proteins)]))
    assert {row[2] for row in rows} == {NONE}
    assert {len(row) for row in rows} == {15}


@pytest.mark.parametrize("name", ["mini-bert", "mini-albert", "mini-xlnet", "mini-esm"])
def test_a_training_is_put_into_the_package(name, fasta, tmp_path):
    run, into, chains = tmp_path / "run", tmp_path / "bundled", tmp_path / "few.parquet"
    load_dataset("pdb-mini").take(range(3)).write(chains)
    assert train.main([name, "--fasta", str(fasta), "--out", str(run), *SMALL.split()]) == 0
    (into / name).mkdir(parents=True)
    (into / name / "old").touch()
    bundle.main([str(run), "--chains", str(chains), "--into", str(into)])
    assert not (into / name / "old").exists()
    assert load_model(into / name).info.sha256 == load_model(run / "model").info.sha256
    card = (into / name / "README.md").read_text()
    assert card.startswith((run / "model" / "README.md").read_text())
    assert {row[0] for row in cells(card) if len(row) == 15} >= {"3 of few"}
