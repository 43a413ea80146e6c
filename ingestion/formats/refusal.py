"""A row that cannot be used."""

from dataclasses import dataclass

from ingestion.errors import ROW_CODES
from ingestion.formats.texts import INVISIBLE


@dataclass
class RowRefused(Exception):
    """One row is set aside: why (a code of ROW_CODES), where in it (a JSON pointer) and in a sentence.

    Both may quote the row, so they are cut short, and what cannot be seen is replaced.
    """

    code: str
    pointer: str
    detail: str

    def __post_init__(self) -> None:
        assert self.code in ROW_CODES, self.code
        self.pointer = INVISIBLE.sub("\ufffd", self.pointer)[:200]
        self.detail = INVISIBLE.sub("\ufffd", self.detail)[:1000]
        super().__init__(self.detail)


def pointer_to(*names: str) -> str:
    """Return the JSON pointer (RFC 6901) to a field.

    >>> pointer_to("actor", "first/last")
    '/actor/first~1last'
    """
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)
