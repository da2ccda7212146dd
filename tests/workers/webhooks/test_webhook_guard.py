"""No event ever reaches an address inside the installation, however it is written."""

import socket

import pytest

from models.rules.errors.webhooks import BadWebhookAddress
from models.rules.webhooks import may_be_called
from workers.webhooks import guard

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0",  # noqa: S104 - what must not be called
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a00:1::", "2001::1", "2001:db8::1", "192.88.99.1", "64:ff9b:1::1",
    "fec0::1", "nonsense", "",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_may_not_be_called(address):
    assert not may_be_called(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_may(address):
    assert may_be_called(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://2130706433/", "https://0x7f.1/",
        "https://127.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://0/",
        "https://169.254.169.254/latest/meta-data/", "https://017700000001/",
    ],
)  # fmt: skip
def test_every_way_of_writing_this_machine_is_seen_through(url):
    with pytest.raises((BadWebhookAddress, guard.Unresolved)):
        guard.target(url, ())


def answers(monkeypatch, *addresses):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def test_one_address_inside_among_public_ones_is_enough(monkeypatch):
    answers(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(BadWebhookAddress):
        guard.target("https://hooks.example/", ())


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    answers(monkeypatch, "8.8.8.8")
    found = guard.target("https://hooks.example:8443/a/b?c=1", ())
    assert (found.address, found.port, found.host) == ("8.8.8.8", 8443, "hooks.example")
    assert (found.path, found.authority, found.secure) == ("/a/b?c=1", "hooks.example:8443", True)


def test_without_tls_only_one_s_own_networks_are_called(monkeypatch):
    answers(monkeypatch, "8.8.8.8")
    with pytest.raises(BadWebhookAddress):
        guard.target("http://hooks.example/", ("10.0.0.0/8",))
    answers(monkeypatch, "10.2.3.4")
    assert guard.target("http://hooks.example/", ("10.0.0.0/8",)).address == "10.2.3.4"
    assert guard.target("https://hooks.example/", ("10.0.0.0/8",)).secure


def test_a_name_without_an_address_may_have_one_later(monkeypatch):
    answers(monkeypatch)
    with pytest.raises(guard.Unresolved):
        guard.target("https://hooks.example/", ())
