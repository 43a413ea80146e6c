"""What is drawn of a warning: windows as moments, and no small group's number."""

from datetime import UTC, datetime, timedelta

from scoring.admin import plots as drawn
from scoring.integrity.check import Answer, Result
from scoring.integrity.plots import growth

START, WEEK = datetime(2026, 3, 2, tzinfo=UTC), timedelta(weeks=1)


def screened(*gains: int) -> list[tuple[datetime, datetime, Result]]:
    seen = [{"gained": it, "usual": 4.5, "low": 0.0, "high": 40.0} for it in gains]
    results = [Result(Answer.FOUND if it["gained"] > 100 else Answer.NOT_FOUND, seen=it) for it in seen]
    return [(START + n * WEEK, START + (n + 1) * WEEK, it) for n, it in enumerate(results)]


def test_groups_under_ten_are_not_counted_out() -> None:
    plot = growth(screened(0, 3, 9, 11, 540))
    assert [it.value for it in plot.points] == [0, 10, 10, 11, 540]
    assert {(it.usual, it.low, it.high) for it in plot.points} == {(10, 0.0, 40.0)}
    page = drawn.series(plot)
    assert page.count("10 or fewer") == 2 + 5, "the gains and the usual ones"
    assert ">3<" not in page


def test_a_point_is_a_window_and_what_stands_out_is_marked() -> None:
    first, second = growth(screened(20, 540)).points
    assert (first.start, first.end, first.after) == (START, START + WEEK, None)
    assert (first.marked, second.marked) == (False, True)
