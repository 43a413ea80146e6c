"""The people of a channel: who comes when, and how much each of them does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.simulation.brands import Burst, Script, Setting
from scoring.simulation.columns import Numbers, Texts
from scoring.simulation.months import Past
from scoring.simulation.roles import ROLES
from scoring.simulation.words import handles

# Who came in so many days before the first month is there from the start, in whatever state they are in by then.
BEFORE = 240
# Of gamma distributions with mean 1: the smaller, the more of everything is done by few.
ACTIVITY_SHAPE, WALLET_SHAPE = 0.8, 1.5
PACE_SPREAD = 0.3
# A burst begins on one of these days of a month (from 0), so that all its people come within that month.
EARLIEST, LATEST = 4, 12


@dataclass(frozen=True)
class Arrival:
    """A burst as it came: in which month, between which days of the past, and how many followed."""

    burst: Burst
    month: int
    start: float
    end: float
    followers: int


@dataclass(frozen=True)
class Crowd:
    """One entry a person. came: on which day, below 0 before the first month; stays: for how many days; pace: how much
    slower than usual they grow; activity, wallet: how much more than usual they do, and buy.
    """

    handle: Texts
    role: Texts
    came: Numbers
    stays: Numbers
    pace: Numbers
    activity: Numbers
    wallet: Numbers

    @property
    def begins(self) -> Texts:
        """With which act each is first seen; empty: with none in particular."""
        begins = {name: role.begins for name, role in ROLES.items()}
        return np.array([begins[role] for role in self.role.tolist()])


def at_daytime(random: np.random.Generator, day: Numbers) -> Numbers:
    """Return the same days, at an hour when people are awake; most in the afternoon."""
    return np.floor(day) + random.beta(5, 3.5, len(day))


def arrivals(random: np.random.Generator, setting: Setting, past: Past, people: int) -> list[Arrival]:
    """Return the bursts of a channel. people: of the brand, who come by themselves."""
    found = []
    for burst in setting.bursts:
        month = past.last - burst.back
        start = float(np.floor(past.edge_days[month] + random.uniform(EARLIEST, LATEST)))
        found.append(Arrival(burst, month, start, start + burst.days, round(people * burst.followers)))
    return found


def crowd(random: np.random.Generator, script: Script, bursts: Sequence[Arrival], *, usual: int, past: Past) -> Crowd:
    """Return everybody who comes to a channel: those who come by themselves, then those of each burst."""
    roles = [_roles(random, script.mix, usual)]
    came = [random.uniform(-BEFORE, past.days, usual)]
    followers = {role: share for role, share in script.mix.items() if ROLES[role].begins == "follow"}
    for it in bursts:
        roles.append(_roles(random, {it.burst.role: 1.0} if it.burst.role else followers, it.followers))
        # Most come at once, the others by and by.
        came.append(it.start + (it.end - it.start) * random.beta(1, 2.5, it.followers))
    role = np.concatenate(roles)
    stays = {name: it.stays for name, it in ROLES.items()}
    return Crowd(
        handle=handles(random, len(role)),
        role=role,
        came=at_daytime(random, np.concatenate(came)),
        stays=np.array([stays[name] for name in role.tolist()]) * random.exponential(1, len(role)),
        pace=random.lognormal(0, PACE_SPREAD, len(role)),
        activity=random.gamma(ACTIVITY_SHAPE, 1 / ACTIVITY_SHAPE, len(role)),
        wallet=random.gamma(WALLET_SHAPE, 1 / WALLET_SHAPE, len(role)),
    )


def _roles(random: np.random.Generator, mix: Mapping[str, float], count: int) -> Texts:
    shares = np.array(list(mix.values()))
    return random.choice(np.array(list(mix)), count, p=shares / shares.sum())
