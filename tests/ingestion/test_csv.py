"""CSV as people and programs write it: never a shifted column, and every record has a verdict."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats import csv_file, pieces
from ingestion.formats.fact import Terms
from ingestion.formats.fields import leaves
from ingestion.formats.mapping import suggest
from ingestion.formats.person import Register
from ingestion.formats.reading import FORMATS, Format, Reading

SHAPE = FORMATS["engagements"]
TERMS = Terms(
    Register(b"k" * 32, "", "instagram", frozenset({"instagram"})), datetime(2026, 6, 1, tzinfo=UTC), None, {}
)
NAMES = ["id", "kind", "occurred_at", "actor.handle", "post"]
POST, AUTOMATED = (list(SHAPE.columns).index(name) for name in ("post", "automated"))
AT = "2026-05-01T10:00:00Z"
GOOD = f"1,like,{AT},ada,p"


def read(
    content: str | bytes, *, names: list[str] = NAMES, shape: Format = SHAPE, terms: Terms = TERMS, first: int = 0
) -> Reading:
    make = suggest(names, shape).reader()
    written = content.encode() if isinstance(content, str) else content
    return csv_file.read(shape, terms, names, written, first=first, make=make)


def verdicts(content: str | bytes) -> list[str]:
    found = read(content)
    said = {it.index: f"{it.id} {it.values[POST]!r}" for it in found.facts}
    said |= {it.index: it.code for it in found.refused}
    return [said[index] for index in range(len(said))]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GOOD, ["1 'p'"]),
        (f"{GOOD}\n", ["1 'p'"]),
        (f"{GOOD}\r\n2,like,{AT},ada,q\r\n", ["1 'p'", "2 'q'"]),
        (f"\n\n{GOOD}\n\n", ["1 'p'"]),
        (f'1,like,{AT},ada,"a,b"\n', ["1 'a,b'"]),
        (f'1,like,{AT},ada,"a ""b"" c"\n', ["1 'a \"b\" c'"]),
        (f'1,like,{AT},ada,"two\nlines"\n2,like,{AT},ada,q', ["1 'two\\nlines'", "2 'q'"]),
        (f'1,like,{AT},ada,"two\r\nlines"\n', ["1 'two\\r\\nlines'"]),
        (f'1,like,{AT},ada,5" disk\n2,like,{AT},ada,q\n', ["1 '5\" disk'", "2 'q'"]),
        (f"1,like,{AT},ada,=1+1\n", ["1 '=1+1'"]),
        (f"1,like,{AT},ada,\n", ["1 ''"]),
        (f"1,like,{AT},ada\n{GOOD}\n", ["column_count", "1 'p'"]),
        (f"1,like,{AT},ada,p,more\n{GOOD}\n", ["column_count", "1 'p'"]),
        (f"1,li\x00ke,{AT},ada,p\n", ["unknown_kind"]),
        (f"1,like,{AT},ada,p\x00\n", ["control_character"]),
        (f"1,like,{AT},ada,p\n".encode("latin-1").replace(b"ada", b"\xe4da"), ["unreadable"]),
        (f"{','.join(NAMES)}\n{GOOD}\n", ["invalid", "1 'p'"]),
        (f"1,like,{AT.replace('Z', '')},ada,p\n", ["invalid"]),
        ("1,like,,ada,p\n", ["missing"]),
        (f"{GOOD}\n,,,,\n2,like,{AT},ada,q\n", ["1 'p'", "2 'q'"]),
        (f'1,like,{AT},ada,"never closed\n{GOOD}\n', ["quotes", "1 'p'"]),
        (f'1,like,{AT},ada,"never closed\n{GOOD}\n3,like,{AT},ada,"q"\n', ["quotes", "1 'p'", "3 'q'"]),
        (f'1,like,{AT},ada,"the 5" pot"\n{GOOD}\n', ["quotes", "1 'p'"]),
        (f'1,like,{AT},ada,"{"x" * 140_000}\n{GOOD}\n', ["quotes", "1 'p'"]),
        (f'1,like,{AT},ada,"{"x" * 40_000}"\n{GOOD}\n', ["row_too_large", "1 'p'"]),
    ],
)
def test_each_record_has_its_verdict(content: str | bytes, expected: list[str]) -> None:
    """T33e."""
    assert verdicts(content) == expected


def test_a_row_is_set_aside_as_json_with_the_names_of_the_header() -> None:
    found = read(f'1,wink,{AT},ada,"a\nb"\n1,2,3\n')
    assert json.loads(found.kept(0)) == {
        "id": "1",
        "kind": "wink",
        "occurred_at": AT,
        "actor.handle": "ada",
        "post": "a\nb",
    }
    assert json.loads(found.kept(1)) == "1,2,3\n"


@pytest.mark.parametrize("cell", ["", "0", "12", "007"])
def test_a_whole_number_is_read(cell: str) -> None:
    names = [*NAMES, "words"]
    assert read(f"{GOOD},{cell}\n", names=names).refused == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("words", "1_000"),
        ("words", "-1"),
        ("words", "1.5"),
        ("words", "٣"),
        ("words", "1" * 400),
        ("automated", "perhaps"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_named(column: str, cell: str) -> None:
    found = read(f"{GOOD},{cell}\n", names=[*NAMES, column], first=7)
    assert [(it.index, it.code, it.pointer) for it in found.refused] == [(7, "invalid", f"/{column}")]


@pytest.mark.parametrize("cell", ["true", "TRUE", "1", "yes"])
def test_a_yes_is_read(cell: str) -> None:
    found = read(f"{GOOD},{cell}\n", names=[*NAMES, "automated"])
    assert found.facts[0].values[AUTOMATED] is True


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("0.25,false,2019-05-04", (0.25, False, datetime(2019, 5, 4, tzinfo=UTC))),
        ("1,yes,", (1.0, True, None)),
        (",,2019-05-04", (None, None, datetime(2019, 5, 4, tzinfo=UTC))),
        ("0_1,,", "/digit_share"),
        ("٣,,", "/digit_share"),
        ("inf,,", "/digit_share"),
        ("nan,yes,", (None, True, None)),
        ("-0.1,,", "/digit_share"),
        ("a third,,", "/digit_share"),
        (",perhaps,", "/has_avatar"),
        (",,4 May 2019", (None, None, datetime(2019, 5, 4, tzinfo=UTC))),
        (",,the fourth", "/created_on"),
    ],
)
def test_a_profile_is_read_from_a_file(cells: str, expected: Any) -> None:
    shape = FORMATS["profile-samples"]
    names = ["channel", "cohort_from", "cohort_to", "sampled_at", "number", "digit_share", "has_avatar", "created_on"]
    line = f"instagram/a,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,{AT},1,{cells}\n"
    terms = Terms(TERMS.register, TERMS.now, None, {"instagram/a": 5})
    found = read(line, names=names, shape=shape, terms=terms)
    if isinstance(expected, str):
        assert [(it.code, it.pointer) for it in found.refused] == [("invalid", expected)]
    else:
        values = dict(zip(shape.columns, found.facts[0].values, strict=True))
        assert (values["digit_share"], values["has_avatar"], values["created_on"]) == expected


def test_a_word_that_looks_like_nothing_is_a_word() -> None:
    found = read(f"null,like,{AT},null,None\n")
    assert (found.facts[0].id, found.facts[0].values[POST]) == ("null", "None")


def test_every_field_of_every_shape_has_its_column() -> None:
    for shape in FORMATS.values():
        names = [".".join(field.names) for field in leaves(shape.row).values()]
        found = {
            name: it.column
            for name, it in suggest([it if it != "facts" else "facts.a" for it in names], shape).fields.items()
        }
        if shape.name == "engagements":
            names.remove("channel")  # such columns say by what means; docs/files.md has the exception
        assert found == {
            name if name != "facts" else "facts.a": name if name != "facts" else "facts.a" for name in names
        }


CELLS = st.text(alphabet='ab1,";\n\r \u00e9=\x00', max_size=6)


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


def says_something(row: list[str]) -> bool:
    return any(row)


@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=3).filter(says_something), max_size=12), size=st.integers(1, 5)
)
def test_pieces_hold_the_same_records_as_the_whole(rows: list[list[str]], size: int) -> None:
    content = b"head\n" + written(rows)
    body = io.BytesIO(content[5:])
    found_pieces = list(pieces.cut(csv_file.records(body, start=5), size=size))
    assert [piece.first for piece in found_pieces] == list(range(0, len(rows), size))
    found: list[Any] = []
    for piece in found_pieces:
        records = list(csv_file.records(io.BytesIO(content[piece.start : piece.end])))
        assert len(records) == piece.rows
        found += [record.cells for record in records]
    assert found == rows


@given(content=st.binary(max_size=80) | st.text(alphabet='1,"\n\r\x00a', max_size=80).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    found = read(content)
    indices = sorted([it.index for it in found.facts] + [it.index for it in found.refused])
    assert indices == list(range(len(indices)))
    whole = list(csv_file.records(io.BytesIO(content)))
    apart: list[csv_file.Record] = []
    for piece in pieces.cut(csv_file.records(io.BytesIO(content)), size=2):
        apart += csv_file.records(io.BytesIO(content[piece.start : piece.end]), start=piece.start)
    assert len(whole) == len(indices)
    assert [it.cells for it in apart] == [it.cells for it in whole]
