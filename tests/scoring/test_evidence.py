"""What a warning says: numbers, other explanations, what was not tested; nobody is accused, no small group counted."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scoring.integrity import evidence as words
from scoring.integrity import phrases
from scoring.integrity.catalog import CHECKS, LOOKED_AT, PRACTICES, Practice
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS
from scoring.integrity.catalog.law import NO_FINDING
from scoring.integrity.catalog.page import page
from scoring.integrity.check import Answer, Result, lacking
from scoring.integrity.evidence import Evidence
from scoring.integrity.weighing import agreeing, q_values

PAGE = Path(__file__).resolve().parents[2] / "docs/checks.md"
START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
GROWTH = Result(
    Answer.FOUND, n=12, effect=1060, low=1000, high=1120,
    seen={"gained": 1240, "usual": 180.2, "low": 120, "high": 240, "z": 4.0, "window": "month", "needed": 12},
)  # fmt: skip
ENGAGEMENT = Result(
    Answer.FOUND, n=700, effect=0.031, low=0.01, high=0.06, p=1e-9,
    seen={"new": 700, "new_acted": 7, "earlier": 900, "earlier_acted": 290, "most_ratio": 0.5},
)  # fmt: skip
PROFILES = Result(
    Answer.FOUND, n=300, effect=0.61, low=0.55, high=0.66, p=1e-4,
    seen={"new": 300, "earlier": 400, "facts": ["few posts", "no picture"], "least_share": 0.1},
)  # fmt: skip


BOTH = {"engagement": 0.00002, "profiles": 0.012}


def said(
    *,
    zone: str = "UTC",
    counting: Mapping[str, float] = BOTH,
    later: Mapping[str, float] = words.NOTHING,
    of_prospect: bool = False,
    **more: Result,
) -> Evidence:
    results: dict[str, Result] = {"growth": GROWTH, "cohort_engagement": ENGAGEMENT, "profile_mixture": PROFILES}
    return words.evidence(
        BOUGHT_FOLLOWERS, results | more, subject="fernleaf (Instagram)", window=(START, END), zone=ZoneInfo(zone),
        counting=counting, later=later, of_prospect=of_prospect,
    )  # fmt: skip


def all_of(evidence: Evidence) -> str:
    lists = [evidence.points, evidence.not_tested, evidence.explanations, evidence.law, evidence.context]
    return "\n".join([evidence.headline, evidence.agreement, evidence.advice, *(it for part in lists for it in part)])


def test_a_warning_reads_aloud() -> None:
    evidence = said()
    assert evidence.headline == (
        "fernleaf (Instagram), 1 March 2026 to 31 March 2026: 1,240 followers arrived where 180 were usual (120 to 240 "
        "in the 12 months before)."
    )
    engagement, profiles = evidence.points
    assert engagement == (
        "Of 700 new followers whose acts are known, fewer than 10 did anything else within 14 days; of as many who "
        "came in the year before it would have been 226. That is less than 4 % of the usual."
    )
    assert profiles == (
        "A sample of 300 new followers differs from 400 earlier ones as if 61 % (55 % to 66 %) were of another kind. "
        "Compared were: few posts, no picture."
    )
    assert evidence.agreement == (
        "Besides growth, 2 of 2 checks that could be made agree (engagement: q below 0.001; profiles: q 0.012)."
    )
    assert evidence.not_tested == [
        "What the channel gets: not tested.", "When their accounts were made: not tested.",
        "How many stayed: not tested.",
        "Not tested: what posting, reach, mentions and campaigns would have brought, which is not reckoned in.",
    ]  # fmt: skip


def test_only_what_was_found_agrees_and_a_family_s_q_is_said_once() -> None:
    deficit = Result(
        Answer.NOT_FOUND, n=12, effect=0.9, low=0.6, high=1.2, p=0.3,
        seen={"followers_before": 4000, "followers_after": 9000, "kinds": ["likes"], "most_ratio": 0.5},
    )  # fmt: skip
    told = said(engagement_deficit=deficit)
    assert len(told.points) == 3
    weighed = "agree (engagement: q below 0.001; profiles: q 0.012)."
    assert told.agreement == f"Besides growth, 2 of 3 checks that could be made {weighed}"
    both = said(engagement_deficit=replace(deficit, answer=Answer.FOUND, effect=0.2, p=0.001))
    assert both.agreement == f"Besides growth, 3 of 3 checks that could be made {weighed}"


def test_a_warning_about_a_prospect_says_that_it_is_not_about_the_client() -> None:
    own, evidence = said(), said(of_prospect=True)
    assert evidence.headline.startswith(
        "fernleaf (Instagram), a prospect's channel and not the client's own, 1 March 2026 to 31 March 2026: 1,240 "
    )
    assert evidence.advice.startswith("Ask the creator")
    assert "says nothing of the client" in evidence.advice
    assert evidence.points == own.points
    assert "prospect" not in all_of(own)


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/London", "Pacific/Auckland", "America/New_York", "Pacific/Honolulu", "Asia/Kolkata"]
)
def test_a_month_is_named_as_whoever_counted_it_names_it(zone: str) -> None:
    for month in range(1, 12):
        start, end = (datetime(2026, number, 1, tzinfo=ZoneInfo(zone)) for number in (month, month + 1))
        last = (end - timedelta(days=1)).day
        assert phrases.days(start, end) == f"1 {start:%B} 2026 to {last} {start:%B} 2026"


def test_a_q_is_told_no_more_exactly_than_its_counts_may_be() -> None:
    """Of an exact one the counts could be worked out, those of fewer than ten people too."""
    assert [phrases.q_told(q) for q in (1.3121514547527423e-22, 0.0012345, 0.04)] == [0.001, 0.001, 0.04]
    assert "engagement: q below 0.001" in said(counting={"engagement": 1e-22}).agreement


def test_no_group_under_ten_is_counted_out_loud() -> None:
    for few in range(10):
        told = said(cohort_engagement=Result(**{**vars(ENGAGEMENT), "seen": {**ENGAGEMENT.seen, "new_acted": few}}))
        assert "fewer than 10 did" in told.points[0]
        assert "less than 4 % of the usual" in told.points[0], "the same for all of them"


def test_where_little_is_usual_no_ratio_is_told() -> None:
    seen = {**ENGAGEMENT.seen, "new": 40, "new_acted": 2, "earlier_acted": 100}
    told = said(cohort_engagement=Result(**{**vars(ENGAGEMENT), "seen": seen}))
    assert told.points[0].endswith("of as many who came in the year before it would have been fewer than 10.")


def test_what_ten_or_more_did_is_told_with_its_interval() -> None:
    seen = {**ENGAGEMENT.seen, "new_acted": 30}
    told = said(
        cohort_engagement=Result(**{**vars(ENGAGEMENT), "seen": seen, "effect": 0.133, "low": 0.1, "high": 0.2})
    )
    assert "30 did anything else" in told.points[0]
    assert "That is 13 % of the usual (10 % to 20 %)." in told.points[0]


def test_a_small_usual_is_not_told_either() -> None:
    small = {**GROWTH.seen, "usual": 4.0, "low": 2.0, "high": 7.0}
    headline = said(growth=Result(**{**vars(GROWTH), "seen": small})).headline
    assert "1,240 followers arrived where fewer than 10 were usual (in the 12 months before)." in headline
    wide = {**GROWTH.seen, "usual": 12.0, "low": 2.0, "high": 40.0}
    assert "12 were usual (up to 40 in" in said(growth=Result(**{**vars(GROWTH), "seen": wide})).headline


def test_how_many_were_gone_later_is_told_beside_the_answer() -> None:
    seen = {"days": 30, "excess": 1060, "least_lost": 0.5, "lost": {"30": 0.61, "60": 0.702, "90": 0.7}}
    result = Result(Answer.FOUND, n=1060, effect=0.61, low=0.55, high=0.66, p=1e-4, seen=seen)
    early = Result(**{**vars(result), "seen": {**seen, "lost": {"30": 0.61}}})
    told = [said(retention=it).points[-1] for it in (result, early)]
    assert told[1] == (
        "Of 1,060 followers above the usual, 61 % (55 % to 66 %) were gone after 30 days, beyond what the channel "
        "gains or loses in as many days; up to 50 % is taken for usual."
    )
    assert told[0] == f"{told[1]} Gone were 70 % after 60 days and 70 % after 90 days."


def test_what_was_not_tested_is_said_with_what_it_needs() -> None:
    few = lacking("few_profiles", n=20, new=20, earlier=300, needed=170)
    evidence = said(profile_mixture=few, counting={"engagement": 0.02})
    assert evidence.agreement == "Besides growth, 1 of 1 check that could be made agrees (engagement: q 0.020)."
    assert evidence.not_tested[0] == (
        "What new followers look like: samples of 170 profiles are needed, of new and of earlier followers; there are "
        "20 and 300."
    )
    only_growth = words.evidence(
        BOUGHT_FOLLOWERS, {"growth": GROWTH}, subject="c", window=(START, END), zone=UTC, counting={}
    )
    assert only_growth.not_tested[:3] == [
        "What new followers do: not tested.",
        "What the channel gets: not tested.",
        "What new followers look like: not tested.",
    ]


RETAINED = Result(
    Answer.FOUND, n=1060, effect=0.8, low=0.7, high=0.9, p=1e-3,
    seen={"excess": 1060, "days": 60, "least_lost": 0.5},
)  # fmt: skip
STAYED = Result(**{**vars(RETAINED), "answer": Answer.NOT_FOUND, "effect": 0.1})
OPENED = "(engagement: q below 0.001; profiles: q 0.012)."


@pytest.mark.parametrize(
    ("result", "q", "told"),
    [
        (RETAINED, 0.004, "Since then, 1 of 1 check more agrees (retention: q 0.004)."),
        (RETAINED, 0.06, "Since then, 0 of 1 check more agree."),
        (STAYED, 1.0, "Since then, 0 of 1 check more agree."),
    ],
)
def test_what_could_be_made_only_later_is_told_apart(result: Result, q: float, told: str) -> None:
    """The checks that opened a warning are the same, whatever comes in afterwards."""
    evidence = said(retention=result, later={"retention": q})
    assert evidence.agreement == f"Besides growth, 2 of 2 checks that could be made agree {OPENED} {told}"
    assert evidence.points[2].startswith("Of 1,060 followers above the usual")


LACKING: dict[str, list[Result]] = {
    "bought_followers": [
        lacking("short_past", n=5, gained=900, needed=12, window="month"),
        lacking("acts_not_known", needed_until="2026-04-15T00:00:00+00:00", known_until="2026-04-02T00:00:00+00:00"),
        lacking("acts_not_known", needed_until="2026-04-15T00:00:00+00:00", known_until=None),
        lacking("not_owned"),
        lacking("several_channels", channels=2),
        lacking("few_known", n=4, gained=900, new=4, new_acted=1, earlier=300, earlier_acted=100),
        lacking("few_earlier", n=100, new=100, new_acted=1, earlier=4, earlier_acted=2),
        lacking("few_profiles", n=4, new=4, earlier=300, needed=170),
        lacking("few_facts", n=200, new=200, earlier=300),
        lacking("few_dates", n=4, new=4, earlier=300, needed=100),
        lacking("dates_of_some", n=200, new=200, earlier=300),
        lacking("all_young", n=200, new=200, earlier=300),
        lacking("small_excess", n=4, needed=50),
        lacking("more_went_than_came", n=200, days=30, excess=200, net=-500),
        lacking("not_over", needed_until="2026-04-15T00:00:00+00:00"),
        lacking("gap_after"),
        lacking("short_counts", known=0, needed=180),
        lacking("few_weeks", n=3, weeks_before=17, weeks_after=3),
        lacking("few_acts", n=12, needed=10, weeks_before=26, weeks_after=12),
        lacking("small_growth", n=12, weeks_before=26, weeks_after=12, followers_before=4000, followers_after=4400),
    ],
    "engagement_pods": [
        lacking("short_window", acts=4, people=4, posts=4),
        lacking("few_posts", acts=4, people=4, posts=4),
        lacking("few_members", acts=40, people=4, posts=40),
        lacking("coarse_times", acts=4000, people=40, posts=40),
        lacking("few_others", n=4, others=4, needed=100, members=4, groups=1),
        lacking("few_commenters", n=4, needed=4, needed_others=20, commenters=8, others=8),
    ],
    "automated_engagement": [
        lacking("no_acts"),
        lacking("coarse_times", n=4),
        lacking("few_busy", acts=4, coarse=4, busy=0, needed=30),
        lacking("few_of_clockwork", n=4, needed=30, hits=4, of=4, others_hits=4, others_of=4),
        lacking("few_others", n=4, needed=10, hits=4, of=300, others_hits=4, others_of=4),
    ],
    "own_automation": [
        lacking("few_outbound", n=4, needed=30, outbound=4, disclosed=0),
        lacking("coarse_times", n=400, needed=30, outbound=400, disclosed=0, coarse=396),
        lacking("few_texts", n=4, needed=30, outbound=400, disclosed=4),
        lacking("few_replies", n=4, needed=30, outbound=400, disclosed=4),
        lacking("acts_not_known", needed_until="2026-04-15T00:00:00+00:00", known_until=None),
        lacking("few_follows", n=4, needed=30, outbound=400, disclosed=4),
    ],
    "giveaway_bait": [
        lacking("few_posts", n=4, posts=4, begging=4, giveaways=4),
        lacking("few_giveaways", n=400, posts=400, begging=4, giveaways=2),
        lacking("few_engaged", n=40, posts=40, begging=4, giveaways=4, counted=True, engaged=4, followed=4,
                followed_begged=4, needed=30),
        lacking("acts_not_known", needed_until="2026-04-28T00:00:00+00:00", known_until="2026-04-02T00:00:00+00:00"),
        lacking("few_newcomers", n=8, needed=30, hits=4, of=4, others_hits=4, others_of=4),
        lacking("few_followers", n=4, needed=50, gained=4, gained_then=4, days=90, giveaway_days=9),
        lacking("giveaways_all_the_time", n=400, gained=400, gained_then=396, days=90, giveaway_days=90),
    ],
}  # fmt: skip


@pytest.mark.parametrize("practice", PRACTICES.values(), ids=lambda it: it.code)
def test_everything_that_may_be_lacking_has_its_sentence(practice: Practice) -> None:
    assert {it.why for it in LACKING[practice.code]} == {why for check in practice.checks for why in check.lacks}
    said = [
        check.lacks[result.why](result, UTC)
        for check in practice.checks
        for result in LACKING[practice.code]
        if result.why in check.lacks
    ]
    for sentence in said:
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert " 4 " not in sentence, "a group under ten"


def test_nobody_is_accused_and_the_law_is_cited_as_it_stands() -> None:
    text = all_of(said())
    for word in ("fake followers", "fraud", "bot", "guilty", "cheat", "you bought", "illegal", "innocent"):
        assert word not in text.lower().replace("both", "")
    assert "one explanation" in text
    assert "no legal finding" in text
    assert "16 CFR 465.8" in text
    assert "DMCC" not in text


ACCUSING = re.compile(
    r"\b(bots?|fraud\w*|cheat\w*|guilt\w*|illegal\w*|innocen\w*|fake\w*|you (bought|did)|their fault)\b", re.IGNORECASE
)


@pytest.mark.parametrize("practice", PRACTICES.values(), ids=lambda it: it.code)
def test_no_practice_accuses_anybody_and_each_has_other_explanations(practice: Practice) -> None:
    texts = [practice.name, practice.advice, practice.advice_on_prospects, *practice.explanations, *practice.untested]
    texts += [text for check in practice.checks for text in (check.name, check.unit, check.needs)]
    texts += [
        check.lacks[it.why](it, UTC)
        for check in practice.checks
        for it in LACKING[practice.code]
        if it.why in check.lacks
    ]
    assert not [text for text in texts if ACCUSING.search(text)]
    assert 3 <= len(practice.explanations) <= 5
    assert practice.explanations[0].endswith("one explanation."), "and not the only one"
    assert practice.law[-1] == NO_FINDING


def test_law_is_cited_where_it_speaks_of_the_practice_and_nowhere_else() -> None:
    cited = {code: " ".join(practice.law) for code, practice in PRACTICES.items()}
    assert "a bot that hides what it is to incentivise a sale" in cited["own_automation"]
    assert "people are told they deal with an AI system (from 2 August 2026)" in cited["own_automation"]
    assert "Meta bars sharing on a timeline or tagging friends as entry conditions." in cited["giveaway_bait"]
    assert "Tumblr asks not to use likes or follows as entry." in cited["giveaway_bait"]
    assert {code for code, text in cited.items() if "465.8" in text} == {"bought_followers", "automated_engagement"}
    assert {code for code, text in cited.items() if "23c" in text} == {"automated_engagement", "engagement_pods"}
    assert "DMCC" not in "".join(cited.values())


def test_a_check_has_one_practice() -> None:
    assert len(CHECKS) == sum(len(it.checks) for it in LOOKED_AT.values())


def test_the_page_is_made_of_the_catalogue() -> None:
    assert PAGE.read_text() == page(), "make checks"


@pytest.mark.parametrize(
    ("q", "counts"),
    [
        ({"engagement": 0.01, "profiles": 0.05}, True),
        ({"engagement": 0.01, "profiles": 0.051}, False),
        ({"engagement": 0.0001}, False),
        ({}, False),
    ],
)
def test_two_families_must_agree(q: dict[str, Any], counts: bool) -> None:
    assert bool(agreeing(q)) is counts


def test_of_many_tests_some_are_small_by_chance() -> None:
    assert q_values([0.04] + [0.5] * 19)[0] > 0.05
    assert q_values([0.001] + [0.5] * 19)[0] <= 0.05
    assert q_values([]) == []
