"""What the people of a channel do, as columns: who, on which day, what."""

from dataclasses import dataclass

import numpy as np

from scoring.simulation.columns import Flags, Numbers, Places, Texts
from scoring.simulation.crowd import Crowd, at_daytime
from scoring.simulation.months import Past
from scoring.simulation.roles import ACTS, ROLES, Habit

MONTH = 30.0
# The brand answers within a day mostly; a refund comes some days after a purchase.
ANSWERED_AFTER = 0.6
REFUNDED, REFUNDED_AFTER = 0.06, (2.0, 20.0)
BUYING = "purchase"


@dataclass(frozen=True)
class Deeds:
    """One entry a deed, by time. person: whose, or to whom the brand said it; of: the place of the deed that it answers
    or takes back, -1 none.
    """

    person: Places
    day: Numbers
    act: Texts
    of: Places

    def only(self, which: Flags) -> "Deeds":
        """Return some of them; what those refer to is among them."""
        place = np.where(which, np.cumsum(which) - 1, -1)
        of = self.of[which]
        return Deeds(self.person[which], self.day[which], self.act[which], np.where(of >= 0, place[of], -1))


def deeds(random: np.random.Generator, people: Crowd, past: Past) -> Deeds:
    """Return everything that happens in a channel before `until`, answers and refunds with it."""
    parts = [_beginnings(people)]
    for name, role in ROLES.items():
        members = np.flatnonzero(people.role == name)
        parts += [_done(random, people, members, habit, past) for habit in role.habits]
    person, day, act = (np.concatenate(column) for column in zip(*parts, strict=True))
    there = (day >= 0) & (day < past.days)
    own = _sorted(Deeds(person[there], day[there], act[there], np.full(there.sum(), -1)))
    return _sorted(_with_what_follows(random, own, past))


def _beginnings(people: Crowd) -> tuple[Places, Numbers, Texts]:
    act = people.begins
    does = np.flatnonzero(act != "")
    return does, people.came[does], act[does]


def _done(
    random: np.random.Generator, people: Crowd, members: Places, habit: Habit, past: Past
) -> tuple[Places, Numbers, Texts]:
    """Return when these people do it: at random between the habit's ends, as long as they stay."""
    came, pace = people.came[members], people.pace[members]
    begin = np.maximum(came + habit.since * pace, 0)
    end = np.minimum(came + np.minimum(habit.until * pace, people.stays[members]), past.days)
    length = np.maximum(end - begin, 0)
    eager = (people.wallet if habit.act == BUYING else people.activity)[members]
    times = random.poisson(habit.a_month / MONTH * eager * length)
    if habit.act in ACTS and ACTS[habit.act].once:
        times = np.minimum(times, 1)
    which = np.repeat(np.arange(len(members)), times)
    day = at_daytime(random, begin[which] + length[which] * random.random(len(which)))
    return members[which], np.maximum(day, begin[which]), np.full(len(which), habit.act)


def _with_what_follows(random: np.random.Generator, own: Deeds, past: Past) -> Deeds:
    chance = {name: it.answered for name, it in ACTS.items()} | {BUYING: REFUNDED}
    share = np.array([chance.get(name, 0.0) for name in own.act.tolist()])
    of = np.flatnonzero(random.random(len(share)) < share)
    is_refund = own.act[of] == BUYING
    later = np.where(
        is_refund, random.uniform(*REFUNDED_AFTER, len(of)), random.exponential(ANSWERED_AFTER, len(of)) + 0.01
    )
    as_what = {name: it.answer for name, it in ACTS.items()} | {BUYING: "refund"}
    act = np.array([as_what[name] for name in own.act[of].tolist()], dtype=np.str_)
    day = own.day[of] + later
    by_now = day < past.days
    return Deeds(
        np.concatenate([own.person, own.person[of][by_now]]),
        np.concatenate([own.day, day[by_now]]),
        np.concatenate([own.act, act[by_now]]),
        np.concatenate([own.of, of[by_now]]),
    )


def _sorted(them: Deeds) -> Deeds:
    order = np.argsort(them.day, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    of = them.of[order]
    return Deeds(them.person[order], them.day[order], them.act[order], np.where(of >= 0, place[of], -1))
