"""Whose events an entry of Meta's holds."""

from dataclasses import dataclass

from ingestion.formats.webhooks.row import person


@dataclass(frozen=True)
class Entry:
    """platform: instagram or facebook. account: the brand's own id. sent: when Meta sent it, not when it happened."""

    platform: str
    account: str
    sent: str

    def person(self, *, external_id: str, handle: str = "", name: str = "") -> dict[str, str]:
        """Return somebody as this platform knows them."""
        return person(self.platform, external_id=external_id, handle=handle, name=name)
