import json
import shutil

import polars as pl
import pytest

import protlens
from planted import planted_dataset, planted_model, planted_proteins
from planted_copy import CARRIERS, copying_proteins
from protlens.ablation.measurement import Measurement
from protlens.errors import ModelError, OptionError, RunError
from protlens.files import file_sha256
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

FEW = protlens.AblationOptions(draws=3, proteins=6)
CARRYING = "1-2,2-3"


@pytest.fixture
def sets(monkeypatch):
    """The sets of heads that are measured."""
    measured = []
    measure = Measurement.of

    def of(self, heads, **given):
        measured.append(heads)
        return measure(self, heads, **given)

    monkeypatch.setattr(Measurement, "of", of)
    return measured


@pytest.mark.parametrize("replace", ["mean", "zero", "uniform"])
def test_the_heads_that_carry_residues_cost_most(copying_folder, tmp_path, replace):
    options = protlens.AblationOptions(each=True, draws=20, proteins=8, replace=replace, passes=2)
    analysis = protlens.ablate(copying_folder, copying_proteins(8), heads=CARRYING, out=tmp_path / "a", options=options)
    each = analysis.tables.each
    assert {tuple(row) for row in each.head(2).select("layer", "head").iter_rows()} == set(CARRIERS)
    assert each["loss_low"][1] > 10 * each["loss"].abs()[2:].max()
    loss = analysis.tables.effects.filter(measure="loss").row(0, named=True)
    assert loss["ci_low"] > 1
    assert (loss["draws"], loss["p_value"]) == (15, 1 / 16), "each of four heads with each of four, without this pair"
    assert loss["draws_mean"] < loss["change"] / 2
    assert analysis.tables.correlations is None
    assert analysis.without_contacts == "no protein of the dataset has known contacts"
    assert analysis.kept is None


def test_it_goes_on_where_it_was_interrupted(copying_folder, tmp_path, sets):
    def ablate(out, on_progress=lambda done, total: None, heads=CARRYING, **changes):
        options = protlens.AblationOptions(**{"draws": 3, "proteins": 6, **changes})
        return protlens.ablate(
            copying_folder,
            copying_proteins(8),
            heads=heads,
            out=tmp_path / out,
            options=options,
            on_progress=on_progress,
        )

    whole = ablate("whole")
    assert len(sets) == 5
    sets.clear()

    def interrupt(done, total):
        assert total == 5 * 6
        if done == 15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ablate("broken", interrupt)
    assert len(list((tmp_path / "broken" / "sets").glob("*.parquet"))) == 2
    assert len(sets) == 3
    sets.clear()
    seen = []
    resumed = ablate("broken", lambda done, total: seen.append((done, total)))
    assert len(sets) == 3
    assert seen[:2] == [(6, 30), (12, 30)]
    assert seen[-1] == (30, 30)
    for name, table in whole.tables.items():
        assert resumed.tables[name].equals(table)
    sets.clear()
    assert ablate("broken", heads=["1-2"]).heads == ((0, 1),)
    assert () not in sets, "the whole model is not run again for other heads"
    sets.clear()
    ablate("broken", each=True)
    assert 4 <= len(sets) < 8


def test_a_damaged_result_is_measured_again(copying_folder, tmp_path, sets):
    out, data = tmp_path / "a", copying_proteins(8)
    first = protlens.ablate(copying_folder, data, heads="1-2", out=out, options=FEW)
    cut, changed, *_ = sorted((out / "sets").iterdir())
    cut.write_bytes(cut.read_bytes()[:40])
    pl.read_parquet(changed).with_columns(loss=pl.lit(9.0)).write_parquet(changed)
    sets.clear()
    again = protlens.ablate(copying_folder, data, heads="1-2", out=out, options=FEW)
    assert len(sets) == 2
    assert again.tables.effects.equals(first.tables.effects)


def test_another_plan_is_refused_unless_it_starts_over(copying_folder, tmp_path):
    out, data = tmp_path / "a", copying_proteins(8)
    protlens.ablate(copying_folder, data, heads="1-2", out=out, options=FEW)
    (out / "mine.txt").write_text("kept")
    other = protlens.AblationOptions(draws=3, proteins=6, replace="zero")
    with pytest.raises(RunError, match="an ablation that differs in options; choose another as out=, or start over"):
        protlens.ablate(copying_folder, data, heads="1-2", out=out, options=other)
    before = {path.name for path in (out / "sets").iterdir()}
    protlens.ablate(copying_folder, data, heads="1-2", out=out, options=other, fresh=True)
    assert not before & {path.name for path in (out / "sets").iterdir()}
    assert (out / "mine.txt").read_text() == "kept"
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").write_text("")
    with pytest.raises(RunError, match="folder with other files"):
        protlens.ablate(copying_folder, data, heads="1-2", out=tmp_path / "b", options=FEW)


