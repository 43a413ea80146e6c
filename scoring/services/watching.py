"""Watching audiences: where did a channel grow as it had not before, and do independent checks agree on why?

    watch ──► growth.screen ──► Findings ── confirm ──► confirming checks ──► Findings ──► q ──► EthicsWarning
              every closed window            of the windows the screen found     of the month     two families agree

Each window is tested once: an answer that was found, or not found, stays. What could not be tested is asked again, for
what was lacking may come. Nothing here touches a score.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from ingestion.selectors import frames, watched
from scoring import selectors
from scoring.integrity import creation, deficit, engagement, growth, profiles, retention
from scoring.integrity.catalog import Check
from scoring.integrity.catalog.bought_followers import (
    BOUGHT_FOLLOWERS,
    CREATION,
    DEFICIT,
    ENGAGEMENT,
    GROWTH,
    PROFILES,
    RETENTION,
)
from scoring.integrity.check import Judged, Result, Window, lacking
from scoring.models import Finding
from scoring.services import facts, findings
from tenants.models import Channel, ChannelRole, Client
from tenants.services import jobs

Test = Callable[[jobs.Work, Channel, list[Finding], datetime, list[float]], Iterator[Result]]
"""What a check says of the bursts of one channel, as known at a moment, measured by the effects of explained ones."""
RULES = (BOUGHT_FOLLOWERS.code, BOUGHT_FOLLOWERS.version)
# For so long what is lacking may come; a history that is imported later is tested when it is first looked at.
ASKED_AGAIN = timedelta(days=400)


def watch(work: jobs.Work) -> None:
    """Screen the growth of every channel, in every closed window; then have what stands out confirmed.

    args: as_of, optional: the moment to look at (ISO 8601); what was known later is not looked at.
    """
    with work.reading():
        as_of = facts.moment(work.args.get("as_of"))
        gains, levels = frames.gains(known_before=as_of), watched.levels(known_before=as_of)
        clients = list(Client.objects.order_by("pk").values_list("pk", flat=True))
        spans = selectors.confirmed_spans(known_before=as_of)
        has_prospects = Channel.objects.filter(role=ChannelRole.PROSPECT).exists()
    confirmed = [(channel, start, end) for channel, _, start, end, _, until in spans if channel and until is None]
    windows = growth.series(gains, levels, until=as_of)
    screened = [(GROWTH, it) for it in growth.screen(windows, confirmed=confirmed)]
    with work.finishing():
        findings.store(BOUGHT_FOLLOWERS, screened)
        jobs.enqueue("confirm", {"as_of": as_of.isoformat()}, parent=work.job)
        if has_prospects:
            jobs.enqueue("vet", {"as_of": as_of.isoformat()}, parent=work.job)
        for client_id in clients:
            jobs.enqueue("examine", {"as_of": as_of.isoformat(), "client": client_id}, parent=work.job)


def confirm(work: jobs.Work) -> None:
    """Test what the screen found, as far as it can be tested and was not yet; then weigh and warn. args: as_of."""
    as_of = datetime.fromisoformat(work.args["as_of"])
    with work.reading():
        todo = [
            (check, channel, list(bursts))
            for check in TESTS
            for channel, bursts in groupby(_unanswered(check, as_of), key=attrgetter("channel"))
        ]
        explained = {check: selectors.explained_effects(BOUGHT_FOLLOWERS.code, check.code) for check in TESTS}
    tested: list[tuple[Check, Judged]] = []
    for done, (check, channel, bursts) in enumerate(todo):
        results = TESTS[check](work, channel, bursts, as_of, explained[check])
        tested += [
            (check, Judged(it.window, it.place, it.start, it.end, result, channel=channel.id))
            for it, result in zip(bursts, results, strict=True)
        ]
        if 100 * done // len(todo) > 100 * (done - 1) // len(todo):
            work.report(100 * done // len(todo))
    drawn = _drawn_on(work, as_of)
    with work.finishing():
        findings.store_and_weigh(BOUGHT_FOLLOWERS, tested)
        Finding.objects.bulk_update(drawn, ["seen"])


def _unanswered(check: Check, as_of: datetime) -> Iterable[Finding]:
    return selectors.bursts_to_confirm(*RULES, screen=GROWTH.code, check=check.code, since=as_of - ASKED_AGAIN)


def _engagement(
    work: jobs.Work, channel: Channel, bursts: list[Finding], as_of: datetime, explained: list[float]
) -> Iterator[Result]:
    place: dict[str, Any] = {"client_id": channel.client_id, "platform": channel.platform}
    with work.reading():
        owned = Channel.objects.filter(**place, role=ChannelRole.OWNED).count()
        if channel.role == ChannelRole.OWNED and owned == 1:
            followers = frames.followers(
                **place,
                since=bursts[0].start - engagement.EARLIER,
                until=bursts[-1].end,
                within=engagement.WITHIN,
                known_before=as_of,
            )
            acts_until = frames.acts_until(**place, known_before=as_of)
        apart = _bursts_of(channel)
    for it in bursts:
        if channel.role != ChannelRole.OWNED:
            yield lacking("not_owned")
        elif owned > 1:
            yield lacking("several_channels", channels=owned)
        else:
            yield engagement.cohort(
                followers,
                start=it.start,
                end=it.end,
                apart=apart,
                gained=it.seen["gained"],
                acts_until=acts_until,
                most_ratio=max(engagement.LEAST_MOST_RATIO, min([engagement.MOST_RATIO, *explained])),
            )


def _of_samples(test: Callable[..., Result], least: float, most: float) -> Test:
    """Return how samples of profiles are tested. least, most: between what the smallest share that counts is, whatever
    was explained.
    """

    def answers(
        work: jobs.Work, channel: Channel, bursts: list[Finding], as_of: datetime, explained: list[float]
    ) -> Iterator[Result]:
        with work.reading():
            sampled = frames.profiles(channel_id=channel.id, known_before=as_of)
            apart = _bursts_of(channel)
        least_share = min(most, max([least, *explained]))
        for it in bursts:
            yield test(sampled, start=it.start, end=it.end, apart=apart, least_share=least_share)

    return answers


def _retention(
    work: jobs.Work, channel: Channel, bursts: list[Finding], as_of: datetime, explained: list[float]
) -> Iterator[Result]:
    with work.reading():
        levels = watched.levels(channel_id=channel.id, known_before=as_of)
        apart = _bursts_of(channel)
    least_lost = min(retention.MOST_LEAST_LOST, max([retention.LEAST_LOST, *explained]))
    for it in bursts:
        assert it.effect is not None, "a burst that was found has one"
        yield retention.lost(levels, start=it.start, end=it.end, excess=it.effect, apart=apart, least_lost=least_lost)


def _drawn_on(work: jobs.Work, as_of: datetime) -> list[Finding]:
    """Return bursts that were found to be gone before 90 days were over, with what is known by now of who stayed: the
    answer is final and stands with its figures, and is drawn on beside them.
    """
    with work.reading():
        found = selectors.bursts(*RULES, screen=RETENTION.code).filter(end__gte=as_of - ASKED_AGAIN)
        found = found.select_related("channel").order_by("channel_id", "end")
        going_on = [it for it in found if it.seen["curve"][-1][0] < retention.AFTER[-1]]
    drawn = []
    for channel, bursts in groupby(going_on, key=attrgetter("channel")):
        with work.reading():
            levels = watched.levels(channel_id=channel.id, known_before=as_of)
            apart = _bursts_of(channel)
        for it in bursts:
            seen = retention.lost(levels, start=it.start, end=it.end, excess=it.seen["excess"], apart=apart).seen
            if len(seen.get("curve", ())) > len(it.seen["curve"]):
                it.seen |= {"curve": seen["curve"], "lost": {**seen["lost"], **it.seen["lost"]}}
                drawn.append(it)
    return drawn


def _deficit(
    work: jobs.Work, channel: Channel, bursts: list[Finding], as_of: datetime, explained: list[float]
) -> Iterator[Result]:
    with work.reading():
        posts = watched.posts(channel_id=channel.id, known_before=as_of)
        levels = watched.levels(channel_id=channel.id, known_before=as_of)
        apart = _bursts_of(channel)
    most_ratio = max(engagement.LEAST_MOST_RATIO, min([engagement.MOST_RATIO, *explained]))
    for it in bursts:
        weeks = deficit.weeks_of(posts, start=it.start, end=it.end, until=as_of)
        yield deficit.channel(weeks, levels, start=it.start, end=it.end, apart=apart, most_ratio=most_ratio)


TESTS: dict[Check, Test] = {
    ENGAGEMENT: _engagement,
    DEFICIT: _deficit,
    PROFILES: _of_samples(profiles.mixture, profiles.LEAST_SHARE, profiles.MOST_LEAST_SHARE),
    CREATION: _of_samples(creation.scan, 0.0, creation.MOST_LEAST_SHARE),
    RETENTION: _retention,
}


def _bursts_of(channel: Channel) -> list[Window]:
    """Return the windows in which a channel grew as it had not before: who came then is no usual follower."""
    return [(it.start, it.end) for it in selectors.bursts(*RULES, screen=GROWTH.code).filter(channel=channel)]
