"""Deeds as rows that the doors take."""

from collections.abc import Mapping, Sequence

import numpy as np

from scoring.simulation.columns import Places, Row
from scoring.simulation.crowd import Crowd
from scoring.simulation.deeds import BUYING, Deeds
from scoring.simulation.months import Past
from scoring.simulation.roles import ACTS, Act

# A brand posts so often, and people look at the newest post; what two say within a fortnight is one conversation.
DAYS_A_POST, DAYS_A_THREAD = 2.5, 14
PRICE_SPREAD = 0.5
CURRENCY = "GBP"


def engagements(
    random: np.random.Generator, people: Crowd, done: Deeds, past: Past, texts: Mapping[str, Sequence[str]]
) -> list[Row]:
    """Return the acts of a channel by time, numbered. done: acts and nothing else; texts: by occasion."""
    handles = people.handle.tolist()
    columns = (done.act, past.moments(done.day), done.person, _others(random, done, len(handles)), done.of)
    # An answer belongs to where it was asked.
    asked = np.where(done.of >= 0, done.day[done.of], done.day)
    posts, threads = (asked // DAYS_A_POST).astype(int).tolist(), (asked // DAYS_A_THREAD).astype(int).tolist()
    chosen = random.random(len(done.act)).tolist()
    rows: list[Row] = []
    for place, (name, at, who, other, of) in enumerate(zip(*(it.tolist() for it in columns), strict=True)):
        act = ACTS[name]
        row = {"id": f"act-{place}", "kind": act.kind, "occurred_at": at, "direction": act.direction}
        row |= _people(act, handles[who], handles[other])
        if act.on_post:
            row["post"] = f"post-{posts[place]}"
        if act.says:
            said = texts[act.says]
            row["text"] = said[int(chosen[place] * len(said))].replace("{friend}", handles[other])
            row["thread"] = f"thread-{who}-{threads[place]}"
        if of >= 0:
            row["in_reply_to"] = f"act-{of}"
        if act.provenance:
            row["provenance"] = act.provenance
        if act.automated:
            row["automated"] = True
        rows.append(row)
    return rows


def _others(random: np.random.Generator, done: Deeds, people: int) -> Places:
    """Return for each deed somebody else of those who do something: whom to tag, or to help."""
    other = random.permutation(done.person)
    return np.where(other == done.person, (other + 1) % people, other)


def _people(act: Act, who: str, other: str) -> Row:
    if act.direction == "outbound":
        return {"target": {"handle": who}}
    if act.direction == "peer":
        return {"actor": {"handle": who}, "target": {"handle": other}}
    return {"actor": {"handle": who}}


def outcomes(random: np.random.Generator, people: Crowd, done: Deeds, past: Past, *, price: float) -> list[Row]:
    """Return the outcomes of a channel's people by time, numbered. done: outcomes and nothing else."""
    handles = people.handle.tolist()
    paid = (price * random.lognormal(0, PRICE_SPREAD, len(done.act))).round(2).tolist()
    columns = (done.act, past.moments(done.day), done.person, done.of)
    rows: list[Row] = []
    for place, (kind, at, who, of) in enumerate(zip(*(it.tolist() for it in columns), strict=True)):
        row: Row = {"id": f"{kind}-{place}", "kind": kind, "occurred_at": at, "who": {"handle": handles[who]}}
        if kind == BUYING:
            row |= {"value": paid[place], "currency": CURRENCY}
        if of >= 0:
            row |= {"value": paid[of], "currency": CURRENCY, "refund_of": rows[of]["id"]}
        rows.append(row)
    return rows
