"""Workbooks: their cells in one form, and never more of them than we can hold, whatever a file says of itself."""

import io
import zipfile
from collections.abc import Callable

import pytest

from ingestion.errors import ExpandedTooLarge, FileRefused
from ingestion.formats import xlsx
from ingestion.formats.cells import Manner, identifier, moment, whole
from tests.ingestion.workbooks import book, number, packed, parts, row, text

HEADER = row(text("id"), text("kind"))


def rows(file: io.BytesIO, sheet: str = "") -> list[list[str]]:
    return list(xlsx.rows(file, sheet=sheet))


def patched(file: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    content = file.getvalue()
    assert old in content
    return io.BytesIO(content.replace(old, new))


def test_cells_come_in_one_form() -> None:
    cells = [
        (text("größe, “blue”\n2"), "größe, “blue”\n2"),
        ("<c/>", ""),
        (number("12"), "12"),
        (number("12.5"), "12.5"),
        (number("0.1"), "0.1"),
        (number("-3"), "-3"),
        (number("0.30000000000000004"), "0.3"),
        (number("999999999999999"), "999999999999999"),
        (number("17900000000000001"), "1.79000000000000E+16"),
        (number("46108", style=1), "2026-03-27"),
        (number("46108.25583333333", style=2), "2026-03-27T06:08:24"),
        ('<c t="b"><v>1</v></c>', "true"),
        ('<c t="str"><f>A1</f><v>made</v></c>', "made"),
    ]
    [found] = rows(book(row(*[cell for cell, _ in cells])))
    assert found == [expected for _, expected in cells]


def test_cells_of_a_workbook_are_understood() -> None:
    [found] = rows(book(row(number("12400"), number("17900000000000001"), number("46108.25583333333"), text("1.2K"))))
    berlin = Manner(zone="Europe/Berlin", serials=True)
    assert (whole(found[0], berlin), whole(found[3], berlin)) == (12400, 1200)
    assert moment(found[2], berlin).isoformat() == "2026-03-27T06:08:24+01:00"  # type: ignore[union-attr]
    with pytest.raises(Exception, match="has cut this id"):
        identifier(found[1])


def test_rows_have_as_many_cells_as_the_widest_and_stay_in_their_columns() -> None:
    far = '<row r="4"><c r="C4" t="str"><v>c</v></c></row>'
    assert rows(book('<row r="2"><c r="A2" t="str"><v>a</v></c></row>', far)) == [
        ["", "", ""],
        ["a", "", ""],
        ["", "", ""],
        ["", "", "c"],
    ]


def test_the_first_sheet_is_read_or_the_one_that_is_named() -> None:
    sheets = {"DISCOVERY": row(text("Impressions")), "TOP POSTS": HEADER}
    assert xlsx.sheets(packed(parts(sheets).items())) == ["DISCOVERY", "TOP POSTS"]
    assert rows(packed(parts(sheets).items())) == [["Impressions"]]
    assert rows(packed(parts(sheets).items()), "TOP POSTS") == [["id", "kind"]]
    with pytest.raises(FileRefused, match=r"no sheet “Posts”\. It has DISCOVERY, TOP POSTS"):
        rows(packed(parts(sheets).items()), "Posts")


def test_who_stops_early_leaves_no_process_behind() -> None:
    found = xlsx.rows(book(HEADER * 5000))
    assert next(found) == ["id", "kind"]
    found.close()  # type: ignore[attr-defined]


def test_parts_that_say_nothing_of_cells_are_not_unpacked() -> None:
    files = {**parts({"Posts": HEADER}), "xl/media/image1.png": "no picture"}
    damaged = patched(packed(files.items(), zipfile.ZIP_STORED), b"no picture", b"no pictuer")
    assert rows(damaged) == [["id", "kind"]]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../xl/styles2.xml", "under names"),
        ("/xl/styles2.xml", "under names"),
        ("xl\\styles2.xml", "under names"),
        ("C:/styles2.xml", "under names"),
        ("XL/Workbook.xml", "under names"),
        ("xl/embeddings/book.xlsx", "another file within"),
        ("xl/bombs.zip", "another file within"),
    ],
)
def test_a_part_with_an_odd_name_is_refused(name: str, sentence: str) -> None:
    """T32: names that lead elsewhere, and archives within."""
    with pytest.raises(FileRefused, match=sentence):
        rows(packed([*parts({"Posts": HEADER}).items(), (name, "x")]))