def test_files_are_listed_and_tables_are_what_is_returned(copying_folder, tmp_path):
    analysis = protlens.ablate(copying_folder, copying_proteins(8), heads="1-2", out=tmp_path / "a", options=FEW)
    listed = json.loads((tmp_path / "a" / "files.json").read_text())["files"]
    written = {path.relative_to(tmp_path / "a").as_posix() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    assert set(listed) == written - {"files.json"}
    assert all(digest == file_sha256(tmp_path / "a" / name) for name, digest in listed.items())
    for name, table in analysis.tables.items():
        assert pl.read_parquet(tmp_path / "a" / f"{name}.parquet").equals(table)
    about = json.loads((tmp_path / "a" / "ablation.json").read_text())
    assert about["asked"] == {"heads": [[0, 1]], "each": False, "draws": 3}
    assert about["plan"]["options"]["replace"] == "mean"
    proteins = analysis.tables.proteins
    change = (proteins["loss"] - proteins["loss_whole"]).mean()
    assert analysis.tables.effects.filter(measure="loss")["change"].item() == pytest.approx(change)


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    """A tiny model, proteins with contacts and a run of it."""
    folder = tmp_path_factory.mktemp("analysed")
    tiny_model_folder("bert", folder / "model")
    data = planted_dataset(planted_proteins(30, length=44))
    options = protlens.ExtractionOptions(threshold=0.02)
    protlens.analyze(folder / "model", data, ["contact"], out=folder / "run", options=options)
    return folder, data


def test_the_best_heads_of_a_run_are_left_out_and_all_are_compared(analysed, tmp_path):
    folder, data = analysed
    options = protlens.AblationOptions(each=True, draws=2, proteins=5, train=6, most_pairs=400, top=2, jacobian=1)
    analysis = protlens.ablate(dataset=data, run=folder / "run", out=tmp_path / "a", options=options)
    assert len(analysis.heads) == 2
    assert analysis.model == "model"
    measures = analysis.tables.effects["measure"].to_list()
    assert measures[:3] == ["loss", "perplexity", "embedding"]
    assert {"precision_L", "precision_L5", "others_L", "others_L5", "jacobian_L", "jacobian_L5"} < set(measures)
    assert analysis.tables.each.height == 12
    assert {"alignment", "lift", "verdict"} <= set(analysis.tables.each.columns)
    assert set(analysis.tables.correlations["measure"]) >= {"loss", "embedding"}
    assert len(analysis.figures) == 2 * analysis.tables.correlations["measure"].n_unique()
    assert all(path.is_file() for path in analysis.figures)
    assert (tmp_path / "a" / "regression.safetensors").is_file()
    assert len(repr(analysis).splitlines()) <= 20
    alone = protlens.AblationOptions(each=True, draws=2, proteins=5, train=6, most_pairs=400, jacobian=1)
    single = protlens.ablate(folder / "model", data, out=tmp_path / "a", options=alone)
    assert single.heads == ()
    assert single.tables.effects is None
    assert repr(single).startswith("model without each of its heads (mean) on planted, 5 held-out proteins")


def test_a_model_without_its_head_is_measured_by_embeddings_and_contacts(tmp_path):
    folder = tiny_model_folder("xlnet", tmp_path / "model")
    data = planted_dataset(planted_proteins(20, length=40))
    options = protlens.AblationOptions(draws=2, proteins=4, train=3, most_pairs=300, each=True)
    analysis = protlens.ablate(folder, data, heads="1-1", out=tmp_path / "a", options=options)
    assert "loss" not in analysis.tables.effects["measure"].to_list()
    assert analysis.without_loss == "model comes without a masked-language-model head that can be read"
    assert analysis.tables.each["embedding"].is_sorted(descending=True)


def test_what_cannot_be_ablated_is_refused_in_one_line(analysed, tmp_path):
    folder, data = analysed
    with pytest.raises(ModelError, match="ablation of 'fake': its attention is not computed where protlens can"):
        protlens.ablate(planted_model([]), data, heads="1-1", out=tmp_path / "a")
    with pytest.raises(OptionError, match="heads to leave out: none; name heads as heads=, give a run as run=, or ask"):
        protlens.ablate(folder / "model", data, out=tmp_path / "a")
    other = tiny_model_folder("bert", tmp_path / "other", seed=3)
    with pytest.raises(ModelError, match="model 'other': not the model that run"):
        protlens.ablate(other, data, run=folder / "run", out=tmp_path / "a")
    with pytest.raises(OptionError, match="property 'disulfide' of run"):
        protlens.ablate(
            dataset=data, run=folder / "run", out=tmp_path / "a", options=protlens.AblationOptions(property="disulfide")
        )
    assert not (tmp_path / "a").exists()


def test_a_regression_that_was_given_is_used(analysed, tmp_path):
    folder, data = analysed
    contacts = protlens.ContactOptions(train=4, draws=1, test=2, jacobian=0)
    protlens.evaluate_contacts(folder / "model", data, out=tmp_path / "contacts", options=contacts)
    regression = shutil.copytree(tmp_path / "contacts", tmp_path / "kept") / "regression.safetensors"
    options = protlens.AblationOptions(draws=1, proteins=3, regression=regression)
    analysis = protlens.ablate(folder / "model", data, heads="2-1", out=tmp_path / "a", options=options)
    assert analysis.kept is not None
    assert not (tmp_path / "a" / "regression.safetensors").exists()
