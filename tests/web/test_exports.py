"""Files of a scene, from a server over three residues."""

from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest

from document_table import HOSTILE, Table
from protlens.data.protein import Protein
from protlens.errors import OptionError, UnknownNameError
from protlens.scene.backdrop import base_scene
from protlens.scene.scene_structure import structure_of_protein

PROTEIN = Protein(id=HOSTILE, sequence="FWS", ca=np.diag([4, 5, 6]).astype(np.float32))
ASKED = {"protein": HOSTILE, "head": "1-1", "property": "contact", "threshold": "0.25", "arcs": "30", "show": "all"}


class OneProtein(Table):
    """An explorer of one protein, the name of which is odd."""

    def document(self, name, parameters, /):
        if name == "index":
            return {**super().document(name, parameters), "properties": [{"name": "contact", "level": "pair"}]}
        if parameters.get("head", "1-1") != "1-1":
            raise UnknownNameError("head '9-9': not known")
        if HOSTILE not in parameters.values():
            raise OptionError("protein: not known")
        return self.documents()[name]

    def documents(self):
        places = [(4.0, 0.0, 0.0), (0.0, 5.0, 0.0), (0.0, 0.0, 6.0)]
        protein = {"sequence": "FWS", "numbers": [], "chain": HOSTILE, "asym": "A", "masks": {}, "points": places}
        arcs = {"head": "1-1", "query": [0, 2], "key": [1, 1], "weight": [0.75, 0.25], "distance": [6.4, None]}
        return {
            "protein": {**protein, "id": HOSTILE, "further": [], "group": [HOSTILE]},
            "arcs": {**arcs, "holds": {"contact": "1?"}},
            "scene": base_scene(structure_of_protein(PROTEIN), [PROTEIN]),
        }


@pytest.fixture
def client(client_of):
    return client_of(OneProtein(accepts=None))


def test_a_script_for_pymol_is_text_without_any_name_in_it(client):
    answer = client.get("/scene.pml", params=ASKED)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "cmd.load_cgo" in answer.text
    assert "script>" not in answer.text


def test_an_archive_for_chimerax_has_the_three_files_that_belong_together(client):
    answer = client.get("/scene.zip", params=ASKED)
    assert answer.headers["content-type"] == "application/zip"
    assert client.get("/scene.zip", params=ASKED).content == answer.content
    with ZipFile(BytesIO(answer.content)) as archive:
        cif, bild, commands = names = archive.namelist()
        texts = {name: archive.read(name).decode() for name in names}
    assert [name.rpartition(".")[2] for name in names] == ["cif", "bild", "cxc"]
    assert len({name.rpartition(".")[0] for name in names}) == 1
    assert not set(commands) & set('/<>"; ')
    assert f"open {cif} format mmcif\n" in texts[commands]
    assert f"open {bild} format bild\n" in texts[commands]
    assert texts[bild].count(".arrow") == 2
    assert texts[cif].startswith("data_")


def test_fewer_arcs_are_written_where_fewer_are_asked_for(client):
    for changes in ({"threshold": "0.5"}, {"arcs": "1"}, {"show": "holds"}):
        answer = client.get("/scene.zip", params=ASKED | changes)
        with ZipFile(BytesIO(answer.content)) as archive:
            assert archive.read(archive.namelist()[1]).count(b".arrow") == 1


@pytest.mark.parametrize("path", ["/scene.pml", "/scene.zip"])
@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"head": "9-9"}, 404, "head '9-9'"),
        ({"property": "toString"}, 404, "property 'toString'"),
        ({"threshold": "nan"}, 400, "threshold 'nan'; allowed: 0 to 1"),
        ({"threshold": "1e0"}, 400, "threshold '1e0'"),
        ({"threshold": "2"}, 400, "threshold '2'"),
        ({"arcs": "-1"}, 400, "arcs '-1'"),
        ({"arcs": "9" * 50}, 400, "arcs '999"),
        ({"show": HOSTILE}, 400, "allowed: all, holds, fails"),
        ({"show": None}, 400, "no show; allowed: protein, head"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(client, path, changes, status, words):
    asked = {name: value for name, value in (ASKED | changes).items() if value is not None}
    answer = client.get(path, params=asked)
    assert answer.status_code == status
    assert words in answer.json()["error"]
