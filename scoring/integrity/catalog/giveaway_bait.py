"""Giveaway bait: posts that ask for engagement say where to look; who stays, and when followers come, confirms."""

from scoring.integrity.catalog.acts_known import acts_not_known
from scoring.integrity.catalog.law import META_ENTRIES, NO_FINDING, TUMBLR_ENTRIES
from scoring.integrity.catalog.practice import Check, Lacks, Practice
from scoring.integrity.check import Result
from scoring.integrity.phrases import FEWEST_TOLD, more, part, part_share, share, told


def _bait_share(result: Result) -> str:
    seen = result.seen
    engaged = seen["engaged"]
    hits = round((result.effect or 0.0) * engaged)
    what = "likes, comments, shares and saves" if seen["counted"] else "acts"
    return (
        f"Of {engaged:,} {what}, {part(hits, engaged)} were with posts that ask for them, or offer a prize for them. "
        f"That is {part_share(hits, engaged, result.low, result.high)}; as posts like others they would have had "
        f"{share(seen['begging'] / seen['posts'])}, which is their share of {seen['posts']:,} posts.{_followed(result)}"
    )


def _followed(result: Result) -> str:
    followed = result.seen["followed"]
    if followed < FEWEST_TOLD:
        return ""
    entered = part(result.seen["followed_begged"], followed)
    return f" Of {followed:,} people who followed, {entered} acted on such a post within a day of it."


def _one_and_gone(result: Result) -> str:
    hits, of, others_hits, others_of = (result.seen[name] for name in ("hits", "of", "others_hits", "others_of"))
    said = (
        f"Of {of:,} people who first appeared on a giveaway, {part(hits, of)} were gone after a day: for 28 days they "
        f"did nothing, or only on other giveaways. Of {others_of:,} who first appeared on other posts it was "
        f"{part(others_hits, others_of)}."
    )
    if min(hits, of - hits, others_hits, others_of - others_hits) < FEWEST_TOLD:
        # From the difference the small one could be worked out.
        return said
    difference = more(result.effect, result.low, result.high)
    return f"{said} That is {share(hits / of)}, where {share(others_hits / others_of)} is usual: {difference}."


def _giveaway_followers(result: Result) -> str:
    seen = result.seen
    then, gained = seen["gained_then"], seen["gained"]
    said = (
        f"Of {gained:,} new followers, {part(then, gained)} came on the day of a giveaway or the two after it, which "
        f"are {share(seen['giveaway_days'] / seen['days'])} of the days."
    )
    if min(then, gained - then) < FEWEST_TOLD:
        return said
    times, low, high = (f"{float(it or 0):.1f}" for it in (result.effect, result.low, result.high))
    return f"{said} That is {times} times what is usual on as many days ({low} to {high} times)."


POSTS: Lacks = {
    "few_posts": lambda it, _: f"20 posts are needed; there are {told(it.n)}.",
    "few_giveaways": lambda _, __: "there are fewer than three giveaways.",
}
BAIT_SHARE = Check(
    code="bait_share",
    family="posts",
    name="Posts that ask for engagement",
    unit="share of the engagement with posts that ask for it, or offer a prize for it",
    needs="20 posts, three of them giveaways; 30 likes, comments, shares and saves, or acts",
    said=_bait_share,
    lacks={
        **POSTS,
        "few_engaged": lambda it, _: (
            f"{it.seen['needed']} likes, comments, shares and saves, or acts, are needed; there are "
            f"{told(it.seen['engaged'])}."
        ),
    },
)
ONE_AND_GONE = Check(
    code="one_and_gone",
    family="people",
    name="One act and gone",
    unit="share who are gone after a giveaway, less that after other posts",
    needs="20 posts, three of them giveaways; 30 people who first appeared on three giveaways or more, and 30 on other "
    "posts; what people did in the 28 days after the quarter",
    said=_one_and_gone,
    lacks={
        **POSTS,
        "acts_not_known": acts_not_known,
        "few_newcomers": lambda it, _: (
            f"{it.seen['needed']} people who first appeared on three giveaways or more are needed, and as many who did "
            f"on other posts; there are {told(it.seen['of'])} and {told(it.seen['others_of'])}."
        ),
    },
)
GIVEAWAY_FOLLOWERS = Check(
    code="giveaway_followers",
    family="growth",
    name="Followers on days of giveaways",
    unit="new followers on days of giveaways, over what is usual on as many days",
    needs="20 posts, three of them giveaways, and half of the days or more without one; 50 new followers, by the day",
    said=_giveaway_followers,
    lacks={
        **POSTS,
        "few_followers": lambda it, _: f"{it.seen['needed']} new followers are needed; there are {told(it.n)}.",
        "giveaways_all_the_time": lambda _, __: (
            "more than half of the days are days of a giveaway, so that too few are left to compare them with."
        ),
    },
)
GIVEAWAY_BAIT = Practice(
    code="giveaway_bait",
    name="Giveaway bait",
    version=2,
    screen=BAIT_SHARE,
    confirming=(ONE_AND_GONE, GIVEAWAY_FOLLOWERS),
    explanations=(
        "People who came for a prize, and for nothing else, are one explanation.",
        "It is fair to hold a giveaway: many mark a launch or a season, which brings people by itself.",
        "An advert, a press mention, or a word from somebody else, may have fallen on the same days.",
        "People who came for a prize may have come back where it is not seen: in a shop, by e-mail, or a season later.",
    ),
    advice="Enter each giveaway under Clients → Campaigns, with its time, its posts and its entry kinds: its acts are "
    "then set aside by themselves, and count in no score. When you report these numbers, say what was given for them. "
    "Ask the client what the prize was to bring, and whether a question that people like to answer would bring it too. "
    "Tell us what happened: the answer is kept.",
    law=(META_ENTRIES, TUMBLR_ENTRIES, NO_FINDING),
    untested=("whether those who came for a prize bought anything", "who came back after more than 28 days"),
    window="quarter",
    sets_aside="on_posts",
)
