"""Whom a text of an unknown shape names: a row that was set aside, a body that waits, an answer."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from ingestion.formats.person import LONGEST, Identifier, keyed

WORDS = re.compile(r"[^\s,;|\"'(){}\[\]<>]+")
CELLS = re.compile(r"[^,;|\t\r\n\"]+")
# What a text says of people without their own row: @handle, an address, the parts of a link.
MENTIONS = re.compile(r"(?<![\w.])@[\w.\-]+|[\w.+\-]+@[\w.\-]+\w")
LINKS = re.compile(r"https?://\S+")


@dataclass
class Naming:
    """Finds whom a text may name, by trying each of its strings as every kind of identifier.

    secret: as `Register` has it. platforms: where handles and ids hold; realms: where customer numbers and addresses.
    """

    secret: bytes
    platforms: Collection[str]
    realms: Collection[str]
    _seen: dict[str, frozenset[bytes]] = field(default_factory=dict)

    def named(self, text: str) -> set[bytes]:
        """Return the keys that its strings, each as a whole, may be: every field of a JSON document; of anything else
        every word and every cell.
        """
        return {key for string in strings(text) for key in self.keys_of(string)}

    def mentioned(self, text: str) -> set[bytes]:
        """Return the keys of all whom it names or, within longer strings, mentions by @handle, address or link."""
        return {key for string in strings(text) for said in (string, *_mentions(string)) for key in self.keys_of(said)}

    def keys_of(self, string: str) -> frozenset[bytes]:
        """Return the keys that a string may be as an identifier."""
        found = self._seen.get(string)
        if found is None:
            found = self._seen[string] = frozenset(self._keys_of(string))
        return found

    def _keys_of(self, string: str) -> Iterator[bytes]:
        text = unicodedata.normalize("NFC", string.strip())
        if not text or len(text) > LONGEST:
            return
        handle, address = text.removeprefix("@").casefold(), text.lower()
        hashed = address if len(address) == 64 and address.isalnum() else sha256(address.encode()).hexdigest()
        for platform in self.platforms:
            yield keyed(self.secret, Identifier.EXTERNAL_ID, platform, text)
            yield keyed(self.secret, Identifier.HANDLE, platform, handle)
        for realm in self.realms:
            yield keyed(self.secret, Identifier.CUSTOMER, realm, text)
            if "@" in text or hashed == address:
                yield keyed(self.secret, Identifier.EMAIL, realm, hashed)


def strings(text: str) -> Iterator[str]:
    """Yield every string and number of a JSON document, names of fields included; of anything else every word
    and every cell.
    """
    try:
        document = msgspec.json.decode(text.encode(errors="replace"))
    except (msgspec.DecodeError, RecursionError):
        yield from {*WORDS.findall(text), *CELLS.findall(text)}
        return
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield str(value)


def _mentions(string: str) -> Iterator[str]:
    if "@" in string:
        yield from (it.rstrip(".") for it in MENTIONS.findall(string))
    if "://" in string:
        for link in LINKS.findall(string):
            yield from re.split(r"[/?=&#]", link)
