"""An agency of which the truth is known: made-up people, acts and purchases of three brands, as rows for the API.

Whoever wants to know whether Earnest finds what is there sends the rows in, and compares what it says with the truth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from scoring.simulation import audience, rows
from scoring.simulation.brands import SCRIPTS, Script, Setting
from scoring.simulation.columns import Row
from scoring.simulation.crowd import arrivals, crowd
from scoring.simulation.deeds import deeds
from scoring.simulation.months import Past
from scoring.simulation.roles import OUTCOMES
from scoring.simulation.words import texts

SEED, PEOPLE = 1, 400


@dataclass(frozen=True)
class Channel:
    """One channel of a brand, and the rows of one source for each of the four doors, by time."""

    platform: str
    handle: str
    engagements: Sequence[Row]
    outcomes: Sequence[Row]
    counts: Sequence[Row]
    samples: Sequence[Row]

    @property
    def name(self) -> str:
        return f"{self.platform}/{self.handle}"


@dataclass(frozen=True)
class Brand:
    """audience: languages, regions and interests, as declared."""

    name: str
    audience: Mapping[str, Sequence[str]]
    channels: Sequence[Channel]


@dataclass(frozen=True)
class Planted:
    """What happened to a channel (platform/handle), between which moments, and to how many accounts.

    what: bought, viral post, press mention or giveaway (so many followed), clean-up (so many were removed). stands_out:
    the growth of its month is far above that of the twelve months before.
    """

    what: str
    brand: str
    channel: str
    start: datetime
    end: datetime
    accounts: int
    stands_out: bool


@dataclass(frozen=True)
class Truth:
    """roles: channel (platform/handle) → handle → what somebody is, of `roles.ROLES`."""

    planted: Sequence[Planted]
    roles: Mapping[str, Mapping[str, str]]

    def of(self, what: str) -> list[Planted]:
        """Return what was planted of one kind."""
        return [it for it in self.planted if it.what == what]


@dataclass(frozen=True)
class Agency:
    """brands: what is sent; truth: what is not."""

    brands: Sequence[Brand]
    truth: Truth


def agency(*, until: datetime, seed: int = SEED, people: int = PEOPLE) -> Agency:
    """Return three brands with fifteen whole months of past and what came since, up to a moment that has a zone.

    people: how many come to a brand by themselves; there are about 70 rows for each of them. Below 400 some bursts are
    too small to be judged. No moment is later than `until`; months are those of Europe/London. The same arguments give
    the same rows.
    """
    past = Past.before(until)
    brands: list[Brand] = []
    planted: list[Planted] = []
    roles: dict[str, Mapping[str, str]] = {}
    for number, script in enumerate(SCRIPTS):
        channels = []
        for place, setting in enumerate(script.settings):
            drawn = _drawn(np.random.default_rng([seed, number, place]), script, setting, past, people)
            channel, of_channel, roles[setting.name] = drawn
            channels.append(channel)
            planted += of_channel
        brands.append(Brand(script.name, script.audience, channels))
    return Agency(brands, Truth(planted, roles))


def _drawn(
    random: np.random.Generator, script: Script, setting: Setting, past: Past, people: int
) -> tuple[Channel, list[Planted], dict[str, str]]:
    """Return a channel, what was planted there, and the role of each handle."""
    usual = round(people * setting.people)
    bursts = arrivals(random, setting, past, people)
    who = crowd(random, script, bursts, usual=usual, past=past)
    done = deeds(random, who, past)
    is_outcome = np.isin(done.act, list(OUTCOMES))
    cleaned = None if setting.clean_up is None else past.last - setting.clean_up
    counts, removed = audience.counts(random, setting.name, done, past, usual=usual, cleaned=cleaned)
    channel = Channel(
        setting.platform,
        setting.handle,
        rows.engagements(random, who, done.only(~is_outcome), past, texts(script.things)),
        rows.outcomes(random, who, done.only(is_outcome), past, price=script.price),
        counts,
        audience.samples(random, setting.name, who, bursts, past),
    )
    planted = [
        Planted(it.burst.what, script.name, setting.name, past.moment(it.start), past.moment(it.end), it.followers,
                it.month >= audience.FIRST_STANDING_OUT)
        for it in bursts
    ]  # fmt: skip
    if cleaned is not None:
        begun, ended = past.edges[cleaned : cleaned + 2]
        planted.append(Planted("clean-up", script.name, setting.name, begun, ended, removed, stands_out=False))
    return channel, planted, dict(zip(who.handle.tolist(), who.role.tolist(), strict=True))
