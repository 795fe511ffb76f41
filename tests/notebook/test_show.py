"""``protlens.show`` over a real structure and a real run."""

import importlib.util

import pytest

import protlens
from protlens.errors import FileFormatError, OptionError, UnknownNameError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.load import load_model
from protlens.notebook import show as module

SEVEN_HVP = "structures/7hvp.pdb.gz"

pytestmark = pytest.mark.usefixtures("assets")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("shown") / "run"
    data = protlens.load_dataset("pdb-mini")
    properties = protlens.select_properties(data, ["contact", "binding_site"])
    return extract(load_model("mini-bert"), data, properties, out=out, options=ExtractionOptions(limit=4)).path


@pytest.fixture
def asked(monkeypatch):
    """Ask a widget for a document as the page does."""

    def ask(widget, name: str, **parameters: str) -> dict:
        sent = []
        monkeypatch.setattr(type(widget), "send", lambda self, content, buffers=None: sent.append(content))
        widget._handle_custom_msg({"kind": "get", "id": "1", "name": name, "parameters": parameters}, [])
        return sent[0]["document"]

    return ask


def test_a_structure_is_read_by_the_bundled_model(data_files, asked):
    widget = protlens.show(data_files / SEVEN_HVP, head="1-8", property="contact", protein="7HVP.B", height=400)
    assert (widget.head, widget.property, widget.protein) == ("1-8", "contact", "7HVP.B")
    assert widget.layout.height == "400px"
    assert asked(widget, "index")["model"]["name"] == "mini-bert"
    assert asked(widget, "index")["accepts"] is None
    arcs = asked(widget, "arcs", protein="7HVP.B", head="1-8")
    assert len(arcs["received"]) == 99
    assert asked(widget, "protein", id="7HVP.B")["group"] == ["7HVP.A", "7HVP.B"]


def test_some_chains_of_a_structure(data_files, asked):
    widget = protlens.show(str(data_files / SEVEN_HVP), chains=["B"])
    assert [entry["id"] for entry in asked(widget, "proteins", query="")["proteins"]] == ["7HVP.B"]
    assert widget.protein == "7HVP.B"


def test_a_run_is_shown_with_its_proteins(run, asked):
    widget = protlens.show(run)
    ids = [entry["id"] for entry in asked(widget, "proteins", query="")["proteins"]]
    assert len(ids) == 4
    assert widget.protein in ids
    assert asked(widget, "arcs", protein=ids[0], head=widget.head)["protein"] == ids[0]
    assert protlens.show(run, protein=ids[3]).protein == ids[3]


def test_what_is_not_there_is_one_line(run, data_files, tmp_path):
    for error, words, call in [
        (FileFormatError, "No such file", lambda: protlens.show(tmp_path / "absent.pdb")),
        (OptionError, "only a structure has them", lambda: protlens.show(run, chains=["A"])),
        (UnknownNameError, "not known", lambda: protlens.show(run, protein="nothing")),
        (OptionError, "allowed: 1-1 to 6-8", lambda: protlens.show(data_files / SEVEN_HVP, head="7-1")),
    ]:
        with pytest.raises(error, match=words) as caught:
            call()
        assert "\n" not in str(caught.value)


def test_without_anywidget_it_says_how_to_get_it(monkeypatch, run):
    find = importlib.util.find_spec
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "anywidget" else find(name))
    with pytest.raises(OptionError, match=r"anywidget is not installed; run `pip install 'protlens\[jupyter\]'`"):
        protlens.show(run)
