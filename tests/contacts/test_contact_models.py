from protlens.contacts.contact_models import contact_models
from protlens.models.load import load_masked_lm
from tiny_models import tiny_model_folder
from toy import toy_model


def test_a_model_with_such_a_head_has_both(tmp_path):
    folder = tiny_model_folder("bert", tmp_path / "bert", layers=2)
    model, whole, reason = contact_models(str(folder), device="cpu")
    assert whole.encoder is model
    assert not reason
    loaded = load_masked_lm(folder, device="cpu")
    assert contact_models(loaded) == (loaded.encoder, loaded, "")


def test_a_model_without_such_a_head_goes_without(tmp_path):
    folder = tiny_model_folder("xlnet", tmp_path / "xlnet")
    model, masked_lm, reason = contact_models(folder, device="cpu")
    assert model.info.family == "xlnet"
    assert masked_lm is None
    assert "the family xlnet has none" in reason


def test_a_loaded_model_stays_as_it_is():
    model = toy_model()
    assert contact_models(model)[0] is model
