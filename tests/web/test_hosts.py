import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protlens.web.hosts import LOOPBACK, Hosts, hosts_of, is_loopback

OWN = ["127.0.0.1", "127.0.0.1:8100", "localhost", "LocalHost:9", "[::1]", "[::1]:8100"]
FOREIGN = [
    "",
    "evil.example",
    "evil.example:8100",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost:",
    "localhost:80:80",
    "localhost:port",
    "localhost/../",
    "localhost@evil.example",
    "evil.example@localhost",
    "::1",
    "[::1",
    "[localhost]",
    "127.1",
    "2130706433",
    "0x7f.1",
    "192.168.0.7",
    "[fe80::1]",
    " localhost",
    "localhost ",
    "localhost\r\nX: y",
    "localhost.",
    "lo\u0441alhost",
    "x" * 10_000,
]


@pytest.mark.parametrize("header", OWN)
def test_the_names_of_loopback_are_admitted_on_any_port(header):
    assert LOOPBACK.admit(header)


@pytest.mark.parametrize("header", FOREIGN)
def test_other_names_are_not(header):
    assert not LOOPBACK.admit(header)


@given(st.text(max_size=40))
def test_no_text_but_the_names_is_admitted(header):
    name = header.lower().rpartition(":")[0] if header[-1:].isdecimal() and ":" in header else header.lower()
    assert not LOOPBACK.admit(header) or name in {"127.0.0.1", "localhost", "[::1]"}


def test_a_server_for_others_answers_to_addresses_but_not_to_any_name():
    hosts = hosts_of("0.0.0.0", "0.0.0.0")
    admitted = ["192.168.0.7:8100", "[fe80::1]:8100", "localhost", socket.gethostname()]
    assert all(hosts.admit(header) for header in admitted)
    assert not any(hosts.admit(header) for header in ("evil.example", "192.168.0.7.evil.example", "[::1::2]", "1.2.3"))


def test_a_server_answers_to_the_name_it_was_given():
    assert hosts_of("Node7.cluster", "10.0.0.7").admit("node7.cluster:8100")
    assert hosts_of("127.0.0.2", "127.0.0.2").admit("127.0.0.2:8100")
    assert not hosts_of("localhost", "127.0.0.1").admit("192.168.0.7")


def test_what_is_loopback():
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "192.168.0.7", "fe80::1%eth0"]))


def test_hosts_are_compared_by_value():
    assert Hosts(frozenset({"a"})) == Hosts(frozenset({"a"}))
