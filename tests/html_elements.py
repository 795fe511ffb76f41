"""The elements of an HTML text, read by Python's own parser."""

from html.parser import HTMLParser

_VOID = {"meta", "link", "img", "br", "input", "hr"}


class Elements(HTMLParser):
    """Every element with its attributes and all text within; raises if elements are not properly closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[int] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))
        if tag not in _VOID:
            self._open.append(len(self.found) - 1)

    def handle_endtag(self, tag):
        assert self.found[self._open.pop()][0] == tag

    def handle_data(self, data):
        for place in self._open:
            self.found[place][2].append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        """Return attributes and text of the elements with a name."""
        return [(attributes, "".join(texts)) for name, attributes, texts in self.found if name == tag]
