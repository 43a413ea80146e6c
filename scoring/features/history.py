"""History: what engagement has led to before."""

import polars as pl

from scoring.features.clock import PURCHASE, REFUND
from scoring.features.ladder import halved

HALF_LIFE = 60
SHORTEST = 30  # days: a pace over less is luck


def bought(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Return purchases that no refund takes back, as far as it is known."""
    refunded = outcomes.filter((pl.col("kind") == REFUND) & (pl.col("refund_of") != 0))
    back = refunded.select(outcome="refund_of").unique()
    return outcomes.filter(pl.col("kind") == PURCHASE).join(back, on="outcome", how="anti")


def history(outcomes: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Return person and the columns of this family; persons without outcomes are absent. contacts: contact, client."""
    purchases = bought(outcomes)
    priced = purchases.join(_main_currency(outcomes, contacts), on="contact", how="left")
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


def _main_currency(outcomes: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Return contact, main: the currency that most outcomes of its client have. Money of two kinds is not added up."""
    with_client = outcomes.filter(pl.col("currency") != 0).join(contacts, on="contact")
    counted = with_client.group_by("client", "currency").agg(rows=pl.len())
    main = counted.sort("client", "rows", "currency").group_by("client", maintain_order=True).last()
    return contacts.join(main.select("client", main="currency"), on="client").select("contact", "main")
