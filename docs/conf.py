"""The documentation site: the repository's Markdown pages as they are, docs/index.md as the menu; see ``make docs``."""

import re

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "protlens"
author = "the protlens authors"
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["docs/*.md", "*.md", "recipes/**/*.md", "benchmarks/*.md", "frontend/README.md"]
exclude_patterns = ["build", "dist", "frontend/node_modules", "frontend/src", "src", "tests", "**/.*", "docs/figures"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "protlens"
html_copy_source = False
html_show_sourcelink = False
pygments_style = "friendly"

_SECTION = re.compile(r"^## (?P<title>.+)\n(?P<body>(?:(?!## ).*\n?)*)", re.MULTILINE)
_PAGE = re.compile(r"\]\((?P<page>[\w./-]+)\.md\)")


def _add_menu(app: Sphinx, name: str, text: list[str]) -> None:
    """Give the index the menu that Sphinx wants: the pages that each of its sections links to."""
    if name != root_doc:
        return
    for section in _SECTION.finditer(text[0]):
        pages = dict.fromkeys(link["page"] for link in _PAGE.finditer(section["body"]))
        if pages:
            menu = "\n".join(pages)
            text[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {section['title']}\n\n{menu}\n```\n"


def setup(app: Sphinx) -> None:
    """Register the menu, and the languages of blocks that have no colours."""
    app.connect("source-read", _add_menu)
    for language in ("fasta", "tsv"):
        app.add_lexer(language, TextLexer)
