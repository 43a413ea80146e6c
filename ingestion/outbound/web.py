"""How a server is asked whose address somebody typed: over HTTPS, at a public address, briefly, and never elsewhere.

A name is looked up once and the address that was looked at is the one that is dialled, so a name that leads elsewhere
the second time gains nothing. Redirects are not followed: whoever moved is to be entered anew. No proxy is taken from
the environment, for it would do the looking up.
"""

import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from ipaddress import IPv6Address, IPv6Network
from threading import Lock, Thread
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from requests import Response, Session
from requests.adapters import HTTPAdapter
from requests_hardened.client import HTTPSession
from requests_hardened.config import Config
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from ingestion.errors import (
    AddressRefused,
    NotJson,
    TokenRefused,
    TooDeep,
    TooManyRows,
    TooMuch,
    Unanswered,
    Unusable,
)
from ingestion.formats.webhooks.payload import parsed

T = TypeVar("T")
# Seconds to connect, and for each piece of an answer.
STEP = (5.0, 10.0)
# Seconds for all of it, the name's look-up included: a server that drips is not waited for.
WHOLE = 30.0
LARGEST = 5 * 1024 * 1024
PIECE = 64 * 1024
LONGEST_WAIT = 24 * 60 * 60
HTTPS = 443
# All there is of public IPv6. What lies outside is site-local, or an IPv4 address in another guise.
PUBLIC_IPV6 = IPv6Network("2000::/3")
# What the columns hold that keep what a server says of itself.
LONGEST_NAME = 200
ENTER_ANOTHER = (
    "Make a new one there and enter it here. Until then nothing is asked; what happens meanwhile is read afterwards, "
    "as far as it is still there."
)
HARDENED = Config(
    ip_filter_enable=True,
    ip_filter_allow_loopback_ips=False,
    never_redirect=True,
    default_timeout=STEP,
    user_agent_override="Earnest",
)
NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Answer:
    """What a server answered, whole. headers: by their names in lower case."""

    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Web(Protocol):
    """Whoever asks."""

    def ask(self, method: str, url: str, *, token: str = "", json: Any = None) -> Answer:
        """Return the answer, whatever its status. Raises AddressRefused, Unanswered or TooMuch.

        token: sent as `Authorization: Bearer`. json: sent as the body.
        """


class NoWeb:
    """Asks nobody."""

    def ask(self, method: str, url: str, *, token: str = "", json: Any = None) -> Answer:
        raise Unanswered("This installation asks no platform (OUTBOUND is off).")


class PublicWeb:
    """Asks servers that everybody can reach.

    stand_ins: host → the origin that is asked in its place, unchecked; for trials. whole: seconds. largest: bytes.
    """

    def __init__(self, *, stand_ins: Mapping[str, str] = NOBODY, whole: float = WHOLE, largest: int = LARGEST) -> None:
        self._stand_ins = stand_ins
        self._whole = whole
        self._largest = largest

    def ask(self, method: str, url: str, *, token: str = "", json: Any = None) -> Answer:
        host = _host(url)
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        asked = url.replace(f"https://{host}", self._stand_ins.get(host, f"https://{host}"), 1)
        answer: Future[Answer] = Future()
        line = _Line()

        def exchange() -> None:
            try:
                with (
                    self._session(line) as session,
                    session.request(method, asked, headers=headers, json=json, stream=True) as response,
                ):
                    said = {name.lower(): value for name, value in response.headers.items()}
                    answer.set_result(Answer(host, response.status_code, said, self._body(host, response, said)))
            except Exception as failed:
                answer.set_exception(failed)

        # Neither the look-up of a name nor a handshake, header or body that comes byte by byte has a limit of its own.
        Thread(target=exchange, daemon=True).start()
        try:
            return answer.result(self._whole)
        except InvalidIPAddress as refused:
            raise AddressRefused(host) from refused
        except TimeoutError as slow:
            raise Unanswered(f"{host} did not answer within {self._whole:g} seconds.") from slow
        except (OSError, ValueError) as failed:  # what requests raises, and what it lets through
            raise Unanswered(f"{host} could not be reached, or broke off ({type(failed).__name__}).") from failed
        finally:
            line.break_off()

    def _session(self, line: "_Line") -> Session:
        session = HTTPSession(HARDENED)
        session.trust_env = False
        session.mount("https://", line.watched(_PublicAdapter(is_https_proto=True)))
        for origin in self._stand_ins.values():
            session.mount(f"{origin}/", line.watched(_StandIn()))
        return session

    def _body(self, host: str, response: Response, headers: Mapping[str, str]) -> bytes:
        body = bytearray()
        for piece in response.iter_content(PIECE):
            body += piece
            if len(body) > self._largest:
                raise TooMuch(f"{host} answered with more than {self._largest / 1024 / 1024:.0f} MB.", headers)
        return bytes(body)


