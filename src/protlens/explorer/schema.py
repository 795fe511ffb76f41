"""What the page shows, as documents: plain JSON, the same for the server, the report and the notebook.

A document has an address: a name and parameters, as ``heads`` with ``property=contact, mode=matched``. The server
answers ``/heads.json?property=contact&mode=matched`` with it, a report carries it, a notebook sends it. The types here
are mirrored by ``frontend/src/data/documents.ts``.

=============  ==================  ================================================
name           parameters          document
=============  ==================  ================================================
``index``      none                :class:`Index`
``heads``      property, mode      :class:`Heads`
``proteins``   see below           :class:`Proteins`
``protein``    id                  :class:`ProteinDocument`
``arcs``       protein, head       :class:`Arcs`; with the head ``contacts`` predicted contacts
``gallery``    protein             :class:`Gallery`
``scene``      protein             a MolViewSpec state without arcs
``example``    property, mode      :class:`Start`: the best head, and a protein that shows what it does
=============  ==================  ================================================

Proteins are those whose id holds ``query``. With ``property`` and ``head`` they come with what that head does on them,
those with most arcs that hold first, and with ``labelled=yes`` those alone that carry the property's label. An
``example`` may be asked for with a ``head`` that is to stay. None of these parameters has to be there.

Numbers that are not defined are null. Positions in a sequence count from zero, ``layer`` and ``head`` too; the text
label of a head counts from one.
"""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from protlens.typing import Level, Mode

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "index": (),
    "heads": ("property", "mode"),
    "proteins": ("query", "property", "head", "labelled"),
    "protein": ("id",),
    "arcs": ("protein", "head"),
    "gallery": ("protein",),
    "scene": ("protein",),
    "example": ("property", "mode", "head"),
}
"""What each document is asked for with, by its name."""

OPTIONAL: Mapping[str, tuple[str, ...]] = {"proteins": PARAMETERS["proteins"], "example": ("head",)}
"""The parameters that may lack, by the name of the document; they are empty then."""

CONTACTS = "contacts"
"""What stands in place of a head's label where predicted contacts are asked for."""


class PropertyEntry(TypedDict):
    """A property class of the run: its name, ``residue`` or ``pair``, and its heads with enough arcs."""

    name: str
    level: Level
    supported: int


class Limits(TypedDict):
    """What the server takes: bytes of an upload, residues of a chain."""

    bytes: int
    residues: int


class Start(TypedDict):
    """What is shown where the address does not say: names, a head's label, a protein's id.

    Where ``threshold`` and ``arcs`` lack, the threshold of the index and the page's own number of arcs are taken.
    """

    property: str
    mode: Mode
    head: str
    protein: str | None
    threshold: NotRequired[float]
    arcs: NotRequired[int]


class Index(TypedDict):
    """The whole: what was analysed and what can be shown.

    ``model`` and ``dataset`` are those of the manifest; ``threshold`` is the run's, ``floor`` the smallest weight of
    an arc in :class:`Arcs`. ``accepts`` is null where nothing can be uploaded; ``note`` says in a sentence why arcs
    cannot be shown, where that is so. ``contacts`` says by what contacts are predicted, null where they are not; else
    they can be asked for as the arcs of the head ``contacts``. ``style`` holds the colours and radii of the scene
    (``protlens.scene.backdrop``). ``alone`` is true where the numbers are those of one structure, of which counts are
    told and nothing is tested.
    """

    title: str
    alone: bool
    model: dict[str, Any]
    dataset: dict[str, Any]
    options: dict[str, Any]
    versions: dict[str, str]
    threshold: float
    floor: float
    properties: list[PropertyEntry]
    modes: list[Mode]
    start: Start
    accepts: Limits | None
    note: str | None
    contacts: str | None
    style: dict[str, Any]


class HeadColumns(TypedDict):
    """One value a head, in the order of layers, then of heads.

    ``does`` says what ``protlens heads`` found, ``null_*`` how far the null runs come that come closest to the head.
    """

    label: list[str]
    layer: list[int]
    head: list[int]
    proteins: list[int]
    arcs: list[int]
    hits: list[int]
    alignment: list[float | None]
    background: list[float | None]
    control: list[float | None]
    lift: list[float | None]
    ci_low: list[float | None]
    ci_high: list[float | None]
    p_value: list[float | None]
    q_value: list[float | None]
    supported: list[bool]
    control_name: list[str | None]
    control_lift: list[float | None]
    control_lift_low: list[float | None]
    control_lift_high: list[float | None]
    control_q_value: list[float | None]
    verdict: list[str]
    reason: list[str | None]
    does: list[str]
    null_kind: list[str | None]
    null_repeats: list[int | None]
    null_best: list[float | None]
    null_p: list[float | None]


