"""Bodies as they came: batches are read by `formats.envelopes`, which knows what a row is."""

import zlib
from typing import Any

from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from ingestion.errors import ExpandedTooLarge, NotGzip
from ingestion.formats.envelopes import JSON, MEDIA_TYPES

# zlib's way to say: gzip's header and trailer.
GZIP = 16 + zlib.MAX_WBITS
# Of each the rest is copied, so the time grows with their square.
MOST_MEMBERS = 1_000


class Unread(BaseParser):
    """Hands on a body unread, inflated if it was compressed."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        request = (parser_context or {})["request"]
        encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding == "identity":
            return stream.read()
        if encoding not in {"gzip", "x-gzip"}:
            raise UnsupportedMediaType(encoding)
        return inflated(stream.read(), most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def inflated(body: bytes, *, most: int) -> bytes:
    """Return what a gzip body holds, of which never more than `most` bytes are made. Raises NotGzip, ExpandedTooLarge.

    It may have several members, one after the other, as gzip's own tools make them; an empty body has none.
    """
    found = bytearray()
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(GZIP)
        try:
            found += member.decompress(body, most + 1 - len(found))
        except zlib.error as wrong:
            raise NotGzip from wrong
        if len(found) > most:
            raise ExpandedTooLarge(f"It has more than {most:,} bytes once it is inflated. Send it in several.")
        if not member.eof:
            raise NotGzip
        body = member.unused_data
        if not body:
            return bytes(found)
    raise NotGzip


class JsonUnread(Unread):
    media_type = JSON


class FileUnread(Unread):
    media_type = "*/*"


PARSERS = [type("Unread", (Unread,), {"media_type": it}) for it in MEDIA_TYPES]
