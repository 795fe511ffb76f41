"""The page as one HTML file that opens offline: which documents it carries, and how it carries them."""

import gzip
import math
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from protlens.files import replacing
from protlens.page.hosting import DocumentSource, json_text, page_assets


@cache
def templates(package: str) -> Environment:
    """Return the templates in the folder ``templates`` of a package; what a template asks for must be given."""
    return Environment(loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined)


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
        Documents by the id of their element, as :func:`pack` gives them; see :func:`protlens.page.single_file.freeze`.
    title
        Title of the file, as text.
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


Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of the arcs a file carries.

    Parameters
    ----------
    arcs
        The most arcs of each head on each protein; None is all that the source has.
    received
        Whether every head has the attention that each residue receives; if not, the featured heads alone have it.
    """

    arcs: int | None
    received: bool


ALL = Kept(arcs=None, received=True)

FEATURED_ARCS = 200
"""The most arcs of a featured head on each protein, where there is a budget."""

LEVELS = (
    *(Kept(arcs, received=True) for arcs in (FEATURED_ARCS, 100, 60)),
    *(Kept(arcs, received=False) for arcs in (60, 40, 30, 20, 10, 5)),
)
"""What is carried where there is a budget: the first of these that fits, or else the last."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Documents as the elements of a file.

    Parameters
    ----------
    elements
        By id; see :func:`protlens.page.single_file.write_page`.
    kept
        How much of the arcs they hold.
    """

    elements: Mapping[str, str]
    kept: Kept


def freeze(
    source: DocumentSource,
    *,
    proteins: Sequence[str],
    heads: Sequence[str],
    start: Mapping[str, Any],
    modes: Collection[str] | None = None,
    featured: Collection[str] = (),
    budget: int | None = None,
) -> Frozen:
    """Take from an explorer what one file shows: all properties, some proteins, and heads on these.

    Parameters
    ----------
    source
        The explorer.
    proteins
        Ids of the proteins that can be opened.
    heads
        Labels of the heads whose arcs can be shown, ``contacts`` among them if the index tells of predicted contacts.
    start
        Entries of the index's ``start`` that differ from the explorer's.
    modes
        Those of the explorer's modes that are carried; None carries all.
    featured
        Labels of the heads that keep what residues receive, and up to ``FEATURED_ARCS`` arcs, whatever the budget.
    budget
        Bytes that the elements should take together; None keeps all arcs.
    """
    main = _main_documents(source, start=start, modes=modes)
    shown = () if main[document_key("index", {})]["note"] else heads
    most = None if budget is None else FEATURED_ARCS
    carried = [_carry(source, protein, together=proteins, heads=shown, most=most) for protein in proteins]
    ids = [f"protlens-protein-{number}" for number in range(len(proteins))]
    entries = [one.entry() for one in carried]
    main[document_key("proteins", {"query": ""})] = {"query": "", "total": len(entries), "proteins": entries}
    main["groups"] = dict(zip(proteins, ids, strict=True))
    names = [entry["name"] for entry in main[document_key("index", {})]["properties"]]
    main["labelled"] = {name: [one.protein["id"] for one in carried if one.carries(name)] for name in names}
    main.update(_examples(source, carried, names, main[document_key("index", {})]["modes"]))
    packed_main = pack(main)
    kept, packed = _pack_within(None if budget is None else budget - len(packed_main), carried, featured)
    return Frozen({MAIN: packed_main, **dict(zip(ids, packed, strict=True))}, kept)


def strongest(arcs: Document, most: int | None) -> Document:
    """Return a document of arcs with the first ones alone, and what it is complete from; itself if it has no more."""
    if most is None or len(arcs["weight"]) <= most:
        return arcs
    kept = {name: arcs[name][:most] for name in ("query", "key", "weight", "distance")}
    holds = {name: marks[:most] for name, marks in arcs["holds"].items()}
    return {**arcs, **kept, "holds": holds, "complete_from": math.nextafter(arcs["weight"][most], math.inf)}


@dataclass(frozen=True, slots=True)
class _Carried:
    """The documents of one protein, its arcs by the label of the head."""

    protein: Document
    scene: Document | None
    arcs: Mapping[str, Document]

    def entry(self) -> dict[str, Any]:
        """Return the protein's entry in the list of proteins."""
        about = self.protein
        entry = {"id": about["id"], "residues": len(about["sequence"]), "placed": about["points"] is not None}
        chains = {"chains": len(about["further"]) + 1} if about["further"] else {}
        return entry | chains | {name: about[name] for name in ("title", "organism") if about.get(name)}

    def carries(self, name: str) -> bool:
        """Return whether a property holds anywhere in the protein."""
        pairs = self.protein["pairs"].get(name, {"query": []})
        return "1" in self.protein["masks"].get(name, "") or bool(pairs["query"])

    def hits(self, name: str, head: str) -> int:
        """Return for how many arcs of a head, of those that there are, a property holds."""
        if (arcs := self.arcs.get(head)) is None:
            return 0
        mask = self.protein["masks"].get(name)
        symbols = arcs["holds"].get(name, "") if mask is None else (mask[key] for key in arcs["key"])
        return sum(symbol == "1" for symbol in symbols)

    def packed(self, kept: Kept, featured: Collection[str]) -> str:
        """Return the element of the protein."""
        name = self.protein["id"]
        documents = {document_key("protein", {"id": name}): self.protein}
        if self.scene is not None:
            documents[document_key("scene", {"protein": name})] = self.scene
        for label, arcs in self.arcs.items():
            if label not in featured:
                arcs = {**strongest(arcs, kept.arcs), **({} if kept.received else {"received": None})}
            documents[document_key("arcs", {"protein": name, "head": label})] = arcs
        return pack(documents)


