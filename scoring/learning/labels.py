"""What is learnt: who had an outcome of the chosen kinds within the horizon."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from scoring.features.clock import CUSTOM, LEAD, MEETING, PURCHASE, REFUND, Facts, persons, with_person

# The kinds of outcome that may be told beforehand, in words and as frames have them.
KINDS = {"lead": LEAD, "meeting": MEETING, "purchase": PURCHASE, "custom": CUSTOM}
NAMED = {"lead": "a lead", "meeting": "a meeting", "purchase": "a purchase", "custom": "an outcome of your own"}


@dataclass(frozen=True)
class Goal:
    """What is to be told beforehand: an outcome of one of the kinds (names of KINDS) within so many days."""

    kinds: tuple[str, ...] = ("purchase",)
    days: int = 60

    def people(self, number: int) -> str:
        """Return so many who had the outcome, in words.

        >>> Goal().people(1), Goal(("lead", "meeting")).people(12)
        ('1 buyer', '12 people with a lead or a meeting')
        """
        if self.kinds == ("purchase",):
            return f"{number} {'buyer' if number == 1 else 'buyers'}"
        had = " or ".join(NAMED[kind] for kind in self.kinds)
        return f"{number} {'person' if number == 1 else 'people'} with {had}"

    @property
    def horizon(self) -> timedelta:
        return timedelta(days=self.days)


def positives(facts: Facts, as_of: datetime, goal: Goal) -> pl.DataFrame:
    """Return the persons with an outcome of the goal in [as_of, as_of + horizon): person, each once; `on`, the day of
    their first one, counted from as_of; and `source`, the row number of who said so.

    By what is known now, for a label may be known late: who somebody is, too. A purchase that was refunded within the
    same span is none.
    """
    there = facts.outcomes.filter(pl.col("occurred_at").is_between(as_of, as_of + goal.horizon, closed="left"))
    back = there.filter((pl.col("kind") == REFUND) & (pl.col("refund_of") != 0)).select(outcome="refund_of").unique()
    chosen = there.filter(pl.col("kind").is_in([KINDS[kind] for kind in goal.kinds]))
    kept = with_person(chosen.join(back, on="outcome", how="anti"), persons(facts))
    on = (pl.col("occurred_at").min() - pl.lit(as_of)).dt.total_days().cast(pl.Int32)
    source = pl.col("source").sort_by("occurred_at", "source").first()
    return kept.group_by("person").agg(on=on, source=source).sort("person")


def labelled(rows: pl.DataFrame, facts: Facts, as_of: datetime, goal: Goal) -> pl.DataFrame:
    """Return a matrix made at `as_of` with five columns more: `moment`, which is as_of; `whose`, the person as is known
    now; `label`: 1 where that person had an outcome of the goal within its horizon, else 0; `on`: on which day of it,
    -1 for none; `source`: who said so, 0 for none.

    So a contact that only later turned out to be somebody else's has that person's label, as it would have had if one
    had known.
    """
    are = persons(facts).rename({"contact": "person", "person": "whose"})
    had = positives(facts, as_of, goal).select("on", "source", whose="person", label=pl.lit(1, pl.Int8))
    rows = rows.join(are, on="person", how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce("whose", "person").alias("whose"))
    rows = rows.join(had, on="whose", how="left", maintain_order="left")
    return rows.with_columns(
        pl.col("label").fill_null(0), pl.col("on").fill_null(-1), pl.col("source").fill_null(0), moment=pl.lit(as_of)
    )
