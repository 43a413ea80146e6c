"""Payloads as Meta sends them. (Ids and names are made up; the forms are those of the documentation.)"""

from typing import Any

from ingestion.formats.webhooks import meta
from tests.ingestion.hooks import body

BRAND, ADA, PAGE = "17841400000000001", "6811000000000007", "103000000000001"
AT = "2026-05-01T10:00:00+00:00"
SECONDS, MILLISECONDS = 1777629600, 1777629600000
LANDS, LEFT_OUT = ("lands", ""), ("left out", "")


def instagram(*changes: Any, **other: Any) -> Any:
    entry = {"id": BRAND, "time": SECONDS, **({"changes": list(changes)} if changes else {}), **other}
    return {"object": "instagram", "entry": [entry]}


def comment(number: str = "c-1", author: str = ADA, **other: Any) -> dict[str, Any]:
    value = {
        "from": {"id": author, "username": "ada"},
        "media": {"id": "m-9", "media_product_type": "FEED"},
        "id": number,
        "text": "How much is the blue one?",
        **other,
    }
    return {"field": "comments", "value": value}


def feed(**value: Any) -> Any:
    about = {"from": {"id": ADA, "name": "Ada"}, "post_id": f"{PAGE}_9", "created_time": SECONDS}
    change = {"field": "feed", "value": {name: it for name, it in (about | value).items() if it is not None}}
    return {"object": "page", "entry": [{"id": PAGE, "time": SECONDS + 2, "changes": [change]}]}


def messages(*events: Any, standing: str = "messaging") -> Any:
    people = {"sender": {"id": ADA}, "recipient": {"id": BRAND}, "timestamp": MILLISECONDS}
    return instagram(**{standing: [people | event for event in events], "time": MILLISECONDS + 5})


def row(payload: Any) -> dict[str, Any]:
    (found,) = meta.rows(body(payload))
    return found.row


COMMENT = instagram(comment())
REACTION = {"item": "reaction", "verb": "add", "reaction_type": "love", "parent_id": f"{PAGE}_9"}
MESSAGE = {"message": {"mid": "mid-1", "text": "Do you ship to Bath?"}}
ECHO = {
    "sender": {"id": BRAND},
    "recipient": {"id": ADA},
    "message": {"mid": "mid-2", "text": "We do", "is_echo": True},
}
