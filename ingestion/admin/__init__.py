"""What came in, as an agency sees it. Importing registers every page of this app."""

from ingestion.admin import batches, contacts, links, quarantine, sources

__all__ = ["batches", "contacts", "links", "quarantine", "sources"]
