"""Do people who act together act for each other? What confirms that a synchronous group is an engagement pod.

Three families: whether attention goes both ways, whether it stays inside, and whether comments are of one mould. Each
gives one answer a window, for the groups that they agree on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from scoring.integrity import draws
from scoring.integrity.check import LEVEL, Answer, Result
from scoring.integrity.comments import LEAST_MORE, commenters, comments
from scoring.integrity.mutuality import LEAST_MUTUAL, attention, mutuality
from scoring.integrity.synchrony import Screened, screen

SCREEN = "synchrony"
CONFIRMING = ("mutuality", "closure", "comments")
CODES = (SCREEN, *CONFIRMING)
LEAST_CONFIRMING = 2
LEAST_INSIDE = 0.5
LEAST = {"mutuality": LEAST_MUTUAL, "closure": LEAST_INSIDE, "comments": LEAST_MORE}


def checks(
    acts: pl.DataFrame, *, start: datetime, end: datetime, least: Mapping[str, float] = LEAST
) -> dict[str, Result]:
    """Return what each check says of a client's window, by code: the screen, and where it found something what confirms
    it. acts: as `synchrony.screen` takes them. least: by check, the effect that counts.
    """
    return _judged(screen(acts, start=start, end=end), least)[0]


def raised(acts: pl.DataFrame, *, start: datetime, end: datetime) -> list[frozenset[int]]:
    """Return the groups that the rule would warn of, by contacts: to measure it by people of whom the truth is known,
    and for nothing else. Nobody may be shown, or keep, what this returns.
    """
    results, screened = _judged(screen(acts, start=start, end=end), LEAST)
    if not _agrees(results):
        return []
    of = screened.members.sort("contact").group_by("group", maintain_order=True).agg("contact")
    return [frozenset(contacts) for contacts in of["contact"]]


def _judged(screened: Screened, least: Mapping[str, float]) -> tuple[dict[str, Result], Screened]:
    """Return the answers, and the groups that they speak of.

    Each group is looked at by itself, and its p multiplied by the number of groups, among which it was chosen
    (Bonferroni). Where two families agree on some, the answers speak of these alone, or a group of fans would hide a
    pod. Where they agree on none, they speak of the one that most was found of: two innocent groups, of which each has
    one family, are no pod together.
    """
    results = {SCREEN: screened.result}
    if screened.result.answer != Answer.FOUND:
        return results, screened
    spread, stock = attention(screened), commenters(screened.acts, screened.members)
    groups = screened.members["group"].unique().sort().to_list()

    def confirmed(some: Sequence[int]) -> dict[str, Result]:
        of = screened.only(some)
        made = (
            mutuality(spread, of.members, least=least["mutuality"]),
            closure(of, least=least["closure"]),
            comments(stock, of.members, least=least["comments"]),
        )
        seen = {"groups": len(some), "of_groups": len(groups)}
        return {code: _as_one_of(it, seen) for code, it in zip(CONFIRMING, made, strict=True)}

    of_each = {group: confirmed([group]) for group in groups}
    told = [group for group, found in of_each.items() if _agrees(found)]
    together = confirmed(told) if told else {}
    if not _agrees(together):
        told = [max(groups, key=lambda it: _strength(of_each[it]))]
        together = of_each[told[0]]
    return results | together, screened.only(told)


def _agrees(results: Mapping[str, Result]) -> bool:
    return [results[code].answer for code in CONFIRMING if code in results].count(Answer.FOUND) >= LEAST_CONFIRMING


def _strength(results: Mapping[str, Result]) -> tuple[int, float]:
    """Return how many families found something, and how small their least p is."""
    of_found = [it.p for it in results.values() if it.answer == Answer.FOUND and it.p is not None]
    return len(of_found), -min(of_found, default=1.0)


def _as_one_of(result: Result, seen: Mapping[str, int]) -> Result:
    """Correct what was chosen among so many groups."""
    told = replace(result, seen={**result.seen, **seen})
    if result.p is None:
        return told
    p = min(1.0, result.p * seen["of_groups"])
    is_found = result.answer == Answer.FOUND and p <= LEVEL
    return replace(told, answer=Answer.FOUND if is_found else Answer.NOT_FOUND, p=p)


def closure(screened: Screened, *, least: float = LEAST_INSIDE) -> Result:
    """Does what a group does together stay among its own?

    effect: the share of joint targets (posts on which two of a group or more acted together) that are posts of a member
    of that group. p: the share of bootstrap draws of the owners of joint targets in which it is `least` or less; the
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
    drawn = draws.share(part, of, least=least)
    return Result(
        Answer.FOUND if drawn.effect >= least and drawn.p <= LEVEL else Answer.NOT_FOUND,
        n=targets.height,
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        p=drawn.p,
        seen={
            "targets": targets.height, "inside": int(part.sum()), "owners": len(of),
            "members": screened.members.height, "least_inside": least,
        },
    )  # fmt: skip
