"""Mastodon and Bluesky, played: notifications as their APIs page them. (Ids and names are made up.)"""

from dataclasses import dataclass, field
from typing import Any

from tests.ingestion.platforms import Asked, Says
from tests.ingestion.test_webhook_bluesky import notice as bluesky_notice
from tests.ingestion.test_webhook_mastodon import notice as mastodon_notice


def follow(number: int) -> dict[str, Any]:
    return mastodon_notice("follow") | {"id": str(number)}


@dataclass
class Mastodon:
    """A server. `notices`: the oldest first. `fails`: what it answers in place of all else."""

    notices: list[dict[str, Any]] = field(default_factory=list)
    token: str = "canary token"
    account: str = "14700"
    fails: Says | None = None

    def __call__(self, asked: Asked) -> Says:
        if self.fails:
            return self.fails
        if asked.token != self.token:
            return Says({"error": "The access token is invalid"}, 401)
        if asked.path == "/api/v1/accounts/verify_credentials":
            return Says({"id": self.account, "username": "fernleaf", "acct": "fernleaf"})
        assert asked.path == "/api/v1/notifications"
        assert asked.query["include_filtered"] == "true"
        after = [it for it in self.notices if int(it["id"]) > int(asked.query["min_id"])]
        page = after[: int(asked.query["limit"])][::-1]
        link = f'<https://pots.example/api/v1/notifications?min_id={page[0]["id"]}>; rel="prev"' if page else ""
        return Says(page, headers={"Link": link} if link else {})


def like(number: int, at: str = "") -> dict[str, Any]:
    uri = f"at://did:plc:ada/app.bsky.feed.like/{number}"
    return bluesky_notice("like", uri=uri, indexedAt=at or f"2026-05-01T10:{number // 60:02}:{number % 60:02}.000Z")


@dataclass
class Bluesky:
    """A server. `notices`: the newest first. Sessions are numbered; `session` is the one that has not expired."""

    notices: list[dict[str, Any]] = field(default_factory=list)
    password: str = "canary password"
    session: int = 0
    fails: Says | None = None

    def __call__(self, asked: Asked) -> Says:
        if self.fails:
            return self.fails
        if asked.path == "/xrpc/com.atproto.server.createSession":
            named = asked.json.pop("identifier")
            if named not in ("fernleaf.bsky.social", "did:plc:fernleaf") or asked.json != {"password": self.password}:
                return Says({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)
            self.session += 1
            return Says(
                {"accessJwt": f"jwt-{self.session}", "refreshJwt": "r", "handle": "fernleaf.bsky.social",
                 "did": "did:plc:fernleaf"}
            )  # fmt: skip
        assert asked.path == "/xrpc/app.bsky.notification.listNotifications"
        if asked.token != f"jwt-{self.session}":
            return Says({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        start, limit = int(asked.query.get("cursor", 0)), int(asked.query["limit"])
        page = self.notices[start : start + limit]
        more = {"cursor": str(start + limit)} if start + limit < len(self.notices) else {}
        return Says({"notifications": page, "seenAt": "2026-05-01T00:00:00Z", **more})
