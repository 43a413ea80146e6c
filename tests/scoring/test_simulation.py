"""The simulated agency: its rows are what the doors take, its truth is in them, and the product finds that truth."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from ingestion.formats import envelopes
from ingestion.formats.fact import Terms
from ingestion.formats.person import Register
from ingestion.formats.reading import FORMATS
from ingestion.models import KnownAt, Shape, Source
from scoring.integrity import growth
from scoring.integrity.check import Answer
from scoring.models import EthicsWarning, Finding, ModelVersion, Score
from scoring.simulation import agency as simulation
from scoring.simulation.audience import SAMPLE
from tenants.models import Channel, Client, Platform
from tests.conftest import Agency, within
from tests.scoring.agency import ask, work_off
from tests.scoring.audience import send
from tests.scoring.test_growth import gains

UNTIL = datetime(2025, 11, 24, 13, 5, tzinfo=UTC)
LONG_AGO = UNTIL - timedelta(days=600)
LONDON = ZoneInfo("Europe/London")
# Early and late in a month, on a day when clocks change, and in another zone.
MOMENTS = [
    UNTIL,
    datetime(2025, 12, 3, 8, 0, 1, tzinfo=UTC),
    datetime(2025, 8, 28, 23, 30, tzinfo=UTC),
    datetime(2025, 3, 30, 1, 30, tzinfo=UTC),
    datetime(2025, 11, 1, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo")),
]


@pytest.fixture(scope="module")
def simulated() -> simulation.Agency:
    return simulation.agency(until=UNTIL)


def doors(channel: simulation.Channel) -> dict[str, list[dict[str, Any]]]:
    """Return a channel's rows by the shape in which they are sent."""
    return {
        "engagements": list(channel.engagements),
        "outcomes": list(channel.outcomes),
        "audience-counts": list(channel.counts),
        "profile-samples": list(channel.samples),
    }


def channels(simulated: simulation.Agency) -> Iterator[tuple[str, simulation.Channel]]:
    for brand in simulated.brands:
        for channel in brand.channels:
            yield channel.name, channel


def size(simulated: simulation.Agency) -> int:
    return sum(len(rows) for _, channel in channels(simulated) for rows in doors(channel).values())


def moment(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row.get("occurred_at") or row.get("at") or row["sampled_at"])


