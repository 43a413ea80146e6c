"""Cells as people's spreadsheets write them: numbers, amounts, yes and no, moments and ids.

A cell is read by the manner of its file and never guessed at: “1.200” is two numbers and “03/04/2026” two days, and
which one is meant is the same for a whole file. What contradicts the manner is refused in a sentence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# What stands where nothing is known. It is never 0.
UNKNOWN = frozenset({"", "-", "\u2013", "\u2014", "n/a", "#n/a", "na", "nan", "null", "none", "k. a.", "k.a."})
YES = frozenset({"true", "1", "yes", "y", "x", "ja", "wahr", "oui", "vrai", "sí", "si", "sì", "sim", "vero"})
NO = frozenset({"false", "0", "no", "n", "nein", "falsch", "non", "faux", "não", "falso"})
# The shortened numbers that platforms show: 1.2K, 3,4 Mio.
TIMES = {"k": 10**3, "tsd": 10**3, "m": 10**6, "mio": 10**6, "mn": 10**6, "b": 10**9, "mrd": 10**9}
SHORTENED = re.compile(r"([+-]?\d{1,6})(?:[.,](\d{1,2}))? ?(k|tsd|m|mio|mn|b|mrd)\.?", re.IGNORECASE | re.ASCII)
# Between thousands may stand a blank or an apostrophe (Swiss), besides the mark that is not the decimal one.
NUMBERS = {
    mark: re.compile(
        rf"([+-]?(?:\d{{1,3}}(?:(?P<gap>[{group} '])\d{{3}})(?:(?P=gap)\d{{3}})*|\d+))(?:{re.escape(mark)}(\d+))?",
        re.ASCII,
    )
    for mark, group in ((".", ","), (",", "."))
}
PLAIN = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?", re.ASCII)
CURRENCY = re.compile(r"^(?:[A-Z]{3}\b|[$€£¥]) ?|(?: ?[A-Z]{3}| ?[$€£¥])$")
BLANKS = re.compile(r"[\s\u00a0\u2007\u202f]+")

CLOCK = (
    r"(?:(?:T|,? )(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<part>\d{1,9}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?)?"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?P<name>{'|'.join(MONTHS)})[a-z]*\.?"
DAYS = [
    re.compile(pattern + CLOCK, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)",
        rf"(?:[a-z]{{3,9}},? )?{MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
        rf"(?:[a-z]{{3,9}},? )?(?P<day>\d{{1,2}})\.? {MONTH},? (?P<year>\d{{4}})",
    )
]
SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
# Excel's day 0, which makes up for the 29 February 1900 that it believes in.
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001
# 1.22158E+17: six digits are left of eighteen. (Programs write the plus; 4e20 may be somebody's name.)
RUINED = re.compile(r"(\d(?:[.,](\d+))?)E\+(\d{2,3})", re.IGNORECASE | re.ASCII)
# How programs keep an id from being taken for a number: ="123", '123.
GUARDED = re.compile(r"=\"(.*)\"|'(.*)", re.DOTALL)

# Where a spreadsheet program takes a cell for a formula: as it begins, or where the program parts it at another mark.
FORMULA = re.compile(
    r"\A(?P<first>'*)(?=[\t\r\n\0])"
    r"|(?P<before>(?:\A|[,;|\t\r\n])[ \"]*)(?P<more>'*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])"
)

# What makes of a line's cells, by their columns, a row as JSON of a shape would have it. It may raise RowRefused.
Make = Callable[[Mapping[str, str]], dict[str, Any]]
First = Literal["", "day", "month"]
Mark = Literal[".", ","]


class CellRefused(Exception):
    """A cell that cannot be what its column says; the sentence says what was expected."""


@dataclass(frozen=True)
class Manner:
    """How a file writes things.

    zone: the IANA name of the zone meant by moments that state none; without it they are refused. first: what stands
    first in 03/04/2026; without it such a day is refused. decimal: the decimal mark. serials: a bare number may be a
    day as Excel counts them (from 1900; XLSX only).
    """

    zone: str = ""
    first: First = ""
    decimal: Mark = "."
    serials: bool = False


def tidy(cell: str) -> str:
    """Return the cell with single blanks, of whatever kind they were, and a plain minus."""
    return BLANKS.sub(" ", cell).strip().replace("\u2212", "-").replace("\u2019", "'")


def guarded(cell: str) -> str:
    """Return a cell so that no spreadsheet program takes it, or a part of it, for a formula.

    >>> guarded("=1+1"), guarded("ada"), unguarded(guarded("'=1;@x")) == "'=1;@x"
    ("'=1+1", 'ada', True)
    """
    return FORMULA.sub(lambda it: f"{it['before'] or ''}'{it['first'] or it['more'] or ''}", cell)


def unguarded(cell: str) -> str:
    """Return the cell that `guarded` has made safe; as it is where it has not."""
    if "'" not in cell:
        return cell
    return FORMULA.sub(lambda it: (it["before"] or "") + (it["first"] or it["more"] or "")[1:], cell)


def whole(cell: str, manner: Manner) -> int | None:
    """Return a whole number, which may be negative; None where it is not known. Raises CellRefused.

    >>> whole("12,400", Manner()), whole("12.400", Manner(decimal=",")), whole("1.2K", Manner()), whole("-", Manner())
    (12400, 12400, 1200, None)
    """
    text = tidy(cell)
    if text.lower() in UNKNOWN:
        return None
    if short := SHORTENED.fullmatch(text):
        value = Decimal(f"{short[1]}.{short[2] or 0}") * TIMES[short[3].lower()]
    else:
        value = _decimal(text, manner)
        # “12.0” comes from programs that know no whole numbers; “12.000” is more likely twelve thousand.
        if "." in str(value) and len(str(value).split(".")[1]) > 2:
            raise CellRefused(f"Expected a whole number, found “{cell[:40]}”. The decimal mark is “{manner.decimal}”.")
    if value != int(value):
        raise CellRefused(f"Expected a whole number, found “{cell[:40]}”. The decimal mark is “{manner.decimal}”.")
    return int(value)


def number(cell: str, manner: Manner) -> Decimal | None:
    """Return a number with decimals; None where it is not known. Raises CellRefused."""
    text = tidy(cell)
    return None if text.lower() in UNKNOWN else _decimal(text, manner)


def amount(cell: str, manner: Manner) -> Decimal | None:
    """Return an amount of money; a currency beside it is left out. Raises CellRefused.

    >>> amount("€ 1.204,50", Manner(decimal=",")), amount("48.50 EUR", Manner())
    (Decimal('1204.50'), Decimal('48.50'))
    """
    text = tidy(cell)
    if text.lower() in UNKNOWN:
        return None
    found = _decimal(CURRENCY.sub("", text, count=1), manner)
    if found.as_tuple().exponent == -3:  # “1.200” is more likely twelve hundred
        raise CellRefused(
            f"“{cell[:40]}” may be two amounts. Write it with two decimals or none. The decimal mark is "
            f"“{manner.decimal}”."
        )
    return found


def _decimal(text: str, manner: Manner) -> Decimal:
    mark = manner.decimal
    if manner.serials and PLAIN.fullmatch(text):  # a workbook's numbers are written in one way
        return Decimal(text)
    found = NUMBERS[mark].fullmatch(text)
    if found is None or len(text) > 30:
        raise CellRefused(f"Expected a number, found “{text[:40]}”. The decimal mark is “{mark}”.")
    digits = re.sub(r"[,. ']", "", found[1])
    return Decimal(f"{digits}.{found[3]}" if found[3] else digits)


def boolean(cell: str) -> bool | None:
    """Return yes or no, in six languages; None where it is not known. Raises CellRefused."""
    text = tidy(cell).lower()
    if text in UNKNOWN:
        return None
    if text not in YES | NO:
        raise CellRefused(f"Expected yes or no, found “{cell[:40]}”.")
    return text in YES


def moment(cell: str, manner: Manner) -> datetime | None:
    """Return a moment with its zone, a day as its first moment; None where it is not known. Raises CellRefused.

    An hour that a clock shows twice is taken as the first of the two.

    >>> moment("03/27/2026 06:08", Manner(zone="Europe/Berlin", first="month")).isoformat()
    '2026-03-27T06:08:00+01:00'
    """
    text = tidy(cell)
    if text.lower() in UNKNOWN:
        return None
    if manner.serials and SERIAL.fullmatch(text):
        # Excel's fractions of a day are off by some microseconds.
        naive = DAY_ZERO + timedelta(seconds=round(float(text) * 86_400))
        return naive.replace(tzinfo=zone(manner.zone))
    found = next((it for pattern in DAYS if (it := pattern.fullmatch(text))), None)
    if found is None:
        raise CellRefused(f"Expected a day or a moment, found “{cell[:40]}”. Write it as 2026-11-01T10:00:00Z.")
    year, month, day_ = _calendar(found, cell, manner.first)
    try:
        return datetime.combine(date(year, month, day_), _time(found), _zone(found["zone"], manner))
    except ValueError as wrong:
        raise CellRefused(f"There is no such day or hour: “{cell[:40]}”.") from wrong


def day(cell: str, manner: Manner) -> date | None:
    """Return a day; None where it is not known. Raises CellRefused."""
    found = moment(cell, Manner(manner.zone or "UTC", manner.first, manner.decimal, manner.serials))
    return None if found is None else found.date()


def end_of(day_: date, zone_: str) -> datetime:
    """Return the moment in which a day is over in a zone. Raises CellRefused."""
    return datetime.combine(day_ + timedelta(days=1), time(), zone(zone_))


def iso(moment_: datetime) -> str:
    """Return a moment as JSON has it.

    >>> iso(datetime(2026, 3, 27, 6, 8, tzinfo=UTC))
    '2026-03-27T06:08:00Z'
    """
    return moment_.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _calendar(found: re.Match[str], cell: str, first: First) -> tuple[int, int, int]:
    """Return year, month and day. A year of two digits is of this century: there were no social media in the last."""
    parts = found.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if not 1900 <= year <= 2200:
        raise CellRefused(f"There is no such day or hour: “{cell[:40]}”.")
    if parts.get("name"):
        return year, MONTHS.index(parts["name"].lower()) + 1, int(parts["day"])
    if parts.get("month"):
        return year, int(parts["month"]), int(parts["day"])
    if not first:
        raise CellRefused(f"Say whether the day or the month stands first in “{cell[:40]}”.")
    day_, month = (parts["one"], parts["two"]) if first == "day" else (parts["two"], parts["one"])
    if int(month) > 12:
        raise CellRefused(f"“{cell[:40]}” contradicts that the {first} stands first.")
    return year, int(month), int(day_)


def _time(found: re.Match[str]) -> time:
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    part = int((found["part"] or "").ljust(6, "0")[:6])
    return time(hour, int(found["minute"] or 0), int(found["second"] or 0), part)


def _zone(stated: str | None, manner: Manner) -> tzinfo:
    if stated is None:
        return zone(manner.zone)
    if stated.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    ahead = timedelta(hours=int(stated[1:3]), minutes=int(stated[-2:]))
    return timezone(-ahead if stated[0] == "-" else ahead)


def zone(name: str) -> ZoneInfo:
    """Return a zone by its IANA name. Raises CellRefused."""
    if not name:
        raise CellRefused("The moment states no zone. Say in which zone the file writes its times.")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise CellRefused(f"There is no zone called “{name[:40]}”. Write it as Europe/Berlin.") from wrong


def ruined(cell: str) -> bool:
    """Whether a spreadsheet program made a rounded number of an id.

    >>> ruined("1.22158E+17"), ruined("122158012345678901")
    (True, False)
    """
    return RUINED.fullmatch(cell.strip()) is not None


def may_be(cell: str, id_: str) -> bool:
    """Whether an id agrees with the digits that are left of a ruined one, rounded or cut off.

    >>> may_be("1.22158E+17", "122158012345678901"), may_be("1.22158E+17", "133434737527588701")
    (True, False)
    """
    found = RUINED.fullmatch(cell.strip())
    if found is None or not (id_.isascii() and id_.isdigit()):
        return False
    left, power = Decimal(found[1].replace(",", ".")), int(found[3])
    # Excel shows six digits, without noughts at the end.
    digits = max(5, len(found[2] or ""))
    return abs(Decimal(id_) - left.scaleb(power)) < Decimal(10) ** (power - digits)


def identifier(cell: str) -> str:
    """Return an id, without what keeps programs from taking it for a number. Raises CellRefused.

    >>> identifier('="17900000000000001"'), identifier("'42"), identifier("42.0")
    ('17900000000000001', '42', '42')
    """
    text = cell.strip()
    if guarded := GUARDED.fullmatch(text):
        text = (guarded[1] or guarded[2] or "").strip()
    if ruined(text):
        raise CellRefused(
            f"A spreadsheet program has cut this id to “{text}”. Import the file as the platform gave it, unopened."
        )
    return re.sub(r"^(\d{1,15})\.0$", r"\1", text, flags=re.ASCII)
