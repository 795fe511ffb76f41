"""Build the documentation site in build/site; a broken link or anchor stops it, and so does a page that asks outside.

python scripts/build_docs.py
"""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "site"
FRONT = '<!doctype html><title>protlens</title><meta http-equiv="refresh" content="0; url=docs/index.html">\n'
LOADED = {"link": "href", "object": "data"} | dict.fromkeys(("script", "img", "iframe", "source", "video"), "src")
OUTSIDE = re.compile(r"\s*(https?:)?//")
IN_STYLES = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s;]+)")


class _Loads(HTMLParser):
    """What a browser fetches for a page; links that a reader may follow are not among it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get(LOADED.get(tag, ""))
        if address and OUTSIDE.match(address):
            self.addresses.append(address)


def outside_requests(folder: Path) -> list[str]:
    """Return what the pages and styles of a folder would fetch from elsewhere, each with its file."""
    asked = {path: _Loads(path.read_text(encoding="utf-8")).addresses for path in sorted(folder.rglob("*.html"))}
    asked |= {path: IN_STYLES.findall(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.css"))}
    return [f"{path.relative_to(folder)}: {address}" for path, addresses in asked.items() for address in addresses]


def main() -> int:
    """Build the site and return the exit status."""
    folders = ["-c", ROOT / "docs", "-d", ROOT / "build" / "doctrees", ROOT, SITE]
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "--fail-on-warning", "--fresh-env", *folders]
    if status := subprocess.run(command, check=False).returncode:
        return status
    (SITE / "index.html").write_text(FRONT, encoding="utf-8")
    for line in (asked := outside_requests(SITE)):
        print(line, file=sys.stderr)
    return 1 if asked else 0


if __name__ == "__main__":
    sys.exit(main())
