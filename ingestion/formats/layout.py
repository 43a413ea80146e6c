"""Layouts: how the lines of one file become rows of a shape, by a mapping or as a known export."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from ingestion.errors import LayoutRefused
from ingestion.formats import mapping as mappings
from ingestion.formats.cells import Make
from ingestion.formats.presets import PRESETS, Answers, Preset, recognise
from ingestion.formats.reading import FORMATS

T = TypeVar("T")
# The fields of rows that say who somebody is, and by what.
PEOPLE = ("actor", "target", "who", "same_as")
KNOWN_BY = ("handle", "external_id", "customer", "email", "email_sha256")
# What is said of a whole file, and the field that says it in every row. Of the two for a channel no shape has both.
IN_EVERY_ROW = (("channel", "channel"), ("channel", "described.channel"), ("exported_at", "at"))


class Export(Answers, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="export", kw_only=True):
    """A known export, and what the person said of it. preset: which, see presets.PRESETS."""

    preset: str


Layout = mappings.Mapping | Export


class ReadAs(Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody has a file read; what they do not say is proposed. sheet: of a workbook, "" for the first."""

    shape: str | None = None
    layout: Layout | None = None
    sheet: Annotated[str, Meta(max_length=100)] = ""


_layouts = msgspec.json.Decoder(Layout)
_read_as = msgspec.json.Decoder(ReadAs)


def read(json: bytes) -> Layout:
    """Return a layout as somebody wrote or we saved it. Raises LayoutRefused."""
    found: Layout = _decoded(_layouts, json)
    return found


def read_as(json: bytes) -> ReadAs:
    """Return how somebody has a file read. Raises LayoutRefused."""
    found = _decoded(_read_as, json)
    if found.shape is not None and found.shape not in FORMATS:
        raise LayoutRefused([_no_shape(found.shape)])
    return found


def _decoded(decoder: msgspec.json.Decoder[T], json: bytes) -> T:
    try:
        return decoder.decode(json)
    except (msgspec.DecodeError, RecursionError) as wrong:  # a ValidationError is the former
        raise LayoutRefused([f"How it is to be read cannot be understood: {wrong}."]) from wrong


def _no_shape(name: str) -> str:
    return f"There is no shape “{name[:40]}”. Use one of {', '.join(FORMATS)}."


def written(layout: Layout) -> dict[str, Any]:
    """Return a layout as JSON has it."""
    found: dict[str, Any] = msgspec.to_builtins(layout)
    return found


def columns_of_people(said: Mapping[str, Any]) -> set[str]:
    """Return the columns that say who somebody is. said: a layout as JSON has it. Known exports have none."""
    theirs = {f"{who}.{what}" for who in PEOPLE for what in KNOWN_BY}
    return {it["column"] for name, it in said.get("fields", {}).items() if name in theirs and it.get("column")}


def shape_of(layout: Layout) -> str:
    """Return which shape its rows have. Raises LayoutRefused."""
    name = layout.format if isinstance(layout, mappings.Mapping) else _preset(layout).format
    if name not in FORMATS:
        raise LayoutRefused([_no_shape(name)])
    return name


def reader(layout: Layout, names: Sequence[str], *, serials: bool) -> Make:
    """Return what makes rows of the lines of a file. names: its header's. serials: its cells are a workbook's."""
    if isinstance(layout, mappings.Mapping):
        return layout.reader(serials=serials)
    return _preset(layout).reader(names, layout, serials=serials)


def problems(layout: Layout, names: Sequence[str]) -> list[str]:
    """Return in sentences why rows cannot be made of a file so; empty where they can. Raises LayoutRefused."""
    format_ = FORMATS[shape_of(layout)]
    if isinstance(layout, mappings.Mapping):
        return mappings.problems(layout, names, format_)
    preset = _preset(layout)
    if not preset.fits(names):
        return [f"The file is not “{preset.title}”: it lacks columns that such exports have."]
    return [need.sentence for need in preset.lacks(layout)]


def unread(layout: Layout, names: Sequence[str]) -> list[str]:
    """Return the columns of which nothing is read."""
    if isinstance(layout, mappings.Mapping):
        used = {it.column for it in layout.fields.values()}
    else:
        used = set(_preset(layout).places(names).values())
    return [name for name in names if name not in used]


def fits(layout: Layout, names: Sequence[str]) -> bool:
    """Whether rows can be made of a file so, once what it does not tell has been said."""
    if isinstance(layout, mappings.Mapping):
        return not mappings.misfits(layout, names, FORMATS[shape_of(layout)])
    return bool(_preset(layout).fits(names))


def for_another(layout: Layout) -> Layout:
    """Return a layout without what is so of one file only: whose export it is, and when it was made or counted."""
    if isinstance(layout, Export):
        return msgspec.structs.replace(layout, channel="", exported_at=None)
    return mappings.without_moments(layout)


def is_told(export: Export, need: str) -> bool:
    """Whether a person has to tell this of such an export: a channel, a zone, or when it was made."""
    return need in _preset(export).needs


def answered(layout: Layout, answers: Mapping[str, Any]) -> Layout:
    """Return a layout with what somebody said of the whole file: zone, first, decimal, channel, exported_at.

    Raises LayoutRefused.
    """
    said = dict(answers)
    if isinstance(layout, mappings.Mapping):
        known = mappings.fields_of(FORMATS[shape_of(layout)].row)
        has = [(answer, name) for answer, name in IN_EVERY_ROW if answer in said and name in known]
        said["fields"] = layout.fields | {name: mappings.Origin(constant=said.pop(answer)) for answer, name in has}
    if unknown := said.keys() - set(layout.__struct_fields__):
        lacking = f"cannot be said of {shape_of(layout)}: their rows have no such field."
        raise LayoutRefused([f"“{it}” {lacking}" for it in sorted(unknown)])
    return read(msgspec.json.encode(written(layout) | said))


def suggest(records: Sequence[Sequence[str]], names: Sequence[str], shape: str | None) -> Layout:
    """Return how a file is probably meant: as the export that it is, or by the names of its columns.

    shape: what its rows are, where that is said: then it is no export.
    """
    found = None if shape else recognise(records)
    if found:
        return Export(preset=found.preset.name)
    shapes = [FORMATS[shape]] if shape else list(FORMATS.values())
    guesses = [mappings.suggest(names, format_) for format_ in shapes]
    # The first of those with the least in the way; of these the one that uses most columns.
    return max(guesses, key=lambda it: (-len(mappings.missing(it, FORMATS[it.format])), len(it.fields)))


def _preset(layout: Export) -> Preset:
    if layout.preset not in PRESETS:
        raise LayoutRefused([f"We know no export “{layout.preset[:40]}”. Use one of {', '.join(PRESETS)}."])
    return PRESETS[layout.preset]
