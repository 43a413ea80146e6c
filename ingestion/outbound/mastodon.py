"""A Mastodon account, asked for its notifications: docs.joinmastodon.org/methods/notifications.

The token has the scopes read:notifications and read:accounts.
"""

from urllib.parse import urlencode

from ingestion.formats.webhooks import mastodon
from ingestion.formats.webhooks.page import Page, Place
from ingestion.formats.webhooks.payload import text_at
from ingestion.outbound.web import Answer, Web, json_of, read

MOST_AT_ONCE = 80


class MastodonAccount:
    """One account on one server. `id` and `handle` are what the server says they are."""

    def __init__(self, asks: Web, *, server: str, handle: str, secrets: dict[str, str]) -> None:
        """Raises TokenRefused, AddressRefused, Unanswered or Unusable."""
        self._asks, self._server, self.secrets = asks, server, secrets
        who = json_of(self._get("accounts/verify_credentials"))
        self.id, self.handle = text_at(who, "id"), text_at(who, "acct")

    def page(self, place: Place) -> Page:
        """Return the page after a place, from the oldest notification there is. Raises as its making does."""
        # Without min_id the newest would come first, and what is between them and the place would have to be kept.
        query = urlencode({"limit": MOST_AT_ONCE, "min_id": place.get("min_id") or "0"})
        return read(
            self._get(f"notifications?{query}"),
            lambda body: mastodon.page(body, place, server=self._server, account=self.id),
        )

    def _get(self, path: str) -> Answer:
        return self._asks.ask("GET", f"https://{self._server}/api/v1/{path}", token=self.secrets["token"])
