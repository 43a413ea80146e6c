"""What the fields of a shape are, for whoever reads files by them or explains what a value should have been."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct, inspect

from ingestion.formats.refusal import RowRefused, pointer_to

EXAMPLES: dict[type, str] = {
    inspect.DateTimeType: "Write a moment as 2026-11-01T10:00:00Z, with its zone.",
    inspect.DateType: "Write a day as 2026-11-01.",
    inspect.DecimalType: "Write an amount as 48.50.",
    inspect.BoolType: "Write true or false.",
}
# How msgspec says what is wrong: “Expected `str`, got `int` - at `$.actor.handle`”.
SAID = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?", re.DOTALL)
STEP = re.compile(r"\.(?P<name>\w+)|\[(?:(?P<index>\d+)|\.\.\.)\]")
FIELD = re.compile(r"Object (?P<how>missing required|contains unknown) field `(?P<name>[^`]*)`")


@dataclass(frozen=True)
class Field:
    """One field. names: from the row inwards; kind: as msgspec describes it; said: what its definition says of it.

    is_needed: whether what it is a part of has to say it.
    """

    names: tuple[str, ...]
    kind: Any
    said: str
    is_needed: bool

    @property
    def expected(self) -> str:
        """What to send, in a sentence."""
        if isinstance(self.kind, inspect.LiteralType):
            return f"Use one of {', '.join(str(value) for value in self.kind.values)}."
        if isinstance(self.kind, inspect.StrType):
            return f"Send text, in quotes: {self.said}" if self.said else "Send text, in quotes."
        return EXAMPLES.get(type(self.kind), self.said)


@cache
def leaves(row: type[Struct]) -> dict[str, Field]:
    """Return the fields that hold a value, by their JSON pointers."""
    return {pointer_to(*field.names): field for field in _leaves(inspect.type_info(row), ())}


def _leaves(struct: Any, outer: tuple[str, ...]) -> Iterator[Field]:
    for field in struct.fields:
        names = (*outer, field.encode_name)
        said = " ".join(_said(field.type))
        for kind in _kinds(field.type):
            if isinstance(kind, inspect.StructType):
                yield from _leaves(kind, names)
            elif not isinstance(kind, inspect.NoneType):
                yield Field(names, kind, said, field.required)


def _kinds(kind: Any) -> Iterator[Any]:
    """Yield what a field may be, without what is said about it."""
    if isinstance(kind, inspect.Metadata):
        yield from _kinds(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from _kinds(one)
    else:
        yield kind


def _said(kind: Any) -> Iterator[str]:
    if isinstance(kind, inspect.Metadata):
        if kind.extra_json_schema and "description" in kind.extra_json_schema:
            yield kind.extra_json_schema["description"]
        yield from _said(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from _said(one)


def _step(step: re.Match[str]) -> str:
    """Return a step of msgspec's path as one of a pointer. Where names are free it does not say which."""
    return pointer_to(*filter(None, step.groups()))


def refusal(wrong: msgspec.ValidationError, row: type[Struct]) -> RowRefused:
    """Return what msgspec says of a row in our form, with what to send instead."""
    said = SAID.fullmatch(str(wrong))
    assert said is not None
    place = STEP.sub(_step, said["path"] or "")
    field = FIELD.match(said["what"])
    if field is None:
        known = leaves(row).get(place)
        expected = known.expected if known else ""
        return RowRefused("invalid", place, f"{said['what'].replace('`', '')}. {expected}".strip())
    place += pointer_to(field["name"])
    if field["how"] == "contains unknown":
        names = ", ".join(dict.fromkeys(".".join(it.names) for it in leaves(row).values()))
        return RowRefused("unknown_field", place, f"There is no field “{field['name'][:40]}” here. Known are {names}.")
    return RowRefused("missing", place, f"The field “{field['name']}” is required.")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's fields, for a reader of JSON to call. Raises RowRefused where one stands there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RowRefused("duplicate_key", pointer_to(twice), f"The field “{twice[:40]}” stands there twice.")
    return found
