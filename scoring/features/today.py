"""What is told of people beside their score: what to do next, what there is to be glad of, who is a customer."""

from datetime import datetime

import polars as pl

from scoring.features.matrix import Seen
from scoring.features.moments import moments
from scoring.features.steps import next_steps

# Whoever bought within so many days, and was not given the money back, is a customer now.
CUSTOMER = 365


def today(there: Seen, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return one row for each of `rows` (the matrix of `there`, at `as_of`), in their order.

    Columns: person, customer; step, step_since, step_due_at, step_values (see steps); moment, moment_at, moment_values
    (see moments): null where there is none.
    """
    steps = next_steps(there, rows, as_of).rename(
        {"since": "step_since", "due_at": "step_due_at", "values": "step_values"}
    )
    glad = moments(there, rows).rename({"at": "moment_at", "values": "moment_values"})
    everybody = rows.select("person", customer=pl.col("last_purchase").is_between(0, CUSTOMER, closed="left"))
    for told in (steps, glad):
        everybody = everybody.join(told, on="person", how="left", maintain_order="left")
    return everybody
