"""What confirms that people who act together are a pod: attention both ways and inside, comments of one mould."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC

import numpy as np
import polars as pl
import pytest

from ingestion.formats.hearing import heard
from ingestion.formats.likeness import ALIKE, similarity
from scoring.integrity import comments, mutuality, pods
from scoring.integrity.catalog import CHECKS
from scoring.integrity.check import Answer, Result
from scoring.integrity.draws import DRAWS
from scoring.integrity.likeness import SIZE, signatures
from scoring.integrity.pod_trials import Said, Trial, figures, of_people
from scoring.integrity.synchrony import Screened, screen
from scoring.simulation.company import KINDS, with_company
from scoring.simulation.pods import Tightness
from tests.scoring.gathered import END, FIRST, START, month, planted, rows


def checked(acts: pl.DataFrame) -> dict[str, Result]:
    return pods.checks(acts, start=START, end=END)


def raised(acts: pl.DataFrame) -> list[frozenset[int]]:
    return pods.raised(acts, start=START, end=END)


@pytest.mark.parametrize("named", [True, False])
def test_planted_pods_are_raised_and_nobody_else(named: bool) -> None:
    acts, truth = planted(acts=month(named=named))
    groups = raised(acts)
    assert len(groups) == 2
    assert frozenset().union(*groups) == truth
    found = checked(acts)
    answers = {code: it.answer.value for code, it in found.items()}
    assert answers == {
        "synchrony": "found", "mutuality": "found", "closure": "found", "comments": "not_applicable",
    }  # fmt: skip
    assert found["comments"].why == "few_commenters"


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_honest_people_who_are_much_together_are_not_raised(kind: str, named: bool) -> None:
    for seed in range(2):
        assert raised(with_company(month(named=named), start=START, end=END, kind=kind, seed=seed)) == []


def test_fans_of_the_same_few_are_found_by_the_screen_and_confirmed_by_nothing() -> None:
    found = checked(with_company(month(), start=START, end=END, kind="fans", seed=1))
    assert found["synchrony"].answer == "found"
    assert (found["closure"].answer, found["closure"].effect) == ("not_found", 0)
    assert found["mutuality"].answer == "not_found"
    assert found["mutuality"].effect == pytest.approx(0, abs=0.05)


def test_fans_do_not_hide_a_pod() -> None:
    """Of all that both groups do together most is outside; the answers speak of the pod alone, at twice its p."""
    alone, truth = planted(pods=1)
    acts = with_company(alone, start=START, end=END, kind="fans", seed=5)
    assert screen(acts, start=START, end=END).result.seen["groups"] == 2
    (group,) = raised(acts)
    assert len(group & truth) / len(group | truth) > 0.8
    one, both = (checked(it)["closure"] for it in (alone, acts))
    assert one.p == 0.0001
    assert both.p is not None
    assert 0.0002 <= both.p < 0.01
    assert (one.seen["of_groups"], both.seen["of_groups"]) == (1, 2)


def together(members: range, owners: Sequence[int], first: int) -> list[tuple[int, int, int, float]]:
    """Return acts of all members within minutes, on posts of these owners, numbered from the first on."""
    return [
        (who, owner, first + number, 60 + number * 400 + place * 0.4)
        for number, owner in enumerate(owners)
        for place, who in enumerate(members)
        if who != owner
    ]


def test_two_innocent_groups_are_no_pod_together() -> None:
    """Friends act on each other, and on others as much; a club acts on six of its own. Each has one family, and with
    all of it added up, there would be two.
    """
    friends, club, others = range(1, 13), range(101, 113), range(1001, 1013)
    of_friends = together(friends, [*friends, *friends, *(others[it % 12] for it in range(28))], 10_001)
    acts = pl.concat([month(), rows(*of_friends, *together(club, [club[it % 6] for it in range(72)], 20_001))])
    added_up = screen(acts, start=START, end=END)
    assert mutuality.mutuality(mutuality.attention(added_up), added_up.members).answer == "found"
    assert pods.closure(added_up).answer == "found"
    assert raised(acts) == []
    found = checked(acts)
    assert (found["synchrony"].seen["groups"], found["mutuality"].seen["groups"]) == (2, 1)
    assert (found["mutuality"].answer, found["mutuality"].effect, found["mutuality"].p) == ("found", 1, 0.0002)
    assert (found["closure"].answer, found["closure"].effect) == ("not_found", 24 / 52)
    said = CHECKS["closure"].sentence(found["closure"], UTC)
    assert said.startswith("Of the posts on which one of these groups acted together, 46 %")


def sentence(check: str, result: Result, members: int, *, n: int = 0, effect: float = 5 / 6) -> str:
    seen = {**result.seen, "members": members, "groups": 1, "of_groups": 1}
    return CHECKS[check].sentence(replace(result, effect=effect, n=n or members, seen=seen), UTC)


def test_a_group_of_fewer_than_ten_cannot_be_counted_by_its_shares() -> None:
    """Of four members 83 % of the pairs are five of six."""
    found = checked(planted()[0])
    for check, of_few in (
        (
            "synchrony",
            "Half or more of the acts on members' posts were done within ten minutes of each other by 1 group",
        ),
        ("mutuality", "Of all pairs in this group, half or more act on each other's posts; if"),
        ("closure", "Of the posts on which this group acted together, half or more are of members of the same group;"),
    ):
        (few,) = {sentence(check, found[check], members, n=n) for members in range(4, 10) for n in (0, 99)}
        assert few.startswith(of_few)
        assert "83 %" not in few
        assert "83 %" in sentence(check, found[check], 10)
        assert "ess than half" in sentence(check, found[check], 9, effect=0.49)


def test_comments_of_fewer_than_ten_are_told_by_a_bound() -> None:
    others = {who: honest(who) for who in range(100, 140)}
    result = comments.comments(comments.commenters(said({**others, **dict.fromkeys(range(1, 5), STOCK)}), FOUR), FOUR)
    (few,) = {sentence("comments", result, 12, n=n) for n in range(4, 10)}
    assert few == (
        "Of other people's comments 0 % have three words or fewer, or are nearly what somebody else wrote; of those of "
        "this group it is more than 35 points more."
    )
    assert sentence("comments", result, 12, n=4, effect=0.2).endswith("of this group it is at most 35 points more.")
    assert "are 100 % of those of this group and 0 % of other people's: 83 points more" in sentence(
        "comments", result, 12, n=10
    )


def test_a_timeline_is_drawn_in_whole_points() -> None:
    """Of three eighteenths it could be told that there are eighteen."""
    plot = CHECKS["synchrony"].plot
    assert plot is not None
    drawn = plot(checked(planted()[0])["synchrony"])
    assert drawn is not None
    assert {round(it.value, 2) - it.value for it in drawn.points} == {0}


def test_nobody_is_named_and_all_of_it_is_json() -> None:
    acts, _ = planted()
    told = json.dumps([dict(it.seen) for it in checked(acts).values()])
    assert str(FIRST)[:6] not in told


def test_the_order_of_rows_makes_no_difference() -> None:
    acts, _ = planted()
    assert checked(acts) == checked(acts.sample(fraction=1, shuffle=True, seed=3))


def attention(own: Sequence[tuple[int, int]], of_others: dict[int, int]) -> mutuality.Attention:
    return mutuality.Attention(
        pl.DataFrame(own, schema={"contact": pl.Int64, "target": pl.Int64}, orient="row"),
        pl.DataFrame({"target": list(of_others), "len": list(of_others.values())}),
    )


FOUR = pl.DataFrame({"contact": [1, 2, 3, 4], "group": [0, 0, 0, 0]})


def test_mutual_is_who_acts_on_whoever_acts_on_them() -> None:
    own = [(1, 2), (2, 1), (2, 1), (1, 3), (3, 4), (4, 3), (1, 9), (9, 1)]
    result = mutuality.mutuality(attention(own, {9: 200}), FOUR)
    assert (result.seen["mutual"], result.seen["pairs"], result.effect) == (2, 6, 2 / 6)
    assert (result.answer, result.p) == ("not_found", 0.0001)  # by chance there is none; but it is less than half


def test_two_groups_are_no_pairs_of_each_other() -> None:
    members = FOUR.with_columns(group=pl.Series([0, 0, 1, 1]))
    result = mutuality.mutuality(attention([(1, 2), (2, 1), (2, 3), (3, 2)], {9: 200}), members)
    assert (result.seen["mutual"], result.seen["pairs"]) == (1, 2)


def test_whom_everybody_acts_on_is_acted_on_mutually_by_chance() -> None:
    """Thirty acts each, where others spread theirs over these four alone."""
    own = [(one, other) for one in range(1, 5) for other in range(1, 5) if one != other for _ in range(10)]
    result = mutuality.mutuality(attention(own, dict.fromkeys(range(1, 5), 50)), FOUR)
    assert (result.effect, result.answer) == (1, "not_found")
    expected = (1 - np.exp(-30 / 4)) ** 2
    assert result.seen["by_chance"] == pytest.approx(expected, abs=0.001)


def test_mutuality_needs_a_hundred_acts_of_others() -> None:
    result = mutuality.mutuality(attention([(1, 2)], {9: 99}), FOUR)
    assert (result.answer, result.why, result.seen["others"]) == ("not_applicable", "few_others", 99)


@pytest.mark.parametrize(
    ("outside", "answer"), [(0, "found"), (5, "found"), (20, "not_found"), (40, "not_found"), (80, "not_found")]
)
def test_closure_is_found_where_more_than_half_lies_inside(outside: int, answer: str) -> None:
    """Forty joint targets of four members, who may be drawn or not, and others of an owner each."""
    inside = [(0, 1 + at % 4, at, -1, 1 + at % 4) for at in range(40)]
    others = [(0, 1, 100 + at, -1, 1000 + at) for at in range(outside)]
    columns = dict.fromkeys(("group", "contact", "place", "occasion", "target"), pl.Int64)
    joint = pl.DataFrame([*inside, *others], schema=columns, orient="row")
    acts, _ = planted()
    of = Screened(Result(Answer.FOUND), acts, FOUR, joint)
    result = pods.closure(of)
    assert result.effect == 40 / (40 + outside)
    assert result.answer == answer


STOCK = ["Love this so much, beautiful picture!", "Great content, keep it up my friend", "Amazing work as always!!"]


def said(commenters: Mapping[int, Sequence[str]]) -> pl.DataFrame:
    told = [(who, heard(text)) for who, texts in commenters.items() for text in texts]
    return pl.DataFrame(
        {
            "contact": [who for who, _ in told],
            "occurred_at": [START] * len(told),
            "words": [it.words for _, it in told],
            "signature": [list(it.likeness or bytes(SIZE)) for _, it in told],
        },
        schema_overrides={"signature": pl.Array(pl.UInt8, SIZE)},
    )


def honest(who: int) -> list[str]:
    """Return two comments of six words that nobody else writes."""
    return [f"{who * 7919 % 1013}x {who * 104729 % 9973}q went by number {who * 31 + at}z" for at in range(2)]


def test_comments_of_one_mould_are_found() -> None:
    others = {who: honest(who) for who in range(100, 140)}
    people = comments.commenters(said({**others, **dict.fromkeys(range(1, 5), STOCK)}), FOUR)
    result = comments.comments(people, FOUR)
    assert (result.answer, result.effect) == ("found", 1)
    assert result.p is not None
    assert result.p < 0.01
    assert (result.seen["alike_of_members"], result.seen["short_of_others"]) == (1, 0)


def test_comments_as_others_write_them_are_not_found() -> None:
    everybody = {who: [*honest(who), "nice one"] for who in [*range(1, 5), *range(100, 140)]}
    result = comments.comments(comments.commenters(said(everybody), FOUR), FOUR)
    assert result.answer == "not_found"
    assert result.effect == pytest.approx(0)
    assert result.seen["short_of_members"] == pytest.approx(1 / 3)


def test_comments_need_twenty_other_commenters() -> None:
    people = comments.commenters(said({**dict.fromkeys(range(1, 5), STOCK), 100: STOCK}), FOUR)
    result = comments.comments(people, FOUR)
    assert (result.answer, result.why, result.seen["others"]) == ("not_applicable", "few_commenters", 1)


def test_without_signatures_length_alone_speaks() -> None:
    texts = {**{who: ["nice"] for who in range(1, 5)}, **{who: honest(who) for who in range(100, 140)}}
    people = comments.commenters(said(texts).drop("signature"), FOUR)
    assert comments.comments(people, FOUR).answer == "found"


def test_texts_are_alike_where_ingestion_says_so() -> None:
    texts = [*STOCK, "Love this so much, beautiful pictures!", "Great content keep it up, friend", "nothing of it all"]
    told = said({who: [text] for who, text in enumerate(texts)})
    of_each = [bytes(it) for it in signatures(told)]
    expected = [
        any(similarity(one, other) >= ALIKE for at, other in enumerate(of_each) if at != place)
        for place, one in enumerate(of_each)
    ]
    assert comments.alike_to_others(signatures(told), told["contact"].to_numpy()).tolist() == expected
    assert 0 < sum(expected) < len(texts)


def test_one_persons_copies_are_not_alike() -> None:
    told = said({1: [STOCK[0], STOCK[0]], 2: honest(2)})
    assert not comments.alike_to_others(signatures(told), told["contact"].to_numpy()).any()


def test_a_bootstrap_of_pairs_is_of_people() -> None:
    """Of ten people one knows nobody: without them all pairs hold, with them twice fewer than with them once."""
    one, other = (it.astype(np.int64) for it in np.triu_indices(10, 1))
    drawn = mutuality._shares_of_pairs(one, other, (one > 0).astype(np.int64), people=10)
    assert drawn.max() == 1
    assert (drawn == 1).mean() == pytest.approx(0.9**10, abs=0.02)


def test_draws_are_as_many_whatever_their_width(monkeypatch: pytest.MonkeyPatch) -> None:
    probability = np.array([0.2, 0.7])
    assert mutuality._by_chance(probability).mean() == pytest.approx(0.9, abs=0.02)
    monkeypatch.setattr(mutuality, "AT_ONCE", 100)
    assert len(mutuality._by_chance(probability)) == DRAWS


def test_a_trial_takes_names_for_numbers() -> None:
    acts = Said(["a", "b", "a"], ["b", "song", "c"], ["b", "", "c"], [START, START, END])
    trial = Trial.of(acts)
    assert trial.names == ["a", "b", "c"]
    assert trial.owned.select("contact", "target", "post").rows() == [(1, 2, 0), (1, 3, 0)]
    assert trial.others.select("contact", "target", "post").rows() == [(2, -3, 3)]
    assert [start.month for start, _ in trial.months()] == [3, 4]


def test_figures_are_of_people_or_runs() -> None:
    found = of_people({"a", "b", "x"}, {"a", "b", "c"})
    assert {name: it and it["value"] for name, it in found.items()} == pytest.approx(
        {"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3}
    )
    assert of_people(set(), {"a"})["precision"] is None
    assert figures([4, 5], [0, 0], [1, 0])["recall"] == {
        "value": 0.9, "low": pytest.approx(0.8), "high": pytest.approx(1),
    }  # fmt: skip


def test_loose_pods_are_raised_too_or_nothing_is() -> None:
    """Recall falls with how loose they are; precision does not."""
    acts, truth = planted(pods=4, tightness=Tightness(0.3, 8))
    found = frozenset[int]().union(*raised(acts))
    assert found - truth == frozenset()
