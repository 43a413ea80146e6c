"""Relevance: whether somebody is of the audience that the client says it is for. Missing is missing."""

from collections.abc import Callable

import polars as pl

from scoring.features.clock import Facts

# Names under which sources state it (ContactFact); no attributes to learn from besides.
LANGUAGES, REGIONS, INTERESTS = ("language", "languages"), ("region", "country"), ("interest", "interests")
NAMES = (*LANGUAGES, *REGIONS, *INTERESTS)
# Frames have a language as a number: its letters, as digits of 27.
LETTERS = 27


def relevance(own: pl.DataFrame, known: Facts) -> pl.DataFrame:
    """Return person, language_match, region_match, interest_match: 1 where anything that is known of the person is
    declared, 0 where something is and nothing of it, null where either side says nothing.

    A language counts on whatever rung it was written.
    """
    declared = set(known.audience["what"])
    found = known.contacts.select(person="contact")
    for what, values in VALUES.items():
        if what in declared:
            found = found.join(_matches(what, values(own, known), known), on="person", how="left")
        else:
            found = found.with_columns(pl.lit(None, pl.Int32).alias(f"{what}_match"))
    return found


def _matches(what: str, theirs: pl.DataFrame, known: Facts) -> pl.DataFrame:
    """Return person and whether any of their values is declared, for those where both sides say something."""
    declared = known.audience.filter(pl.col("what") == what)
    declared = declared.select("client", value=_plain(pl.col("value"))).unique().with_columns(matches=1)
    asked = known.contacts.join(declared.select("client").unique(), on="client", how="semi")
    both = theirs.filter(pl.col("value") != "").join(asked.select("client", person="contact"), on="person")
    met = both.join(declared, on=["client", "value"], how="left")
    return met.group_by("person").agg(pl.col("matches").max().fill_null(0).alias(f"{what}_match"))


def _written(own: pl.DataFrame) -> pl.DataFrame:
    """Return person, value: the languages that people write in, as codes."""
    used = own.lazy().filter(pl.col("language") != 0).select("person", "language").unique().collect()
    numbers = used["language"].unique().to_list()
    letters = [[chr(96 + number // LETTERS**place % LETTERS) for place in (2, 1, 0)] for number in numbers]
    codes = pl.DataFrame(
        {"language": numbers, "value": ["".join(of_code).rstrip("`") for of_code in letters]},
        schema={"language": used["language"].dtype, "value": pl.String},
    )
    return used.join(codes, on="language").select("person", "value")


def _said(known: Facts, names: tuple[str, ...]) -> pl.DataFrame:
    """Return person, value: each thing that was said under one of these names, lists taken apart."""
    said = known.said.filter(pl.col("name").str.to_lowercase().is_in(names))
    each = said.select("person", value=pl.col("value").str.replace_all(r"[;|]", ",").str.split(","))
    return each.explode("value").with_columns(_plain(pl.col("value")))


def _plain(value: pl.Expr) -> pl.Expr:
    return value.str.strip_chars().str.to_lowercase()


def _codes(languages: pl.DataFrame) -> pl.DataFrame:
    """Of `en-GB` and the like, what the language is; words are no codes, and not guessed."""
    code = pl.col("value").str.extract(r"^([a-z]{2,3})(?:[-_].*)?$", 1).fill_null("")
    return languages.with_columns(value=code)


def _countries(regions: pl.DataFrame) -> pl.DataFrame:
    """Of `GB-LND` and the like (ISO 3166-2), which country it is."""
    code = pl.col("value").str.extract(r"^([a-z]{2})(?:[-_].*)?$", 1).fill_null("")
    return regions.with_columns(value=code.replace("uk", "gb"))


# What a client may declare → what is known of people about it.
VALUES: dict[str, Callable[[pl.DataFrame, Facts], pl.DataFrame]] = {
    "language": lambda own, known: pl.concat([_written(own), _codes(_said(known, LANGUAGES))]),
    "region": lambda own, known: _countries(_said(known, REGIONS)),
    "interest": lambda own, known: _said(known, INTERESTS),
}
