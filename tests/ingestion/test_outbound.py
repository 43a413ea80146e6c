"""Who is asked, and who never is: the real client against a server on loopback, and addresses of every guise."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from ingestion.errors import AddressRefused, Unanswered, Unusable
from ingestion.outbound.web import Answer, NoWeb, PublicWeb, answered, web
from tests.ingestion.platforms import Platform, Says, played

HOST = "pots.example"
URL = f"https://{HOST}/api?limit=2"


@pytest.fixture
def server() -> Iterator[Platform]:
    with played(lambda asked: Says({"said": "hello"})) as platform:
        yield platform


def ask(server: Platform, url: str = URL, **more: Any) -> Answer:
    return PublicWeb(stand_ins={HOST: server.origin}, **more).ask("GET", url, token="xylophonic")


def test_an_answer_is_whole_and_says_who_asked(server: Platform) -> None:
    answer = ask(server)
    assert (answer.host, answer.status, answer.body) == (HOST, 200, b'{"said": "hello"}')
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.query, asked.token) == ("GET", "/api", {"limit": "2"}, "xylophonic")
    assert asked.headers["user-agent"] == "Earnest"


def test_what_is_sent_is_json(server: Platform) -> None:
    PublicWeb(stand_ins={HOST: server.origin}).ask("POST", URL, json={"inputs": [{"id": "7"}]})
    assert (server.asked[0].method, server.asked[0].json) == ("POST", {"inputs": [{"id": "7"}]})


# --- Never asked

WITHIN = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "0.1.2.3", "192.88.99.1",
]  # fmt: skip
IN_OTHER_WORDS = ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "0", "localhost", "LOCALHOST"]
WITHIN_IPV6 = [
    "::", "::1", "::ffff:10.0.0.8", "::ffff:7f00:1", "::7f00:1", "::10.0.0.8", "64:ff9b::a00:8", "64:ff9b:1::1",
    "2002:7f00:1::", "2001::1", "fe80::1", "fec0::1", "fd00:ec2::254", "fc00::1", "ff02::1", "2001:db8::1", "3fff::1",
]  # fmt: skip


@pytest.mark.parametrize("host", [*WITHIN, *IN_OTHER_WORDS, *(f"[{it}]" for it in WITHIN_IPV6)])
def test_no_address_within_a_network_is_asked(host: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        PublicWeb().ask("GET", f"https://{host}/latest/meta-data/")
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "url",
    [
        "http://pots.example/",
        "ftp://pots.example/",
        "file:///etc/passwd",
        "gopher://pots.example/",
        "//pots.example/",
        "pots.example",
        "",
        "https://",
        "https://pots.example:22/",
        "https://pots.example:8443/",
        "https://pots.example:x/",
        "https://ada@pots.example/",
        "https://pots.example@127.0.0.1/",
        "https://127.0.0.1\\@pots.example/",
    ],
)
def test_nothing_but_plain_https_is_asked(server: Platform, url: str) -> None:
    with pytest.raises(AddressRefused):
        ask(server, url)
    assert server.asked == []


@pytest.mark.parametrize("found", [*WITHIN, *WITHIN_IPV6])
def test_a_name_that_leads_within_a_network_is_not_asked(found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up(monkeypatch, [found])
    with pytest.raises(AddressRefused):
        PublicWeb().ask("GET", URL)


def look_up(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Play the name server: each look-up gets the next answer, then the last again. Return the names, as they come."""
    names: list[str] = []

    def found(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        names.append(host)
        addresses = answers[min(len(names), len(answers)) - 1] if host == HOST else [host]
        kinds = [socket.AF_INET6 if ":" in it else socket.AF_INET for it in addresses]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (it, port)) for kind, it in zip(kinds, addresses, strict=True)
        ]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return names


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Keep what is dialled, and let nothing of it be reached."""
    addresses: list[Any] = []

    def connect(_: socket.socket, address: Any) -> None:
        addresses.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return addresses


def test_the_address_that_was_looked_at_is_dialled(monkeypatch: pytest.MonkeyPatch, dialled: list[Any]) -> None:
    """Public when it is looked at, private a moment later: the second answer is never asked for."""
    names = look_up(monkeypatch, ["9.9.9.9", "10.0.0.8"], ["169.254.169.254"])
    with pytest.raises(Unanswered):
        PublicWeb().ask("GET", URL)
    assert dialled == [("9.9.9.9", 443)]
    assert names.count(HOST) == 1


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch, dialled: list[Any]) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.8:3128")
    look_up(monkeypatch, ["9.9.9.9"])
    with pytest.raises(Unanswered):
        PublicWeb().ask("GET", URL)
    assert dialled == [("9.9.9.9", 443)]


def test_a_server_of_another_name_gets_no_request(server: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in for one host stands in for no other."""
    look_up(monkeypatch, ["127.0.0.1"])
    with pytest.raises(AddressRefused):
        PublicWeb(stand_ins={"other.example": server.origin}).ask("GET", URL)
    assert server.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: Platform, status: int) -> None:
    elsewhere = {"Location": "https://169.254.169.254/latest/meta-data/"}
    server.script = lambda asked: Says({}, status, elsewhere)
    answer = ask(server)
    assert (answer.status, len(server.asked)) == (status, 1)
    with pytest.raises(Unusable, match="moved"):
        answered(answer)


