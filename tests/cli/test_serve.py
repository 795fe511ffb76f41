"""``protlens serve`` as a process: an explorer over a real run, its refusals, and how it ends."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from commands import ENVIRONMENT, PROTLENS, Command, process
from protlens.cli.serve import _announce

RUN = ["run", "--model", "./model", "--dataset", "tiny.fasta"]
TOKEN = "a-token-of-the-tests"
LINE = re.compile(r"Open (http://127\.0\.0\.1:(\d+)/\S*) \(Ctrl-C ends it\)\n")


@dataclass
class Server:
    process: subprocess.Popen
    address: str
    port: int

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path: str, *, method: str = "GET", body: object = None, **headers: str) -> tuple[int, bytes]:
        connection = self.connect()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        status, content = answer.status, answer.read()
        connection.close()
        return status, content

    def document(self, name: str, **parameters: str) -> dict:
        status, content = self.ask(f"/{name}.json?{urlencode(parameters)}")
        assert status == 200, content
        return json.loads(content)


Start = Callable[..., Server]


@pytest.fixture(scope="module")
def start(finished) -> Iterator[Start]:
    """Start servers of the finished run on free ports."""
    started: list[subprocess.Popen] = []

    def run(command: Sequence[str] = (str(PROTLENS), "serve", *RUN, "--port", "0"), **environment: str) -> Server:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        child = subprocess.Popen([*command], cwd=finished, env={**ENVIRONMENT, **environment}, **streams)
        started.append(child)
        line = child.stdout.readline()
        found = LINE.fullmatch(line)
        assert found, line or child.communicate()
        return Server(child, found[1], int(found[2]))

    yield run
    for child in started:
        if child.returncode is None:
            child.kill()
            child.communicate()


@pytest.fixture(scope="module")
def server(start) -> Server:
    return start()


def ended(server: Server, sign: signal.Signals) -> tuple[int, str, str]:
    server.process.send_signal(sign)
    out, err = server.process.communicate(timeout=30)
    return server.process.returncode, out, err


def test_the_page_and_its_documents(server):
    assert b'id="protlens-page"' in server.ask("/heads?head=1-1")[1]
    index = server.document("index")
    assert index["model"]["layers"] == 2
    heads = server.document("heads", property=index["start"]["property"], mode="matched")
    assert heads["columns"]["label"] == ["1-1", "1-2", "2-1", "2-2"]
    assert [entry["id"] for entry in server.document("proteins")["proteins"]] == ["one", "two"]
    arcs = server.document("arcs", protein="one", head="2-2")
    assert len(arcs["received"]) == 33
    assert server.ask("/assets/page.js")[0] == 200


def test_a_structure_is_read_by_the_model_of_the_run(server, data_files):
    content = (data_files / "structures" / "7hvp.pdb.gz").read_bytes()
    status, answer = server.ask("/structures?name=7hvp.pdb.gz", method="POST", body=content)
    assert (status, json.loads(answer)) == (200, {"proteins": ["7HVP.A", "7HVP.B"]})
    assert len(server.document("arcs", protein="7HVP.A", head="1-1")["received"]) == 99
    assert server.document("protein", id="7HVP.B")["group"] == ["7HVP.A", "7HVP.B"]
    assert server.document("scene", protein="7HVP.A")["root"]["children"]


def test_a_sequence_is_read_by_the_model_of_the_run(server):
    status, answer = server.ask("/sequences?name=mine", method="POST", body="MKTAYIAKQR" * 30)
    assert (status, json.loads(answer)) == (200, {"proteins": ["mine"]})
    protein = server.document("protein", id="mine")
    assert len(protein["sequence"]) == 300
    assert len(server.document("arcs", protein="mine", head="1-1")["received"]) == protein["analysed"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/protein.json?id=nothing", 404, "'nothing'"),
        ("/arcs.json?protein=one&head=9-9", 404, "allowed: 1-1 to 2-2"),
        ("/arcs.json?protein=one&head=x", 400, "LAYER-HEAD"),
        ("/arcs.json?protein=one", 400, "no head"),
        ("/heads.json?property=contakt&mode=matched", 404, "not known"),
        ("/protein.json?" + urlencode({"id": "<script>" * 1000}), 404, "<script>"),
        ("/scene.json?protein=one", 400, "no coordinates"),
        ("/%2e%2e/%2e%2e/etc/passwd", 404, "Not Found"),
    ],
)
def test_what_is_not_there_is_one_line(server, path, status, words):
    answered, content = server.ask(path)
    assert answered == status
    error = json.loads(content)["error"]
    assert words in error
    assert "\n" not in error
    assert len(error) < 1000


def test_another_name_is_refused(server):
    assert server.ask("/index.json", Host="evil.example")[0] == 421
    assert server.ask("/sequences", method="POST", body="MKTAY", Origin="http://evil.example")[0] == 403


def test_a_body_without_length_is_stopped_at_the_limit(server):
    """The server need not read on; a client that does not listen meanwhile finds the connection closed."""
    limit = server.document("index")["accepts"]["bytes"]
    with closing(server.connect()) as connection:
        connection.putrequest("POST", "/structures?name=x")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        part = b"%x\r\n%s\r\n" % (2**20, b" " * 2**20)
        with suppress(ConnectionError):
            for _ in range(limit // 2**20 + 2):
                connection.send(part)
        with suppress(ConnectionError):
            assert connection.getresponse().status == 413
    assert server.ask("/index.json")[0] == 200


def test_clients_that_vanish_do_no_harm(server):
    for request in (
        b"GET /arcs.json?protein=two&head=1-1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /structures?name=x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nATOM",
        b"POST /sequences?name=gone HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nMKTAY",
        b"GET / HTTP/1.1\r\nHost: local",
        b"\x16\x03\x01 no HTTP at all\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
            client.sendall(request)
    assert server.document("arcs", protein="two", head="1-1")["head"] == "1-1"
    assert server.process.poll() is None


@pytest.mark.slow
def test_ctrl_c_ends_it_quietly_whoever_is_connected(start):
    server = start()
    with closing(server.connect()) as idle, socket.create_connection(("127.0.0.1", server.port)) as half:
        idle.request("GET", "/index.json")
        assert idle.getresponse().read()
        half.sendall(b"POST /structures?name=x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nATOM")
        begun = time.monotonic()
        assert ended(server, signal.SIGINT) == (0, "", "")
        assert time.monotonic() - begun < 15


@pytest.mark.slow
def test_a_token_opens_the_server_and_ending_it_leaves_nothing(start, tmp_path):
    """It is ended while it reads an upload that takes it seconds."""
    server = start(PROTLENS_TOKEN=TOKEN, TMPDIR=str(tmp_path))
    assert server.address.endswith(f"/?token={TOKEN}")
    assert server.ask("/index.json")[0] == 401
    with closing(server.connect()) as connection:
        connection.request("GET", f"/?token={TOKEN}")
        answer = connection.getresponse()
        assert answer.read()
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        assert cookie.startswith(f"protlens-{server.port}=")
        assert server.ask("/index.json", Cookie=cookie)[0] == 200
        rows = (
            f"ATOM  {i % 100000:5d}  CA  ALA A{i % 10000:4d}    {i % 900:8.3f}   0.000   0.000" for i in range(200_000)
        )
        connection.request("POST", "/structures?name=x", "\n".join(rows), {"Cookie": cookie})
        deadline = time.monotonic() + 30
        while not (there := list(tmp_path.rglob("x"))) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert there
        assert ended(server, signal.SIGTERM) == (0, "", "")
        assert list(tmp_path.glob("protlens-*")) == []


ENDLESS = """
import time
from protlens.explorer import opening

