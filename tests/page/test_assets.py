import pytest

from protlens.errors import PageError
from protlens.page import assets
from protlens.page.assets import NAMES, page_assets


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    for name in NAMES:
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def test_the_folder_of_a_built_page_is_given(folder):
    assert page_assets() == folder


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_lacks_a_file_was_not_built(folder, name):
    (folder / name).unlink()
    with pytest.raises(PageError, match=rf"not built .*\({name} missing\); install protlens from a wheel, or run"):
        page_assets()


def test_a_page_that_was_never_built_names_all_that_is_missing(folder, monkeypatch):
    monkeypatch.setattr(assets, "ASSETS", folder / "nowhere")
    with pytest.raises(PageError, match=r"page\.js, page\.css, viewer\.js missing"):
        page_assets()
