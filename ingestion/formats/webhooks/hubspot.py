"""Webhooks of HubSpot: deals that were won become outcomes, and whoever asked there to be forgotten is said.

Specified at developers.hubspot.com/docs/api/webhooks. An event names a deal and what changed, never a person, and an
amount only where that is what changed. So nothing lands of it by itself: `deals` says which deals are to be asked for
(with PROPERTIES, and their contacts with CONTACT_PROPERTIES), and `outcome` makes rows of the answers.
"""

from collections.abc import Iterator
from typing import Any

from ingestion.formats.webhooks.payload import at, list_at, moment, parsed, text_at
from ingestion.formats.webhooks.row import Row, left_out, named, said, taken, unknown, unreadable

# Whether a stage is won HubSpot says itself: each pipeline has stages of its own, most of them named by numbers.
PROPERTIES = ("hs_is_closed_won", "dealstage", "amount", "deal_currency_code", "closedate")
CONTACT_PROPERTIES = ("email", "firstname", "lastname")
# What an event of the newer kind, such as object.creation, is about.
OBJECTS = {"0-1": "contact", "0-3": "deal"}
ASKED_FOR = "It says neither whose the deal is nor its worth; the deal is asked for where an outcome may have changed."
DELETED = "That a deal is deleted takes nothing back; where money was returned, record a refund."
RECORD = "That a contact's record changes is no act of theirs."
FORGET = "A contact was deleted for privacy's sake: whoever is known here by this number is erased."
NOT_WON = "The deal is not won."
REOPENED = (
    "The deal was won and is not any more. Where money was returned, this row becomes the refund: give it occurred_at, "
    "value and currency, and try it again. Where not, give it up."
)


def rows(body: bytes) -> list[Row]:
    """Return the events; none of those we know lands. Raises NotJson, TooDeep or TooManyRows."""
    return taken(_row(event) for event in _events(body))


def deals(body: bytes, *, account: str = "") -> list[str]:
    """Return the ids of the deals of which an outcome may have changed, each once.

    account: leave out what is of another portal. Raises NotJson, TooDeep or TooManyRows.
    """
    ours = (it for it in _events(body) if not account or text_at(it, "portalId") == account)
    found = (_deal(event) for event in ours if _may_matter(event))
    return [number for number in dict.fromkeys(found) if number]


def forgotten(body: bytes, *, account: str = "") -> list[str]:
    """Return the numbers of the contacts whom HubSpot deleted for privacy's sake, each once.

    account: leave out what is of another portal. Raises NotJson, TooDeep or TooManyRows.
    """
    ours = (it for it in _events(body) if not account or text_at(it, "portalId") == account)
    found = (text_at(event, "objectId") for event in ours if _about(event) == ("contact", "privacyDeletion"))
    return [number for number in dict.fromkeys(found) if number]


def outcome(deal: Any, contacts: list[Any], *, currency: str = "", buyer: str | None = None) -> list[Row]:
    """Return one purchase for each contact of a deal that is won.

    deal, contacts: as the CRM's API answers. currency: of the account, for deals that name none. buyer: with whom the
    deal's money landed before; an empty text for somebody without a customer number, none where it did not.

    All contacts took part. The money is counted once, under the id of the deal alone, and stays with whom it came with
    first: the first record among the contacts. A deal without contacts is set aside, for it has nobody; so is one that
    was won and is no longer.
    """
    own_id = deal_id(text_at(deal, "id"))
    if text_at(deal, "properties", "hs_is_closed_won") != "true":
        return [_not_won(own_id, buyer)]
    known = {text_at(contact, "id"): contact for contact in contacts}
    linked = _linked(deal)
    others = sorted(linked - {buyer}, key=lambda number: (len(number), number))
    is_elsewhere = buyer == ""
    if buyer is None:
        buyer, *others = others or [""]
    apart = [_purchase(deal, named(own_id, who), who, known.get(who)) for who in others]
    if is_elsewhere:
        return apart
    return [_purchase(deal, own_id, buyer, known.get(buyer), **_money(deal, currency)), *apart]


def _not_won(own_id: str, buyer: str | None) -> Row:
    if buyer is None:
        return Row("outcomes", said({"id": own_id}), left_out=NOT_WON)
    taken_back = {"id": named(own_id, "reopened"), "kind": "refund", "refund_of": own_id}
    return Row("outcomes", said(taken_back | {"who": said({"customer": buyer})}), aside=REOPENED)


def ids_apart(deal: Any) -> list[str]:
    """Return the ids of the rows of those who took part in a deal, and whose are not its money."""
    return [named(deal_id(text_at(deal, "id")), who) for who in _linked(deal)]


def _linked(deal: Any) -> set[str]:
    return {text_at(it, "id") for it in list_at(deal, "associations", "contacts", "results")} - {""}


def deal_id(number: str) -> str:
    """Return the id of rows about a deal as a whole."""
    return named("deal", number)


def needs_currency(deal: Any) -> bool:
    """Whether a deal has an amount and does not say of what, as in accounts with one currency."""
    return not text_at(deal, "properties", "deal_currency_code") and bool(_money(deal, ""))


def _purchase(deal: Any, own_id: str, number: str, contact: Any, **money: Any) -> Row:
    names = (text_at(contact, "properties", "firstname"), text_at(contact, "properties", "lastname"))
    fields = {
        "id": own_id,
        "kind": "purchase",
        "occurred_at": moment(text_at(deal, "properties", "closedate")),
        "who": said({"customer": number, "name": " ".join(filter(None, names))}),
    }
    return Row("outcomes", said(fields | money), email=text_at(contact, "properties", "email"))


def _money(deal: Any, currency: str) -> dict[str, Any]:
    amount = at(deal, "properties", "amount")
    if amount in (None, ""):
        return {}
    return {"value": amount, "currency": text_at(deal, "properties", "deal_currency_code") or currency}


def _events(body: bytes) -> Iterator[Any]:
    found = parsed(body)
    yield from found if isinstance(found, list) else [found]


def _row(event: Any) -> Row:
    account, (about, change) = text_at(event, "portalId"), _about(event)
    if not about:
        return unreadable(event, account=account)
    happened = moment(text_at(event, "occurredAt"))
    if about == "deal" and change in ("creation", "propertyChange", "restore", "associationChange"):
        return left_out(account, ASKED_FOR, id=deal_id(_deal(event)))
    if about == "deal" and change == "deletion":
        return left_out(account, DELETED)
    if about == "contact":
        return left_out(account, FORGET if change == "privacyDeletion" else RECORD)
    # HubSpot does not promise that an eventId is given once only.
    own_id = named(f"{about}.{change}", text_at(event, "objectId"), text_at(event, "eventId"), happened)
    return unknown(account, f"{about}.{change}", event, id=own_id, occurred_at=happened)


def _about(event: Any) -> tuple[str, str]:
    """Return of what the event tells, and what happened to it."""
    about, _, change = text_at(event, "subscriptionType").partition(".")
    kind = text_at(event, "objectTypeId")
    return (OBJECTS.get(kind, kind) if about == "object" else about), change


def _deal(event: Any) -> str:
    return text_at(event, "objectId") or text_at(event, "fromObjectId")


def _may_matter(event: Any) -> bool:
    about, change = _about(event)
    if about != "deal" or change != "propertyChange":
        return about == "deal" and change in ("creation", "restore", "associationChange")
    return text_at(event, "propertyName") in PROPERTIES