class _Line:
    """The connection of one exchange. Who no longer waits breaks it off, and with it whatever is read from it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ends: list[socket.socket] = []
        self._is_over = False

    def watched(self, adapter: "_Watched") -> "_Watched":
        adapter.line = self
        return adapter

    def dial(self, make: Callable[..., Any], **options: Any) -> Any:
        """Make a connection that is known here from the moment on that it is dialled."""
        connection = make(**options)
        dial = connection._new_conn  # what urllib3's own kinds of connections override

        def dialled() -> socket.socket:
            found: socket.socket = dial()
            with self._lock:
                if self._is_over:
                    found.close()
                    raise TimeoutError
                self._ends.append(found.dup())  # TLS takes the first one away
            return found

        connection._new_conn = dialled
        return connection

    def break_off(self) -> None:
        with self._lock:
            self._is_over = True
            for end in self._ends:
                with suppress(OSError):  # over already
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


class _Watched(HTTPAdapter):
    """Dials on a line."""

    line: _Line

    def get_connection_with_tls_context(self, *args: Any, **more: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **more)
        pool.ConnectionCls = partial(self.line.dial, pool.ConnectionCls)
        return pool


class _StandIn(_Watched):
    """Asks whoever stands in for a host."""


class _PublicAdapter(_Watched, IPFilterAdapter):
    """Also refuses what requests-hardened lets through of IPv6: site-local, and the old guises of IPv4."""

    def build_connection_pool_key_attributes(self, *args: Any, **more: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **more)
        if host["host"].startswith("[") and IPv6Address(host["host"].strip("[]")) not in PUBLIC_IPV6:
            raise InvalidIPAddress(host["host"])
        return host, pool


def _host(url: str) -> str:
    """Return the host of an address that may be asked. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS
    except ValueError as wrong:
        raise AddressRefused(url[:100]) from wrong
    if parts.scheme != "https" or port != HTTPS or parts.netloc != parts.hostname:
        raise AddressRefused(parts.netloc[:100] or url[:100])
    return parts.hostname


def web() -> Web:
    """Return who asks in this installation."""
    return PublicWeb(stand_ins=settings.OUTBOUND_STAND_INS) if settings.OUTBOUND else NoWeb()


def answered(answer: Answer) -> bytes:
    """Return the body of an answer that is one. Raises TokenRefused, Unanswered or Unusable."""
    host, status = answer.host, answer.status
    wait = _retry_after(answer.headers.get("retry-after", ""))
    if 200 <= status < 300:
        return answer.body
    # Whoever keeps robots away says 403 too: with a moment to come back at, or with a page for people.
    is_busy = wait is not None or status in (423, 429) or status >= 500 or (status == 403 and not _is_json(answer.body))
    if status == 401 or (status == 403 and not is_busy):
        why = "it lacks a right that is needed" if status == 403 else "it was revoked, has expired or is another's"
        raise TokenRefused(f"{host} does not take the token ({status}): {why}. {ENTER_ANOTHER}")
    if is_busy:
        raise Unanswered(f"{host} does not answer now ({status}).", retry_after=wait)
    if 300 <= status < 400:
        raise Unusable(f"{host} says that it has moved ({status}), which is not followed. Enter the server's new name.")
    raise Unusable(f"{host} does not know what it was asked ({status}). Look whether it is the right server.")


def read(answer: Answer, reader: Callable[[bytes], T]) -> T:
    """Return what a reader makes of the body of an answer. Raises TokenRefused, Unanswered or Unusable."""
    try:
        return reader(answered(answer))
    except TooManyRows as wrong:
        raise TooMuch(f"{answer.host} answered with more than is read at once.", answer.headers) from wrong
    except (NotJson, TooDeep) as wrong:
        raise Unusable(f"{answer.host} did not answer as it says it does: {wrong}") from wrong


def json_of(answer: Answer) -> Any:
    """Return what the body of an answer says. Raises TokenRefused, Unanswered or Unusable."""
    return read(answer, parsed)


def sound(text: str, host: str, what: str) -> str:
    """Return a name or a place as a server says it. Raises Unusable where it says none that can be kept."""
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise Unusable(f"{host} did not answer as it says it does: it says no {what} that can be kept.")
    return text


def _is_json(body: bytes) -> bool:
    try:
        parsed(body)
    except (NotJson, TooDeep, TooManyRows):
        return False
    return True


def _retry_after(text: str) -> int | None:
    """Return in how many seconds a server wants to be asked again (RFC 9110: a number, or a date), a day at most."""
    try:
        seconds = int(text) if text.isdigit() else (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0, min(int(seconds), LONGEST_WAIT))