# --- Answers that have no end


def test_an_answer_larger_than_any_is_not_read_to_its_end(server: Platform) -> None:
    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        try:
            while not server.is_over.is_set():
                handler.wfile.write(b" " * 65_536)
        except OSError:
            return

    server.script = lambda asked: Says(raw=pour)
    with pytest.raises(Unusable, match="more than 1 MB"):
        ask(server, largest=1024 * 1024)


def test_an_answer_that_inflates_is_counted_inflated(server: Platform) -> None:
    packed = gzip.compress(b" " * 20_000_000)
    server.script = lambda asked: Says(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Unusable, match="more than 1 MB"):
        ask(server, largest=1024 * 1024)


DRIPS = {
    "no answer": (b"", b""),
    "its status": (b"HTTP/1.1 ", b"2"),
    "its headers": (b"HTTP/1.1 200 OK\r\n", b"x"),
    "its body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
}


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
def test_a_server_that_drips_is_not_waited_for(server: Platform, drip: tuple[bytes, bytes]) -> None:
    def let_drip(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(drip[0])
            while not server.is_over.wait(0.05):
                handler.wfile.write(drip[1])
        except OSError:
            return

    server.script = lambda asked: Says(raw=let_drip)
    began, before = time.monotonic(), set(threading.enumerate())
    with pytest.raises(Unanswered, match=r"within 0\.5 seconds"):
        ask(server, whole=0.5)
    assert time.monotonic() - began < 2
    left = [it for it in set(threading.enumerate()) - before if "exchange" in it.name]
    for thread in left:  # nobody reads on behind our back
        thread.join(2)
    assert not any(thread.is_alive() for thread in left)


def test_a_handshake_that_drips_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A TLS record of 16 KB that comes byte by byte, each within any limit of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def drip() -> None:
            with listener.accept()[0] as connection, contextlib.suppress(OSError):
                connection.sendall(b"\x16\x03\x03\x3f\xff")
                while not over.wait(0.05):
                    connection.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        monkeypatch.setattr(socket.socket, "connect", redirected(listener.getsockname()))
        look_up(monkeypatch, ["9.9.9.9"])
        before = set(threading.enumerate())
        with pytest.raises(Unanswered, match=r"within 0\.5 seconds"):
            PublicWeb(whole=0.5).ask("GET", URL)
        left = [it for it in set(threading.enumerate()) - before if "exchange" in it.name]
        for thread in left:
            thread.join(2)
        assert not any(thread.is_alive() for thread in left)
        over.set()
        dripping.join()


def redirected(address: Any) -> Callable[[socket.socket, Any], None]:
    connect = socket.socket.connect
    return lambda it, _: connect(it, address)


@pytest.mark.parametrize("token", ["canary\u200btoken", "canary\ntoken"])
def test_a_token_that_no_header_can_carry_is_no_fault_of_ours(server: Platform, token: str) -> None:
    with pytest.raises(Unanswered, match="could not be reached"):
        PublicWeb(stand_ins={HOST: server.origin}).ask("GET", URL, token=token)
    assert server.asked == []


BREAKS: dict[str, Callable[[BaseHTTPRequestHandler], Any]] = {
    "closes": lambda handler: handler.connection.close(),
    "breaks off": lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"),
    "speaks something else": lambda handler: handler.wfile.write(b"220 mail.example ESMTP\r\n"),
    "has no end of headers": lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 500),
    "has a header without end": lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000),
}


@pytest.mark.parametrize("breaks", BREAKS.values(), ids=BREAKS)
def test_a_server_that_breaks_off_did_not_answer(server: Platform, breaks: Any) -> None:
    server.script = lambda asked: Says(raw=breaks)
    with pytest.raises(Unanswered, match="broke off"):
        ask(server)


def test_a_server_that_is_away_did_not_answer() -> None:
    with played(lambda asked: Says()) as gone:
        origin = gone.origin
    with pytest.raises(Unanswered, match=r"pots\.example could not be reached"):
        PublicWeb(stand_ins={HOST: origin}).ask("GET", URL)


# --- Who asks


def test_nobody_is_asked_where_that_is_off(settings: Any) -> None:
    asks = web()
    assert isinstance(asks, NoWeb)
    with pytest.raises(Unanswered, match="OUTBOUND is off"):
        asks.ask("GET", URL)
    settings.OUTBOUND = True
    assert isinstance(web(), PublicWeb)