class Heads(TypedDict):
    """The table of heads for one property and mode; ``control`` and what follows it are of the sharpest control."""

    property: str
    level: Level
    mode: Mode
    threshold: float
    columns: HeadColumns


class ProteinEntry(TypedDict):
    """A protein that can be opened; ``placed`` says whether it has coordinates.

    ``chains`` says how many were joined to it, where there are several. ``title`` and ``organism`` are there where they
    are known; ``arcs`` of the head that was asked about and those for which the property holds, ``hits``, are there for
    proteins of the run.
    """

    id: str
    residues: int
    placed: bool
    chains: NotRequired[int]
    title: NotRequired[str]
    organism: NotRequired[str]
    arcs: NotRequired[int]
    hits: NotRequired[int]


class Proteins(TypedDict):
    """The first proteins, at most fifty, whose id, title or organism holds the query; ``total`` counts all that do."""

    query: str
    total: int
    proteins: list[ProteinEntry]


class NamedResidues(TypedDict):
    """One bound ligand or modified residue: track, deposited name, positions."""

    track: str
    name: str
    residues: list[int]


class Pairs(TypedDict):
    """Ordered residue pairs."""

    query: list[int]
    key: list[int]


class FurtherChain(TypedDict):
    """A chain of a joined protein: where in the sequence it begins, the author's name, and ``label_asym_id``."""

    start: int
    name: str
    asym: str


class ProteinDocument(TypedDict):
    """One protein, whole.

    ``analysed`` residues from the first were given to the model. ``tracks`` are the protein's own. ``masks`` has one
    character a residue, ``0 1 ?``, for each property of the residue; ``pairs`` lists the ordered pairs of analysed
    residues where a property of the pair holds. ``numbers`` are the author's, empty for what is not resolved.
    ``points`` say in angstrom where arcs start and end: at the centre of a side chain's heavy atoms as far as the
    structure has them, else at CA; null for what is not resolved, and where there is no scene. In the scene the chain
    is called ``asym``, and residue i has ``label_seq_id`` i + 1; where there is none, ``asym`` is empty. ``group``
    lists the proteins of the same structure, this one among them, whose arcs are drawn together.

    Where several chains are one protein, ``chain`` and ``asym`` are those of the first, and ``further`` lists the
    others: ``label_seq_id`` counts within each chain, and so do residues that have no number.
    """

    id: str
    title: str
    organism: str
    chain: str
    sequence: str
    analysed: int
    numbers: list[str]
    tracks: dict[str, str]
    masks: dict[str, str]
    pairs: dict[str, Pairs]
    annotations: list[NamedResidues]
    points: list[tuple[float, float, float] | None] | None
    asym: str
    further: list[FurtherChain]
    group: list[str]


class Arcs(TypedDict):
    """The arcs of one head on one protein, strongest first; equal weights in the order of query and key.

    Weights have four significant digits, rounded down, so that they reach a threshold of as many digits if and only if
    the weights that the model gives do. All pairs of at least ``complete_from`` are here. ``distance`` is that between
    the contact atoms, in angstrom. ``holds`` has one character an arc, ``0 1 ?``, for each property of the pair.
    ``received`` is the attention that each analysed residue gets from all of them, itself among them, all weights
    counted; null where only arcs were kept.

    With the head ``contacts`` these are the L pairs that are most probably in contact, each once, the earlier residue
    as its query, and ``weight`` is the probability.
    """

    protein: str
    head: str
    complete_from: float
    query: list[int]
    key: list[int]
    weight: list[float]
    distance: list[float | None]
    holds: dict[str, str]
    received: list[float] | None


class Gallery(TypedDict):
    """The strongest arcs of all heads on one protein, for a small picture of each.

    One list a head, in the order of ``label``: layers, then heads. Strongest first, at most ``GALLERY_ARCS`` of
    :mod:`protlens.explorer.builders`, none from a residue to itself; weights and ``holds`` as in :class:`Arcs`.
    """

    protein: str
    label: list[str]
    query: list[list[int]]
    key: list[list[int]]
    weight: list[list[float]]
    holds: dict[str, list[str]]
