"""Bodies as they came: batches are read by `formats.json_batch`, which knows what a row is."""

from typing import Any

from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser


class JsonBytes(BaseParser):
    """Hands on a JSON body unread. Compressed ones are refused: nobody counted what they become."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        request = (parser_context or {})["request"]
        encoding = request.headers.get("Content-Encoding", "identity")
        if encoding != "identity":
            raise UnsupportedMediaType(encoding)
        return stream.read()
