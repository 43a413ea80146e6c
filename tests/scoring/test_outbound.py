"""What a brand does by software without telling people; what it tells them, and what people do, is none of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import outbound
from scoring.integrity.catalog.own_automation import PERIODIC
from scoring.integrity.check import Result
from tests.scoring.accounts import DAY, END, MOMENT, SECONDS, START, WINDOW, acts, by_clock, by_day, like, people, texts

OUT, MESSAGE, LIKE = 2, 7, 8
LATER = END + timedelta(days=30)
FLAGS = ("follows", "unfollows", "invites")


def random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def register(*rows: tuple[datetime, datetime, int, bool]) -> pl.DataFrame:
    schema: dict[str, Any] = {"start": MOMENT, "end": MOMENT, "channel": pl.Int64, "disclosed": pl.Boolean}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


NONE = register()
DISCLOSED = register((START, END, 0, True))


def brand(seconds: "np.ndarray[Any, Any]", **more: Any) -> pl.DataFrame:
    """Return outbound acts, each to somebody else."""
    made = acts(0, seconds, **{"direction": OUT, "channel": 3, "kind": MESSAGE} | more)
    return made.with_columns(contact=pl.lit(10_000, pl.Int64) + pl.int_range(pl.len()))


def told(*parts: pl.DataFrame) -> pl.DataFrame:
    """Return acts with the flags that the brand's checks need."""
    flagged = [
        part.with_columns(pl.lit(value=False).alias(it) for it in FLAGS if it not in part.columns) for part in parts
    ]
    return pl.concat([part.select(sorted(part.columns)) for part in flagged])


@pytest.fixture(scope="module")
def crowd() -> pl.DataFrame:
    return people(random(), 100)


def test_what_comes_by_the_clock_is_found_as_a_share(crowd: pl.DataFrame) -> None:
    by_hand = brand(by_day(random(2), 100), kind=LIKE)
    result = outbound.periodic(told(crowd, by_hand, brand(by_clock(random(), 300))), NONE, **WINDOW)
    assert (result.answer, result.effect, result.n, result.p) == ("found", 0.75, 400, None)
    assert result.low < 0.75 < result.high  # type: ignore[operator]
    assert outbound.periodic(told(crowd, by_hand), NONE, **WINDOW).answer == "not_found"


def test_what_its_source_declares_is_automated_and_found_where_nobody_is_told(crowd: pl.DataFrame) -> None:
    declared = told(crowd, brand(by_day(random(2), 100), automated=True))
    assert outbound.periodic(declared, NONE, **WINDOW).effect == 1
    assert outbound.periodic(declared, DISCLOSED, **WINDOW).why == "few_outbound"


@pytest.mark.parametrize(
    ("row", "disclosed"),
    [
        ((START, END, 0, True), 300),
        ((START, END, 3, True), 300),
        ((START, END, 4, True), 0),  # of another channel
        ((START, END, 0, False), 0),  # known to us, and to nobody else
        ((END, LATER, 0, True), 0),
        ((START, START + timedelta(days=1), 3, True), 29),
    ],
)
def test_what_a_disclosed_automation_covers_is_left_out(
    crowd: pl.DataFrame, row: tuple[datetime, datetime, int, bool], disclosed: int
) -> None:
    seconds = 1000 + 3000 * np.arange(300)
    result = outbound.periodic(told(crowd, brand(seconds)), register(row), **WINDOW)
    assert result.seen["disclosed"] == disclosed
    assert (result.why or result.answer) == ("few_outbound" if disclosed == 300 else "found")


def test_of_acts_that_name_no_channel_a_disclosed_automation_of_any_covers_them(crowd: pl.DataFrame) -> None:
    result = outbound.periodic(
        told(crowd, brand(by_clock(random(), 99), channel=0)), register((START, END, 4, True)), **WINDOW
    )
    assert result.seen["disclosed"] == 99


