"""What came in, as an agency sees it. Importing registers every page of this app."""

from ingestion.admin import (
    automations,
    batches,
    campaigns,
    contacts,
    hooks,
    imports,
    insiders,
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
    "automations",
    "batches",
    "campaigns",
    "contacts",
    "hooks",
    "imports",
    "insiders",
    "links",
    "logged",
    "outcomes",
    "polls",
    "quarantine",
    "removals",
    "requests",
    "sources",
]
