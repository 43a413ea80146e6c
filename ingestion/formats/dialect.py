"""Files of rows as programs write them, made into the one form that is kept.

That form is UTF-8 without a byte order mark, with commas, quotes as in csv_file and LF at the end of each line, in
quotes too. What cannot be read stays what it was, so that it is a matter of its own row: bytes that are no text, and
quotes that make no sense. Only a line with such quotes has comma and delimiter in each other's places where the latter
is none of the usual ones: between others it would not be found whom the line names, when somebody is erased.
"""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ingestion.errors import FileRefused
from ingestion.formats.csv_file import records
from ingestion.formats.pieces import LONGEST_LINE

SAMPLE = 64 * 1024
ROWS_LOOKED_AT = 30
BYTES_AT_ONCE = 64 * 1024
USUAL = (",", ";", "\t", "|")
# Where no usual one parts the header, these are believed if they part every row alike: they are seldom in texts. Colons
# and blanks are in times, links and sentences, and are never guessed.
SELDOM = ("\x1f", "\x01", "^", "~", "¦")
BOMS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
SAYS_DELIMITER = re.compile(r"\ufeff?\"?sep=([^\n]*)\n", re.IGNORECASE)
# What spreadsheet programs write behind it when they save the line as a row.
PADDING = '" ,;\t'
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# A quote that ends in the middle of a cell: no reader of ours takes the line for a row, whatever follows.
BROKEN = '"" '
QUOTE = '"'
SPECIAL = re.compile(r"[\",\r\n]").search


@dataclass(frozen=True)
class Dialect:
    """encoding: utf-8, utf-16-le, utf-16-be or cp1252. delimiter: what parts the cells. stated: by a line sep=…"""

    encoding: str
    delimiter: str
    stated: bool = False

    @property
    def errors(self) -> str:
        """How what is no text is carried along; it stays what no reader of UTF-8 takes for text."""
        return "surrogatepass" if self.encoding.startswith("utf-16") else "surrogateescape"


def sniff(first: bytes) -> Dialect:
    """Return the dialect of a file by its first bytes (SAMPLE of them, or all). Raises FileRefused."""
    if first.startswith(WORKBOOKS):
        raise FileRefused("The file is a workbook and no CSV. Import it as XLSX, or save the sheet as “CSV UTF-8”.")
    encoding = _encoding(first)
    text = "".join(_decoded([first], Dialect(encoding, ",")))
    if text[:4096].count("\0") > 40:
        raise FileRefused("The file is no text. Save the sheet as “CSV UTF-8” and import that.")
    if stated := SAYS_DELIMITER.match(text):
        return Dialect(encoding, _stated(stated[1]), stated=True)
    whole = len(first) < SAMPLE
    return Dialect(encoding, _delimiter(text if whole else text[: text.rfind("\n") + 1] or text))


def _encoding(first: bytes) -> str:
    for mark, encoding in BOMS.items():
        if first.startswith(mark):
            return encoding
    if first.count(0) * 10 > len(first):  # at least digits, commas and line ends have a NUL beside them
        return "utf-16-le" if first[1::2].count(0) > first[::2].count(0) else "utf-16-be"
    text = getincrementaldecoder("utf-8")("surrogateescape").decode(first, len(first) < SAMPLE)
    strange = sum("\udc80" <= it <= "\udcff" for it in text)
    other = sum(it > "\x7f" for it in text) - strange
    # UTF-8 with some bytes that are none is still UTF-8; text in cp1252 makes UTF-8 by accident only.
    return "utf-8" if strange == 0 or strange < other else "cp1252"


def _stated(said: str) -> str:
    """Return the delimiter that a first line sep=… says. Raises FileRefused."""
    mark = said[:1]
    if not mark or mark.isalnum() or mark in '"\0' or said[1:].strip(PADDING):
        raise FileRefused(
            "The first line says by sep= what parts the cells, and that cannot be it. Write one character that is no "
            "letter, digit or quote, a tab as itself; or take the line out."
        )
    return mark


def _delimiter(text: str) -> str:
    """Return what parts most rows into the same number of cells; a comma where nothing does."""
    widths = {mark: _widths(text, mark) for mark in (*USUAL, *SELDOM)}
    if all(widths[mark][:1] in ([], [1]) for mark in USUAL):
        alike = [mark for mark in SELDOM if len(set(widths[mark])) == 1 and widths[mark][0] > 1]
        if alike:
            return max(alike, key=lambda mark: widths[mark][0])

    def agreement(mark: str) -> tuple[int, int]:
        times = Counter(width for width in widths[mark] if width > 1)
        return max(((often, width) for width, often in times.items()), default=(0, 0))

    return max(USUAL, key=agreement)