def test_software_at_full_minutes_is_judged_where_people_have_seconds(crowd: pl.DataFrame) -> None:
    sent = brand(np.arange(0, SECONDS, 3600))
    assert outbound.periodic(told(crowd, sent), NONE, **WINDOW).answer == "found"
    rounded = crowd.with_columns(pl.col("occurred_at").dt.truncate("1m"))
    assert outbound.periodic(told(rounded, sent), NONE, **WINDOW).why == "coarse_times"


def test_the_share_is_of_all_acts_and_what_could_not_be_timed_is_told(crowd: pl.DataFrame) -> None:
    by_clock_and_hand = (brand(by_clock(random(), 300)), brand(by_day(random(2), 100), kind=LIKE))

    def looked_at(coarse: int, **more: Any) -> Result:
        made = brand(3600 * np.arange(coarse) % SECONDS, source=2, **more)
        return outbound.periodic(told(crowd, *by_clock_and_hand, made), NONE, **WINDOW)

    some, most = looked_at(600), looked_at(1400)
    assert [(it.answer, it.effect, it.n) for it in (some, most)] == [("found", 0.3, 1000), ("not_found", 1 / 6, 1800)]
    said = PERIODIC.sentence(some, UTC)
    assert said.startswith("Of 1,000 acts of the brand, 300 are timed")
    assert said.endswith(" Of 600 acts the second is not known: their timing was not looked at.")
    assert looked_at(1700).why == "coarse_times", "software could not have a fifth"
    declared = looked_at(1700, automated=True)
    assert (declared.answer, declared.effect) == ("found", 2000 / 2100)


def test_thirty_acts_are_needed(crowd: pl.DataFrame) -> None:
    assert outbound.periodic(told(crowd, brand(by_clock(random(), 29))), NONE, **WINDOW).why == "few_outbound"
    assert outbound.periodic(told(crowd, brand(by_clock(random(), 30))), NONE, **WINDOW).answer == "found"


def sent(signatures: list[list[int]], words: int, *, invites: bool = False) -> pl.DataFrame:
    made = brand(by_day(random(3), len(signatures)), words=words)
    text = pl.Series("signature", signatures, dtype=pl.Array(pl.UInt8, 64))
    return made.with_columns(text, invites=pl.lit(invites))


def test_invitations_that_are_the_same_are_found(crowd: pl.DataFrame) -> None:
    chance = random(4)
    [text] = texts(chance, 1)
    mixed = [*like(chance, text, 80), *texts(chance, 20)]
    result = outbound.identical(told(crowd, sent(mixed, 12, invites=True)), NONE, **WINDOW)
    assert (result.answer, result.effect) == ("found", 0.8)
    assert result.p is not None
    assert result.p < 0.01
    assert outbound.identical(told(crowd, sent(mixed, 25)), NONE, **WINDOW).answer == "found"


def test_thanks_that_are_alike_are_no_texts_and_half_of_ready_answers_is_not_found(crowd: pl.DataFrame) -> None:
    chance = random(5)
    [text] = texts(chance, 1)
    assert outbound.identical(told(crowd, sent(like(chance, text, 100), 4)), NONE, **WINDOW).why == "few_texts"
    mixed = [*like(chance, text, 50), *texts(chance, 50)]
    assert outbound.identical(told(crowd, sent(mixed, 25)), NONE, **WINDOW).answer == "not_found"


def test_a_text_that_one_person_gets_again_is_not_identical(crowd: pl.DataFrame) -> None:
    chance = random(6)
    [text] = texts(chance, 1)
    again = sent(like(chance, text, 60), 25).with_columns(contact=pl.col("contact") % 2)
    assert outbound.identical(told(crowd, again), NONE, **WINDOW).effect == 0


def answered(late: "np.ndarray[Any, Any]") -> pl.DataFrame:
    """Return comments of people, and the brand's answer to each so many seconds later."""
    at, names = random(7).uniform(0, SECONDS - 90_000, len(late)), 1 + np.arange(len(late))
    asked = acts(0, at, act=names).with_columns(contact=pl.lit(10_000, pl.Int64) + pl.int_range(pl.len()))
    return pl.concat([asked, brand(at + late, reply=names)])


