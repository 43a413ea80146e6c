"""Advice on campaigns before they begin."""

from datetime import UTC, datetime

import pytest

from ingestion.formats.planning import Advice, of_cause, of_giveaway

END = datetime(2026, 7, 1, tzinfo=UTC)
META = "Meta bars sharing on a timeline or tagging friends as entry conditions."
TUMBLR = "Tumblr asks not to use likes or follows as entry."


def advice(*entry: str, platforms: tuple[str, ...] = ("facebook",), posts: bool = True) -> dict[str, Advice]:
    found = of_giveaway(platforms=platforms, entry=entry, names_posts=posts, ends_at=END)
    return {it.code: it for it in found}


@pytest.mark.parametrize("entry", ["tag", "mention", "share", "repost", "quote"])
@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads"])
def test_entry_by_tag_or_share_is_barred_by_meta(platform: str, entry: str) -> None:
    found = advice(entry, "comment", platforms=(platform,))
    assert META in found["barred_entry"].sentence
    assert entry in found["barred_entry"].sentence
    assert found["barred_entry"].sentence.lower().startswith(platform)
    assert "begged_from_friends" in found


@pytest.mark.parametrize(("platform", "entry"), [("facebook", "comment"), ("facebook", "like"), ("tiktok", "share")])
def test_no_rule_is_cited_that_does_not_hold(platform: str, entry: str) -> None:
    told = " ".join(it.sentence for it in advice(entry, platforms=(platform,)).values())
    assert "Meta" not in told
    assert "Tumblr" not in told


@pytest.mark.parametrize("entry", ["like", "follow"])
def test_tumblr_asks_for_no_entry_by_like_or_follow(entry: str) -> None:
    assert TUMBLR in advice(entry, platforms=("tumblr",))["entry_not_asked_for"].sentence
    assert "entry_not_asked_for" not in advice("comment", platforms=("tumblr",))


def test_each_platform_has_its_own_sentence() -> None:
    found = of_giveaway(
        platforms=["tumblr", "instagram", "facebook"], entry=["share", "follow"], names_posts=True, ends_at=END
    )
    of_platforms = [it.sentence.partition(":")[0] for it in found if it.code in ("barred_entry", "entry_not_asked_for")]
    assert of_platforms == ["Facebook", "Instagram", "Tumblr"]


def test_what_will_be_set_aside_is_said_beforehand() -> None:
    named = advice("comment", "follow")["will_be_set_aside"].sentence
    assert "comment and follow will be the price of taking part:" in named
    assert "under any post" in advice("comment", posts=False)["will_be_set_aside"].sentence
    assert "under any post" not in advice("follow", posts=False)["will_be_set_aside"].sentence
    assert set(advice("comment")) == {"will_be_set_aside"}


def test_what_the_plan_lacks_is_asked_for() -> None:
    assert set(advice()) == {"entry_missing"}
    assert "comment, mention and reply will be the price" in advice("tag")["will_be_set_aside"].sentence
    without_end = of_giveaway(platforms=[], entry=["comment"], names_posts=True, ends_at=None)
    assert [it.code for it in without_end] == ["will_be_set_aside", "no_end"]


@pytest.mark.parametrize(
    ("donation", "promotion", "codes"),
    [
        (500.0, 120.5, []),
        (500.0, 500.0, []),
        (500.0, 500.01, ["telling_above_gift"]),
        (0.0, 1.0, ["telling_above_gift"]),
        (None, 10.0, ["amount_missing"]),
        (10.0, None, ["amount_missing"]),
    ],
)
def test_a_gift_is_larger_than_what_is_spent_on_telling_of_it(
    donation: float | None, promotion: float | None, codes: list[str]
) -> None:
    assert [it.code for it in of_cause(donation=donation, promotion=promotion, currency="GBP")] == codes


def test_amounts_are_told() -> None:
    (told,) = of_cause(donation=2000, promotion=5000, currency="GBP")
    assert "5,000.00 GBP on telling of a gift of 2,000.00 GBP" in told.sentence
