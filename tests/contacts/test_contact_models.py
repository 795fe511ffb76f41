from protlens.contacts.contact_models import contact_models, differentiated
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.models.load import load_masked_lm
from protlens.pairs.windows import WindowedModel
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


def test_the_head_is_left_where_it_is_not_asked_for(tmp_path):
    folder = tiny_model_folder("bert", tmp_path / "bert", layers=1)
    model, masked_lm, _ = contact_models(folder, device="cpu", head=False)
    assert (model.info.family, masked_lm) == ("bert", None)


def test_jacobians_are_taken_of_what_has_them(tmp_path):
    whole = load_masked_lm(tiny_model_folder("bert", tmp_path / "bert", layers=1), device="cpu")
    bare = WindowedModel(toy_model(), size=30)  # shows attention alone
    for model, masked_lm, kind, expected in (
        (whole.encoder, whole, "auto", (whole, "categorical")),
        (whole.encoder, whole, "states", (whole.encoder, "states")),
        (whole.encoder, None, "auto", (whole.encoder, "states")),
        (whole.encoder, None, "categorical", None),
        (bare, None, "auto", None),
        (bare, None, "states", None),
    ):
        found = differentiated(model, masked_lm, kind=kind, runs=9)
        assert found == (expected and (expected[0], JacobianOptions(kind=expected[1], runs=9)))


def test_a_loaded_model_stays_as_it_is():
    model = toy_model()
    assert contact_models(model)[0] is model
