"""A page in one HTML file, with all that it shows inside: it opens from disk and asks for nothing outside.

Documents stand in elements of the file, each as base64 of gzip of a JSON object that holds them by
:func:`document_key`. The browser unpacks an element when something in it is first asked for.
"""

import gzip
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from protlens.files import replacing
from protlens.page.assets import page_assets
from protlens.page.html import templates
from protlens.page.source import json_text

MAIN = "protlens-main"
"""The element of all that belongs to no protein; its entry ``groups`` names the element of each protein."""

ALONE = "body{margin:0}#protlens-page{min-height:100vh}"
"""The style of a page with nothing around it."""


def document_key(name: str, parameters: Mapping[str, str]) -> str:
    """Return the key of a document in a file: its name and parameters, these sorted, as JSON."""
    return json_text([name, sorted(parameters.items())])


def pack(content: Mapping[str, Any]) -> str:
    """Return a JSON object as it stands in an element; equal content gives equal text."""
    return _packed(json_text(content).encode())


def write_page(
    path: Path,
    elements: Mapping[str, str],
    *,
    title: str,
    before: Markup | None = None,
    after: Markup | None = None,
    style: str = ALONE,
) -> None:
    """Write the page with its documents as one HTML file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    elements, title, before, after, style
        See :func:`page_text`.

    Raises
    ------
    PageError
        If the page was not built when protlens was installed.
    StorageError
        If the disk is full or the folder cannot be written.
    """
    text = page_text(elements, title=title, before=before, after=after, style=style)
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")


def page_text(
    elements: Mapping[str, str],
    *,
    title: str,
    before: Markup | None = None,
    after: Markup | None = None,
    style: str = ALONE,
) -> str:
    """Return the page with its documents as HTML.

    Parameters
    ----------
    elements
        Documents by the id of their element, as :func:`pack` gives them; see :func:`protlens.page.freeze.freeze`.
    title
        Of the file, as text.
    before, after
        HTML around the page.
    style
        CSS for what is around it.

    Raises
    ------
    PageError
        If the page was not built when protlens was installed.
    """
    assets = page_assets()
    loader = files("protlens.page").joinpath("templates", "loader.js").read_text(encoding="utf-8")
    template = templates("protlens.page").get_template("frozen.html")
    return template.render(
        policy=_policy(loader),
        title=title,
        page_style=_inline((assets / "page.css").read_text(encoding="utf-8")),
        style=_inline(style),
        before=before or "",
        after=after or "",
        packed={**_programs(assets), **elements},
        licences=[path.read_text(encoding="utf-8") for path in sorted(assets.glob("*-licenses.md"))],
        loader=Markup(loader),
    )


def _programs(assets: Path) -> dict[str, str]:
    paths = {f"protlens-{name}-js": assets / f"{name}.js" for name in ("page", "viewer")}
    return {name: _packed_file(path, path.stat().st_mtime_ns) for name, path in paths.items()}


@lru_cache(maxsize=2)
def _packed_file(path: Path, modified: int) -> str:
    return _packed(path.read_bytes())


def _policy(loader: str) -> str:
    """Return a content-security policy that admits what the file carries, and no network."""
    digest = b64encode(sha256(loader.encode()).digest()).decode()
    rules = {
        "default-src": "'none'",
        "script-src": f"'sha256-{digest}' blob:",
        "style-src": "'unsafe-inline'",
        "img-src": "data: blob:",
        "connect-src": "data: blob:",
        "worker-src": "blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _inline(style: str) -> Markup:
    """Return CSS for a style element, which nothing in it can end (an escaped slash is a slash)."""
    return Markup(style.replace("</", r"<\/"))


def _packed(content: bytes) -> str:
    return b64encode(gzip.compress(content, compresslevel=6, mtime=0)).decode("ascii")
