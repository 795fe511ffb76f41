import bundle
import pytest
import train
from minis.findings import SAMPLE, Source, findings

from protlens import ExtractionOptions, extract, load_dataset, load_model, select_properties, tabulate
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
    best = heads.filter("supported", property="contact").sort("alignment").row(-1, named=True)
    assert found["contact"][2:5] == [best["label"], f"{best['arcs']:,}", f"{best['proteins']:,}"]
    assert found["contact"][5:8] == [
        f"{100 * best['alignment']:.1f} %",
        f"{100 * best['background']:.2f} %",
        f"{best['lift']:.2f}",
    ]
    assert found["contact"][8] == ("\N{EN DASH}" if best["q_value"] is None else f"{best['q_value']:.2g}")
    assert found["contact"][9].startswith(f"{best['label']}: ")
    alignments = heads.filter("supported").group_by("property").max().sort("alignment", descending=True)
    amino_acids = [name for name in alignments["property"] if name.startswith("amino_acid:")]
    assert [name for name in found if name.startswith("amino_acid:")] == amino_acids[:5]
    assert found.keys() - set(amino_acids) == set(heads["property"].unique()) - {
        name for name in heads["property"] if name.startswith("amino_acid:")
    }


def test_a_model_without_arcs_has_no_best_head(proteins, tmp_path):
    bundle.write_untrained({"family": "bert", "shape": {"layers": 1, "heads": 2, "width": 16}, "seed": 0}, tmp_path)
    _, _, *rows = cells(findings(tmp_path, tmp_path, [Source(proteins)]))
    assert {row[2] for row in rows} == {"none has 100 arcs"}
    assert {len(row) for row in rows} == {10}


@pytest.mark.parametrize("name", ["mini-bert", "mini-albert", "mini-xlnet"])
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
    assert {row[0] for row in cells(card) if len(row) == 10} >= {"3 of few"}
