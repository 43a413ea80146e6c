"""What is learnt, and that it is learnt forward in time only."""

from datetime import timedelta

import polars as pl

from ingestion.selectors import copying, frames
from scoring.features.clock import LEAD, REFUND
from scoring.features.matrix import matrix
from scoring.learning.labels import Goal, labelled, positives
from scoring.learning.splits import MOST_MOMENTS, split
from tests.scoring.frames import AS_OF, act, facts, link, outcome

GOAL = Goal()
HORIZON = GOAL.horizon
EARLIER = AS_OF - HORIZON


def buyers(*outcomes: dict[str, object]) -> list[int]:
    return positives(facts([], outcomes), EARLIER, GOAL)["person"].to_list()


def test_a_label_is_an_outcome_within_the_horizon() -> None:
    assert buyers(outcome(ago=60)) == [1], "the interval includes its start"
    assert buyers(outcome(ago=0)) == [], "and excludes its end"
    assert buyers(outcome(ago=61)) == []
    assert buyers(outcome(LEAD, ago=30)) == [], "of the chosen kinds"


def test_a_person_is_positive_once() -> None:
    assert buyers(outcome(ago=10), outcome(ago=20), outcome(ago=30, contact=2)) == [1, 2]


def test_a_purchase_that_was_refunded_within_the_horizon_is_none() -> None:
    bought = outcome(ago=50, outcome=5)
    assert buyers(bought, outcome(REFUND, ago=40, refund_of=5)) == []
    assert buyers(bought, outcome(REFUND, ago=40, refund_of=6)) == [1]
    assert buyers(bought, outcome(REFUND, ago=-3, refund_of=5)) == [1], "after it"


def test_a_label_may_be_known_late_and_so_may_who_it_was() -> None:
    late = facts([act(contact=1, ago=90)], [outcome(contact=2, ago=30, known_at=AS_OF)], [link(2, 1, ago=1)])
    rows = labelled(matrix(late, EARLIER), late, EARLIER, GOAL)
    assert rows.select("person", "label").rows() == [(1, 1)]


def test_a_contact_that_turned_out_to_be_somebody_else_has_that_persons_label() -> None:
    late = facts(
        [act(contact=1, ago=90)], [outcome(contact=1, ago=30), outcome(contact=2, ago=80)], [link(2, 1, ago=1)]
    )
    rows = labelled(matrix(late, EARLIER), late, EARLIER, GOAL)
    assert rows.select("person", "whose", "label").rows() == [(1, 1, 1), (2, 1, 1)]


def test_labels_add_no_row_and_drop_none() -> None:
    several = facts([act(contact=n, ago=90) for n in range(1, 4)], [outcome(contact=9, ago=30)])
    rows = matrix(several, EARLIER)
    labels = labelled(rows, several, EARLIER, GOAL)
    assert labels["person"].to_list() == [1, 2, 3]
    assert labels["label"].to_list() == [0, 0, 0]
    assert labels.drop("label", "whose", "on", "moment", "source").equals(rows)


def test_every_label_closes_before_the_next_part_begins() -> None:
    found = split(now=AS_OF, since=AS_OF - timedelta(days=1000), horizon=HORIZON)
    assert found is not None
    assert len(found.fit) == MOST_MOMENTS
    assert max(found.fit) + HORIZON == found.calibrate
    assert found.calibrate + HORIZON == found.test
    assert found.test + HORIZON == AS_OF
    assert list(found.moments) == sorted(found.moments)


def test_every_moment_has_a_horizon_to_look_back_on() -> None:
    assert split(now=AS_OF, since=AS_OF - HORIZON * 4 + timedelta(seconds=1), horizon=HORIZON) is None
    shortest = split(now=AS_OF, since=AS_OF - HORIZON * 4, horizon=HORIZON)
    assert shortest is not None
    assert len(shortest.fit) == 1


def test_the_frames_are_what_the_selectors_give() -> None:
    """The tests' frames have the columns of ingestion.selectors.frames, in their order and kinds."""
    given = facts([act()], [outcome()], [link(2, 1)])
    for mine, theirs in (
        (given.acts, frames.ACTS), (given.outcomes, frames.OUTCOMES), (given.links, frames.LINKS),
        (given.posts, frames.POSTS), (given.campaigns, frames.CAMPAIGNS),
    ):  # fmt: skip
        assert mine.columns == list(theirs.columns)
        kinds = {copying.NUMBER: pl.Int64, copying.SMALL: pl.Int16, copying.REAL: pl.Float64, copying.FLAG: pl.Boolean}
        kinds[copying.MOMENT] = pl.Datetime("us", "UTC")  # type: ignore[assignment]
        assert mine.dtypes == [kinds[kind] for _, kind in theirs.columns.values()]
