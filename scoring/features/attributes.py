"""Attributes: what was said of people under names of the agency's own, such as where a lead came from.

The door of plain lead tables. Which attributes there are is learnt from what was known, so they are in no catalogue;
each is one column of the matrix, `attribute:<name>`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from scoring.features import relevance
from scoring.features.catalog import BY_NAME
from scoring.features.clock import Facts, said_before
from scoring.features.feature import MOST, Feature, is_refused

PREFIX = "attribute:"
# So many people must have said something under a name; so many the same, for it to be a level of its own.
LEAST_PEOPLE, LEAST_OF_LEVEL = 30, 20
MOST_ATTRIBUTES, MOST_LEVELS = 40, 20
# Of different values, which share has to be numbers, and how many there must be at least to be more than marks.
NUMERIC, FEWEST_NUMBERS = 0.95, 10


@dataclass(frozen=True)
class Attribute:
    """levels: the values that have a number of their own, from 0; None: the values are numbers themselves."""

    name: str
    levels: tuple[str, ...] | None = None

    @property
    def column(self) -> str:
        return PREFIX + self.name


def declared(column: str) -> Feature:
    """Return the declaration of any column that may be learnt from, in the catalogue or not."""
    if not column.startswith(PREFIX):
        return BY_NAME[column]
    return Feature(
        column, "attributes", column, "a number, or a level by its number", -MOST, MOST, "the latest known",
        "a number that is not known is NaN, a level -1", "what was said of the person under this name",
        "design 4, family 9", since=2,
    )  # fmt: skip


def attributes(facts: Facts, before: datetime) -> tuple[Attribute, ...]:
    """Return what there is to learn from: what was said before a moment (see `attributes_of`)."""
    return attributes_of(said_before(facts, before))


def attributes_of(said: pl.DataFrame) -> tuple[Attribute, ...]:
    """Return what there is to learn from: what was said of enough people, the most frequent first. said: the columns
    person, name, value, each name once of a person.

    Names that sound like a special category are passed over, and so is what says whether somebody is relevant. An
    attribute is numeric where nearly all of its values are; else its frequent values are levels, and one that has none
    (a name, an address) is no attribute.
    """
    said = said.filter(pl.col("value") != "")
    people = said.group_by("name").agg(people=pl.len()).filter(pl.col("people") >= LEAST_PEOPLE)
    names = [name for name in people.sort("people", "name", descending=[True, False])["name"] if _is_allowed(name)]
    said = said.filter(pl.col("name").is_in(names))
    numeric, levels = _numeric(said), _levels(said)
    found = [Attribute(name, None if name in numeric else levels.get(name)) for name in names]
    return tuple(it for it in found if it.name in numeric or it.levels)[:MOST_ATTRIBUTES]


def with_attributes(people: pl.DataFrame, said: pl.DataFrame, wanted: Sequence[Attribute]) -> pl.DataFrame:
    """Return the rows with one column for each attribute: the number, NaN where it is not known; or which level it is,
    from 0, one more than the last for any other, -1 where it is not known.
    """
    said = said.filter(pl.col("value") != "")
    for it in wanted:
        own = said.filter(pl.col("name") == it.name).select("person", _as_number(it).alias(it.column))
        unknown = float("nan") if it.levels is None else -1.0
        people = people.join(own, on="person", how="left", maintain_order="left")
        people = people.with_columns(pl.col(it.column).fill_null(unknown))
    return people


def _as_number(it: Attribute) -> pl.Expr:
    if it.levels is None:
        return _number()
    places = list(range(len(it.levels)))
    return pl.col("value").replace_strict(it.levels, places, default=len(it.levels), return_dtype=pl.Float64)


def _number() -> pl.Expr:
    """Return the value as a number, null where it is none that can be computed with."""
    number = pl.col("value").cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _is_allowed(name: str) -> bool:
    return not is_refused(name) and name.lower() not in relevance.NAMES


def _numeric(said: pl.DataFrame) -> set[str]:
    different = said.select("name", "value").unique().group_by("name")
    counted = different.agg(values=pl.len(), numbers=_number().is_not_null().sum())
    enough = (pl.col("values") > FEWEST_NUMBERS) & (pl.col("numbers") >= NUMERIC * pl.col("values"))
    return set(counted.filter(enough)["name"])


def _levels(said: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    counted = said.group_by("name", "value").agg(people=pl.len()).filter(pl.col("people") >= LEAST_OF_LEVEL)
    ordered = counted.sort("name", "people", "value", descending=[False, True, False])
    kept = ordered.group_by("name", maintain_order=True).agg(pl.col("value").head(MOST_LEVELS))
    return {name: tuple(values) for name, values in kept.iter_rows()}
