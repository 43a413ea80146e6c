"""Every field of every shape, with values that have broken programs before: refused where it stands, never landed."""

import json
from itertools import product

import pytest
from msgspec import inspect

from ingestion.formats.fact import Fact
from ingestion.formats.fields import leaves
from ingestion.formats.reading import FORMATS, Verdict
from tests.ingestion.doors import ROWS
from tests.ingestion.test_hostile import read

NUMBERS = ["NaN", "-Infinity", "1e400", "-1e400", "9223372036854775808", "9" * 4200, "1.5e308"]
NUL, HALF, LONG, TURNED = '"a\\u0000b"', '"a\\ud83d"', json.dumps("x" * 1_000_000), '"a\u202eb"'
IS_ONE = {"numbers": (inspect.IntType, inspect.FloatType, inspect.DecimalType), "texts": (inspect.StrType,)}
# What is wrong with the row whatever else it says, before it is read field by field.
WHOLE = {"unreadable", "row_too_large", "control_character"}


def fields(kind: str) -> list[tuple[str, str]]:
    return [
        (shape, place)
        for shape, format_ in FORMATS.items()
        for place, field in leaves(format_.row).items()
        if isinstance(field.kind, IS_ONE[kind])
    ]


def outcome_of(shape: str, place: str, value: str) -> Fact | Verdict | None:
    """Return what becomes of a row with this as the value of a field, as it stands in JSON; None: the body is none."""
    row = ROWS[shape](**({"channel": "cha"} if "channel" in ROWS[shape]() else {}))
    if shape == "engagements":  # between two people, so that both are read
        row |= {"direction": "peer", "target": {"handle": "bob"}}
    names = leaves(FORMATS[shape].row)[place].names
    inner = row
    for name in names[:-1]:
        if name == "described":
            inner[name] = {"channel": "cha", "published_at": "2026-05-01T10:00:00Z"}
        inner = inner.setdefault(name, {})
    inner[names[-1]] = "here"
    found = read(shape, b"[" + json.dumps(row).replace('"here"', value).encode() + b"]")
    if found is None:
        return None
    return found.facts[0] if found.facts else found.refused[0]


@pytest.mark.parametrize(("field", "value"), [*product(fields("numbers"), NUMBERS)], ids=lambda it: str(it)[:40])
def test_a_number_that_is_none_is_refused_where_it_stands(field: tuple[str, str], value: str) -> None:
    """T33a: no field takes NaN, infinity, what no column holds, or thousands of digits."""
    found = outcome_of(*field, value)
    if "N" in value or "I" in value:
        assert found is None
    else:
        assert isinstance(found, Verdict)
        assert (found.code, found.pointer) == ("invalid", field[1])


@pytest.mark.parametrize("field", fields("texts"), ids=str)
def test_a_text_that_is_none_never_lands(field: tuple[str, str]) -> None:
    """T33b, T33c: NUL, half a character and a megabyte land in no field, what turns the writing in no identifier."""
    for value in (NUL, HALF, LONG):
        found = outcome_of(*field, value)
        if isinstance(found, Verdict):
            assert found.pointer == field[1] or (found.code in WHOLE and not found.pointer)
        else:  # a name that is shown is shown without
            assert (field[1].endswith("/name"), value) == (True, NUL)
            assert isinstance(found, Fact)
            assert "\0" not in repr((found.values, found.people))
    found = outcome_of(*field, TURNED)
    if isinstance(found, Fact) and field[1].rpartition("/")[2] in ("id", "handle", "external_id", "customer", "email"):
        pytest.fail(f"{field} takes what turns the writing round")
