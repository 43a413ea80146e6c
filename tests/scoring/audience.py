"""A channel with an audience, sent in through the front door."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from ingestion.models import KnownAt, Shape, Source
from ingestion.services import batches
from scoring.models import EthicsWarning, Finding
from tests.conftest import Agency, within
from tests.scoring.agency import ask, work_off

USUAL = 40  # a month, and every month


@dataclass(frozen=True)
class Burst:
    """So many more in one month; which share of them does something else, and which share looks as those do who are
    sold.
    """

    gained: int = 500
    acting: float = 0.0
    false: float = 0.8


PURCHASE = Burst()
VIRAL = Burst(acting=0.3, false=0.0)


def month(number: int) -> datetime:
    """Return when a month begins; 0: January 2024."""
    return datetime(2024 + number // 12, number % 12 + 1, 1, tzinfo=UTC)


# What people did within 14 days of the fourteenth month is known by then.
LATER = month(14) + timedelta(days=21)


def source_of(agency: Agency, name: str = "Audience", **policy: Any) -> Source:
    with within(agency):
        return Source.objects.create(
            client=agency.client, name=name, kind="own_system", platform="instagram", known_at_basis=KnownAt.LAGGED,
            **policy,
        )  # fmt: skip


def send(agency: Agency, source: Source, shape: Shape, rows: list[dict[str, Any]]) -> None:
    with within(agency):
        for begin in range(0, len(rows), 5000):
            body = json.dumps(rows[begin : begin + 5000]).encode()
            landing = batches.receive(body, source_id=source.public_id, shape=shape)
            assert landing.delivery.accepted == landing.delivery.received, landing.quarantined[:1]


def counts(agency: Agency, source: Source, bursts: dict[int, Burst], *, months: int = 14) -> None:
    """Send gains by month; `months` of them from January 2024 on, with bursts in some."""
    rows = [
        {"channel": agency.channel.public_id, "at": month(number + 1).isoformat(), "window": "month",
         "gained": USUAL + (bursts[number].gained if number in bursts else 0)}
        for number in range(months)
    ]  # fmt: skip
    send(agency, source, Shape.AUDIENCE_COUNTS, rows)


def follows(agency: Agency, source: Source, bursts: dict[int, Burst], *, months: int = 15, seed: int = 1) -> None:
    """Send who followed, and what a third of the usual ones did besides, within some days; a month more than counts."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for number in range(months):
        burst = bursts.get(number, Burst(gained=0))
        acting = np.concatenate([random.random(USUAL) < 0.35, random.random(burst.gained) < burst.acting])
        for place, acts in enumerate(acting):
            who = {"handle": f"follower-{seed}-{number}-{place}"}
            at = month(number) + timedelta(days=float(random.uniform(0, 27)))
            rows.append({"id": f"f{len(rows)}", "kind": "follow", "occurred_at": at.isoformat(), "actor": who})
            if acts:
                later = at + timedelta(days=float(random.uniform(0.1, 10)))
                rows.append({"id": f"f{len(rows)}", "kind": "like", "occurred_at": later.isoformat(), "actor": who})
    send(agency, source, Shape.ENGAGEMENTS, rows)


def profiles(agency: Agency, source: Source, bursts: dict[int, Burst], *, size: int = 200, seed: int = 1) -> None:
    """Send a sample of the followers of the year before the first burst, and one of each burst's month."""
    random = np.random.default_rng(seed)
    first = min(bursts)
    for begin, end, false in [
        (0, first, 0.0),
        *((number, number + 1, burst.false) for number, burst in bursts.items()),
    ]:
        rows = [
            {"channel": agency.channel.public_id, "cohort_from": month(begin).isoformat(),
             "cohort_to": month(end).isoformat(), "sampled_at": month(end).isoformat(), "number": number + 1,
             **_profile(random, is_false=bool(random.random() < false))}
            for number in range(size)
        ]  # fmt: skip
        send(agency, source, Shape.PROFILE_SAMPLES, rows)


def _profile(random: np.random.Generator, *, is_false: bool) -> dict[str, Any]:
    if is_false:
        return {"followers": int(random.integers(0, 30)), "following": int(random.integers(1000, 7000)), "posts": 0,
                "bio_length": 0, "has_avatar": False, "digit_share": 0.4}  # fmt: skip
    return {"followers": int(random.lognormal(5, 1)), "following": int(random.lognormal(5.5, 0.8)),
            "posts": int(random.lognormal(3.5, 1)), "bio_length": int(random.integers(0, 150)), "has_avatar": True,
            "digit_share": float(random.choice([0.0, 0.1, 0.3]))}  # fmt: skip


def with_burst(agency: Agency, burst: Burst, *, number: int = 13) -> Source:
    """Send fourteen months of a channel with one burst, its followers' acts and samples of profiles."""
    source = source_of(agency)
    for part in (counts, follows, profiles):
        part(agency, source, {number: burst})
    return source


def watch(agency: Agency, *, as_of: datetime) -> None:
    """Do a night's watch as of a moment."""
    ask(agency, "watch", as_of=as_of.isoformat())
    assert {job.state for job in work_off(agency)} == {"done"}


def warned(agency: Agency) -> list[EthicsWarning]:
    """Return the warnings, without the one that every agency of the tests has."""
    with within(agency):
        return list(EthicsWarning.objects.filter(end__gte=month(0)).order_by("end"))


def answers(agency: Agency, code: str, **which: Any) -> list[str]:
    """Return what a check answered, window by window."""
    with within(agency):
        found = Finding.objects.filter(check_code=code, end__gte=month(0), **which).order_by("end")
        return list(found.values_list("answer", flat=True))


def finding(agency: Agency, code: str) -> Finding:
    """Return what a check said of the last burst it looked at."""
    with within(agency):
        return Finding.objects.filter(check_code=code, end__gte=month(0)).latest("end")
