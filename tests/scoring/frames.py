"""Facts as tests write them: one line an act or an outcome, everything else filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from scoring.features.clock import AUDIENCE, CAMPAIGNS, CONFIRMED, FEEDBACK, INBOUND, POSTS, PURCHASE, SAID, Facts

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRAND = 1
MOMENT = pl.Datetime("us", "UTC")
# Languages as frames number them: their letters, as digits of 27.
ENGLISH, GERMAN = 5 * 729 + 14 * 27, 4 * 729 + 5 * 27
ACTS: dict[str, Any] = {
    "contact": pl.Int64, "occurred_at": MOMENT, "known_at": MOMENT, "rung": pl.Int16, "nature": pl.Int16,
    "direction": pl.Int16, "words": pl.Int16, "asks": pl.Boolean, "automated": pl.Boolean, "act": pl.Int64,
    "reply": pl.Int64, "thread": pl.Int64, "mark": pl.Int64, "target": pl.Int64, "channel": pl.Int64,
    "post": pl.Int64, "kind": pl.Int64, "language": pl.Int16, "intent": pl.Int16, "likeness": pl.Int64,
}  # fmt: skip
OUTCOMES: dict[str, Any] = {
    "contact": pl.Int64, "occurred_at": MOMENT, "known_at": MOMENT, "kind": pl.Int16, "value": pl.Float64,
    "currency": pl.Int64, "outcome": pl.Int64, "refund_of": pl.Int64, "source": pl.Int64,
}  # fmt: skip
LINKS: dict[str, Any] = {"contact": pl.Int64, "person": pl.Int64, "known_at": MOMENT}


MORE = {
    "posts": POSTS, "campaigns": CAMPAIGNS, "confirmed": CONFIRMED, "audience": AUDIENCE, "said": SAID,
    "feedback": FEEDBACK,
}  # fmt: skip


def act(rung: int = 3, *, ago: float = 1, contact: int = 1, **more: Any) -> dict[str, Any]:
    """An act so many days before AS_OF, known when it happened; of ten words."""
    at = AS_OF - timedelta(days=ago)
    usual = {"direction": INBOUND, "nature": 1, "words": 10, "asks": False, "automated": False}
    numbers = dict.fromkeys(list(ACTS)[list(ACTS).index("act") :], 0)
    return {"contact": contact, "occurred_at": at, "known_at": at, "rung": rung, **numbers, **usual, **more}


def outcome(kind: int = PURCHASE, *, ago: float = 1, contact: int = 1, **more: Any) -> dict[str, Any]:
    at = AS_OF - timedelta(days=ago)
    usual = {"value": 10.0, "currency": 7, "outcome": 0, "refund_of": 0, "source": 1}
    return {"contact": contact, "occurred_at": at, "known_at": at, "kind": kind, **usual, **more}


def link(contact: int, person: int, *, ago: float = 1000) -> dict[str, Any]:
    return {"contact": contact, "person": person, "known_at": AS_OF - timedelta(days=ago)}


def campaign(kind: int = 1, *, ago: float = 10, until: float = 0, post: int = 0, **more: Any) -> dict[str, Any]:
    """A campaign from so many days before AS_OF until so many, known when it begins."""
    start, end = AS_OF - timedelta(days=ago), AS_OF - timedelta(days=until)
    return {"client": BRAND, "kind": kind, "post": post, "start": start, "end": end, "known_at": start, **more}


def confirmed(
    channel: int = 1, *, client: int = 0, post: int = 0, ago: float = 20, until: float = 10, known: float = 5,
    back: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A span of a channel (0: of a client, or of one of its posts) that somebody took for inauthentic so many days
    before AS_OF, and not any more at `back`.
    """
    start, end, at = (AS_OF - timedelta(days=days) for days in (ago, until, known))
    over = None if back is None else AS_OF - timedelta(days=back)
    of = {"channel": channel, "client": client, "post": post}
    return {**of, "start": start, "end": end, "known_at": at, "until": over}


def said(name: str, value: str, *, contact: int = 1, ago: float = 9, known: float | None = None) -> dict[str, Any]:
    at = AS_OF - timedelta(days=ago)
    known_at = at if known is None else AS_OF - timedelta(days=known)
    return {"contact": contact, "name": name, "value": value, "at": at, "known_at": known_at}


def told(not_a_lead: bool = True, *, contact: int = 1, ago: float = 9) -> dict[str, Any]:
    """What the agency said so many days before AS_OF of whether somebody is a lead."""
    return {"contact": contact, "not_a_lead": not_a_lead, "known_at": AS_OF - timedelta(days=ago)}


def audience(what: str, value: str, *, client: int = BRAND) -> dict[str, Any]:
    return {"client": client, "what": what, "value": value}


def on_channel(post: int, channel: int, *, ago: float = 1000) -> dict[str, Any]:
    return {"post": post, "channel": channel, "known_at": AS_OF - timedelta(days=ago)}


def facts(
    acts: Iterable[Mapping[str, Any]] = (),
    outcomes: Iterable[Mapping[str, Any]] = (),
    links: Iterable[Mapping[str, Any]] = (),
    withheld: Iterable[int] = (),
    **more: Iterable[Mapping[str, Any]],
) -> Facts:
    """more: rows of the other frames, by their name."""
    tables = (
        pl.DataFrame(list(acts), schema=ACTS),
        pl.DataFrame(list(outcomes), schema=OUTCOMES),
        pl.DataFrame(list(links), schema=LINKS),
    )
    everybody = {1, *(number for table in tables for number in table["contact"]), *tables[2]["person"]}
    everybody |= {number for number in tables[0]["target"] if number}
    contacts = pl.DataFrame({"contact": sorted(everybody)}, schema={"contact": pl.Int64})
    out = pl.col("contact").is_in(list(withheld))
    others = {name: pl.DataFrame(list(rows), schema=MORE[name]) for name, rows in more.items()}
    return Facts(*tables, contacts.with_columns(client=pl.lit(BRAND, pl.Int64), withheld=out), **others)


def known_before(given: Facts, moment: datetime) -> Facts:
    """Return only what was known before the moment."""

    def early(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("known_at") < moment)

    timed = ("acts", "outcomes", "links", *(name for name in MORE if name != "audience"))
    known = replace(given, **{name: early(getattr(given, name)) for name in timed})
    # What is taken back later stands until then.
    stands = pl.when(pl.col("until") < moment).then("until")
    return replace(known, confirmed=known.confirmed.with_columns(until=stands))


def market(people: int = 600, *, seed: int = 1, days: int = 420, talkers: float = 5.0, others: float = 0.6) -> Facts:
    """A simulated brand's past up to AS_OF. Three in ten talk, the rest only like; both act as often, so recency alone
    says little. talkers, others: how often each buys over the days, on average.
    """
    random = np.random.default_rng(seed)
    acts, outcomes = [], []
    for contact in range(1, people + 1):
        talks = bool(random.random() < 0.3)
        for ago in random.uniform(0, days, random.poisson(14)):
            rung, words = (int(random.integers(3, 8)), int(random.integers(3, 40))) if talks else (1, -1)
            acts.append(act(rung, ago=float(ago), contact=contact, words=words))
        bought = random.uniform(0, days, random.poisson(talkers if talks else others))
        outcomes += [outcome(ago=float(ago), contact=contact) for ago in bought]
    return facts(acts, outcomes)