def test_a_link_to_elsewhere_is_refused() -> None:
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts({"Posts": HEADER}).items():
            archive.writestr(name, content)
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(FileRefused, match="under names"):
        rows(out)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no workbook"),
        (b"id,kind\n1,like\n", "no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"old one \(.xls\) or has a password"),
        (b"PK\x03\x04" + bytes(600), "damaged"),
        (book(HEADER).getvalue()[:-40], "damaged"),
    ],
    ids=["nothing", "a table", "an old one", "a beginning", "cut off"],  # an archive has the time in it
)
def test_what_is_no_workbook_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        rows(io.BytesIO(content))


def test_an_archive_without_a_workbook_is_refused() -> None:
    with pytest.raises(FileRefused, match="no workbook"):
        rows(packed([("content.xml", "<office/>")]))


def test_a_part_with_a_password_is_refused() -> None:
    content = bytearray(book(HEADER).getvalue())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    with pytest.raises(FileRefused, match="has a password"):
        rows(io.BytesIO(bytes(content)))


def test_a_packing_of_another_kind_is_refused() -> None:
    with pytest.raises(FileRefused, match="packed in a way"):
        rows(packed(parts({"Posts": HEADER}).items(), zipfile.ZIP_LZMA))


def test_bytes_that_were_changed_are_refused() -> None:
    file = packed(parts({"Posts": HEADER}).items(), zipfile.ZIP_STORED)
    with pytest.raises(FileRefused, match="damaged"):
        rows(patched(file, b"kind", b"kjnd"))


def test_xml_that_is_none_is_refused() -> None:
    with pytest.raises(FileRefused, match="damaged"):
        rows(book("<row><c><v>1</row>"))


def tight() -> io.BytesIO:
    """A part packed as tightly as deflate can: 1,000 to 1."""
    return book(HEADER, " " * 30_000_000)


def declared() -> io.BytesIO:
    """Parts that say that they are large."""
    large = bytes(range(256)) * 80_000
    return packed([*parts({"Posts": HEADER}).items(), *((f"xl/w{it}.xml", large) for it in range(9))])


def lying() -> io.BytesIO:
    """A part that says that it is small, with 30 MB in it."""
    content = tight().getvalue()
    size = len(parts({"Posts": HEADER + " " * 30_000_000})["xl/worksheets/sheet1.xml"])
    return io.BytesIO(content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))


def numerous() -> io.BytesIO:
    return packed([*parts({"Posts": HEADER}).items(), *((f"xl/w{it}.xml", "") for it in range(2_000))])


def far() -> io.BytesIO:
    """Two cells, and 17 thousand million between them."""
    return book('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def long() -> io.BytesIO:
    return book('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>')


def wide() -> io.BytesIO:
    return book('<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1"><v>1</v></c></row>')


def repeated() -> io.BytesIO:
    """One text of 30 KB in 30,000 cells: a gigabyte, from a file of a few KB."""
    cells = "".join(row(*[f'<c t="s"><v>0</v></c><v{it}/>' for it in range(10)]) for _ in range(3_000))
    return book(cells, shared=f"<si><t>{'so many words ' * 2_200}</t></si>")


@pytest.mark.parametrize("bomb", [tight, declared, numerous, far, long, wide, repeated])
def test_a_bomb_is_refused(bomb: Callable[[], io.BytesIO]) -> None:
    """T32."""
    with pytest.raises(ExpandedTooLarge) as refused:
        rows(bomb())
    assert (refused.value.code, refused.value.status) == ("expanded_too_large", 413)
    assert "CSV UTF-8" in str(refused.value)


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    with pytest.raises(FileRefused, match="damaged"):
        rows(lying())


def test_what_is_unpacked_is_counted_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_look_at", lambda _: None)
    monkeypatch.setattr(xlsx, "MOST_EXPANDED", 1_000)
    with pytest.raises(ExpandedTooLarge):
        rows(book(HEADER))


def test_entities_are_not_expanded() -> None:
    files = parts({"Posts": row(text("x"))})
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    files["xl/worksheets/sheet1.xml"] = laughs + files["xl/worksheets/sheet1.xml"].replace(">x<", ">&b;<")
    with pytest.raises(FileRefused, match="damaged"):
        rows(packed(files.items()))


def test_a_workbook_is_known_by_its_first_bytes() -> None:
    assert xlsx.is_workbook(book(HEADER).getvalue()[:8])
    assert not xlsx.is_workbook(b"id,kind\n")
