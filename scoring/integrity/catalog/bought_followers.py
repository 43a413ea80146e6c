"""Bought followers: growth says where to look; what the new ones do and look like, and who stays, confirms."""

from datetime import date, datetime, tzinfo

from scoring.integrity.catalog.acts_known import acts_not_known
from scoring.integrity.catalog.law import NO_FINDING, US_16_CFR_465_8
from scoring.integrity.catalog.practice import Check, Practice
from scoring.integrity.check import Answer, Result
from scoring.integrity.phrases import FEWEST_TOLD, date_told, day, days, many, more, share, told
from scoring.integrity.plots import Plot, Point


def _growth(result: Result) -> str:
    seen = result.seen
    low, high = round(seen["low"]), round(seen["high"])
    spread = f"{low:,} to {high:,} " if low >= FEWEST_TOLD else f"up to {high:,} " if high >= FEWEST_TOLD else ""
    net = seen.get("net")
    came = "The number of followers rose by {}, net of those who left," if net else "{} followers arrived"
    said = (
        f"{came.format(told(seen['gained']))} where {told(round(seen['usual']))} were usual "
        f"({spread}in the {result.n} {seen['window']}s before)."
    )
    within = seen.get("days")
    if not within:
        return said
    when = days(*(datetime.fromisoformat(within[name]) for name in ("start", "end")))
    came = "It rose by {} on" if net else "{} of them on"
    return f"{said} {came.format(told(within['gained']))} {when}, where {told(round(within['usual']))} were usual."


def _engagement(result: Result) -> str:
    seen = result.seen
    usual = seen["earlier_acted"] / seen["earlier"] * seen["new"]
    said = (
        f"Of {seen['new']:,} new followers whose acts are known, {told(seen['new_acted'])} did anything else within "
        f"14 days; of as many who came in the year before it would have been {told(round(usual))}."
    )
    if seen["new_acted"] >= FEWEST_TOLD:
        return f"{said} That is {share(result.effect)} of the usual ({share(result.low)} to {share(result.high)})."
    # The ratio itself would tell how many of fewer than ten.
    return f"{said} That is less than {share(FEWEST_TOLD / usual)} of the usual." if usual > FEWEST_TOLD else said


def _profiles(result: Result) -> str:
    seen = result.seen
    return (
        f"A sample of {seen['new']:,} new followers differs from {seen['earlier']:,} earlier ones as if "
        f"{share(result.effect)} ({share(result.low)} to {share(result.high)}) were of another kind. "
        f"Compared were: {', '.join(seen['facts'])}."
    )


def _creation(result: Result) -> str:
    seen = result.seen
    made = round(seen["share_new"] * seen["new"])
    if result.answer == Answer.NOT_FOUND or made < FEWEST_TOLD:
        few = "no more" if result.answer == Answer.NOT_FOUND else f"{told(made)}, and yet more,"
        return (
            f"Of the accounts of {seen['new']:,} new followers {few} were made within any seven days than real "
            f"people's may be, which is {share(seen['least_share'])} beyond those of earlier ones."
        )
    first, last = (date_told(date.fromisoformat(seen[name])) for name in ("from", "to"))
    return (
        f"{share(seen['share_new'])} of the accounts of {seen['new']:,} new followers were made within seven days "
        f"({first} to {last}), of {seen['earlier']:,} earlier ones {share(seen['share_earlier'])}: "
        f"{more(result.effect, result.low, result.high)}, where up to {100 * seen['least_share']:.0f} is usual."
    )


def _short_counts(result: Result, _: tzinfo) -> str:
    return f"counts of {result.seen['needed']} days before the window are needed; there are {result.seen['known']}."


def _retention(result: Result) -> str:
    seen = result.seen
    said = (
        f"Of {seen['excess']:,} followers above the usual, {share(result.effect)} ({share(result.low)} to "
        f"{share(result.high)}) were gone after {seen['days']} days, beyond what the channel gains or loses in as many "
        f"days; up to {share(seen['least_lost'])} is taken for usual."
    )
    gone = {int(days): lost for days, lost in seen.get("lost", {}).items()}
    others = [f"{share(max(0.0, lost))} after {days} days" for days, lost in gone.items() if days != seen["days"]]
    return f"{said} Gone were {' and '.join(others)}." if others else said


def _curve(result: Result) -> Plot | None:
    """Draw how many of the burst were still there, day by day."""
    curve = result.seen.get("curve")
    if not curve:
        return None
    drawn = [
        Point(f"after {day} days", kept, usual=1.0, low=low, high=high, after=day) for day, kept, low, high in curve
    ]
    return Plot("retention", "Share of the burst that was still there, and what is usual", "share", drawn)


def _deficit(result: Result) -> str:
    seen = result.seen
    return (
        f"With {seen['followers_before']:,} followers before and {seen['followers_after']:,} after, those who came do "
        f"{share(result.effect)} ({share(result.low)} to {share(result.high)}) of what earlier ones do with a post "
        f"({', '.join(seen['kinds'])}); from {share(seen['most_ratio'])} on it is taken for usual."
    )


