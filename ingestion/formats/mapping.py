"""How the columns of somebody's file become the fields of a shape. Saved with a source, proposed by the columns' names.

suggest(header, format) ──► Mapping, looked over by a person ──► problems ──► row, row, row …
"""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Cells
from functools import cache
from typing import Any

from msgspec import Struct, inspect

from ingestion.formats import cells as read
from ingestion.formats.cells import CellRefused, First, Manner, Mark
from ingestion.formats.fields import Field, leaves
from ingestion.formats.headers import plain
from ingestion.formats.ladder import KINDS
from ingestion.formats.reading import FORMATS, Format
from ingestion.formats.refusal import RowRefused, pointer_to

# What columns are called besides the field's own name, by the last part of the field's name; English, then German.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("event id", "interaction id", "order id", "order number", "bestellnummer", "vorgangsnummer", "kennung"),
    "kind": ("type", "event", "event type", "action", "interaction", "art", "typ", "aktion", "ereignis"),
    "occurred_at": ("date", "time", "datetime", "date and time", "timestamp", "created at", "created", "order date",
                    "datum", "zeitpunkt", "datum und uhrzeit", "erstellt am", "bestelldatum"),
    "at": ("date", "day", "counted at", "datum", "tag", "stichtag"),
    "published_at": ("published", "publish time", "post time", "veröffentlicht am", "veröffentlichungsdatum"),
    "known_at": ("known since", "bekannt seit"),
    "handle": ("username", "user name", "user", "account", "profile", "benutzername", "nutzername", "konto", "profil"),
    "external_id": ("user id", "account id", "profile id", "benutzer-id", "nutzer-id", "konto-id"),
    "customer": ("customer id", "customer number", "client number", "kundennummer", "kunden-id", "kundennr", "kunde"),
    "email": ("e-mail", "mail", "email address", "e-mail address", "e-mail-adresse", "mailadresse"),
    "email_sha256": ("email hash", "hashed email"),
    "name": ("display name", "full name", "anzeigename", "vollständiger name"),
    "platform": ("network", "plattform", "netzwerk"),
    "direction": ("richtung",),
    "post": ("post id", "media id", "content id", "beitrag", "beitrags-id"),
    "in_reply_to": ("parent id", "reply to", "antwort auf"),
    "thread": ("conversation", "conversation id", "thread id", "unterhaltung", "gespräch"),
    "text": ("message", "comment", "comment text", "content", "caption", "nachricht", "kommentar", "inhalt"),
    "words": ("word count", "number of words", "wörter", "anzahl wörter"),
    "automated": ("automatic", "automatisch", "automatisiert"),
    "provenance": ("source", "origin", "herkunft", "quelle"),
    "value": ("amount", "total", "revenue", "price", "betrag", "summe", "umsatz", "wert", "preis"),
    "currency": ("währung",),
    "refund_of": ("refunded order", "original order", "erstattung von"),
    "channel": ("kanal",),
    "followers": ("total followers", "follower", "follower count", "fans", "abonnenten"),
    "following": ("follows", "folgt", "abonniert"),
    "gained": ("new followers", "new follows", "followers gained", "neue follower", "zugewinn"),
    "lost": ("unfollows", "lost followers", "followers lost", "verlorene follower", "verlust"),
    "window": ("period", "zeitraum"),
    "views": ("impressions", "aufrufe", "impressionen"),
    "reach": ("accounts reached", "reichweite"),
    "likes": ("reactions", "gefällt mir", "gefällt-mir-angaben", "reaktionen"),
    "comments": ("replies", "kommentare", "antworten"),
    "shares": ("reposts", "retweets", "geteilt", "geteilte inhalte"),
    "saves": ("saved", "bookmarks", "gespeichert"),
    "link": ("permalink", "url", "post url", "post link"),
    "paid": ("sponsored", "boosted", "bezahlt", "beworben"),
}  # fmt: skip
# Texts that may look like a cut id and are none.
WORDS = {"text", "name", "provenance", "method"}


