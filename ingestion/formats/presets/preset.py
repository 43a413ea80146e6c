"""What every preset is: an export of a platform, known by its header, and how its lines become rows of a shape."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct

from ingestion.formats import cells
from ingestion.formats.cells import CellRefused, First, Make, Manner, Mark
from ingestion.formats.headers import plain
from ingestion.formats.post_count import COUNTS
from ingestion.formats.refusal import RowRefused

T = TypeVar("T")


class Need(StrEnum):
    """What a file does not say, so that the person who imports it has to."""

    CHANNEL = "channel"
    ZONE = "zone"
    EXPORTED_AT = "exported_at"

    @property
    def sentence(self) -> str:
        return {
            Need.CHANNEL: "Say whose export it is (channel): no column names the account.",
            Need.ZONE: "Say in which zone the platform writes its times (zone), such as Europe/Berlin.",
            Need.EXPORTED_AT: "Say when the file was exported (exported_at): that is when its posts were counted.",
        }[self]


class Answers(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the person said. channel: platform/handle or cha_…; zone: the IANA name of the one the platform writes in.

    first, decimal: where the file differs from its kind, as after a visit to a spreadsheet program.
    """

    channel: str = ""
    zone: str = ""
    exported_at: Annotated[datetime, Meta(tz=True)] | None = None
    first: First = ""
    decimal: Mark = "."


@dataclass(frozen=True)
class Line:
    """One line of an export, by our names for its columns. What goes wrong is refused at the field it was for."""

    cells: Mapping[str, str]
    answers: Answers
    manner: Manner

    def text(self, name: str) -> str | None:
        return self.cells.get(name, "").strip() or None

    def count(self, name: str) -> int | None:
        """Return a count; None where the cell is empty, for that is not 0."""
        return self._at(f"/{name}", lambda: cells.whole(self.cells.get(name, ""), self.manner))

    def counts(self) -> dict[str, int | None]:
        """Return what is counted of a post, as far as the export has columns for it."""
        return {name: self.count(name) for name in COUNTS}

    def described(self, text: str | None = None) -> dict[str, Any]:
        """Return what the line says of its post besides its counts. text: where it is not in the one column for it."""
        cell = self.cells.get("published_at", "")
        published_at = self._at("/described/published_at", lambda: cells.moment(cell, self.manner))
        found = {
            "channel": self.answers.channel,
            "published_at": None if published_at is None else cells.iso(published_at),
            "text": text or self.text("text"),
            "permalink": self.text("link"),
        }
        return {name: value for name, value in found.items() if value is not None}

    def end_of_day(self, name: str) -> str:
        """Return when the day in a cell was over: that is when it was counted."""
        found = self._at("/at", lambda: cells.day(self.cells.get(name, ""), self.manner))
        if found is None:
            raise RowRefused("missing", "/at", "The line does not say of which day it is.")
        return cells.iso(self._at("/at", lambda: cells.end_of(found, self.answers.zone)))

    def exported_at(self) -> str:
        if self.answers.exported_at is None:
            raise RowRefused("missing", "/at", "Say when the file was exported: that is when it was counted.")
        return cells.iso(self.answers.exported_at)

    def whole_id(self, name: str, within: re.Pattern[str] | None = None) -> str:
        """Return the post's id; where a spreadsheet program has cut it, the one in the link if that agrees with it."""
        cell = self.cells.get(name, "")
        linked = within.search(self.cells.get("link", "")) if within else None
        if linked and cells.may_be(cell, linked[1]):
            return str(linked[1])
        return self.named(self._at("/post", lambda: cells.identifier(cell), "ruined_id"))

    def id_in_link(self, name: str, within: re.Pattern[str]) -> str:
        """Return the post's id where it stands in a link only."""
        found = within.search(self.cells.get(name, ""))
        return self.named(found[1] if found else "")

    def named(self, post: str) -> str:
        if not post:
            raise RowRefused("missing", "/post", "The line names no post.")
        return post

    def _at(self, pointer: str, how: Callable[[], T], code: str = "invalid") -> T:
        try:
            return how()
        except CellRefused as wrong:
            raise RowRefused(code, pointer, str(wrong)) from wrong


@dataclass(frozen=True)
class Preset:
    """One kind of export. What is not in `columns` is not read.

    format: the shape its rows have. columns: our name of a column → what files call it. marks: columns without which
    it is another kind of file; never: columns that it never has. first: what stands first in its days in digits, ""
    where it writes none. sheet: where it lies in a workbook.
    """

    name: str
    title: str
    platform: str
    format: str
    needs: tuple[Need, ...]
    columns: Mapping[str, tuple[str, ...]]
    marks: tuple[str, ...]
    read: Callable[[Line], dict[str, Any]]
    never: tuple[str, ...] = ()
    first: First = "month"
    sheet: str = ""

    @cached_property
    def _names(self) -> dict[str, str]:
        return {plain(name): ours for ours, names in self.columns.items() for name in names}

    def places(self, names: Sequence[str]) -> dict[str, str]:
        """Return our name → the file's, of the columns that are there."""
        found: dict[str, str] = {}
        for name in names:
            if ours := self._names.get(plain(name)):
                found.setdefault(ours, name)
        return found

    def fits(self, names: Sequence[str]) -> int:
        """Return how many columns are known; 0 where the file is of another kind."""
        found = self.places(names)
        has = {plain(name) for name in names}
        if any(mark not in found for mark in self.marks) or any(plain(it) in has for it in self.never):
            return 0
        return len(found)

    def lacks(self, answers: Answers) -> list[Need]:
        """Return what the person has yet to say."""
        return [need for need in self.needs if not getattr(answers, need)]

    def reader(self, names: Sequence[str], answers: Answers, *, serials: bool = False) -> Make:
        """Return what makes rows of lines. names: the header's, see `recognise`. serials: they are a workbook's."""
        manner = Manner(answers.zone, answers.first or self.first, answers.decimal, serials)
        places = self.places(names)

        def read_line(line: Mapping[str, str]) -> dict[str, Any]:
            ours = {name: line.get(place, "") for name, place in places.items()}
            found = self.read(Line(ours, answers, manner))
            return {name: value for name, value in found.items() if value is not None}

        return read_line
