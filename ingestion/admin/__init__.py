"""What came in, as an agency sees it. Importing registers every page of this app."""

from ingestion.admin import (
    batches,
    campaigns,
    contacts,
    hooks,
    imports,
    links,
    logged,
    outcomes,
    polls,
    quarantine,
    removals,
    requests,
    sources,
)

__all__ = [
    "batches",
    "campaigns",
    "contacts",
    "hooks",
    "imports",
    "links",
    "logged",
    "outcomes",
    "polls",
    "quarantine",
    "removals",
    "requests",
    "sources",
]
