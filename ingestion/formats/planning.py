"""Advice on a campaign before it begins: what platforms bar or ask not to do, and what its acts will not be worth.

Rules of platforms are cited as docs/integrity.md has them; they change, so whoever plans reads them, too.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from ingestion.formats.ladder import TAG, TAGS_ARE

# What people do to enter: kinds of acts, as campaigns name them, or what a post asks for.
TAGGING, SHARES = (TAG, "mention"), ("share", "repost", "quote")
LIKES, FOLLOWS = ("like", "reaction", "favourite"), ("follow",)
META = {"facebook": "Facebook", "instagram": "Instagram", "threads": "Threads"}
TUMBLR = "tumblr"
BARRED_BY_META = "Meta bars sharing on a timeline or tagging friends as entry conditions."
ASKED_BY_TUMBLR = "Tumblr asks not to use likes or follows as entry."
# Done on the account itself, wherever; all others on posts, on those that the campaign names if it names any.
ON_NO_POST = ("follow", "profile_visit", "connection_request", "direct_message", "text_message", "email")


@dataclass(frozen=True)
class Advice:
    """What to think of before it begins."""

    code: str
    sentence: str


def of_giveaway(
    *, platforms: Collection[str], entry: Collection[str], names_posts: bool, ends_at: datetime | None
) -> list[Advice]:
    """Return advice on a giveaway that is planned, on the platforms where it will be, those in the order of the names.

    entry: by what people enter, of `ladder.ENTRIES`. names_posts: whether the plan says under which posts.

    >>> [it.code for it in of_giveaway(platforms=["facebook"], entry=["tag"], names_posts=True, ends_at=None)]
    ['barred_entry', 'begged_from_friends', 'will_be_set_aside', 'no_end']
    """
    kinds = sorted({it.strip().lower() for it in entry})
    found = [it for platform in sorted(set(platforms)) for it in _of_platform(platform.lower(), kinds)]
    return [*found, *_of_entry(kinds), *_of_scores(kinds, names_posts=names_posts, ends_at=ends_at)]


def of_cause(*, donation: float | None, promotion: float | None, currency: str) -> list[Advice]:
    """Return advice on a good cause that is planned: what is given against what is spent on telling of it, both in one
    currency; None: not stated.

    >>> of_cause(donation=500, promotion=500, currency="GBP")
    []
    """
    if donation is None or promotion is None:
        what = "what is given" if donation is None else "what is spent on telling of it"
        return [Advice("amount_missing", f"State {what}: a gift is compared with what is spent on telling of it.")]
    if promotion <= donation:
        return []
    return [
        Advice(
            "telling_above_gift",
            f"The plan spends {promotion:,.2f} {currency} on telling of a gift of {donation:,.2f} {currency}. A gift "
            "is meant where it is larger than what is spent on being seen to give: give more, or tell less.",
        )
    ]


def _of_platform(platform: str, kinds: Collection[str]) -> Iterator[Advice]:
    barred = _among(kinds, (*TAGGING, *SHARES))
    if platform in META and barred:
        # Written for Facebook; how far it holds elsewhere is Meta's to say.
        more = "" if platform == "facebook" else f" Read what it says of {META[platform]} before you publish."
        yield Advice("barred_entry", f"{META[platform]}: people would enter by {barred}. {BARRED_BY_META}{more}")
    asked = _among(kinds, (*LIKES, *FOLLOWS))
    if platform == TUMBLR and asked:
        yield Advice("entry_not_asked_for", f"Tumblr: people would enter by {asked}. {ASKED_BY_TUMBLR}")


def _of_entry(kinds: Collection[str]) -> Iterator[Advice]:
    if begged := _among(kinds, (*TAGGING, *SHARES)):
        yield Advice(
            "begged_from_friends",
            f"Who enters by {begged} brings friends for a prize, and not because they mean it. An answer to a question "
            "of yours costs as little and says more.",
        )


def _of_scores(kinds: Collection[str], *, names_posts: bool, ends_at: datetime | None) -> Iterator[Advice]:
    if not kinds:
        yield Advice(
            "entry_missing",
            "State by what people enter: only then are such acts known for the price of taking part, and set aside.",
        )
        return
    told = sorted({act for it in kinds for act in (TAGS_ARE if it == TAG else (it,))})
    where = "" if names_posts or set(told) <= {*ON_NO_POST} else ", under any post, since the plan names none"
    yield Advice(
        "will_be_set_aside",
        f"While it runs, {_listed(told)} will be the price of taking part{where}: such acts are counted, "
        "and are no sign in anybody's score.",
    )
    if ends_at is None:
        yield Advice("no_end", "State when it ends: until then, whatever people enter by is set aside.")


def _among(kinds: Collection[str], some: Collection[str]) -> str:
    return _listed([it for it in kinds if it in some])


def _listed(words: list[str]) -> str:
    words = [it.replace("_", " ") for it in words]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
