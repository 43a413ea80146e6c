"""Files as programs write them, in one form: the same cells, whatever the encoding, the delimiter and the line ends."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import FileRefused
from ingestion.formats.csv_file import records
from ingestion.formats.dialect import Dialect, canonical, sniff, written
from ingestion.formats.headers import unique
from ingestion.formats.naming import Naming
from ingestion.formats.opening import opened
from ingestion.formats.person import Identifier, keyed
from ingestion.formats.pieces import LONGEST_LINE

HEADER = "id,kind,occurred_at"


def kept(content: bytes) -> bytes:
    return b"".join(canonical([content]))


def cells(content: bytes) -> list[list[str] | None]:
    return [record.cells for record in records(io.BytesIO(content))]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\n1,2\n", Dialect("utf-8", ",")),
        (b"", Dialect("utf-8", ",")),
        (b"a\n1\n", Dialect("utf-8", ",")),
        ("\ufeffa;b\n1;2,5\n3;4,5\n".encode(), Dialect("utf-8", ";")),
        ("name;größe\nä;1\n".encode("cp1252"), Dialect("cp1252", ";")),
        ("preis;währung\n1 €;EUR\n".encode("cp1252"), Dialect("cp1252", ";")),
        ("\ufeffa\tb\n1\t2\n".encode("utf-16-le"), Dialect("utf-16-le", "\t")),
        ("\ufeffa\tb\n1\t2\n".encode("utf-16-be"), Dialect("utf-16-be", "\t")),
        ("a,b\n1,2\n".encode("utf-16-le"), Dialect("utf-16-le", ",")),
        ("имя;цвет\nжизнь;12\n".encode("utf-16-be"), Dialect("utf-16-be", ";")),
        (b"a|b|c\n1|2,3|4\n", Dialect("utf-8", "|")),
        (b"a^b^c\n1^2,3^4\n2^3^4\n", Dialect("utf-8", "^")),
        (b'a~b\n"1~2"~"x\n~"\n\n2~3; 4\n', Dialect("utf-8", "~")),
        (b"a\x1fb\n1\x1fone, ^two^\n", Dialect("utf-8", "\x1f")),
        ("a\x01b\n1\x01ü\n".encode("utf-16"), Dialect("utf-16-le", "\x01")),
        ("a¦b\n1¦ü\n".encode(), Dialect("utf-8", "¦")),
        ("a¦b\n1¦ü\n".encode("cp1252"), Dialect("cp1252", "¦")),
        (b"a~b^c~d\n1~2^3~4\n", Dialect("utf-8", "~")),
        (b"sep=;\r\na,b\r\n", Dialect("utf-8", ";", stated=True)),
        (b'"SEP=:",,,\n', Dialect("utf-8", ":", stated=True)),
        (b"sep= \na b\n", Dialect("utf-8", " ", stated=True)),
        (b"sep=\x1f\n", Dialect("utf-8", "\x1f", stated=True)),
        ("sep=¦\n".encode("cp1252"), Dialect("cp1252", "¦", stated=True)),
        ('\ufeff"sep=\t"\n'.encode("utf-16-le"), Dialect("utf-16-le", "\t", stated=True)),
        (b"date\ttext\nTue, Jul 14, 2026\ta, b\nWed, Jul 15, 2026\tc, d\n", Dialect("utf-8", "\t")),
        (b"Maximum of 50 posts\n\nurl,day,count\n1,2,3\n", Dialect("utf-8", ",")),
        (b'id,text\n1,"a; b; c"\n2,"d; e; f"\n', Dialect("utf-8", ",")),
        ("ä,ö\nü,é\n".encode() + b"\x84,\xdf\n", Dialect("utf-8", ",")),
    ],
)  # fmt: skip
def test_a_dialect_is_known_by_the_first_bytes(content: bytes, expected: Dialect) -> None:
    """T33e: byte order marks, UTF-16, every line end."""
    assert sniff(content) == expected


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (b"at,link\n10:30:00,https://a.example\n10:45:00,https://b.example\n", ","),
        (b"at;who\n10:30;a:b\n", ";"),
        (b"at\n10:30\n10:45\n", ","),
        (b"10:30\n10:45\n", ","),
        (b"text\nWhat a vase\nSo very blue\n", ","),
        (b"Note: text\nOne: two\nThree: four\n", ","),
        (b"id,a~b~c\n1,d~e~f\n2,g~h~i\n", ","),
        (b"id;smile^_^\n1;^_^\n2;x^y^z\n", ";"),
        (b"text\n~ 5 ~ pots\n~ 6 ~ pots\n", ","),
        (b"a~b\n1~2\n~ 5 ~ pots\n", ","),
        (b"Report ~ May\n\nid,kind\n1,like\n", ","),
        (b"id,text\n1,x\n2,a, b\n3,~y\n", ","),
    ],
)
def test_a_mark_within_the_cells_never_parts_them(content: bytes, delimiter: str) -> None:
    """T33e: times, links, sentences and faces."""
    assert sniff(content) == Dialect("utf-8", delimiter)


@pytest.mark.parametrize("said", ["", '"', "a", "É", "7", "²", "||", "\\t", "tab", "a,b", "\0", '""', " x"])
def test_what_cannot_part_cells_is_refused(said: str) -> None:
    with pytest.raises(FileRefused, match="no letter, digit or quote"):
        sniff(f"sep={said}\na,b\n".encode())


@pytest.mark.parametrize("first", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", bytes(range(256)) + b"\0" * 400])
def test_what_is_no_text_is_refused(first: bytes) -> None:
    with pytest.raises(FileRefused, match="CSV UTF-8"):
        sniff(first)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x1f", "¦"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_form_that_is_kept_is_one(encoding: str, delimiter: str, end: str) -> None:
    rows = [["id", "text", "price"], ["1", 'two\nlines, "quoted"', "1;2|3\t4"], ["2", "größer", "5"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    content = kept(out.getvalue().replace("\n", end).encode(encoding))
    assert cells(content) == rows
    assert b"\r" not in content


def test_a_line_that_states_the_delimiter_is_no_row() -> None:
    assert kept(b"sep=;\r\na;b\r\n1;2\r\n") == b"a,b\n1,2\n"
    assert kept(b"sep=,\na,b\n1,2\n") == b"a,b\n1,2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [*":^~ \t\x1f\x01'.-=@#§¦¨"])
def test_any_delimiter_can_be_stated(encoding: str, delimiter: str) -> None:
    rows = [["at", "text"], ["10:30", f'1,200 "{delimiter}" ^ ~\n= ü'], ["", "https://a.example/b.c"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    assert cells(kept(f"sep={delimiter}\r\n{out.getvalue()}".encode(encoding))) == rows


def test_bytes_that_are_no_text_are_a_matter_of_their_row() -> None:
    content = kept("a;b\n1;ü\n".encode() * 9 + b"2;\xe4\n" + "3;ö\n".encode())
    assert content.endswith(b"2,\xe4\n" + "3,ö\n".encode())
    assert len(cells(content)) == 20


def test_half_an_emoji_of_utf_16_is_a_matter_of_its_row() -> None:
    content = "\ufeffa;b\n1;x\n".encode("utf-16-le") + b"\x3d\xd8" + "\n2;y\n".encode("utf-16-le") + b"\x31"
    written_ = kept(content)
    found = [cells(line + b"\n") for line in written_.split(b"\n")]
    assert [found[1], found[3]] == [[["1", "x"]], [["2", "y"]]]
    for line in (written_.split(b"\n")[2], written_.split(b"\n")[4]):
        with pytest.raises(UnicodeDecodeError):
            line.decode()


@pytest.mark.parametrize("broken", ['"never closed', '"the 5" pot"', '"a"b', '1;"x'])
def test_a_quote_that_makes_no_sense_costs_its_own_line_and_no_other(broken: str) -> None:
    content = kept(f'a;b\n1;{broken}\n2;",x"\n3;"p;q"\n'.encode())
    assert cells(content) == [["a", "b"], None, ["2", ",x"], ["3", "p;q"]]


@pytest.mark.parametrize(
    ("mark", "line"), [(";", '2;ada;"x,y'), ("^", '2,ada,"x^y'), (":", '2,ada,"x:y'), ("¦", '2,ada,"x¦y')]
)
def test_whom_a_broken_line_names_is_found_whatever_parts_it(mark: str, line: str) -> None:
    kept_ = kept(f'sep={mark}\n1;bob;y\n2;ada;"x,y\n'.replace(";", mark).encode()).decode()
    assert kept_ == f'1,bob,y\n"" {line}\n'
    key = keyed(b"secret", Identifier.CUSTOMER, "", "ada")
    assert key in Naming(b"secret", []).named(kept_.splitlines()[1], apart="")


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (["Views (organic)", "Views"], ["Views (organic)", "Views"]),
        (["A (2)", "A", "A"], ["A (2)", "A", "A (3)"]),
        (["", "", "column 2"], ["column 1", "column 2", "column 2 (2)"]),
    ],
)
def test_no_two_columns_have_one_name(header: list[str], names: list[str]) -> None:
    assert unique(header) == names


def test_a_table_has_so_many_columns() -> None:
    with pytest.raises(FileRefused, match="50,001 columns"):
        opened([b"," * 50_000 + b"x\n"])


def test_a_record_that_never_ends_costs_its_first_line() -> None:
    found = list(records(io.BytesIO(b'"' + b'\n","' * 60_000 + b"\n")))
    assert found[0].cells is None
    assert max(len(it.cells or []) for it in found) < 60_000


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(FileRefused, match="more than a megabyte"):
        list(canonical([b"a;b\n", b"x" * LONGEST_LINE, b"x"]))


def test_a_large_file_takes_little_memory() -> None:
    """T29."""

    def stretches() -> Iterator[bytes]:
        yield "\ufeffid;kind;größe\r\n".encode("utf-16-le")
        for _ in range(100):
            yield '1;like;"a, b"\r\n'.encode("utf-16-le") * 1000

    tracemalloc.start()
    try:
        size = sum(len(block) for block in canonical(stretches()))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert size > 1_000_000


CELLS = st.text(alphabet='ab1,";|\t\n \u00e9=^:\x1f\u00a6', max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=3).filter(any), max_size=8)


@given(rows=ROWS, delimiter=st.sampled_from(",;\t|^: \x1f\u00a6"), size=st.integers(1, 9))
def test_columns_never_shift(rows: list[list[str]], delimiter: str, size: int) -> None:
    """T33e."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    content = out.getvalue().encode()
    pieces = [content[it : it + size] for it in range(0, len(content), size)]
    assert cells(b"".join(canonical(pieces, Dialect("utf-8", delimiter)))) == rows


@given(content=st.binary(max_size=80), said=st.characters())
def test_no_delimiter_at_all_makes_it_fail(content: bytes, said: str) -> None:
    with suppress(FileRefused):
        kept(b"sep=" + said.encode(errors="surrogatepass") + b"\n" + content)


@given(rows=ROWS)
def test_rows_that_are_written_are_read_back(rows: list[list[str]]) -> None:
    assert cells(b"".join(written(rows))) == rows


@given(content=st.binary(max_size=80) | st.text(alphabet='1,;"\n\r\x00a', max_size=80).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    try:
        once = kept(content)
    except FileRefused:
        return
    assert cells(b"".join(canonical([once], Dialect("utf-8", ",")))) == cells(once)
