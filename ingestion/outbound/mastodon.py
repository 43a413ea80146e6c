"""A Mastodon account, asked for its notifications: docs.joinmastodon.org/methods/notifications.

The token has the scopes read:notifications and read:accounts.
"""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from requests.utils import parse_header_links

from ingestion.errors import TooMuch
from ingestion.formats.webhooks import mastodon
from ingestion.formats.webhooks.page import Page, Place
from ingestion.formats.webhooks.payload import text_at
from ingestion.outbound.web import Answer, Web, json_of, read, sound

# A page that has one notification which nobody can read.
UNREAD = b'["larger than is read"]'


class MastodonAccount:
    """One account on one server. `id` and `handle` are what the server says they are."""

    most_at_once = 80

    def __init__(self, asks: Web, *, server: str, handle: str, account: str, secrets: dict[str, str]) -> None:
        """Raises TokenRefused, AddressRefused, Unanswered or Unusable. handle, account: are not asked with."""
        self._asks, self._server, self.secrets = asks, server, secrets
        who = json_of(self._get("accounts/verify_credentials"))
        self.id = sound(text_at(who, "id"), server, "account")
        self.handle = sound(text_at(who, "acct"), server, "name of the account")

    def page(self, place: Place, limit: int) -> Page:
        """Return the page after a place, from the oldest notification there is. Raises as its making does, or TooMuch.

        One notification alone that is too much is stepped over.
        """
        # Without min_id the newest would come first, and what is between them and the place would have to be kept.
        # What the account's filters hide in its web pages has happened all the same.
        query = urlencode({"limit": limit, "min_id": place.get("min_id") or "0", "include_filtered": "true"})
        try:
            answer = self._get(f"notifications?{query}")
        except TooMuch as failed:
            if limit > 1 or not _newest(failed.headers):
                raise
            answer = Answer(self._server, 200, failed.headers, UNREAD)
        found = read(
            answer,
            lambda body: mastodon.page(
                body, place, server=self._server, account=self.id, newest=_newest(answer.headers)
            ),
        )
        if found.place["min_id"]:
            sound(found.place["min_id"], self._server, "id of a notification")
        return found

    def _get(self, path: str) -> Answer:
        return self._asks.ask("GET", f"https://{self._server}/api/v1/{path}", token=self.secrets["token"])


def _newest(headers: Mapping[str, str]) -> str:
    """Return the newest id of a page as its `Link` says it, so that also one is known that cannot be read."""
    links = {it.get("rel"): it["url"] for it in parse_header_links(headers.get("link", ""))}
    return parse_qs(urlsplit(links.get("prev", "")).query).get("min_id", [""])[0]
