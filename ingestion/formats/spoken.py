"""Phrases as they are spoken, looked for in an offer and quoted as it has them.

Its notation is another than that of `wording.phrases`. There texts are folded (no accents, disguise or pauses), and it
is only asked whether a phrase is there, of very many posts and comments. Here the words of the original are shown, and
an offer lists goods: it needs pauses, prices, words that may be missing, and names for long choices.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# What a word or sign stands for, as phrases write it.
AMOUNT, THOUSAND, MONEY, STOP, PAUSE = "#", "#k", "¤", ".", ","
CURRENCIES = {"£", "$", "€", "gbp", "usd", "eur", "euro", "euros", "pounds", "dollars", "chf"}
# Apostrophes, dashes and hyphens have many forms; a hyphen parts two words.
TOKEN = re.compile(
    r"[£$€]|\d+(?:[.,\u2009\u00a0]\d+)*(?:k\b|\u00a0?mil\b)?|\w+(?:['\u2019]\w+)?|[^\w\s-]", re.IGNORECASE
)
ENDS = frozenset(".;!?")
PAUSES = frozenset(",()[]{}|+&:\u2013\u2014\u2022")
A_THOUSAND = {"1000", "1k", "thousand", "tausend", "mille", "mil", "duizend"}
# A word at a time, so that the time grows with the text and no faster.
GAPS = {"...": "(?:[^ .,]+ ){0,3}?", "....": "(?:[^ .]+ ){0,8}?"}


@dataclass(frozen=True)
class Text:
    """An offer as it is compared: plain, its words and signs each followed by a space; and where each begins and ends
    in the original.
    """

    original: str
    plain: str
    spans: Sequence[tuple[int, int]]

    def quoted(self, start: int, end: int) -> str:
        """Return the words of the original that stand between two places of the plain text."""
        first, after = (self.plain.count(" ", 0, place) for place in (start, end))
        return self.original[self.spans[first][0] : self.spans[after - 1][1]]


def read(original: str) -> Text:
    """Return a text to be compared.

    >>> read("1,000 followers - only £5!").plain
    '#k followers only ¤ # . '
    """
    found = list(TOKEN.finditer(original))
    return Text(original, "".join(f"{_plain(it[0].casefold())} " for it in found), [it.span() for it in found])


def _plain(token: str) -> str:
    if token in CURRENCIES:
        return MONEY
    if token in A_THOUSAND or re.fullmatch(r"1[.,\u2009\u00a0]000", token):
        return THOUSAND
    if token[0].isdigit():
        return AMOUNT
    if token in ENDS:
        return STOP
    return PAUSE if token in PAUSES else token.replace("\u2019", "'")


def compiled(phrases: Iterable[str], names: Mapping[str, str]) -> re.Pattern[str]:
    """Return an expression for any of some phrases, over texts as `read` gives them.

    `a|b` is one word or the other, `a?` may be missing; `...` up to three words without a comma, `....` up to eight of
    a sentence; `^` and `$` the beginning and the end; `#` a number, `#k` a thousand, `¤` a currency's sign, `.` the end
    of a sentence, `,` a sign within; `<name>` what a name stands for: an expression.

    >>> compiled(["price|cost ... per #k"], {}).search(read("The price is 5 per 1000").plain)[0]
    'price is # per #k '
    """
    return re.compile("|".join(rf"(?<![^ ])(?:{''.join(_part(it, names) for it in said.split())})" for said in phrases))


def _part(part: str, names: Mapping[str, str]) -> str:
    if part in GAPS:
        return GAPS[part]
    if part in {"^", "$"}:
        return part
    is_optional = part.endswith("?")
    choices = "|".join(_choice(word, names) for word in part.removesuffix("?").split("|"))
    return f"(?:{choices})" + ("?" if is_optional else "")


def _choice(word: str, names: Mapping[str, str]) -> str:
    if word.startswith("<"):
        return names[word]
    return "#k? " if word == AMOUNT else f"{re.escape(word)} "