class Origin(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a field comes from: a column of the file, or the same for every row."""

    column: str = ""
    constant: str = ""


class Mapping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How files of one kind become rows of a shape.

    format: the shape's name. fields: a field's name, dots where it nests → its origin. zone, first, decimal: see
    cells.Manner. kinds: a cell's word for a kind → ours.
    """

    format: str
    fields: dict[str, Origin]
    zone: str = ""
    first: First = ""
    decimal: Mark = "."
    kinds: dict[str, str] = {}

    def row(self, cells: Cells[str, str], *, serials: bool = False) -> dict[str, Any]:
        """Return a row as JSON of the shape would have it. serials: the cells are a workbook's. Raises RowRefused.

        What a cell does not say is left out.
        """
        manner = Manner(self.zone, self.first, self.decimal, serials)
        known = _fields(FORMATS[self.format].row)
        found: dict[str, Any] = {}
        for name, origin in self.fields.items():
            cell = origin.constant or cells.get(origin.column, "")
            if name == "kind":
                cell = self._kind(cell)
            if cell and (value := field_value(known[name], cell, manner)) is not None:
                _put(found, known[name].names, value)
        return found

    def _kind(self, cell: str) -> str:
        word = plain(cell)
        said = {plain(it): kind for it, kind in self.kinds.items()}
        return said.get(word, word.replace(" ", "_") if word.replace(" ", "_") in KINDS else cell)


def field_value(field: Field, cell: str, manner: Manner) -> Any:
    """Return what a cell says of a field, as JSON has it; None where it says nothing. Raises RowRefused."""
    try:
        if not isinstance(field.kind, inspect.StrType):
            return _converter(field.kind)(cell, manner)
        return cell.strip() if field.names[-1] in WORDS else read.identifier(cell) or None
    except CellRefused as wrong:
        code = "ruined_id" if isinstance(field.kind, inspect.StrType) else "invalid"
        raise RowRefused(code, pointer_to(*field.names), str(wrong)) from wrong


def _converter(kind: Any) -> Callable[[str, Manner], Any]:
    converters: dict[type, Callable[[str, Manner], Any]] = {
        inspect.IntType: read.whole,
        inspect.FloatType: lambda cell, manner: _said(read.number(cell, manner), float),
        inspect.DecimalType: lambda cell, manner: _said(read.amount(cell, manner), str),
        inspect.BoolType: lambda cell, manner: read.boolean(cell),
        inspect.DateTimeType: lambda cell, manner: _said(read.moment(cell, manner), read.iso),
        inspect.DateType: lambda cell, manner: _said(read.day(cell, manner), str),
    }
    return converters.get(type(kind), lambda cell, manner: cell.strip().casefold() or None)


def _said(value: Any, form: Callable[[Any], Any]) -> Any:
    return None if value is None else form(value)


def _put(row: dict[str, Any], names: Sequence[str], value: Any) -> None:
    *outer, last = names
    for name in outer:
        row = row.setdefault(name, {})
    row[last] = value


@cache
def _fields(row: type[Struct]) -> dict[str, Field]:
    return {".".join(field.names): field for field in leaves(row).values()}


def suggest(header: Sequence[str], format_: Format) -> Mapping:
    """Return a mapping by the names of the columns: a field's own name first, then what people call it.

    No column is used twice; what is not recognised is left out. The zone and the order of day and month are never
    suggested.
    """
    left = {plain(name): name for name in reversed(header) if name}
    fields: dict[str, Origin] = {}
    for called in (_own_names, _synonyms):
        for field in _fields(format_.row):
            word = next((it for it in called(field) if it in left), None)
            if word is not None and field not in fields:
                fields[field] = Origin(column=left.pop(word))
    return Mapping(format=format_.name, fields=fields)


def _own_names(field: str) -> list[str]:
    # Who an act was for is named in full or not at all: a lone “handle” is that of who acted.
    last = field.rpartition(".")[2]
    return [plain(field)] if field.startswith("target.") else [plain(field), plain(last)]


def _synonyms(field: str) -> list[str]:
    last = field.rpartition(".")[2]
    return [] if field.startswith("target.") else [plain(it) for it in SYNONYMS.get(last, ())]


def problems(mapping: Mapping, header: Sequence[str], format_: Format) -> list[str]:
    """Return in sentences why rows cannot be made of a file so; empty where they can."""
    return [*_misfits(mapping, header, format_), *_missing(mapping, format_), *_unclear(mapping)]


def _misfits(mapping: Mapping, header: Sequence[str], format_: Format) -> list[str]:
    found = [] if mapping.format == format_.name else [f"The mapping is for {mapping.format}, not for {format_.name}."]
    for name, origin in mapping.fields.items():
        if name not in _fields(format_.row):
            found.append(f"{format_.name} have no field “{name}”.")
        if bool(origin.column) == bool(origin.constant):
            found.append(f"Say for “{name}” either a column or what it is in all rows.")
        elif origin.column and origin.column not in header:
            found.append(f"The file has no column “{origin.column}”, from which “{name}” should come.")
        elif header.count(origin.column) > 1:
            found.append(f"The file has several columns called “{origin.column}”.")
    return found


def _missing(mapping: Mapping, format_: Format) -> list[str]:
    known = _fields(format_.row)
    needed = [it.encode_name for it in inspect.type_info(format_.row).fields if it.required]  # type: ignore[attr-defined]
    begun = {name.split(".")[0] for name in mapping.fields}
    found = [f"Nothing says “{name}”, which every row needs." for name in needed if name not in begun]
    people = [name for name in known if name.endswith(".handle")]
    if people and not begun & {name.split(".")[0] for name in people}:
        found.append(f"Nothing names a person, such as {' or '.join(people)}.")
    return found


def _unclear(mapping: Mapping) -> list[str]:
    found = []
    if mapping.zone:
        try:
            read.zone(mapping.zone)
        except CellRefused as wrong:
            found.append(str(wrong))
    if unknown := [kind for kind in mapping.kinds.values() if mapping.format == "engagements" and kind not in KINDS]:
        found.append(f"There is no kind {', '.join(f'“{it}”' for it in unknown)}. Use {', '.join(KINDS)}.")
    return found
