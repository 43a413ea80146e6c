"""Cells as people's spreadsheets write them: read by the file's manner, or refused in a sentence."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats import cells
from ingestion.formats.cells import CellRefused, Manner, Mark

ENGLISH = Manner(zone="Europe/London", first="month")
GERMAN = Manner(zone="Europe/Berlin", first="day", decimal=",")
BOOK = Manner(zone="Europe/Berlin", serials=True)


@pytest.mark.parametrize(
    ("cell", "manner", "expected"),
    [
        ("0", ENGLISH, 0),
        ("007", ENGLISH, 7),
        ("12,400", ENGLISH, 12400),
        ("1,234,567", ENGLISH, 1234567),
        ("12 400", ENGLISH, 12400),
        ("12\u202f400", ENGLISH, 12400),
        ("12\u00a0400\u00a0", ENGLISH, 12400),
        ("12'400", ENGLISH, 12400),
        ("12\u2019400", GERMAN, 12400),
        ("12.400", GERMAN, 12400),
        ("1.234.567", GERMAN, 1234567),
        ("-3", ENGLISH, -3),
        ("\u22123", ENGLISH, -3),
        ("12.0", ENGLISH, 12),
        ("12,0", GERMAN, 12),
        ("1.2K", ENGLISH, 1200),
        ("1,2K", GERMAN, 1200),
        ("3,4M", GERMAN, 3_400_000),
        ("3.4 M", GERMAN, 3_400_000),
        ("12K", ENGLISH, 12000),
        ("1,2 Tsd.", GERMAN, 1200),
        ("3,4 Mio.", GERMAN, 3_400_000),
        ("1.05b", ENGLISH, 1_050_000_000),
        ("", ENGLISH, None),
        (" ", ENGLISH, None),
        ("-", ENGLISH, None),
        ("\u2013", ENGLISH, None),
        ("\u2014", ENGLISH, None),
        ("N/A", ENGLISH, None),
        ("k. A.", GERMAN, None),
    ],
)
def test_a_whole_number_is_read(cell: str, manner: Manner, expected: int | None) -> None:
    assert cells.whole(cell, manner) == expected


@pytest.mark.parametrize(
    ("cell", "manner"),
    [
        ("12.400", ENGLISH),  # twelve and a bit, or twelve thousand of a file with other marks
        ("12,400", GERMAN),
        ("12.000", ENGLISH),
        ("12,000", GERMAN),
        ("12.5", ENGLISH),
        ("1,23", ENGLISH),
        ("12,40,000", ENGLISH),
        ("1 234,567", ENGLISH),
        ("1_000", ENGLISH),
        ("\u0663", ENGLISH),
        ("1.22E+5", ENGLISH),
        ("0x10", ENGLISH),
        ("many", ENGLISH),
        ("1" * 400, ENGLISH),
        ("1.234K", ENGLISH),
    ],
)
def test_a_cell_that_is_no_whole_number_is_refused_in_a_sentence(cell: str, manner: Manner) -> None:
    with pytest.raises(CellRefused, match=r"^Expected a (whole )?number, found “.*\.$"):
        cells.whole(cell, manner)


@given(number=st.integers(-(10**15), 10**15), mark=st.sampled_from([".", ","]))
def test_a_whole_number_written_with_marks_is_read_back(number: int, mark: Mark) -> None:
    written = f"{number:,}" if mark == "." else f"{number:,}".replace(",", ".")
    assert cells.whole(written, Manner(decimal=mark)) == number


@given(cell=st.text(max_size=40), mark=st.sampled_from([".", ","]))
def test_no_text_at_all_makes_a_number_fail(cell: str, mark: Mark) -> None:
    try:
        found = cells.whole(cell, Manner(decimal=mark))
    except CellRefused:
        return
    assert found is None or isinstance(found, int)


@pytest.mark.parametrize(
    ("cell", "manner", "expected"),
    [
        ("48.50", ENGLISH, "48.50"),
        ("48,50", GERMAN, "48.50"),
        ("$1,204.00", ENGLISH, "1204.00"),
        ("€ 1.204,5", GERMAN, "1204.5"),
        ("48,50 €", GERMAN, "48.50"),
        ("EUR 7", ENGLISH, "7"),
        ("-3.20 GBP", ENGLISH, "-3.20"),
        ("0.0001", ENGLISH, "0.0001"),
    ],
)
def test_an_amount_is_read_exactly(cell: str, manner: Manner, expected: str) -> None:
    assert str(cells.amount(cell, manner)) == expected


def test_an_amount_that_is_not_known_is_not_nought() -> None:
    assert (cells.amount("", ENGLISH), cells.number("n/a", ENGLISH)) == (None, None)


@pytest.mark.parametrize("cell", ["48.50.1", "EUR", "48.50 quid", "€$5", "NaN0", "1e5"])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused):
        cells.amount(cell, ENGLISH)


def test_a_number_has_its_decimals() -> None:
    assert (cells.number("0.25", ENGLISH), cells.number("1.000,25", GERMAN)) == (Decimal("0.25"), Decimal("1000.25"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("TRUE", True), ("ja", True), ("1", True), ("x", True), ("Falsch", False), ("0", False), ("", None), ("-", None)],
)
def test_yes_and_no_are_read(cell: str, expected: bool | None) -> None:
    assert cells.boolean(cell) is expected


def test_perhaps_is_neither_yes_nor_no() -> None:
    with pytest.raises(CellRefused, match="Expected yes or no, found “perhaps”"):
        cells.boolean("perhaps")


@pytest.mark.parametrize(
    ("cell", "manner", "expected"),
    [
        ("03/27/2026 06:08", ENGLISH, "2026-03-27T06:08:00Z"),
        ("3/27/26 6:08 PM", ENGLISH, "2026-03-27T18:08:00Z"),
        ("12/1/2026 12:05 am", ENGLISH, "2026-12-01T00:05:00Z"),
        ("07/14/2026", ENGLISH, "2026-07-13T23:00:00Z"),
        ("14.07.2026 18:42", GERMAN, "2026-07-14T16:42:00Z"),
        ("14.7.2026, 18:42:05", GERMAN, "2026-07-14T16:42:05Z"),
        ("14/07/2026", GERMAN, "2026-07-13T22:00:00Z"),
        ("2024-03-15 18:42 +0000", GERMAN, "2024-03-15T18:42:00Z"),
        ("2024-03-15T18:42:00.25+05:30", GERMAN, "2024-03-15T13:12:00.250000Z"),
        ("2024-03-15T18:42:00Z", Manner(), "2024-03-15T18:42:00Z"),
        ("2024-03-15 18:42 utc", Manner(), "2024-03-15T18:42:00Z"),
        ("2024-03-15 18:42-0700", Manner(), "2024-03-16T01:42:00Z"),
        ("2024-03-15 18:42", GERMAN, "2024-03-15T17:42:00Z"),
        ("2024/3/15", GERMAN, "2024-03-14T23:00:00Z"),
        ("Tue, Jul 14, 2026", GERMAN, "2026-07-13T22:00:00Z"),
        ("July 14, 2026 6:08 PM", GERMAN, "2026-07-14T16:08:00Z"),
        ("14 Sept. 2026", GERMAN, "2026-09-13T22:00:00Z"),
        ("46108.25583333333", BOOK, "2026-03-27T05:08:24Z"),
        ("46108", BOOK, "2026-03-26T23:00:00Z"),
        ("2026-10-25 02:30", GERMAN, "2026-10-25T00:30:00Z"),  # comes twice; the first of the two
    ],
)
def test_a_moment_is_read(cell: str, manner: Manner, expected: str) -> None:
    found = cells.moment(cell, manner)
    assert found is not None
    assert cells.iso(found) == expected


@pytest.mark.parametrize(
    ("cell", "manner", "sentence"),
    [
        ("27/03/2026", ENGLISH, "“27/03/2026” contradicts that the month stands first."),
        ("03/27/2026", GERMAN, "“03/27/2026” contradicts that the day stands first."),
        ("03/04/2026", Manner(zone="UTC"), "Say whether the day or the month stands first in “03/04/2026”."),
        ("2026-03-27 06:08", Manner(), "The moment states no zone. Say in which zone the file writes its times."),
        ("2026-03-27", Manner(zone="Berlin"), "There is no zone called “Berlin”. Write it as Europe/Berlin."),
        ("2026-03-27", Manner(zone="../etc"), "There is no zone called “../etc”. Write it as Europe/Berlin."),
        ("2026-02-30", GERMAN, "There is no such day or hour: “2026-02-30”."),
        ("2026-02-28 24:00", GERMAN, "There is no such day or hour: “2026-02-28 24:00”."),
        ("2026-02-28 13:00 pm", GERMAN, "There is no such day or hour: “2026-02-28 13:00 pm”."),
        ("0001-01-01 00:00 +0100", GERMAN, "There is no such day or hour: “0001-01-01 00:00 +0100”."),
        ("46108.25", GERMAN, "Expected a day or a moment, found “46108.25”. Write it as 2026-11-01T10:00:00Z."),
        ("yesterday", GERMAN, "Expected a day or a moment, found “yesterday”. Write it as 2026-11-01T10:00:00Z."),
    ],
)
def test_a_moment_that_contradicts_the_manner_is_refused(cell: str, manner: Manner, sentence: str) -> None:
    with pytest.raises(CellRefused) as refused:
        cells.moment(cell, manner)
    assert str(refused.value) == sentence


@given(
    at=st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)),  # noqa: DTZ001
    hours=st.integers(-12, 14),
)
def test_a_moment_with_its_zone_is_read_whatever_the_manner(at: datetime, hours: int) -> None:
    there = at.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert cells.moment(there.isoformat(), Manner()) == there


@given(cell=st.text(max_size=40) | st.from_regex(r"[0-9/.:\- ]{4,20}", fullmatch=True))
def test_no_text_at_all_makes_a_moment_fail(cell: str) -> None:
    try:
        found = cells.moment(cell, Manner("UTC", "day", ".", serials=True))
    except CellRefused:
        return
    assert found is None or found.tzinfo is not None


def test_a_moment_that_is_not_known_is_none() -> None:
    assert (cells.moment("", ENGLISH), cells.day("-", ENGLISH)) == (None, None)


def test_a_day_needs_no_zone_and_ends_in_one() -> None:
    assert cells.day("27.03.2026", Manner(first="day")) == date(2026, 3, 27)
    assert cells.end_of(date(2026, 3, 29), "Europe/Berlin").astimezone(UTC) == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["1.22158E+17", "1,22158E+17", "1e+17", "1.79E+016"])
def test_an_id_that_was_cut_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused, match="A spreadsheet program has cut this id"):
        cells.identifier(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("122158012345678901", "122158012345678901"),
        (" p-17 ", "p-17"),
        ('="178"', "178"),
        ("'178", "178"),
        ("178.0", "178"),
        ("1784567890123456789.0", "1784567890123456789.0"),
        ("4e20", "4e20"),
        ("", ""),
    ],
)
def test_an_id_is_read(cell: str, expected: str) -> None:
    assert cells.identifier(cell) == expected


@given(id_=st.integers(10**15, 10**19 - 1))
def test_a_cut_id_agrees_with_what_it_was_cut_from(id_: int) -> None:
    assert cells.may_be(f"{Decimal(id_):.5E}", str(id_))
    digits = f"{id_:d}"
    assert cells.may_be(f"{digits[0]}.{digits[1:15]}E+{len(digits) - 1}", digits)


@pytest.mark.parametrize(
    ("cell", "id_"),
    [("1.22158E+17", "122159512345678901"), ("1.22158E+17", "12215801234567890"), ("12", "12"), ("1E+5", "abc")],
)
def test_an_id_that_does_not_agree_is_not_taken(cell: str, id_: str) -> None:
    assert not cells.may_be(cell, id_)


@pytest.mark.parametrize("cell", ["1.200", "€ 1.200", "-0.125"])
def test_an_amount_that_may_be_two_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused, match="may be two amounts"):
        cells.amount(cell, Manner())


@pytest.mark.parametrize(("cell", "value"), [("48.5", "48.5"), ("1234", "1234"), ("1.204,50", "1204.50")])
def test_numbers_of_a_workbook_are_written_in_one_way(cell: str, value: str) -> None:
    assert cells.amount(cell, Manner(decimal=",", serials=True)) == Decimal(value)