def test_answers_at_once_are_found_and_quick_ones_are_not(crowd: pl.DataFrame) -> None:
    result = outbound.auto_replies(told(crowd, answered(np.tile([2, 3000], 50))), NONE, **WINDOW)
    assert (result.answer, result.effect, result.n) == ("found", 0.5, 100)
    quick = outbound.auto_replies(told(crowd, answered(np.tile([15, 40], 50))), NONE, **WINDOW)
    assert (quick.answer, quick.effect) == ("not_found", 0)
    one_in_ten = np.tile([2, *[600] * 9], 10)
    assert outbound.auto_replies(told(crowd, answered(one_in_ten)), NONE, **WINDOW).answer == "not_found"
    assert outbound.auto_replies(told(crowd, answered(np.tile(2, 29))), NONE, **WINDOW).why == "few_replies"
    assert outbound.auto_replies(told(crowd, answered(np.tile(2, 99))), DISCLOSED, **WINDOW).why == "few_replies"


def churned(many: int, undone: int, after: float, *, until: datetime = LATER) -> pl.DataFrame:
    """Return follows of which some are taken back so many days later, and a last act of the brand that is known."""
    at = by_day(random(8), many)
    flag = pl.lit(value=True)
    followed = brand(at).with_columns(follows=flag, unfollows=~flag)
    taken_back = brand(at[:undone] + after * DAY, nature=-1).with_columns(follows=~flag, unfollows=flag)
    last = brand(np.array([(until - START).total_seconds()])).with_columns(follows=~flag, unfollows=~flag)
    return pl.concat([followed, taken_back, last])


def test_follows_that_are_taken_back_soon_are_found(crowd: pl.DataFrame) -> None:
    def result(undone: int, after: float, many: int = 100) -> Result:
        return outbound.churn(told(crowd, churned(many, undone, after)), NONE, **WINDOW)

    assert (result(60, 3).answer, result(60, 3).effect) == ("found", 0.6)
    assert result(30, 3).answer == "not_found"
    assert result(60, 14).effect == 0
    assert result(29, 3, many=29).why == "few_follows"


def test_what_a_brand_did_is_known_by_its_own_acts_and_from_where_its_follows_came(crowd: pl.DataFrame) -> None:
    """People's acts come in at once, and the brand's from a chat tool; its follows are exported once a month."""
    live = told(acts(1, np.array([SECONDS + 30 * DAY])), brand(np.array([SECONDS + 30 * DAY]), source=2))
    fortnight = END + timedelta(days=14)
    for until, why in ((END, "acts_not_known"), (fortnight - timedelta(seconds=1), "acts_not_known"), (fortnight, "")):
        result = outbound.churn(told(crowd, live, churned(100, 0, 3, until=until)), NONE, **WINDOW)
        assert result.why == why
        if why:
            assert result.seen == {"needed_until": fortnight.isoformat(), "known_until": until.isoformat()}


def test_the_order_of_rows_does_not_matter(crowd: pl.DataFrame) -> None:
    text = pl.Series("signature", random(9).integers(0, 9, (200, 64)), dtype=pl.Array(pl.UInt8, 64))
    sent_ = brand(by_clock(random(), 200), words=30).with_columns(text)
    rows = told(crowd, answered(np.tile([2, 3000], 50)), churned(100, 60, 3), sent_)
    shuffled = rows.sample(fraction=1, shuffle=True, seed=1)
    for check in (outbound.periodic, outbound.identical, outbound.auto_replies):
        assert check(rows, NONE, **WINDOW) == check(shuffled, NONE, **WINDOW)
    one, other = (outbound.churn(it, NONE, **WINDOW) for it in (rows, shuffled))
    assert (one, one.answer) == (other, "found")
