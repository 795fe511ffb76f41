from pathlib import Path

import pytest

from protlens.notebook import widget


@pytest.fixture
def assets(tmp_path, monkeypatch) -> Path:
    """A page of few bytes, so that widgets can be made where it was not built."""
    for name, content in {"page.js": "export default {}", "page.css": "p { }", "viewer.js": "viewer é"}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(widget, "page_assets", lambda: tmp_path)
    return tmp_path
