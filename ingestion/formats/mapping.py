"""How the columns of somebody's file become the fields of a shape. Saved with a source, proposed by the columns' names.

suggest(header, format) ──► Mapping, looked over by a person ──► problems ──► reader ──► row, row, row …
"""

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Cells
from dataclasses import replace
from functools import cache
from typing import Any

from msgspec import Struct, inspect, structs

from ingestion.formats import cells as read
from ingestion.formats.cells import CellRefused, First, Make, Manner, Mark
from ingestion.formats.fields import Field, leaves
from ingestion.formats.headers import plain
from ingestion.formats.reading import FORMATS, Format
from ingestion.formats.refusal import RowRefused, pointer_to

# What columns are called besides the field's own name, by that or by its last part: in English, in German, and where
# exports of platforms are read by it, in French and Spanish.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("event id", "interaction id", "order id", "order number", "bestellnummer", "vorgangsnummer", "kennung"),
    "kind": ("type", "event", "event type", "action", "interaction", "art", "typ", "aktion", "ereignis"),
    "occurred_at": ("date", "time", "datetime", "date and time", "timestamp", "created at", "created", "order date",
                    "datum", "zeitpunkt", "datum und uhrzeit", "erstellt am", "bestelldatum"),
    "at": ("date", "day", "counted at", "datum", "tag", "stichtag"),
    "published_at": ("published", "publish time", "post time", "veröffentlicht", "veröffentlicht am",
                     "veröffentlichungsdatum", "veröffentlichungszeit", "veröffentlichungszeitpunkt",
                     "heure de publication", "date de publication", "hora de publicación", "fecha de publicación"),
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
    # Of posts alone: in a file of acts such a column has what the brand wrote, not what somebody said to it.
    "described.text": ("description", "beschreibung", "beitragstext", "video title", "videotitel", "titre de la vidéo",
                       "título del vídeo"),
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
    "views": ("impressions", "total views", "aufrufe", "videoaufrufe", "aufrufe insgesamt", "gesamtzahl der aufrufe",
              "impressionen", "vues", "total de vues", "visualizaciones", "reproducciones"),
    "reach": ("accounts reached", "reichweite", "couverture", "alcance"),
    "likes": ("reactions", "total likes", "gefällt mir", "gefällt mir-angaben", "gefällt-mir-angaben",
              "„gefällt mir“-angaben", "likes insgesamt", "gesamtzahl der likes", "reaktionen", "j'aime",
              "mentions j'aime", "me gusta"),
    "comments": ("replies", "total comments", "kommentare", "kommentare insgesamt", "gesamtzahl der kommentare",
                 "antworten", "commentaires", "comentarios"),
    "shares": ("reposts", "retweets", "total shares", "geteilt", "geteilte inhalte", "gesamtzahl der shares",
               "partages", "compartidos", "veces compartido"),
    "saves": ("saved", "bookmarks", "gespeichert", "gespeicherte beiträge", "lesezeichen", "enregistrements",
              "guardados", "veces guardado"),
    "permalink": ("url", "post url", "post link", "beitrags-url", "link zum beitrag", "videolink",
                  "lien", "lien de la vidéo", "enlace", "enlace del vídeo"),
    "paid": ("sponsored", "boosted", "bezahlt", "beworben"),
}  # fmt: skip
# Texts that may look like a cut id and are none.
WORDS = {"text", "name", "provenance", "method", "promise"}
# The one field whose names are the sender's own.
FACTS = "facts"
# People of whom a lone “handle” is not the one.
IN_FULL = ("target.", "same_as.")
# What stands between the parts of a list in a cell.
BETWEEN = re.compile(r"[;|\n]|, ")


