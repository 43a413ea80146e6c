"""A page of what a platform answers when it is asked what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.formats.webhooks.row import Row

# Where to go on asking, as plain JSON; each platform's own. An empty one is the beginning.
Place = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """What is new of a page, and where to go on. is_last: there is nothing to go on with for now."""

    rows: Sequence[Row]
    place: Place
    is_last: bool
