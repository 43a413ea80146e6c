"""Attributes: columns of the agency's own, which are learnt from what was said."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.features.attributes import MOST_ATTRIBUTES, MOST_LEVELS, Attribute, attributes, declared
from scoring.features.clock import Facts
from scoring.features.matrix import matrix
from scoring.learning.explanation import reasons
from scoring.learning.words import sentence
from tests.scoring.frames import AS_OF, act, facts, link, said


def of_people(name: str, values: Sequence[str], *, first: int = 1) -> list[dict[str, Any]]:
    return [said(name, value, contact=number) for number, value in enumerate(values, first)]


def told(*rows: list[dict[str, Any]], links: Any = (), withheld: Any = ()) -> Facts:
    people = {row["contact"] for of_name in rows for row in of_name}
    acts = [act(1, contact=number) for number in sorted(people)]
    return facts(acts, [], links, withheld, said=[row for of_name in rows for row in of_name])


HALVES = ["basic"] * 20 + ["gold"] * 25 + ["odd"] * 3


def test_a_name_that_is_known_of_thirty_people_is_an_attribute() -> None:
    assert attributes(told(of_people("plan", HALVES)), AS_OF) == (Attribute("plan", ("gold", "basic")),)
    assert attributes(told(of_people("plan", ["basic"] * 29)), AS_OF) == ()
    assert attributes(told(of_people("plan", ["basic"] * 30)), AS_OF) == (Attribute("plan", ("basic",)),)
    assert attributes(told(of_people("address", [f"{n} Mill Lane" for n in range(40)])), AS_OF) == ()


def test_what_was_known_later_or_of_one_person_twice_does_not_count() -> None:
    rows = of_people("plan", ["basic"] * 30)
    assert attributes(told(rows), AS_OF - timedelta(days=9)) == ()
    assert attributes(told(rows), AS_OF - timedelta(days=9) + timedelta(microseconds=1)) != ()
    assert attributes(told(rows, links=[link(2, 1)]), AS_OF) == ()
    assert attributes(told(rows, withheld=[7]), AS_OF) == ()


def test_numbers_are_numbers_where_nearly_all_are() -> None:
    assert attributes(told(of_people("seats", [str(n) for n in range(38)] + ["many", "3e1"])), AS_OF) == (
        Attribute("seats"),
    )
    assert attributes(told(of_people("seats", [str(n % 10) for n in range(200)])), AS_OF)[0].levels is not None
    mixed = [str(n) for n in range(35)] + ["a", "b", "nan"] + ["many"] * 20
    assert attributes(told(of_people("seats", mixed)), AS_OF) == (Attribute("seats", ("many",)),)


@pytest.mark.parametrize(
    "name",
    [
        "health_plan",
        "diagnosis",
        "Gender",
        "genderIdentity",
        "transgender",
        "Orientation",
        "union",
        "language",
        "Country",
        "interests",
    ],
)
def test_some_names_are_no_attributes(name: str) -> None:
    assert attributes(told(of_people(name, ["basic"] * 30)), AS_OF) == ()


def test_there_are_only_so_many_the_most_frequent_first() -> None:
    many = [of_people(f"n{number:02}", ["x"] * (30 + (number == 41))) for number in range(42)]
    found = [it.name for it in attributes(told(*many), AS_OF)]
    assert found == ["n41", *(f"n{number:02}" for number in range(MOST_ATTRIBUTES - 1))]
    levels = [f"l{number:02}" for number in range(21) for _ in range(20)]
    (plan,) = attributes(told(of_people("plan", levels)), AS_OF)
    assert plan.levels == tuple(f"l{number:02}" for number in range(MOST_LEVELS))


def test_the_matrix_has_a_column_for_each() -> None:
    plan, seats = Attribute("plan", ("gold", "basic")), Attribute("seats")
    there = told(of_people("plan", ["gold", "basic", "odd"]), of_people("seats", ["7", " 8.5 ", "many", "inf"]))
    rows = matrix(there, AS_OF, (plan, seats))
    assert rows.columns[-2:] == ["attribute:plan", "attribute:seats"]
    assert rows.dtypes[-2:] == [pl.Float64, pl.Float64]
    assert rows["attribute:plan"].to_list() == [0, 1, 2, -1]
    assert [None if np.isnan(it) else it for it in rows["attribute:seats"]] == [7, 8.5, None, None]
    assert declared("attribute:plan").group == "attribute:plan"
    assert declared("recency").family == "constancy"


def test_whoever_is_known_by_attributes_alone_is_there_where_they_are_asked_for() -> None:
    there = facts(said=[said("plan", "gold", contact=1), said("town", "Leeds", contact=2)], links=[link(2, 3)])
    assert matrix(there, AS_OF).height == 0
    assert matrix(there, AS_OF, [Attribute("plan", ("gold",))])["person"].to_list() == [1]
    assert matrix(there, AS_OF - timedelta(days=9), [Attribute("plan", ("gold",))]).height == 0
    rows = matrix(there, AS_OF, [Attribute("town", ("Leeds",))])
    assert rows.select("person", "stage", "recency", "attribute:town").rows() == [(3, "stranger", 365, 0)]


def test_an_attribute_is_a_reason_with_its_value() -> None:
    plan, seats = Attribute("lead_source", ("Referral Sites",)), Attribute("seats")
    there = told(of_people("lead_source", ["Referral Sites", "odd"]), of_people("seats", ["7", "1250.5"], first=2))
    rows = matrix(there, AS_OF, (plan, seats))
    added = pl.DataFrame({"attribute:lead_source": [0.5] * 3, "attribute:seats": [-0.3] * 3})
    found = [json.loads(text) for text in reasons(added, rows, (plan, seats))]
    assert found[0] == [["attribute", 0.5, "lead_source", "Referral Sites"], ["attribute", -0.3, "seats"]]
    assert [[sentence(it) for it in of_person] for of_person in found] == [
        ["Says: lead source is Referral Sites", "Says nothing of: seats"],
        ["Says: lead source is something that few say", "Says: seats is 7"],
        ["Says nothing of: lead source", "Says: seats is 1,250.5"],
    ]