class Origin(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a field comes from: a column of the file, or the same for every row."""

    column: str = ""
    constant: str = ""


class Mapping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="mapping"):
    """How files of one kind become rows of a shape.

    format: the shape's name. fields: a field's name, dots where it nests → its origin. zone, first, decimal: see
    cells.Manner.
    """

    format: str
    fields: dict[str, Origin]
    zone: str = ""
    first: First = ""
    decimal: Mark = "."

    def reader(self, *, serials: bool = False) -> Make:
        """Return what makes rows of lines. What a cell does not say is left out. serials: they are a workbook's."""
        manner = Manner(self.zone, self.first, self.decimal, serials)
        row = FORMATS[self.format].row
        places = [(_field(row, name), it.column, it.constant) for name, it in self.fields.items()]

        def read_line(cells: Cells[str, str]) -> dict[str, Any]:
            found: dict[str, Any] = {}
            for field, column, constant in places:
                assert field is not None  # `problems` says so before
                cell = constant or cells.get(column, "")
                if cell and (value := _value(field, cell, manner)) is not None:
                    _put(found, field.names, value)
            return found

        return read_line


def _value(field: Field, cell: str, manner: Manner) -> Any:
    """Return what a cell says of a field, as JSON has it; None where it says nothing. Raises RowRefused."""
    is_id = isinstance(field.kind, inspect.StrType) and field.names[-1] not in WORDS
    try:
        return (_id if is_id else CONVERTERS[type(field.kind)])(cell, manner)
    except CellRefused as wrong:
        raise RowRefused("ruined_id" if is_id else "invalid", pointer_to(*field.names), str(wrong)) from wrong


def _id(cell: str, manner: Manner) -> str | None:
    return read.identifier(cell) or None


def _text(cell: str, manner: Manner) -> str | None:
    return cell.strip() or None


def _word(cell: str, manner: Manner) -> str | None:
    return read.tidy(cell).casefold() or None


def _list(cell: str, manner: Manner) -> list[str]:
    return [it.strip() for it in BETWEEN.split(cell) if it.strip()]


def _said(value: Any, form: Callable[[Any], Any]) -> Any:
    return None if value is None else form(value)


CONVERTERS: dict[type, Callable[[str, Manner], Any]] = {
    inspect.IntType: read.whole,
    inspect.FloatType: lambda cell, manner: _said(read.number(cell, manner), float),
    inspect.DecimalType: lambda cell, manner: _said(read.amount(cell, manner), str),
    inspect.BoolType: lambda cell, manner: read.boolean(cell),
    inspect.DateTimeType: lambda cell, manner: _said(read.moment(cell, manner), read.iso),
    inspect.DateType: lambda cell, manner: _said(read.day(cell, manner), str),
    inspect.ListType: _list,
    inspect.LiteralType: _word,
    inspect.StrType: _text,
    inspect.DictType: _text,
}


def _put(row: dict[str, Any], names: Sequence[str], value: Any) -> None:
    *outer, last = names
    for name in outer:
        row = row.setdefault(name, {})
    row[last] = value


@cache
def fields_of(row: type[Struct]) -> dict[str, Field]:
    """Return the fields of a shape by their names, dots where they nest."""
    return {".".join(field.names): field for field in leaves(row).values()}


@cache
def needed_of(row: type[Struct]) -> list[str]:
    """Return what every row has to say, by the first part of the fields' names."""
    return [it.encode_name for it in inspect.type_info(row).fields if it.required]  # type: ignore[attr-defined]


def _field(row: type[Struct], name: str) -> Field | None:
    """Return the field of this name; of facts, which have names of their own, each is one: `facts.industry`."""
    outer, dot, inner = name.partition(".")
    known = fields_of(row)
    return replace(known[FACTS], names=(outer, inner)) if dot and inner and outer == FACTS in known else known.get(name)


def suggest(header: Sequence[str], format_: Format) -> Mapping:
    """Return a mapping by the names of the columns: a field's own name first, then what people call it.

    No column is used twice; what is not recognised is left out. The zone and the order of day and month are never
    suggested, nor that a column is a fact about somebody, unless it is called so; nor of acts the channel, for a column
    called so says most often by what means (“e-mail”); nor what describes a counted post, unless it is named in full or
    a column says when the post was published, which such a row has to say.
    """
    fields_suggested = [it for it in fields_of(format_.row) if it != "channel" or it in needed_of(format_.row)]
    left = {plain(name): name for name in reversed(header) if name}
    fields: dict[str, Origin] = {}
    for called in (_own_names, _synonyms):
        for field in fields_suggested:
            word = next((it for it in called(field) if it in left), None)
            if word is not None and field not in fields:
                fields[field] = Origin(column=left.pop(word))
    if "described.published_at" not in fields:
        guessed = [it for it in fields if it.startswith("described.") and plain(fields[it].column) != plain(it)]
        fields = {name: it for name, it in fields.items() if name not in guessed}
    facts = {name: Origin(column=name) for name in left.values() if "." in name and _field(format_.row, name)}
    return Mapping(format=format_.name, fields=fields | facts)


def _own_names(field: str) -> list[str]:
    # Who an act was for is named in full or not at all: a lone “handle” is that of who acted.
    last = field.rpartition(".")[2]
    return [plain(field)] if field.startswith(IN_FULL) else [plain(field), plain(last)]


def _synonyms(field: str) -> list[str]:
    last = field.rpartition(".")[2]
    return [] if field.startswith(IN_FULL) else [plain(it) for key in (field, last) for it in SYNONYMS.get(key, ())]


def without_moments(mapping: Mapping) -> Mapping:
    """Return it without moments that are the same in every row: they are so of one file only."""
    known = fields_of(FORMATS[mapping.format].row) if mapping.format in FORMATS else {}
    moments = {name for name, it in known.items() if isinstance(it.kind, inspect.DateTimeType)}
    kept = {name: it for name, it in mapping.fields.items() if not (it.constant and name in moments)}
    return structs.replace(mapping, fields=kept)


def problems(mapping: Mapping, header: Sequence[str], format_: Format) -> list[str]:
    """Return in sentences why rows cannot be made of a file so; empty where they can."""
    return [
        *misfits(mapping, header, format_),
        *missing(mapping, format_),
        *_missing_within(mapping, format_),
        *_unclear(mapping),
    ]


def misfits(mapping: Mapping, header: Sequence[str], format_: Format) -> list[str]:
    """Return in sentences what it says that is not so: of this file, or of the shape."""
    found = [] if mapping.format == format_.name else [f"The mapping is for {mapping.format}, not for {format_.name}."]
    for name, origin in mapping.fields.items():
        if _field(format_.row, name) is None:
            found.append(f"{format_.name} have no field “{name}”.")
        if bool(origin.column) == bool(origin.constant):
            found.append(f"Say for “{name}” either a column or what it is in all rows.")
        elif origin.column and origin.column not in header:
            found.append(f"The file has no column “{origin.column}”, from which “{name}” should come.")
    return found


def missing(mapping: Mapping, format_: Format) -> list[str]:
    """Return in sentences what every row needs and nothing says."""
    known = fields_of(format_.row)
    needed = needed_of(format_.row)
    begun = {name.split(".")[0] for name in mapping.fields}
    found = [f"Nothing says “{name}”, which every row needs." for name in needed if name not in begun]
    people = [name for name in known if name.endswith(".handle")]
    if people and not begun & {name.split(".")[0] for name in people}:
        found.append(f"Nothing names a person, such as {' or '.join(people)}.")
    return found


def _missing_within(mapping: Mapping, format_: Format) -> list[str]:
    """Return what lacks of a part of the row of which something is said: what a post is described by, say."""
    begun = {name.split(".")[0] for name in mapping.fields}
    within = [(it.names[0], name) for name, it in fields_of(format_.row).items() if it.is_needed and len(it.names) > 1]
    return [
        f"Nothing says “{name}”, which a row needs that says anything of “{outer}”."
        for outer, name in within
        if outer in begun and name not in mapping.fields
    ]


def _unclear(mapping: Mapping) -> list[str]:
    try:
        read.zone(mapping.zone or "UTC")
    except CellRefused as wrong:
        return [str(wrong)]
    return []
