"""Reads of what came in: the only door for whoever is above.

As rows to be shown here, as frames to be computed with in `frames`, which the web has no need to load.
"""

from ingestion.selectors.people import (
    being_erased,
    contacts,
    elsewhere,
    erased_since,
    erasures,
    has_objected,
    keys_of,
    known_since,
    whole,
    withheld,
)
from ingestion.selectors.rows import (
    by_batch,
    campaigns,
    clients_with_contacts,
    deliveries,
    hooks,
    imports,
    left_out,
    links,
    outcomes_to_learn_from,
    polls,
    reasons_set_aside,
    rejections,
    source,
    sources,
    stopped_pieces,
    vendors,
)

__all__ = [
    "being_erased",
    "by_batch",
    "campaigns",
    "clients_with_contacts",
    "contacts",
    "deliveries",
    "elsewhere",
    "erased_since",
    "erasures",
    "has_objected",
    "hooks",
    "imports",
    "keys_of",
    "known_since",
    "left_out",
    "links",
    "outcomes_to_learn_from",
    "polls",
    "reasons_set_aside",
    "rejections",
    "source",
    "sources",
    "stopped_pieces",
    "vendors",
    "whole",
    "withheld",
]
