"""What the fields of a shape are, for whoever reads files by them or explains what a value should have been."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from msgspec import Struct, inspect

from ingestion.formats.refusal import pointer_to

EXAMPLES: dict[type, str] = {
    inspect.DateTimeType: "Write a moment as 2026-11-01T10:00:00Z, with its zone.",
    inspect.DecimalType: "Write an amount as 48.50.",
    inspect.BoolType: "Write true or false.",
}


@dataclass(frozen=True)
class Field:
    """One field. names: from the row inwards; kind: as msgspec describes it; said: what its definition says of it."""

    names: tuple[str, ...]
    kind: Any
    said: str

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
                yield Field(names, kind, said)


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
