"""Templates of HTML, in which all that is put in is text."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def templates(package: str) -> Environment:
    """Return the templates in the folder ``templates`` of a package; what a template asks for must be given."""
    return Environment(loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined)
