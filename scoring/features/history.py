"""History: what engagement has led to before."""

from dataclasses import replace
from datetime import datetime

import polars as pl

from scoring.features.clock import PURCHASE, REFUND, Facts, as_known
from scoring.features.ladder import halved

HALF_LIFE = 60
SHORTEST = 30  # days: a pace over less is luck


def bought(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Return purchases that no refund takes back, as far as it is known."""
    refunded = outcomes.filter((pl.col("kind") == REFUND) & (pl.col("refund_of") != 0))
    back = refunded.select(outcome="refund_of").unique()
    return outcomes.filter(pl.col("kind") == PURCHASE).join(back, on="outcome", how="anti")


def history(outcomes: pl.DataFrame, contacts: pl.DataFrame, main: pl.DataFrame) -> pl.DataFrame:
    """Return person and the columns of this family; persons without outcomes are absent. contacts: contact, client.
    main: as `main_currencies` returns it.
    """
    purchases = bought(outcomes)
    of_contacts = contacts.join(main, on="client").select("contact", "main")
    priced = purchases.join(of_contacts, on="contact", how="left")
    value = pl.col("value").filter(pl.col("value").is_not_nan() & (pl.col("currency") == pl.col("main"))).sum()
    of_purchases = priced.sort("person", "day", "value").group_by("person", maintain_order=True).agg(
        purchases=pl.col("day").n_unique(),
        purchases_fresh=halved(pl.col("day"), HALF_LIFE).sum(),
        purchase_value=value,
        last_purchase=pl.col("day").min(),
        first_purchase=pl.col("day").max(),
    )  # fmt: skip
    of_purchases = of_purchases.with_columns(
        purchase_pace=100 * pl.col("purchases") / pl.col("first_purchase").clip(SHORTEST)
    )
    others = outcomes.filter(~pl.col("kind").is_in([PURCHASE, REFUND])).sort("person", "day")
    of_others = others.group_by("person", maintain_order=True).agg(
        other_outcomes=halved(pl.col("day"), HALF_LIFE).sum(), others_count=pl.len()
    )
    return of_purchases.drop("first_purchase").join(of_others, on="person", how="full", coalesce=True)


def feedback(said: pl.DataFrame) -> pl.DataFrame:
    """Return person, not_a_lead: 1 where the agency's last word on them is that they are not a lead, else 0."""
    last = said.sort("known_at", "not_a_lead").group_by("person", maintain_order=True).last()
    return last.select("person", pl.col("not_a_lead").cast(pl.Int8))


def currencies(facts: Facts, as_of: datetime) -> pl.DataFrame:
    """Return client, main: of which money is added up, as it is known at a moment."""
    known = as_known(replace(facts, acts=facts.acts.clear(), said=facts.said.clear()), as_of)
    return main_currencies(known.outcomes, known.contacts)


def main_currencies(outcomes: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Return client, main: the currency that most outcomes of a client have. Money of two kinds is not added up."""
    with_client = outcomes.filter(pl.col("currency") != 0).join(contacts, on="contact")
    counted = with_client.group_by("client", "currency").agg(rows=pl.len())
    main = counted.sort("client", "rows", "currency").group_by("client", maintain_order=True).last()
    return main.select("client", main="currency")
