import json
import os
import signal

import pytest
import train
from minis.report import Log
from minis.training import Training
from transformers import AutoModelForMaskedLM, AutoTokenizer

from protlens import load_model

SMALL = "--layers 2 --heads 2 --width 16 --tokens 256 --rows 24 --late-rows 24 48 --least-cluster 2 --held-out 0.2"
SMALL += " --validation-tokens 512 --reports 2 --no-bfloat16 --no-compiled --device cpu --chains-limit 3"


@pytest.fixture(autouse=True)
def signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def command(fasta, out, *more, name="mini-bert"):
    return [name, "--fasta", str(fasta), "--out", str(out), *SMALL.split(), *more]


def lines(out):
    return [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]


def timeless(reports):
    return [{k: v for k, v in report.items() if k not in ("minutes", "residues_per_second")} for report in reports]


def test_one_command_leaves_a_model_a_card_a_log_and_a_checkpoint(fasta, tmp_path, capsys):
    assert train.main(command(fasta, tmp_path, "--steps", "4")) == 0
    first, last = lines(tmp_path)
    assert (first["steps"], last["steps"]) == (2, 4)
    assert 5 < last["validation_perplexity"] < 40
    assert 0 <= last["precision"] <= 1
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 2
    assert printed[1].startswith("100 %, step 4, ")
    model = tmp_path / "model"
    assert load_model(model).info.max_residues == 510
    card = (model / "README.md").read_text()
    assert load_model(model).info.sha256 in card
    assert "license: cc-by-4.0" in card
    assert f"{fasta.name}" in card
    assert "on 3 chains of pdb-mini" in card
    assert AutoTokenizer.from_pretrained(model).model_max_length == 512
    assert AutoModelForMaskedLM.from_pretrained(model).config.num_hidden_layers == 2
    assert train.main(command(fasta, tmp_path, "--steps", "4")) == 0
    assert len(lines(tmp_path)) == 2


@pytest.mark.slow
def test_a_killed_training_goes_on_by_the_same_command(fasta, tmp_path, monkeypatch):
    assert train.main(command(fasta, tmp_path / "whole", "--steps", "6", name="mini-xlnet")) == 0
    arguments, step = command(fasta, tmp_path / "cut", "--steps", "6", name="mini-xlnet"), Training._step

    def kill_after_four(training):
        step(training)
        if training.progress.steps == 4:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Training, "_step", kill_after_four)
    assert train.main(arguments) == signal.SIGTERM
    assert [report["steps"] for report in lines(tmp_path / "cut")] == [3]
    assert train.main(arguments) == 0
    assert timeless(lines(tmp_path / "cut")) == timeless(lines(tmp_path / "whole"))


def test_a_folder_with_another_run_is_refused(fasta, tmp_path):
    assert train.main(command(fasta, tmp_path, "--steps", "2")) == 0
    with pytest.raises(SystemExit, match=r"learning_rate 0\.0004 there, 0\.5 now"):
        train.main(command(fasta, tmp_path, "--steps", "2", "--learning-rate", "0.5"))


def test_reports_beyond_the_checkpoint_are_dropped(tmp_path):
    log = Log(tmp_path / "log.jsonl", steps=0)
    for steps in (2, 4, 6):
        log.add({"steps": steps})
    again = Log(tmp_path / "log.jsonl", steps=4)
    again.add({"steps": 5})
    assert [report["steps"] for report in lines(tmp_path)] == [2, 4, 5]