GROWTH = Check(
    code="growth",
    family="growth",
    name="Growth",
    unit="followers above what was usual",
    needs="gains, or counts of followers, by month, week or day; 12 earlier months or 26 earlier weeks; 50 followers "
    "above the usual",
    said=_growth,
    lacks={
        "short_past": lambda it, _: (
            f"{many(it.n, 'earlier window is', 'earlier windows are')} known; {it.seen['needed']} are needed."
        ),
    },
)
ENGAGEMENT = Check(
    code="cohort_engagement",
    family="engagement",
    name="What new followers do",
    unit="share of new followers who do anything else, over that of earlier ones",
    needs="the client's only channel on its platform; follows and other acts of people: of half of the new followers "
    "and of 30 at least, of 100 earlier ones and 10 who did something else; 14 days after the window",
    said=_engagement,
    lacks={
        "acts_not_known": acts_not_known,
        "not_owned": lambda _, __: "whose acts are known follow the client, and not this channel.",
        "several_channels": lambda it, _: (
            f"the client has {it.seen['channels']} channels on this platform, and a follow does not say which it was "
            "of."
        ),
        "few_known": lambda it, _: (
            f"of {it.seen['gained']:,} new followers the follows of {told(it.seen['new'])} are known; half of them "
            "are needed, and 30 at least."
        ),
        "few_earlier": lambda _, __: (
            "too few follows of the year before are known; 100 are needed, and of those 10 who did something else."
        ),
    },
)
PROFILES = Check(
    code="profile_mixture",
    family="profiles",
    name="What new followers look like",
    unit="share of new followers of another kind than earlier ones",
    needs="samples of profiles: 170 of new followers, 170 of earlier ones, two facts or more known of nine in ten",
    said=_profiles,
    lacks={
        "few_profiles": lambda it, _: (
            f"samples of {it.seen['needed']} profiles are needed, of new and of earlier followers; there are "
            f"{told(it.seen['new'])} and {told(it.seen['earlier'])}."
        ),
        "few_facts": lambda _, __: "the sampled profiles have too few facts in common.",
    },
)
CREATION = Check(
    code="creation_dates",
    family="creation",
    name="When their accounts were made",
    unit="share of new followers made within the same seven days, beyond that of earlier ones",
    needs="samples of profiles with the day on which they were made, known of nine in ten: 100 of new followers, 100 "
    "of earlier ones",
    said=_creation,
    lacks={
        "few_dates": lambda it, _: (
            f"the days on which {it.seen['needed']} accounts were made are needed, of new and of earlier followers; "
            f"there are those of {told(it.seen['new'])} and {told(it.seen['earlier'])}."
        ),
        "dates_of_some": lambda _, __: "of more than one sampled profile in ten it is not known when it was made.",
        "all_young": lambda _, __: (
            "all of these accounts were made within a month before the window, as in a wave of new members."
        ),
    },
)
RETENTION = Check(
    code="retention",
    family="retention",
    name="How many stayed",
    unit="share of the followers above the usual that was gone after 30, 60 or 90 days",
    needs="counts of followers, or of those gained and lost, of half a year before and 30 days after the window, not "
    "more than a month apart; 50 followers above the usual",
    said=_retention,
    lacks={
        "small_excess": lambda it, _: f"{it.seen['needed']} followers above the usual are needed.",
        "more_went_than_came": lambda _, __: "far more went than had come, so it was not the burst that went.",
        "not_over": lambda it, zone: (
            f"what is there on {day(datetime.fromisoformat(it.seen['needed_until']), zone)} is not known yet."
        ),
        "gap_after": lambda _, __: "counts of followers after the window are too far apart, or there are none.",
        "short_counts": _short_counts,
    },
    plot=_curve,
)
DEFICIT = Check(
    code="engagement_deficit",
    family="engagement",
    name="What the channel gets",
    unit="what new followers do with a post, over what earlier ones do",
    needs="posts with likes, comments or shares, as far as these are known of nine in ten, and counts of followers, of "
    "18 weeks before and 9 after the window; half as many followers more",
    said=_deficit,
    lacks={
        "few_weeks": lambda it, _: (
            f"counted posts of 18 weeks before and of 9 after are needed; there are those of "
            f"{it.seen['weeks_before']} and {it.seen['weeks_after']}."
        ),
        "few_acts": lambda it, _: f"{it.seen['needed']} likes, comments or shares a week are needed.",
        "small_growth": lambda _, __: "the channel grew by less than half, in which new followers are lost.",
    },
)
BOUGHT_FOLLOWERS = Practice(
    code="bought_followers",
    name="Bought followers",
    version=3,
    screen=GROWTH,
    confirming=(ENGAGEMENT, DEFICIT, PROFILES, CREATION, RETENTION),
    explanations=(
        "Purchased followers are one explanation.",
        "A press mention, an advert, a giveaway, or a word from somebody else, brings many people, and other ones.",
        "A platform that counts anew, or merges accounts, moves numbers without anybody having done anything.",
        "Whoever follows may have been bought by somebody else, without whoever runs the channel knowing.",
    ),
    advice="Ask the client, and whoever works for them, what was arranged in this time. Tell us what happened: the "
    "answer is kept, and what comes later is measured by it.",
    advice_on_prospects="Ask the creator what was arranged in this time, before you hire them. It says nothing of the "
    "client. Tell us what happened: the answer is kept, and what comes later is measured by it.",
    law=(US_16_CFR_465_8, NO_FINDING),
    untested=("what posting, reach, mentions and campaigns would have brought, which is not reckoned in",),
)
