import pytest
import torch
from minis.architectures import ARCHITECTURES, Shape
from minis.export import export
from minis.schedule import Budget
from minis.sequences import read_sequences
from minis.settings import Settings
from minis.training import Training
from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM

from protlens import check_model, load_model

CPU = torch.device("cpu")
STEPS = 8


@pytest.fixture(params=ARCHITECTURES)
def settings(request):
    return Settings(
        family=request.param,
        shape=Shape(layers=2, heads=2, width=16, positions=64),
        budget=Budget(steps=STEPS),
        tokens=192,
        passes=2,
        learning_rate=1e-2,
        rows=(24,),
        late_rows=(24, 48),
        late=0.5,
        held_out=0.2,
        validation_tokens=384,
        reports=2,
        bfloat16=False,
        compiled=False,
    )


@pytest.fixture
def start(settings, fasta):
    return lambda: Training(settings, read_sequences(fasta), device=CPU)


def reports(training, stop=lambda: False):
    """The losses of each report."""
    return [(training.take_training_loss(), training.validation_loss()) for _ in training.run(stop=stop)]


def test_a_training_that_is_taken_up_again_has_the_losses_of_one_that_never_stopped(start, tmp_path):
    whole = start()
    wanted = reports(whole)
    assert len(wanted) == 2
    first = start()
    begun = reports(first, stop=lambda: first.progress.steps == 3)
    assert begun == []
    first.save(tmp_path / "checkpoint.pt")
    again = start()
    again.restore(tmp_path / "checkpoint.pt")
    assert again.progress.steps == 3
    assert reports(again) == wanted
    assert again.progress.residues == whole.progress.residues
    for name, values in whole.model.state_dict().items():
        assert torch.equal(values, again.model.state_dict()[name]), name


def test_training_lowers_the_loss(start):
    training = start()
    before = training.validation_loss()
    reports(training)
    assert training.validation_loss() < before
    assert training.used == 1
    assert reports(training) == []


def test_the_weights_of_an_update_do_not_depend_on_a_report(start):
    looked, unlooked = start(), start()
    for _ in looked.run():
        looked.validation_loss()
    for _ in unlooked.run():
        pass
    for name, values in looked.model.state_dict().items():
        assert torch.equal(values, unlooked.model.state_dict()[name]), name


def test_the_export_is_the_model_in_half_precision_and_protlens_reads_it(start, settings, tmp_path):
    training = start()
    reports(training)
    export(training, tmp_path)
    info = load_model(tmp_path).info
    assert (info.family, info.layers, info.heads) == (settings.family, 2, 2)
    assert training.model.dtype == torch.float32
    written = load_file(tmp_path / "model.safetensors")
    buffers = dict(training.model.named_buffers())
    for name, values in training.model.state_dict().items():
        if name in written:  # tied weights are written once
            assert torch.equal(values if name in buffers else values.half(), written[name]), name
    if settings.family != "xlnet":
        again = AutoModelForMaskedLM.from_pretrained(tmp_path)
        assert again.dtype == torch.float16
        for name, values in training.model.named_parameters():
            assert torch.equal(values.half(), again.get_parameter(name)), name


def test_protlens_shows_the_attention_of_the_export(start, tmp_path):
    training = start()
    reports(training)
    export(training, tmp_path)
    results = check_model(tmp_path)
    assert any(result.layers for result in results)
    assert [result.what for result in results if not result.passed] == []
