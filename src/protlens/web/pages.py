"""The HTML that the server sends; what it shows, the page asks for itself."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

PAGES = ("/", "/heads", "/proteins", "/protein", "/arcs", "/scene")
"""Addresses of the page; its state stands in the query."""


def render(template: str, **values: str) -> str:
    """Return one of the templates with values put in as text."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("protlens.web"), autoescape=True, undefined=StrictUndefined)