class Explorer:
    def document(self, name, parameters):
        while name == "arcs":
            time.sleep(0.1)
        return {"title": "endless", "accepts": None}

opening.open_run = lambda run, **options: Explorer()
from protlens.cli import main, options
options.check_runs = lambda *runs: None
main()
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_does_not_wait_for_what_it_computes(start, sign):
    server = start(command=[sys.executable, "-c", ENDLESS, "serve", "--port", "0"])
    with closing(server.connect()) as connection:
        connection.request("GET", "/arcs.json")
        assert server.ask("/index.json")[0] == 200
        assert ended(server, sign) == (0, "", "")


def refusal(*options: object, cwd: Path, run: Command = process) -> str:
    done = run("serve", *options, cwd=cwd)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.slow
def test_a_port_that_is_taken_is_named(server, finished):
    assert f"port {server.port} of 127.0.0.1" in refusal("run", "--port", server.port, cwd=finished)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["nothing"], "no manifest.json there"),
        (["run", "--token", "x"], "16 to 200"),
        (["run", "--host", "no.such.host.invalid"], "no.such.host.invalid"),
        (["run", "--port", "70000"], "ports from 0 to 65535"),
        ([*RUN, "--model", "mini-bert"], "its weights are not those"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(finished, command, options, words):
    assert words in refusal(*options, cwd=finished, run=command)


@pytest.mark.parametrize("open_browser", [True, False])
def test_the_browser_is_opened_if_asked(monkeypatch, capsys, open_browser):
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    _announce("http://127.0.0.1:8100/", open_browser=open_browser)
    assert opened == ["http://127.0.0.1:8100/"] * open_browser
    assert capsys.readouterr().out == "Open http://127.0.0.1:8100/ (Ctrl-C ends it)\n"
