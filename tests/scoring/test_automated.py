"""Engagement by software that poses as people: found as a share, where people who are only busy are not."""

from datetime import UTC, timedelta

import numpy as np
import polars as pl
import pytest

from scoring.integrity import automated
from scoring.integrity.catalog.automated_engagement import CLOCKWORK
from scoring.integrity.check import Result
from scoring.integrity.timing import exact, timed
from tests.scoring.accounts import DAY, END, SECONDS, WINDOW, acts, by_clock, in_one_go, like, people, texts

MANY = 12


def random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def crowd() -> pl.DataFrame:
    return people(random(), 300)


@pytest.fixture(scope="module")
def with_bots(crowd: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([crowd, *(acts(1000 + it, by_clock(random(it), 200)) for it in range(MANY))])


def test_software_is_found_as_a_share_of_the_engagement(crowd: pl.DataFrame, with_bots: pl.DataFrame) -> None:
    result = automated.clockwork(with_bots, **WINDOW)
    assert result.answer == "found"
    assert result.effect == pytest.approx(MANY * 200 / with_bots.height)
    assert result.low < result.effect < result.high  # type: ignore[operator]
    assert 0.03 < result.seen["by_people"] < 0.12
    told = {name: value for name, value in result.seen.items() if name != "by_people"}
    assert told == {"acts": with_bots.height, "coarse": 0, "busy": result.n, "beyond": MANY}
    assert automated.clockwork(crowd, **WINDOW).answer == "not_found"


@pytest.mark.parametrize(("every", "jitter"), [(60, 0.5), (600, 30), (3600, 0), (3600, 300), (7200, 60)])
def test_every_n_minutes_is_clockwork_give_or_take_some(crowd: pl.DataFrame, every: float, jitter: float) -> None:
    made = [acts(1000 + it, by_clock(random(it), 300, every=every, jitter=jitter)) for it in range(MANY)]
    result = automated.clockwork(pl.concat([crowd, *made]), **WINDOW)
    assert (result.answer, result.seen["beyond"]) == ("found", MANY)


@pytest.mark.parametrize(
    ("bots", "count", "answer"), [(3, 400, "not_found"), (4, 400, "found"), (MANY, 31, "not_found")]
)
def test_as_many_accounts_as_people_are_odd_or_a_small_share_are_not_found(
    crowd: pl.DataFrame, bots: int, count: int, answer: str
) -> None:
    made = [acts(1000 + it, by_clock(random(it), count)) for it in range(bots)]
    assert automated.clockwork(pl.concat([crowd, *made]), **WINDOW).answer == answer


def test_declared_software_and_what_the_brand_did_do_not_count(crowd: pl.DataFrame) -> None:
    for more in ({"automated": True}, {"direction": 2}, {"direction": 3}, {"nature": -1}):
        made = [acts(1000 + it, by_clock(random(it), 200), **more) for it in range(MANY)]
        result = automated.clockwork(pl.concat([crowd, *made]), **WINDOW)
        assert (result.answer, result.seen["acts"]) == ("not_found", crowd.height)


def test_times_without_seconds_are_not_judged(crowd: pl.DataFrame, with_bots: pl.DataFrame) -> None:
    for unit in ("1d", "1h", "1m", "10s", "5s"):
        rounded = with_bots.with_columns(pl.col("occurred_at").dt.truncate(unit))
        assert automated.clockwork(rounded, **WINDOW).why == "coarse_times", unit
        last = rounded.with_columns(pl.col("occurred_at") + timedelta(seconds=59))
        assert automated.clockwork(last, **WINDOW).why == "coarse_times", unit


def test_the_share_is_of_all_acts_and_what_could_not_be_timed_is_told(
    crowd: pl.DataFrame, with_bots: pl.DataFrame
) -> None:
    def looked_at(times: int) -> Result:
        made = crowd.with_columns(pl.col("occurred_at").dt.truncate("1m"), source=pl.lit(2, pl.Int64))
        return automated.clockwork(pl.concat([with_bots, *[made] * times]), **WINDOW)

    once, often = looked_at(1), looked_at(10)
    for times, result in ((1, once), (10, often)):
        assert result.effect == pytest.approx(MANY * 200 / (with_bots.height + times * crowd.height))
        assert (result.n, result.seen["beyond"]) == (automated.clockwork(with_bots, **WINDOW).n, MANY)
        said = CLOCKWORK.sentence(result, UTC)
        assert said.endswith(
            f" Of {times * crowd.height:,} acts the second is not known: their timing was not looked at."
        )
    assert (once.answer, often.answer) == ("found", "not_found")
    assert "not looked at" not in CLOCKWORK.sentence(automated.clockwork(with_bots, **WINDOW), UTC)
    assert looked_at(100).why == "coarse_times", "software could not have one act in twenty, whatever they were"


def test_software_at_full_minutes_does_not_make_times_look_rounded(crowd: pl.DataFrame) -> None:
    made = [acts(1000 + it, np.arange(0, SECONDS, 3600)) for it in range(MANY)]
    result = automated.clockwork(pl.concat([crowd, *made]), **WINDOW)
    assert (result.answer, result.seen["coarse"]) == ("found", 0)


def test_what_lacks_is_said() -> None:
    nothing = acts(1, np.arange(0))
    assert automated.clockwork(nothing, **WINDOW).why == "no_acts"
    assert automated.clockwork(acts(1, np.arange(29) * 1.7), **WINDOW).why == "few_busy"
    assert automated.clockwork(acts(1, np.arange(30) * 1.7), **WINDOW).n == 1
    for check in (automated.sleepless, automated.latency, automated.duplicates):
        assert check(nothing, **WINDOW).why == "few_of_clockwork"
        assert check(acts(1, np.arange(30) * 1.7), **WINDOW).answer == "not_applicable"


def test_only_the_window_counts(with_bots: pl.DataFrame) -> None:
    later = {"start": END, "end": END + timedelta(days=31)}
    assert automated.clockwork(with_bots, **later).why == "no_acts"
    at_the_end = acts(5000, np.array([SECONDS]))
    assert automated.clockwork(pl.concat([with_bots, at_the_end]), **WINDOW) == automated.clockwork(with_bots, **WINDOW)


def test_four_measures_of_timing() -> None:
    hourly = acts(1, np.arange(40) * 3600.0)
    [[_, count, entropy, second, minute, gap, beyond]] = (
        timed(hourly, "contact")
        .select("contact", "acts", "gap_entropy", "in_a_second", "in_a_minute", "of_a_gap", "beyond")
        .rows()
    )
    assert (count, entropy, second, minute, gap, beyond) == (40, 0, 1, 1, 1, True)
    halves = acts(1, np.concatenate([np.arange(20) * 2.0, 100 + np.arange(20) * 64.0]))
    measured = timed(halves, "contact").row(0, named=True)
    # Of 39 gaps 19 are of 2 seconds, 19 of 64, and one lies between.
    shares = np.array([19, 19, 1]) / 39
    assert measured["gap_entropy"] == pytest.approx(-(shares * np.log2(shares)).sum())
    assert measured["of_a_gap"] == pytest.approx(19 / 39)


def test_who_does_not_rest_is_sleepless_and_who_posts_by_day_is_not(
    crowd: pl.DataFrame, with_bots: pl.DataFrame
) -> None:
    result = automated.sleepless(with_bots, **WINDOW)
    assert result.answer == "found"
    assert result.effect == pytest.approx(0.19, abs=0.02)
    by_day = [
        acts(1000 + it, (by_clock(random(it), 400) % DAY) / 2 + DAY * (np.arange(400) % 30)) for it in range(MANY)
    ]
    assert automated.sleepless(pl.concat([crowd, *by_day]), **WINDOW).answer == "not_found"


def replies(contact: int, seconds: "np.ndarray[tuple[int], np.dtype[np.float64]]", late: float) -> pl.DataFrame:
    """Return what others wrote (of contact 9), and what a contact answered so many seconds later."""
    names = contact * 10_000 + np.arange(len(seconds))
    asked = acts(9, seconds, act=names, automated=True)
    return pl.concat([asked, acts(contact, seconds + late, reply=names)])


def test_who_answers_at_once_is_found(crowd: pl.DataFrame) -> None:
    people_s = [replies(500 + it, random(it).uniform(0, SECONDS - 900, 5), 300) for it in range(40)]
    for late, answer in ((3, "found"), (60, "not_found")):
        bots = [replies(1000 + it, by_clock(random(it), 100), late) for it in range(MANY)]
        result = automated.latency(pl.concat([crowd, *people_s, *bots]), **WINDOW)
        assert result.answer == answer
        assert result.effect == float(late < 10)
        assert (result.seen["of"], result.seen["others_of"]) == (MANY * 100, 200)


def test_who_answers_the_brand_at_once_is_found_and_who_goes_on_speaking_is_not(crowd: pl.DataFrame) -> None:
    """An act of the brand is kept with whom it addressed, so a contact is no sign of who asked."""
    people_s = [replies(500 + it, random(it).uniform(0, SECONDS - 900, 5), 300) for it in range(40)]

    def answer(direction: int) -> str:
        made = [replies(1000 + it, by_clock(random(it), 100), 3) for it in range(MANY)]
        own = pl.concat(made).with_columns(
            contact=pl.when(pl.col("contact") == 9).then(pl.col("act") // 10_000).otherwise("contact"),
            direction=pl.when(pl.col("act") > 0).then(pl.lit(direction, pl.Int64)).otherwise("direction"),
        )
        result = automated.latency(pl.concat([crowd, *people_s, own]), **WINDOW)
        return result.why or result.answer

    assert answer(2) == "found"
    assert answer(1) == "few_of_clockwork"


def written(contact: int, signatures: list[list[int]], words: int, *, clock: bool) -> pl.DataFrame:
    count = max(len(signatures), 31 if clock else 0)
    seconds = by_clock(random(contact), count) if clock else random(contact).uniform(0, SECONDS, count)
    blank = [[0] * 64] * (count - len(signatures))
    text = pl.Series("signature", [*signatures, *blank], dtype=pl.Array(pl.UInt8, 64))
    return acts(contact, seconds, words=words).with_columns(text)


def test_who_writes_one_text_again_and_again_is_found(crowd: pl.DataFrame) -> None:
    chance = random(5)
    own = [written(500 + it, texts(chance, 3), 8, clock=False) for it in range(60)]
    [spam] = texts(chance, 1)
    for made, answer in (
        ([like(chance, spam, 10) for _ in range(MANY)], "found"),  # of several
        ([texts(chance, 10) for _ in range(MANY)], "not_found"),
    ):
        bots = [written(1000 + it, of, 8, clock=True) for it, of in enumerate(made)]
        result = automated.duplicates(pl.concat([crowd, *own, *bots]), **WINDOW)
        assert result.answer == answer
        assert (result.seen["of"], result.seen["others_of"], result.seen["others_hits"]) == (MANY * 10, 180, 0)


def test_what_everybody_writes_tells_nothing(crowd: pl.DataFrame) -> None:
    """So lovely! Under a giveaway everybody writes the same, and people who are timed like clockwork too."""
    chance = random(6)
    [said] = texts(chance, 1)
    own = [written(500 + it, like(chance, said, 2, changed=0), 2, clock=False) for it in range(60)]
    bots = [written(1000 + it, like(chance, said, 10, changed=0), 2, clock=True) for it in range(MANY)]
    result = automated.duplicates(pl.concat([crowd, *own, *bots]), **WINDOW)
    assert (result.answer, result.effect) == ("not_found", 0)


def test_people_who_like_everything_in_one_go_are_looked_at_and_not_confirmed(crowd: pl.DataFrame) -> None:
    """Their gaps are as even as software's; their days are not."""
    made = [acts(1000 + it, in_one_go(random(it), 60)) for it in range(30)]
    both = pl.concat([crowd, *made])
    assert automated.clockwork(both, **WINDOW).answer == "found"
    for check in (automated.sleepless, automated.latency, automated.duplicates):
        assert check(both, **WINDOW).answer != "found"


def test_the_order_of_rows_does_not_matter(with_bots: pl.DataFrame) -> None:
    text = pl.Series("signature", random(8).integers(0, 9, (with_bots.height, 64)), dtype=pl.Array(pl.UInt8, 64))
    rows = with_bots.with_columns(
        text, act=pl.int_range(1, pl.len() + 1), reply=pl.int_range(pl.len()), words=pl.lit(30)
    )
    for check in (automated.clockwork, automated.sleepless, automated.latency, automated.duplicates):
        assert check(rows, **WINDOW) == check(rows.sample(fraction=1, shuffle=True, seed=1), **WINDOW)


def test_exact_times_are_told_by_source(crowd: pl.DataFrame) -> None:
    rounded = crowd.with_columns(pl.col("occurred_at").dt.truncate("1m"), source=pl.lit(2, pl.Int64))
    assert exact(pl.concat([crowd, rounded]))["source"].unique().to_list() == [1]
