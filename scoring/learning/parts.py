"""The rows of one part of the past, and what became of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from scoring.learning.additive import Column
from scoring.learning.calibration import Numbers, Rows
from scoring.learning.model import clients_of

# So many outcomes of one client on one day count whole, or so many times what is usual on a day of its.
WHOLE, TIMES_USUAL = 5, 4


@dataclass(frozen=True)
class Part:
    """rows: a matrix with the columns of `labels.labelled`."""

    rows: pl.DataFrame

    @cached_property
    def labels(self) -> Numbers:
        return self.rows["label"].to_numpy().astype(np.float64)

    @property
    def clients(self) -> Rows:
        return clients_of(self.rows)

    @property
    def positives(self) -> int:
        """Distinct persons: several moments would count one buyer twice, and so would several contacts of theirs."""
        return self.rows.filter(pl.col("label") == 1)["whose"].n_unique()

    @property
    def several(self) -> Rows | None:
        """The person each row is of, where somebody has several; else None."""
        whose = self.rows["whose"]
        return whose.to_numpy() if whose.n_unique() < len(whose) else None

    @property
    def has_both(self) -> bool:
        return self.rows["label"].n_unique() == 2

    @cached_property
    def weights(self) -> Numbers:
        """Return what each row counts in fitting: 1, but less where a client had far more outcomes on a day than is
        usual for it. So a flood of them, by mistake or on purpose, says no more than a busy day.
        """
        had = pl.col("label") == 1
        of_a_day = pl.len().over("client", "moment", "on")
        rows = self.rows.select("client", "moment", "on", "label", day=of_a_day)
        days = rows.filter(had).unique(["client", "moment", "on"])
        usual = days.group_by("client").agg(usual=pl.col("day").median())
        most = pl.max_horizontal(pl.lit(WHOLE), TIMES_USUAL * pl.col("usual"))
        counted = pl.when(had).then(pl.min_horizontal(pl.lit(1.0), most / pl.col("day"))).otherwise(1.0)
        found = rows.join(usual, on="client", how="left", maintain_order="left").select(counted.fill_null(1.0))
        return found.to_series().to_numpy()


def telling(columns: list[Column], rows: pl.DataFrame) -> list[Column]:
    """Return the columns, in their order, that are not the same of everybody."""
    return [column for column in columns if rows[column.name].n_unique() > 1]
