"""A Bluesky account, asked for its notifications: the lexicons com.atproto.server.createSession and
app.bsky.notification.listNotifications.

A session may be opened 300 times a day, and an account is asked more often, so its token is kept until it expires.
"""

from urllib.parse import urlencode

from ingestion.errors import TokenRefused
from ingestion.formats.webhooks import bluesky
from ingestion.formats.webhooks.page import Page, Place
from ingestion.formats.webhooks.payload import text_at
from ingestion.outbound.web import ENTER_ANOTHER, Answer, Web, json_of, read

MOST_AT_ONCE = 100
# A session's token that has expired is a 400 with the error ExpiredToken, elsewhere a 401.
NO_SESSION = (400, 401)


class BlueskyAccount:
    """One account on one server. `secrets`: token is its app password; session and did are added once it is open."""

    def __init__(self, asks: Web, *, server: str, handle: str, secrets: dict[str, str]) -> None:
        """Raises TokenRefused, AddressRefused, Unanswered or Unusable."""
        self._asks, self._server, self.handle, self.secrets = asks, server, handle, dict(secrets)
        if "session" not in self.secrets:
            self._open()

    @property
    def id(self) -> str:
        return self.secrets["did"]

    def page(self, place: Place) -> Page:
        """Return the page at a place, the newest first. Raises as its making does."""
        answer = self._list(place)
        if answer.status in NO_SESSION:
            self._open()
            answer = self._list(place)
        return read(answer, lambda body: bluesky.page(body, place))

    def _list(self, place: Place) -> Answer:
        asked = {"limit": MOST_AT_ONCE, **({"cursor": place["cursor"]} if "cursor" in place else {})}
        path = f"app.bsky.notification.listNotifications?{urlencode(asked)}"
        return self._asks.ask("GET", f"https://{self._server}/xrpc/{path}", token=self.secrets["session"])

    def _open(self) -> None:
        url = f"https://{self._server}/xrpc/com.atproto.server.createSession"
        try:
            said = json_of(
                self._asks.ask("POST", url, json={"identifier": self.handle, "password": self.secrets["token"]})
            )
        except TokenRefused as refused:
            raise TokenRefused(
                f"{self._server} does not take this handle with this app password; an account's own password does not "
                f"do where it wants a second factor. {ENTER_ANOTHER}"
            ) from refused
        self.secrets |= {"session": text_at(said, "accessJwt"), "did": text_at(said, "did")}
