"""The HTML that the server sends; what it shows, the page asks for itself."""

from protlens.explorer.schema import PARAMETERS
from protlens.page.single_file import templates

PAGES = ("/", *(f"/{name}" for name in PARAMETERS if name != "index"))
"""Addresses of the page; its state stands in the query."""


def render(template: str, **values: str) -> str:
    """Return one of the templates with values put in as text."""
    return templates("protlens.web").get_template(template).render(values)