def _main_documents(
    source: DocumentSource, *, start: Mapping[str, Any], modes: Collection[str] | None
) -> dict[str, Any]:
    index = source.document("index", {})
    carried = [mode for mode in index["modes"] if modes is None or mode in modes]
    shown = {**index, "modes": carried, "accepts": None, "start": {**index["start"], **start}}
    asked = [{"property": entry["name"], "mode": mode} for entry, mode in product(index["properties"], carried)]
    return {
        document_key("index", {}): shown,
        **{document_key("heads", parameters): source.document("heads", parameters) for parameters in asked},
    }


def _examples(
    source: DocumentSource, carried: Sequence[_Carried], names: Iterable[str], modes: Iterable[str]
) -> dict[str, Any]:
    """Return the best head for each property, with the protein among those carried that shows most of what it does."""
    found = {}
    for name, mode in product(names, modes):
        asked = {"property": name, "mode": mode, "head": ""}
        example = source.document("example", asked)
        best = max(carried, key=lambda one: (one.hits(name, example["head"]), one.carries(name)), default=None)
        protein = None if best is None else best.protein["id"]
        found[document_key("example", asked)] = {**example, "protein": protein}
    return found


def _carry(
    source: DocumentSource, protein: str, *, together: Collection[str], heads: Iterable[str], most: int | None
) -> _Carried:
    about = source.document("protein", {"id": protein})
    group = [other for other in about["group"] if other in together]
    asked = {head: {"protein": protein, "head": head} for head in heads}
    return _Carried(
        protein={**about, "group": group},
        scene=None if about["points"] is None else source.document("scene", {"protein": protein}),
        arcs={head: strongest(source.document("arcs", parameters), most) for head, parameters in asked.items()},
    )


def _pack_within(budget: int | None, carried: Sequence[_Carried], featured: Collection[str]) -> tuple[Kept, list[str]]:
    if budget is None:
        return ALL, [one.packed(ALL, featured) for one in carried]
    for kept in LEVELS:
        packed = [one.packed(kept, featured) for one in carried]
        if sum(map(len, packed)) <= budget:
            break
    return kept, packed
