"""A Bluesky account, asked for its notifications: the lexicons com.atproto.server.createSession and
app.bsky.notification.listNotifications.

A session may be opened 300 times a day, and an account is asked more often, so its token is kept until it expires.
"""

from urllib.parse import urlencode

from ingestion.errors import TokenRefused
from ingestion.formats.webhooks import bluesky
from ingestion.formats.webhooks.page import Page, Place
from ingestion.formats.webhooks.payload import text_at
from ingestion.outbound.web import ENTER_ANOTHER, Answer, Web, json_of, read, sound

# A session's token that has expired is a 400 with the error ExpiredToken, elsewhere a 401.
NO_SESSION = (400, 401)


class BlueskyAccount:
    """One account on one server. `secrets`: token is its app password; session and did are added once it is open."""

    most_at_once = 100

    def __init__(self, asks: Web, *, server: str, handle: str, account: str, secrets: dict[str, str]) -> None:
        """Raises TokenRefused, AddressRefused, Unanswered or Unusable. account: its DID, once that is known."""
        self._asks, self._server, self.handle, self.secrets = asks, server, handle, dict(secrets)
        # A handle can be given up, and be somebody else's then.
        self._name = account or handle
        if "session" not in self.secrets:
            self._open()

    @property
    def id(self) -> str:
        return self.secrets["did"]

    def page(self, place: Place, limit: int) -> Page:
        """Return the page at a place, the newest first. Raises as its making does, or TooMuch.

        One record alone is never too much: it has a megabyte at most.
        """
        answer = self._list(place, limit)
        if answer.status in NO_SESSION:
            self._open()
            answer = self._list(place, limit)
        found = read(answer, lambda body: bluesky.page(body, place))
        if "cursor" in found.place:
            sound(found.place["cursor"], self._server, "cursor")
        return found

    def _list(self, place: Place, limit: int) -> Answer:
        asked = {"limit": limit, **({"cursor": place["cursor"]} if "cursor" in place else {})}
        path = f"app.bsky.notification.listNotifications?{urlencode(asked)}"
        return self._asks.ask("GET", f"https://{self._server}/xrpc/{path}", token=self.secrets["session"])

    def _open(self) -> None:
        url = f"https://{self._server}/xrpc/com.atproto.server.createSession"
        try:
            said = json_of(
                self._asks.ask("POST", url, json={"identifier": self._name, "password": self.secrets["token"]})
            )
        except TokenRefused as refused:
            raise TokenRefused(
                f"{self._server} does not take this handle with this app password; an account's own password does not "
                f"do where it wants a second factor. {ENTER_ANOTHER}"
            ) from refused
        did = sound(text_at(said, "did"), self._server, "account")
        self.secrets |= {"session": text_at(said, "accessJwt"), "did": did}
