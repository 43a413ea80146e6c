"""A text as it is compared: without case, accents and disguise; and catalogues of phrases that are looked for in it.

Letters that only look Latin (Cyrillic, mathematical, small capitals), invisible characters and accents make two texts
differ for a machine that are the same to a reader. Here they are the same.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain

from ingestion.formats.texts import INVISIBLE

MOST_KEPT = 20_000  # characters whose plain form is remembered; all that are in use are fewer
LOOKALIKES = {
    **dict(zip("авсԁеһіјкӏмнорԛѕтиѵԝхуғ", "abcdehijklmhopqstuvwxyf", strict=True)),
    **dict(zip("αβεηικνορτυχωγ", "abehikvoptuxwy", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)),
    **dict(zip("ıɩłøđŧħɑɡ", "iilodthag", strict=True)),
    "æ": "ae",
    "œ": "oe",
}
HIDDEN = {*"\u115f\u1160\u17b4\u17b5", *map(chr, range(0xFE00, 0xFE10))}  # no sign of their own, nor called invisible
ENDS = frozenset(".?")  # of a sentence, as they stand in the plain form
SIGNS = {"?": " ? ", "؟": " ? ", "%": " % ", **dict.fromkeys(".!;:¡¿。।\n\r\u2028\u2029", " . ")}


class _Folding(dict[int, str]):
    """Character → its plain form, found when it is first met."""

    def __missing__(self, code: int) -> str:
        found = "".join(map(_folded, _apart(_apart(chr(code)))))
        if len(self) < MOST_KEPT:
            self[code] = found
        return found


def _apart(text: str) -> str:
    return unicodedata.normalize("NFKD", text).casefold()


def _folded(char: str) -> str:
    sign = SIGNS.get(char)
    if sign or char.isspace():
        return sign or " "
    category = unicodedata.category(char)
    if category in {"Cf", "Me"} or unicodedata.combining(char) or INVISIBLE.match(char) or char in HIDDEN:
        return ""
    if category == "Sc":
        return " ¤ "
    return LOOKALIKES.get(char, char) if category[0] in "LNM" else " "


_FOLDING = _Folding()


def plain(text: str) -> list[str]:
    """Return the words of a text in their plain form, with `?` `.` `%` and `¤` (any currency) for what they stand for.

    >>> plain("C'est 5 €, où ça?! 😍")
    ['c', 'est', '5', '¤', 'ou', 'ca', '?', '.']
    """
    return text.translate(_FOLDING).split()


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of several languages, looked for whatever the language: short texts are often taken for another.

    patterns: a word that some phrases have → those phrases. Only those are looked for whose word is there, and they
    are compiled when it is first met.
    """

    patterns: dict[str, str]

    def are_in(self, words: list[str]) -> bool:
        """Whether one of them is in a text. words: as `plain` gives them."""
        if self.patterns.keys().isdisjoint(words):
            return False  # most are
        line = f" . {' '.join(words)} . "
        return any(_compiled(self.patterns[sign]).search(line) for sign in self.patterns.keys() & set(words))


_compiled = cache(re.compile)


def phrases(*tables: Iterable[str]) -> Phrases:
    """Return a catalogue, of phrases as they are spoken.

    `a|b` is one word or the other; `...` up to six words of the same sentence; `^` the start of a sentence, `.` its
    end, `?` its end with a question mark; `#` a number, `¤` a currency's sign.

    >>> phrases(["how much is|are", "^ price ?"]).are_in(plain("Lovely! Price?"))
    True
    """
    by_sign: dict[str, list[str]] = {}
    for phrase in chain(*tables):
        parts = phrase.split()
        expression = "".join(map(_expression, parts))
        for sign in _signs(parts):
            by_sign.setdefault(sign, []).append(expression)
    return Phrases({sign: f" (?:{'|'.join(said)})" for sign, said in by_sign.items()})


# Nothing here repeats without a bound or gives back what it took: the time grows with the text and no faster.
SPECIAL = {"...": "(?:[^ .?]++ ){0,6}?", "^": "[.?] ", ".": "[.?](?= )", "?": r"\?(?= )"}
NUMBER = "#"
EVERYDAY = {
    *("about", "and", "any", "been", "come", "comes", "from", "have", "just", "like", "love", "make", "more", "need"),
    *("please", "some", "still", "that", "their", "them", "then", "there", "these", "they", "this", "very", "want"),
    *("well", "what", "when", "where", "will", "with", "would", "your"),
}


def _expression(part: str) -> str:
    if part in SPECIAL:
        return SPECIAL[part]
    return f"(?:{'|'.join(map(_choice, part.split('|')))}) "


def _choice(word: str) -> str:
    found = r"\d+" if word == NUMBER else re.escape(" ".join(plain(word)))
    assert found, f"{word!r} is no word"
    return found


def _signs(parts: list[str]) -> set[str]:
    """Return the words of the part that is rarest: without everyday words, and the shortest one as long as can be."""
    choices = [part.split("|") for part in parts if part not in SPECIAL and NUMBER not in part]
    signs = [{max(plain(word), key=len) for word in choice} for choice in choices]
    return max(signs, key=lambda words: min(0 if word in EVERYDAY else len(word) for word in words))