def _widths(text: str, mark: str) -> list[int]:
    """Return how many cells the first rows have where this parts them; none where they cannot be read so."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        return [len(row) for row in islice(reader, ROWS_LOOKED_AT) if any(row)]
    except csv.Error:
        return []


def canonical(content: Iterable[bytes], dialect: Dialect | None = None) -> Iterator[bytes]:
    """Yield a file in the form that is kept. content: its bytes, in stretches of any length.

    Holds some hundred KB, however large the file is. Raises FileRefused.
    """
    stretches = iter(content)
    begun: list[bytes] = []
    while sum(map(len, begun)) < SAMPLE and (stretch := next(stretches, None)) is not None:
        begun.append(stretch)
    found = dialect or sniff(b"".join(begun)[:SAMPLE])
    blocks = _blocks(_decoded(chain(begun, stretches), found))
    if found.stated:
        blocks = _without_first_line(blocks)
    if found.delimiter == ",":
        return (block.encode(errors=found.errors) for block in blocks)
    return _with_commas(blocks, found)


def written(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield rows of cells in the form that is kept, some at once."""
    return _joined(map(_line, rows), "surrogatepass")


def _decoded(content: Iterable[bytes], dialect: Dialect) -> Iterator[str]:
    """Yield the text, with LF for any line end and without a byte order mark."""
    decoder = io.IncrementalNewlineDecoder(getincrementaldecoder(dialect.encoding)(dialect.errors), translate=True)
    first = True
    for stretch in content:
        text = decoder.decode(stretch)
        if text and first:
            first, text = False, text.removeprefix("\ufeff")
        yield text
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:  # half of a character of UTF-16
        yield "\ud800"


def _blocks(texts: Iterable[str]) -> Iterator[str]:
    """Yield the same text in blocks that end where a line does. Raises FileRefused."""
    rest = ""
    for text in texts:
        lines, end, begun = text.rpartition("\n")
        if end:
            yield rest + lines + end
            rest = begun
        else:
            rest += text
        if len(rest) > LONGEST_LINE:
            raise FileRefused("The file has a line of more than a megabyte. Is it a table, saved as CSV?")
    if rest:
        yield rest


def _without_first_line(blocks: Iterator[str]) -> Iterator[str]:
    yield next(blocks, "").partition("\n")[2]
    yield from blocks


def _with_commas(blocks: Iterable[str], dialect: Dialect) -> Iterator[bytes]:
    """Yield the rows with commas for whatever parts their cells.

    Comma and delimiter change places, the one reader of rows reads, and they change back within the cells: so a quote
    is understood here as it will be later.
    """
    mark = dialect.delimiter
    back = str.maketrans(f",{mark}", f"{mark},")

    def swapped(block: str) -> bytes:
        if not mark.isascii():
            return block.translate(back).encode(errors=dialect.errors)
        swap = bytes.maketrans(f",{mark}".encode(), f"{mark},".encode())  # many times as fast as over characters
        return block.encode(errors=dialect.errors).translate(swap)

    lines = (line + b"\n" for block in blocks for line in _lines(swapped(block)))

    def rewritten() -> Iterator[str]:
        for record in records(lines):
            if record.cells is None:
                # Whom it names is looked for between commas and the other usual marks (formats.naming), so that an
                # unusual one is not put back.
                yield BROKEN + (record.text.translate(back) if mark in USUAL else record.text)
            elif '"' not in record.text and mark not in record.text:
                yield record.text  # as most are
            else:
                yield _line([it.translate(back) if "," in it or mark in it else it for it in record.cells])

    return _joined(rewritten(), "surrogateescape")


def _lines(block: bytes) -> list[bytes]:
    return block.removesuffix(b"\n").split(b"\n")


def _line(cells: Sequence[str]) -> str:
    """Return a row as a line, in quotes what has quotes, commas or line ends in it."""
    quoted = [f'"{cell.replace(QUOTE, QUOTE * 2)}"' if SPECIAL(cell) else cell for cell in cells]
    return ",".join(quoted) + "\n"


def _joined(lines: Iterable[str], errors: str) -> Iterator[bytes]:
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= BYTES_AT_ONCE:
            yield "".join(waiting).encode(errors=errors)
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode(errors=errors)