def month_of(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%Y-%m")


def test_it_has_the_brands_and_channels_of_the_demo(simulated: simulation.Agency) -> None:
    assert {brand.name: [channel.handle for channel in brand.channels] for brand in simulated.brands} == {
        "Fernleaf Pottery": ["fernleaf.pottery"],
        "Volt Trainers": ["volt.trainers", "volttrainers"],
        "Sunny Snacks": ["sunnysnacks"],
    }


def test_what_was_bought_came_in_the_last_month_that_is_over_for_three_weeks() -> None:
    for day, month in ((1, "2025-09"), (21, "2025-09"), (22, "2025-10"), (30, "2025-10")):
        simulated = simulation.agency(until=datetime(2025, 11, day, 12, tzinfo=UTC), people=10)
        assert {month_of(it.start) for it in simulated.truth.of("bought")} == {month}


def test_the_same_seed_gives_the_same_rows_and_another_other_ones() -> None:
    assert simulation.agency(until=UNTIL, people=50) == simulation.agency(until=UNTIL, people=50)
    assert simulation.agency(until=UNTIL, people=50) != simulation.agency(until=UNTIL, people=50, seed=2)


def test_rows_grow_with_the_people(simulated: simulation.Agency) -> None:
    assert 20_000 < size(simulated) < 33_000
    assert 2.5 < size(simulation.agency(until=UNTIL, people=1_200)) / size(simulated) < 3.5


@pytest.mark.parametrize("people", [10, 400])
@pytest.mark.parametrize("until", MOMENTS)
def test_the_doors_take_every_row_once_and_in_order_of_time(until: datetime, people: int) -> None:
    for name, channel in channels(simulation.agency(until=until, people=people)):
        register = Register(b"secret", "", channel.platform, frozenset(Platform.values))
        terms = Terms(register, until, timedelta(0), {name: 1})
        for shape, rows in doors(channel).items():
            reading = envelopes.read(FORMATS[shape], terms, envelopes.Batch([json.dumps(row).encode() for row in rows]))
            assert reading.refused == []
            assert len({fact.id for fact in reading.facts}) == len(rows)
            moments = [moment(row) for row in rows]
            assert moments == sorted(moments)
            assert all(at <= until for at in moments)


@pytest.mark.parametrize("until", MOMENTS)
def test_gains_are_the_follows_of_whole_months_and_levels_add_up(until: datetime) -> None:
    for _, channel in channels(simulation.agency(until=until)):
        follows = Counter(month_of(moment(row)) for row in channel.engagements if row["kind"] == "follow")
        gains = [row for row in channel.counts if "gained" in row]
        level, *levels = [row["followers"] for row in channel.counts if "followers" in row]
        ends = [moment(row).astimezone(LONDON) for row in gains]
        assert len(ends) in {15, 16}
        assert {(end.day, end.hour, end.minute) for end in ends} == {(1, 0, 0)}
        assert [row["gained"] for row in gains] == [follows[month_of(end - timedelta(days=1))] for end in ends]
        assert levels == list(accumulate((row["gained"] - row["lost"] for row in gains), initial=level))[1:]


@pytest.mark.parametrize("until", MOMENTS)
def test_what_was_planted_is_in_the_rows(until: datetime) -> None:
    simulated = simulation.agency(until=until)
    by_name, truth = dict(channels(simulated)), simulated.truth
    assert [it.channel for it in truth.of("bought")] == ["instagram/volt.trainers"]
    for planted in truth.planted:
        channel = by_name[planted.channel]
        (gain,) = (row for row in channel.counts if "gained" in row and lies_in(planted, row))
        if planted.what == "clean-up":
            assert gain["lost"] >= planted.accounts > gain["gained"]
            continue
        came = [row for row in channel.engagements if row["kind"] == "follow" and planted.start <= moment(row)]
        assert planted.accounts <= sum(moment(row) < planted.end for row in came) <= gain["gained"]
        if planted.stands_out:
            assert until - moment(gain) >= timedelta(days=21)
            cohort = [row for row in channel.samples if row["cohort_to"] == gain["at"] and lies_in(planted, row)]
            assert [row["number"] for row in cohort] == list(range(1, SAMPLE + 1))
            assert sum(row["cohort_to"] < cohort[0]["cohort_to"] for row in channel.samples) >= SAMPLE


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("until", MOMENTS)
def test_what_stands_out_is_screened_and_nothing_else(until: datetime, seed: int) -> None:
    """Or “no warning” would mean that nobody looked."""
    simulated = simulation.agency(until=until, seed=seed)
    for name, channel in channels(simulated):
        counted = [
            (1, moment(row), moment(row), row["gained"], growth.MONTH) for row in channel.counts if "gained" in row
        ]
        screened = growth.screen(growth.windows(gains(counted)))
        found = {month_of(it.start) for it in screened if it.result.answer == Answer.FOUND}
        planted = simulated.truth.planted
        assert found == {month_of(it.start) for it in planted if it.channel == name and it.stands_out}, name


def lies_in(planted: simulation.Planted, row: dict[str, Any]) -> bool:
    """Whether it happened in the month that a count or a cohort ends."""
    end = datetime.fromisoformat(row.get("at") or row["cohort_to"])
    return planted.end <= end and end - planted.start < timedelta(days=32)


def test_who_was_bought_does_nothing_but_follow(simulated: simulation.Agency) -> None:
    name = "instagram/volt.trainers"
    channel = dict(channels(simulated))[name]
    (planted,) = simulated.truth.of("bought")
    bought = {handle for handle, role in simulated.truth.roles[name].items() if role == "bought"}
    acts = [row for row in channel.engagements if row.get("actor", {}).get("handle") in bought]
    assert len(acts) == len(bought) == planted.accounts
    assert {row["kind"] for row in acts} == {"follow"}
    assert not bought & {row["who"]["handle"] for row in channel.outcomes}


def test_the_same_fifth_does_most(simulated: simulation.Agency) -> None:
    for name, channel in channels(simulated):
        acts = Counter(row["actor"]["handle"] for row in channel.engagements if row["direction"] == "inbound")
        fifth = [count for _, count in acts.most_common(len(simulated.truth.roles[name]) // 5)]
        assert 0.5 < sum(fifth) / acts.total() < 0.95


def test_answers_name_what_they_answer_and_refunds_what_they_take_back(simulated: simulation.Agency) -> None:
    for _, channel in channels(simulated):
        acts = {row["id"]: row for row in channel.engagements}
        answers = [row for row in channel.engagements if row["direction"] == "outbound"]
        assert answers
        for row in answers:
            asked = acts[row["in_reply_to"]]
            assert (asked["actor"], asked["thread"]) == (row["target"], row["thread"])
            assert moment(asked) < moment(row)
        made = {row["id"]: row for row in channel.outcomes}
        for row in channel.outcomes:
            if row["kind"] == "refund":
                assert (row["value"], row["who"]) == (made[row["refund_of"]]["value"], made[row["refund_of"]]["who"])


def on(found: Finding | EthicsWarning) -> str:
    assert found.channel
    return f"{found.channel.platform}/{found.channel.handle}"


def sent_in(agency: Agency, simulated: simulation.Agency) -> None:
    """Make the brands with their channels, and send each channel's rows from a source of its own."""
    for brand in simulated.brands:
        with within(agency):
            client = Client.objects.create(name=brand.name)
            for channel in brand.channels:
                Channel.objects.create(client=client, platform=channel.platform, handle=channel.handle)
        for channel in brand.channels:
            with within(agency):
                source = Source.objects.create(
                    client=client, name=channel.handle, kind="own_system", platform=channel.platform, may_train=True,
                    legal_basis="Nobody in it exists.", known_at_basis=KnownAt.LAGGED,
                )  # fmt: skip
            for shape, rows in doors(channel).items():
                send(agency, source, Shape.called(shape), rows)
    # As the database does by itself after a while; until then the planner guesses a handful of rows.
    address = settings.SERVERS.postgres.url(role="postgres", database=connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as there:
        there.execute("ANALYZE")


@pytest.mark.django_db(transaction=True)
def test_earnest_finds_what_was_planted_and_warns_of_nothing_else(mine: Agency, simulated: simulation.Agency) -> None:
    sent_in(mine, simulated)
    roles = {
        (brand.name, channel.platform, handle): role
        for brand in simulated.brands
        for channel in brand.channels
        for handle, role in simulated.truth.roles[channel.name].items()
    }
    for kind in ("retrain", "watch"):
        ask(mine, kind, as_of=UNTIL.isoformat())
    assert {job.state for job in work_off(mine)} == {"done"}
    with within(mine):
        found: dict[str, set[tuple[str, str]]] = {}
        for it in Finding.objects.filter(start__gt=LONG_AGO, channel__isnull=False).select_related("channel"):
            where = (on(it), month_of(it.start))
            found.setdefault(f"{it.check_code} {it.answer}", set()).add(where)
        (warning,) = EthicsWarning.objects.filter(start__gt=LONG_AGO).select_related("channel")
        model = ModelVersion.objects.get()
        ranks: dict[str, list[float]] = {}
        for score in Score.objects.filter(run__state="current").select_related("contact__client"):
            who = score.contact
            ranks.setdefault(roles[who.client.name, who.platform, who.handle], []).append(score.rank)

    planted = {(it.channel, month_of(it.start)) for it in simulated.truth.planted if it.stands_out}
    bought = {(it.channel, month_of(it.start)) for it in simulated.truth.of("bought")}
    assert (len(planted), len(bought)) == (5, 1)
    assert found["growth found"] == planted
    for check in ("cohort_engagement", "profile_mixture"):
        assert found[f"{check} found"] == bought
        assert found[f"{check} not_found"] == planted - bought
    assert {(on(warning), month_of(warning.start))} == bought

    assert model.state == "promoted"
    assert 0.75 < model.quality["auc"]["value"] < 0.9
    assert model.quality["auc"]["low"] > model.baseline["auc"]["value"]
    assert fmean(ranks["relationship"]) > fmean(ranks["liker"]) + 10
