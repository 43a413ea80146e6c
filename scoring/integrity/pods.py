"""Do people who act together act for each other? What confirms that a synchronous group is an engagement pod.

Three families: whether attention goes both ways, whether it stays inside, and whether comments are of one mould. Each
gives one answer for all groups of a window.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import polars as pl

from scoring.integrity import draws
from scoring.integrity.check import LEVEL, Answer, Result
from scoring.integrity.comments import commenters, comments
from scoring.integrity.mutuality import attention, mutuality
from scoring.integrity.synchrony import Screened, screen

SCREEN = "synchrony"
CODES = (SCREEN, "mutuality", "closure", "comments")
LEAST_CONFIRMING = 2
LEAST_INSIDE = 0.5


def checks(acts: pl.DataFrame, *, start: datetime, end: datetime) -> dict[str, Result]:
    """Return what each check says of a client's window, by code: the screen, and where it found something what confirms
    it. acts: as `synchrony.screen` takes them.
    """
    return _judged(screen(acts, start=start, end=end))[0]


def raised(acts: pl.DataFrame, *, start: datetime, end: datetime) -> list[frozenset[int]]:
    """Return the groups that the rule would warn of, by contacts: to measure it by people of whom the truth is known,
    and for nothing else. Nobody may be shown, or keep, what this returns.
    """
    results, screened = _judged(screen(acts, start=start, end=end))
    if not _agrees(results):
        return []
    of = screened.members.sort("contact").group_by("group", maintain_order=True).agg("contact")
    return [frozenset(contacts) for contacts in of["contact"]]


def _judged(screened: Screened) -> tuple[dict[str, Result], Screened]:
    """Return the answers, and the groups that they speak of.

    Each group is looked at first. Where two families agree on some, the answers speak of these alone, or a group of
    fans would hide a pod; and p is multiplied by the number of groups, among which they were chosen (Bonferroni).
    Where they agree on none, the answers speak of all together.
    """
    results = {SCREEN: screened.result}
    if screened.result.answer != Answer.FOUND:
        return results, screened
    spread, stock = attention(screened), commenters(screened.acts, screened.members)
    confirming: dict[str, Callable[[Screened], Result]] = {
        "mutuality": lambda of: mutuality(spread, of.members),
        "closure": closure,
        "comments": lambda of: comments(stock, of.members),
    }
    groups = screened.members["group"].unique().sort().to_list()
    of_each = {group: {code: it(screened.only([group])) for code, it in confirming.items()} for group in groups}
    agreed = [group for group, found in of_each.items() if _agrees(found)]
    chosen = screened.only(agreed or groups)
    times = len(groups) if agreed else 1
    for code, confirms in confirming.items():
        results[code] = _as_one_of(confirms(chosen), times)
    return results, chosen


def _agrees(results: dict[str, Result]) -> bool:
    confirming = [it.answer for code, it in results.items() if code != SCREEN]
    return confirming.count(Answer.FOUND) >= LEAST_CONFIRMING


def _as_one_of(result: Result, times: int) -> Result:
    """Correct what was chosen among so many."""
    if result.p is None:
        return result
    p = min(1.0, result.p * times)
    is_found = result.answer == Answer.FOUND and p <= LEVEL
    seen = {**result.seen, "of_groups": times}
    return replace(result, answer=Answer.FOUND if is_found else Answer.NOT_FOUND, p=p, seen=seen)


def closure(screened: Screened) -> Result:
    """Does what a group does together stay among its own?

    effect: the share of joint targets (posts on which two of a group or more acted together) that are posts of a member
    of that group. p: the share of bootstrap draws of the owners of joint targets in which it is one half or less; the
    interval is theirs, too. n: joint targets.
    """
    targets = screened.joint.select("group", "place", "occasion", "target").unique()
    owners = screened.members.select("group", target="contact", inside=pl.lit(value=1))
    of_owners = (
        targets.join(owners, on=["group", "target"], how="left")
        .group_by("target")
        .agg(part=pl.col("inside").fill_null(0).sum().cast(pl.Int64), of=pl.len().cast(pl.Int64))
    )
    part, of = of_owners["part"].to_numpy(), of_owners["of"].to_numpy()
    drawn = draws.share(part, of, least=LEAST_INSIDE)
    return Result(
        Answer.FOUND if drawn.effect >= LEAST_INSIDE and drawn.p <= LEVEL else Answer.NOT_FOUND,
        n=targets.height,
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        p=drawn.p,
        seen={
            "targets": targets.height, "inside": int(part.sum()), "owners": len(of),
            "members": screened.members.height, "groups": screened.members["group"].n_unique(),
            "least_inside": LEAST_INSIDE,
        },
    )  # fmt: skip
