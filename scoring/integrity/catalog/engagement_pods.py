"""Engagement pods: people who act together on each other's posts; whom they act on, and what they write, confirms."""

from scoring.integrity.catalog.law import EU_UCPD_23C, NO_FINDING
from scoring.integrity.catalog.practice import Check, Practice
from scoring.integrity.check import Result
from scoring.integrity.phrases import FEWEST_TOLD, many, more, share, told
from scoring.integrity.plots import Plot, Point

HALF = 0.5


def _synchrony(result: Result) -> str:
    seen = result.seen
    if not seen.get("groups"):
        return (
            f"{told(seen['acts'])} acts on members' posts were looked at: no group of four people or more acts "
            "together again and again, beyond chance."
        )
    exactly = f"{share(result.effect)} ({share(result.low)} to {share(result.high)}) of {seen['acts']:,} acts"
    # Each member of a group did some of it, so they could be counted by how much it is.
    part = f"{_half(result).capitalize()} of the acts" if _is_small(result) else exactly
    return (
        f"{part} on members' posts were done within ten minutes of each other by "
        f"{many(seen['groups'], 'group', 'groups')} of four people or more, who do so again and again. By chance there "
        "would hardly be one: timelines turned by whole days link at most one pair for twenty of theirs."
    )


def _mutuality(result: Result) -> str:
    return (
        f"Of all pairs in {_groups(result)}, {_share(result)} act on each other's posts; if they acted on whom others "
        f"here act on, it would be {share(result.seen['by_chance'])}."
    )


def _closure(result: Result) -> str:
    return (
        f"Of the posts on which {_groups(result)} acted together, {_share(result)} are of members of the same group; "
        f"up to {share(result.seen['least_inside'])} is taken for usual."
    )


def _comments(result: Result) -> str:
    seen = result.seen
    stock = "have three words or fewer, or are nearly what somebody else wrote"
    if result.n < FEWEST_TOLD:
        bound = "more than" if result.effect is not None and result.effect > seen["least_more"] else "at most"
        points = f"{bound} {100 * seen['least_more']:.0f} points more"
        others = share(seen["stock_of_others"])
        return f"Of other people's comments {others} {stock}; of those of {_groups(result)} it is {points}."
    others = f"{share(seen['stock_of_others'])} of other people's"
    return (
        f"Comments that {stock} are {share(seen['stock_of_members'])} of those of {_groups(result)} and {others}: "
        f"{more(result.effect, result.low, result.high)}."
    )


def _is_small(result: Result) -> bool:
    return bool(result.seen["members"] < FEWEST_TOLD)


def _share(result: Result) -> str:
    """Say which share that is, with its interval; of few members only a bound, for 83 % are five of six pairs of four.

    seen: members.
    """
    return (
        _half(result) if _is_small(result) else f"{share(result.effect)} ({share(result.low)} to {share(result.high)})"
    )


def _half(result: Result) -> str:
    return "half or more" if result.effect is not None and result.effect >= HALF else "less than half"


def _groups(result: Result) -> str:
    """Name the groups of which a check speaks, among those that the screen counted."""
    some = result.seen.get("groups", 1)  # earlier rules did not say
    all_of_them = result.seen.get("of_groups", some)
    if some >= all_of_them:
        return "this group" if some == 1 else "these groups"
    return f"{'one' if some == 1 else some} of these groups"


def _timeline(result: Result) -> Plot | None:
    """Draw how soon after each other pairs of the groups act, without saying who: minutes apart, and by chance. In
    whole points, or how many acts there are could be worked out.
    """
    timeline = result.seen.get("timeline")
    if not timeline:
        return None
    acts, decoys = timeline["acts"], timeline["decoys"]
    all_acts, all_decoys = sum(acts) or 1, sum(decoys) or 1
    points = [
        Point(
            f"{minute} to {minute + 1} minutes",
            round(done / all_acts, 2),
            usual=round(by_chance / all_decoys, 2),
            marked=minute < timeline["within"],
            after=minute,
        )
        for minute, (done, by_chance) in enumerate(zip(acts, decoys, strict=True))
    ]
    title = "How long after each other pairs of the groups act on one post, and how long if their days were turned"
    return Plot("pod_timeline", title, "share", points)


SYNCHRONY = Check(
    code="synchrony",
    family="timing",
    name="Acting together",
    unit="share of acts on members' posts that were done together in groups",
    needs="acts between people that name the post, with the minute; a week; 10 posts, 4 people",
    said=_synchrony,
    lacks={
        "short_window": lambda _, __: "a week of acts is needed.",
        "few_posts": lambda it, _: (
            f"acts on 10 posts of members are needed, and which posts; there are such of {told(it.seen['posts'])}. On "
            "the brand's own posts timing says nothing, for fans have notifications."
        ),
        "few_members": lambda _, __: "acts of four people on each other's posts are needed.",
        "coarse_times": lambda _, __: "it is known of too few acts at which minute they were done.",
    },
    plot=_timeline,
)
MUTUALITY = Check(
    code="mutuality",
    family="reciprocity",
    name="Acting on each other",
    unit="share of a group's pairs who act on each other's posts",
    needs="100 acts of others on members' posts",
    said=_mutuality,
    lacks={
        "few_others": lambda it, _: (
            f"{it.seen['needed']} acts of other people on members' posts are needed; there are "
            f"{told(it.seen['others'])}."
        ),
    },
)
CLOSURE = Check(
    code="closure",
    family="attention",
    name="Whom it is for",
    unit="share of joint targets that are the group's own",
    needs="a group",
    said=_closure,
    lacks={},
)
COMMENTS = Check(
    code="comments",
    family="text",
    name="What they write",
    unit="share of stock comments, less that of others",
    needs="4 members and 20 others who comment",
    said=_comments,
    lacks={
        "few_commenters": lambda it, _: (
            "comments of four members at least and of twenty others are needed; there are "
            f"those of {told(it.seen['commenters'])} and {told(it.seen['others'])}."
        ),
    },
)
ENGAGEMENT_PODS = Practice(
    code="engagement_pods",
    name="Engagement pods",
    version=2,
    screen=SYNCHRONY,
    confirming=(MUTUALITY, CLOSURE, COMMENTS),
    explanations=(
        "An agreement to like and comment on each other's posts is one explanation.",
        "Friends, or fans of each other, who are told at once of each other's posts act together, too.",
        "Colleagues who look at the same hour, or a circle that meets online most days, look like it.",
        "Who belongs to the brand acts with others who do; staff, partners and family who are declared are left out.",
    ),
    advice="Ask the client whether they know of such an agreement, and whoever runs the channel whether they take part "
    "in one. Declare staff, partners and family (People → Handles to leave out). Tell us what happened: the answer is "
    "kept, and acts of that time are set aside only if you confirm it.",
    law=(EU_UCPD_23C, NO_FINDING),
    window="month",
    untested=("groups who act further apart than ten minutes", "acts on the brand's own posts"),
)
