"""Names of columns: how they are compared, and how each gets one of its own."""

import re
import unicodedata
from collections.abc import Iterable

MARKS = str.maketrans({"\u2019": "'", "\u2018": "'", "\ufeff": None, "\u200b": None, "\u200e": None})


def plain(name: str) -> str:
    r"""Return a name without what programs change in it: case, accents, kinds of blanks and apostrophes, a mark.

    >>> plain("\ufeffMentions\u00a0J\u2019aime"), plain("actor.external_id")
    ("mentions j'aime", 'actor.external id')
    """
    parts = unicodedata.normalize("NFKD", name.translate(MARKS))
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return re.sub(r"[\s_]+", " ", bare).strip().strip("\"'“”„").casefold()


def unique(header: Iterable[str]) -> list[str]:
    """Return the names of a header so that no two are the same and none is empty.

    >>> unique(["Post URL", "", "Post URL"])
    ['Post URL', 'column 2', 'Post URL (2)']
    """
    names: dict[str, None] = {}
    for place, name in enumerate((name.removeprefix("\ufeff").strip() for name in header), 1):
        wanted = name or f"column {place}"
        own, number = wanted, 1
        while own in names:
            number += 1
            own = f"{wanted} ({number})"
        names[own] = None
    return list(names)
