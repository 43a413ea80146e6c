"""Whom a text of an unknown shape names: a row that was set aside, a body that waits, an answer.

Somebody is looked for where documents say who somebody is, by the names of their fields; and in every text by what is
written of people there: @handles, addresses, links to their pages. A word or a number elsewhere is nobody's name, even
if it is somebody's handle or customer number.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from ingestion.formats.person import LONGEST, Identifier, keyed
from ingestion.formats.texts import INVISIBLE

# Words in the names of fields within which everything says who somebody is.
PEOPLE = set("""
account acct actor anonymous author commenter contact customer did email follower from handle mail member owner
participant person profile recipient reviewer same screenname sender source target user username who
""".split())  # fmt: skip  # noqa: SIM905
# What is said of people within these is shown, and identifies nobody.
SHOWN = {
    "displayname",
    "firstname",
    "fullname",
    "kind",
    "lang",
    "language",
    "lastname",
    "locale",
    "name",
    "platform",
    "type",
}
# Of the words in the name of a number's field, the last: others count something of the person.
NUMBERED = set("account contact customer from handle id member no number str user username who".split())  # noqa: SIM905
# No identifier is longer; and beyond some digits Python writes no number.
LARGEST = 10**LONGEST
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# What is left of a document that breaks off, and of a line that is not of its table.
PAIRS = re.compile(r'"([^"\\]{1,60})"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|(\d+))')
CELLS = re.compile(r"[^,;|\t\r\n\"]+")
MENTIONS = re.compile(r"(?<![\w.])@[\w.\-]+|[\w.+\-]+@[\w.\-]+\w")
LINKS = re.compile(r"\w+://\S+")
# What stands before a name in the link to a page, and what stands where others have a name.
BEFORE_NAMES = {"in", "profile", "profiles", "u", "user", "users", "web"}
NO_NAMES = set("""
explore events groups hashtag i p photo photos post posts reel reels search share status stories story tv video videos
watch
""".split())  # fmt: skip  # noqa: SIM905


@dataclass(frozen=True)
class Naming:
    """Finds whom a text may name. secret: as `Register` has it. platforms: where handles and ids hold."""

    secret: bytes
    platforms: Collection[str]

    def named(self, text: str, *, apart: str, columns: Collection[str] = ()) -> Iterator[bytes]:
        """Yield the keys of whoever may be named where it says who somebody is.

        apart: as `Register` has it. columns: further names of fields that hold people.
        """
        for string in _of_people(text, columns):
            yield from self._keys_of(string, {"", apart})

    def mentioned(self, text: str, *, apart: str) -> Iterator[bytes]:
        """Yield the keys of whoever is mentioned anywhere in it: by @handle, address, or link to their page."""
        for string in _strings(text):
            for name in _mentions(string):
                yield from self._keys_of(name, {"", apart})

    def _keys_of(self, string: str, realms: Collection[str]) -> Iterator[bytes]:
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", string)).strip()
        if not text or len(text) > LONGEST:
            return
        handle, address = text.removeprefix("@").casefold(), text.lower()
        hashed = address if len(address) == 64 and address.isalnum() else sha256(address.encode()).hexdigest()
        for platform in self.platforms:
            yield keyed(self.secret, Identifier.EXTERNAL_ID, platform, text)
            yield keyed(self.secret, Identifier.HANDLE, platform, handle)
        for realm in realms:
            yield keyed(self.secret, Identifier.CUSTOMER, realm, text)
            if "@" in text or hashed == address:
                yield keyed(self.secret, Identifier.EMAIL, realm, hashed)


def _of_people(text: str, columns: Collection[str]) -> Iterator[str]:
    """Yield the strings and numbers that stand where a document says who somebody is."""
    document = _document(text)
    if isinstance(document, dict | list):
        for names, value in _leaves(document):
            if _says_who(names, value, columns):
                yield str(value)
        return
    line = text if document is None else str(document)
    yield from (cell.strip() for cell in CELLS.findall(line) if not cell.strip().isdigit())
    for name, string, number in PAIRS.findall(line):
        if _says_who((name,), number or string, columns):
            yield number or string


def _says_who(names: tuple[str, ...], value: str | int, columns: Collection[str]) -> bool:
    """Whether what stands in these fields, the innermost last, says who somebody is."""
    if not names:
        return False
    if names[-1] in columns:
        return True
    own = _words(names[-1])
    if {own[0], _words(re.split(r"\W", names[-1])[-1])[0]} & SHOWN:  # a table's names are flat: actor.name
        return False
    is_number = isinstance(value, int) or value.strip().isdigit()
    if is_number and own[-1] not in NUMBERED:
        return False
    return any(word in PEOPLE or word.removesuffix("s") in PEOPLE for name in names for word in _words(name))


def _leaves(document: Any) -> Iterator[tuple[tuple[str, ...], str | int]]:
    """Yield the strings and numbers in a document, each with the names of the fields that it is in."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while waiting:
        names, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*names, name), within) for name, within in value.items()]
        elif isinstance(value, list):
            waiting += [(names, within) for within in value]
        elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and value < LARGEST):
            yield names, value


@lru_cache(maxsize=1_000)
def _words(name: str) -> list[str]:
    """Return the words of a field's name, before them all as one.

    >>> _words("senderID"), _words("screen_name")
    (['senderid', 'sender', 'id'], ['screenname', 'screen', 'name'])
    """
    words = [word.lower() for word in WORDS.findall(name)]
    return ["".join(words), *words]


def _strings(text: str) -> Iterator[str]:
    document = _document(text)
    if document is None:
        yield text
    for _, value in _leaves(document):
        if isinstance(value, str):
            yield value


def _document(text: str) -> Any:
    """Return a text as the JSON document that it is; None: it is none."""
    try:
        return msgspec.json.decode(text.encode(errors="replace"))
    except (msgspec.DecodeError, RecursionError):
        return None


def _mentions(string: str) -> Iterator[str]:
    if "@" in string:
        yield from (it.rstrip(".") for it in MENTIONS.findall(string))
    if "://" in string:
        for link in LINKS.findall(string):
            host, *parts = re.split(r"[/?=&#]+", link.partition("://")[2])
            yield host
            names = [part for part in parts if part.lower() not in BEFORE_NAMES][:1]
            yield from (name for name in names if name.lower() not in NO_NAMES)
