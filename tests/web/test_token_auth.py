import pytest

from protlens.errors import OptionError
from protlens.web.token_auth import check_token, new_token

TOKEN = "0123456789abcdef-_XYZ"
ADDRESSES = ["/", "/heads", "/index.json", "/assets/page.js", "/nothing"]


@pytest.fixture
def guarded(client_of):
    return client_of(token=TOKEN, cookie="protlens-8100")


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_needs_the_token(guarded, path):
    answer = guarded.get(path)
    assert answer.status_code == 401
    assert "protlens serve" in answer.json()["error"]
    assert "content-security-policy" in answer.headers
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/structures", "/sequences"])
def test_nothing_is_taken_without_it(guarded, table, path):
    assert guarded.post(path, content="MKTAYIAK").status_code == 401
    assert table.taken == []


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é\u0141", "x" * 10_000])
def test_a_wrong_token_is_none(guarded, token):
    assert guarded.get("/", params={"token": token}).status_code == 401
    assert guarded.get("/", headers={"Authorization": f"Bearer {token}".encode()}).status_code == 401
    assert guarded.get("/", headers={"Cookie": f"protlens-8100={token}".encode()}).status_code == 401


def test_the_token_is_exchanged_for_a_cookie_that_opens_all(guarded):
    answer = guarded.get("/heads", params={"head": '3-2"><script>', "token": TOKEN})
    assert answer.status_code == 200
    assert TOKEN not in answer.text
    assert '<meta http-equiv="refresh" content="0;url=/heads?head=3-2%22%3E%3Cscript%3E">' in answer.text
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("protlens-8100=")
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert [guarded.get(path).status_code for path in ADDRESSES] == [200, 200, 200, 200, 404]
    assert guarded.post("/sequences?name=a", content="MKTAYIAK").status_code == 200


def test_only_the_page_exchanges_it(guarded):
    for path in ("/index.json", "/assets/page.js", "//evil.example/x", "/\\evil.example"):
        answer = guarded.get(f"http://127.0.0.1:8100{path}?token={TOKEN}")
        assert answer.status_code == 401
        assert "evil" not in answer.text


def test_a_program_sends_it_with_each_request(guarded):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/index.json", headers=headers).status_code == 200
    assert guarded.get("/index.json").status_code == 401


@pytest.mark.parametrize(
    "header", [TOKEN, f" {TOKEN}", f"Basic {TOKEN}", f"Bearer{TOKEN}", f"Bearer  {TOKEN}", "Bearer"]
)
def test_a_token_counts_only_as_bearer(guarded, header):
    assert guarded.get("/index.json", headers={"Authorization": header}).status_code == 401


def test_the_cookie_is_not_the_token(guarded):
    assert guarded.get("/index.json", headers={"Cookie": f"protlens-8100={TOKEN}"}).status_code == 401


def test_a_foreign_name_is_refused_before_the_token_is_looked_at(guarded):
    assert guarded.get("/", params={"token": TOKEN}, headers={"Host": "evil.example"}).status_code == 421


def test_tokens_differ_and_are_their_own_kind():
    made = {new_token() for _ in range(100)}
    assert len(made) == 100
    assert {check_token(token) for token in made} == made


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "0 characters"),
        ("short", "5 characters"),
        ("x" * 201, "not fit"),
        ("a b" * 10, "not fit"),
        ("é" * 20, "not"),
    ],
)
def test_a_token_that_is_no_good_is_refused(token, words):
    with pytest.raises(OptionError, match=words) as caught:
        check_token(token)
    assert "16 to 200 letters" in str(caught.value)
    assert not token or token not in str(caught.value)
