"""Facts as hypothesis draws them: of three people, over a year and twenty days."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from scoring.features.clock import NEGATIVE, OUTBOUND, PEER, TWO_SIDED, UNDO
from tests.scoring.frames import (
    AS_OF,
    ENGLISH,
    GERMAN,
    act,
    audience,
    campaign,
    confirmed,
    facts,
    link,
    on_channel,
    outcome,
    said,
    told,
)

NUMBER, FEW = st.integers(0, 4), st.integers(0, 2)
AGO = st.integers(-20, 400)
# Half of it is known too late: of what is rare, too little would be known late to be missed.
KNOWN = st.integers(-20, 0) | AGO


@st.composite
def some_acts(draw: st.DrawFn) -> dict[str, Any]:
    nature = draw(st.sampled_from([1, 1, 1, 1, UNDO, NEGATIVE]))
    return act(
        draw(st.integers(0, 7)),
        ago=draw(st.integers(-20, 400)) + 0.5,
        contact=draw(st.integers(1, 3)),
        nature=nature,
        direction=draw(st.sampled_from([1, 1, OUTBOUND, TWO_SIDED, PEER])),
        words=draw(st.sampled_from([-1, 0, 1, 2, 7, 20, 50])),
        asks=draw(st.booleans()),
        automated=draw(st.integers(0, 9)) == 0,
        act=draw(NUMBER), reply=draw(NUMBER), thread=draw(NUMBER), mark=draw(NUMBER), target=draw(st.integers(0, 3)),
        channel=draw(FEW), post=draw(FEW), kind=draw(FEW), language=draw(st.sampled_from([0, ENGLISH, GERMAN])),
        intent=draw(st.integers(0, 7)), likeness=draw(st.sampled_from([0, 0, 1, 2])),
    )  # fmt: skip


@st.composite
def some_outcomes(draw: st.DrawFn) -> dict[str, Any]:
    return outcome(
        draw(st.integers(1, 5)),
        ago=draw(st.integers(-20, 400)) + 0.5,
        contact=draw(st.integers(1, 3)),
        value=draw(st.sampled_from([float("nan"), 0.0, 10.0])),
        currency=draw(st.integers(0, 2)), outcome=draw(NUMBER), refund_of=draw(NUMBER),
    )  # fmt: skip


@st.composite
def some_campaigns(draw: st.DrawFn) -> dict[str, Any]:
    ago, known_at = draw(AGO), AS_OF - timedelta(days=draw(KNOWN))
    return campaign(draw(FEW), ago=ago, until=ago - draw(st.integers(1, 200)), post=draw(FEW), known_at=known_at)


@st.composite
def some_confirmed(draw: st.DrawFn) -> dict[str, Any]:
    ago, known = draw(AGO), draw(KNOWN)
    back = draw(st.none() | st.integers(-30, known))
    return confirmed(draw(st.integers(1, 2)), ago=ago, until=ago - draw(st.integers(1, 200)), known=known, back=back)


SAID = st.sampled_from(
    [("plan", "basic"), ("plan", "gold"), ("plan", "odd"), ("seats", "12"), ("seats", "many"), ("language", "en-GB"),
     ("country", "DE"), ("interests", "tea, pottery"), ("interests", "cars")]
)  # fmt: skip


@st.composite
def some_said(draw: st.DrawFn) -> dict[str, Any]:
    known, (name, value) = draw(KNOWN), draw(SAID)
    return said(name, value, contact=draw(st.integers(1, 3)), ago=known + draw(FEW), known=known)


@st.composite
def lately(draw: st.DrawFn) -> dict[str, Any]:
    """An act of the last weeks, known when it happened or a few days later; no refusal."""
    drawn = draw(some_acts())
    at = AS_OF - (AS_OF - drawn["occurred_at"]) / 10
    late = timedelta(days=draw(st.sampled_from([0, 0, 0, 3])))
    return {**drawn, "occurred_at": at, "known_at": at + late, "nature": drawn["nature"] or 1}


# A busy month, of which much begs an answer.
BUSY = st.builds(
    facts,
    st.lists(lately(), min_size=12, max_size=40),
    st.lists(some_outcomes(), max_size=3),
    campaigns=st.lists(some_campaigns(), max_size=1),
    feedback=st.lists(st.builds(told, st.booleans(), contact=st.integers(1, 3), ago=KNOWN), max_size=3),
)
SOME = st.builds(
    facts,
    st.lists(some_acts(), max_size=25),
    st.lists(some_outcomes(), max_size=8),
    st.lists(st.builds(link, st.integers(1, 3), st.integers(1, 3), ago=AGO), max_size=3),
    posts=st.lists(st.builds(on_channel, st.integers(1, 2), st.integers(1, 2), ago=KNOWN), max_size=3),
    campaigns=st.lists(some_campaigns(), max_size=4),
    confirmed=st.lists(some_confirmed(), max_size=3),
    audience=st.just([audience("language", "en"), audience("region", "GB"), audience("interest", "Pottery")]),
    said=st.lists(some_said(), max_size=6),
    feedback=st.lists(st.builds(told, st.booleans(), contact=st.integers(1, 3), ago=KNOWN), max_size=4),
)
# Few acts over a long time, with whatever else there may be; or many at once.
ANY = SOME | BUSY
