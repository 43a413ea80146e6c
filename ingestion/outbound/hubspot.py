"""HubSpot's CRM, asked for deals: developers.hubspot.com/docs/api-reference, objects and associations (v4).

The token is a private app's, with the scopes crm.objects.deals.read and crm.objects.contacts.read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.errors import Unanswered
from ingestion.formats.webhooks import hubspot
from ingestion.formats.webhooks.payload import at, list_at, text_at
from ingestion.outbound.web import Web, json_of

API = "https://api.hubapi.com"
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Deals:
    """Deals as one that is read by itself is answered, their contacts, and the account's currency where needed."""

    deals: list[Any]
    contacts: list[Any]
    currency: str = ""


def deals(asks: Web, *, token: str, numbers: Sequence[str]) -> Deals:
    """Return the deals of these numbers that there are. Of one deal's contacts the first 500 are known.

    Raises TokenRefused, Unanswered or Unusable.
    """
    found = list(_read(asks, token, "/crm/v3/objects/deals/batch/read", numbers, hubspot.PROPERTIES))
    linked = _contacts_of(asks, token, [text_at(deal, "id") for deal in found])
    whole = [{**deal, "associations": {"contacts": {"results": linked.get(text_at(deal, "id"), [])}}} for deal in found]
    people = sorted({contact["id"] for contacts in linked.values() for contact in contacts})
    contacts = list(_read(asks, token, "/crm/v3/objects/contacts/batch/read", people, hubspot.CONTACT_PROPERTIES))
    return Deals(whole, contacts, _currency(asks, token) if any(map(hubspot.needs_currency, found)) else "")


def _contacts_of(asks: Web, token: str, numbers: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    pairs = _read(asks, token, "/crm/v4/associations/deals/contacts/batch/read", numbers)
    return {
        text_at(pair, "from", "id"): [{"id": text_at(one, "toObjectId")} for one in list_at(pair, "to")]
        for pair in pairs
    }


def _currency(asks: Web, token: str) -> str:
    return text_at(json_of(asks.ask("GET", f"{API}/account-info/v3/details", token=token)), "companyCurrency")


def _read(
    asks: Web, token: str, path: str, numbers: Sequence[str], properties: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Yield what is answered, a hundred at a time; of what is not there any more, nothing."""
    for start in range(0, len(numbers), MOST_AT_ONCE):
        wanted: dict[str, Any] = {"inputs": [{"id": it} for it in numbers[start : start + MOST_AT_ONCE]]}
        if properties:
            wanted["properties"] = list(properties)
        answer = json_of(asks.ask("POST", f"{API}{path}", token=token, json=wanted))
        _check_whole(answer)
        yield from (it for it in list_at(answer, "results") if text_at(it, "id") or at(it, "from"))


def _check_whole(answer: Any) -> None:
    """Raise Unanswered where something is missing of an answer for another reason than that it is not there."""
    wrong = {text_at(it, "category") for it in list_at(answer, "errors")} - {"OBJECT_NOT_FOUND"}
    if wrong or text_at(answer, "status") != "COMPLETE":
        raise Unanswered("api.hubapi.com answered with a part of what it was asked for.")
