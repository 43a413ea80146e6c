"""What tests send, and what they look at afterwards."""

import json
from typing import Any

from django.db import transaction

from ingestion.models import Engagement, Source
from tenants import scope
from tests.conftest import Agency

AT = "2026-05-01T10:00:00Z"


def act(number: object = 1, **more: Any) -> dict[str, Any]:
    """An engagement that can be used; `None` takes a field out."""
    return _without_none(
        {"id": f"act-{number}", "kind": "comment", "occurred_at": AT, "actor": {"handle": "ada"}} | more
    )


def outcome(number: object = 1, **more: Any) -> dict[str, Any]:
    return _without_none(
        {"id": f"out-{number}", "kind": "purchase", "occurred_at": AT, "who": {"handle": "ada"}} | more
    )


def count(**more: Any) -> dict[str, Any]:
    return _without_none({"channel": "instagram/Ours.handle", "at": AT, "followers": 10} | more)


def profile(**more: Any) -> dict[str, Any]:
    """A profile of a sample that can be used."""
    sample = {"cohort_from": "2026-03-01T00:00:00Z", "cohort_to": "2026-04-01T00:00:00Z", "sampled_at": AT}
    return _without_none({"channel": "instagram/Ours.handle", "number": 1, "followers": 10, **sample} | more)


def post(**more: Any) -> dict[str, Any]:
    return _without_none({"id": "post-1", "channel": "instagram/Ours.handle", "published_at": AT} | more)


def post_count(**more: Any) -> dict[str, Any]:
    return _without_none({"post": "post-1", "at": AT, "likes": 10} | more)


def contact_fact(**more: Any) -> dict[str, Any]:
    return _without_none({"who": {"handle": "ada"}, "at": AT, "facts": {"industry": "retail"}} | more)


def campaign(**more: Any) -> dict[str, Any]:
    row = {"id": "campaign-1", "kind": "giveaway", "name": "Blue mug", "starts_at": AT, "entry_kinds": ["follow"]}
    return _without_none(row | more)


def vendor(**more: Any) -> dict[str, Any]:
    row = {"id": "order-1", "name": "Reach Ltd", "promise": "5,000 followers in a week", "starts_at": AT}
    return _without_none(row | more)


def identity_link(**more: Any) -> dict[str, Any]:
    return _without_none({"id": "l-1", "who": {"handle": "ada"}, "same_as": {"customer": "17"}, "at": AT} | more)


ROWS = {
    "engagements": act,
    "outcomes": outcome,
    "audience-counts": count,
    "profile-samples": profile,
    "posts": post,
    "post-counts": post_count,
    "contact-facts": contact_fact,
    "campaigns": campaign,
    "vendors": vendor,
    "identity-links": identity_link,
}
# Of the shapes whose rows have an id; the others are known by what they say.
WITH_ID = tuple(shape for shape in ROWS if shape != "profile-samples")


def _without_none(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def send(agency: Agency, rows: Any, shape: str = "engagements", source: Source | None = None) -> Any:
    """Post rows, or a body as it is; return the answer."""
    body = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    address = f"/v1/{shape}:batch?source={(source or agency.source).public_id}"
    return agency.program().post(address, body, content_type="application/json")


def pages(agency: Agency, address: str) -> list[list[Any]]:
    """Return the rows of a list, page by page."""
    found = []
    while address:
        answer = agency.program().get(address)
        assert answer.status_code == 200, answer.json()
        found.append(answer.json()["results"])
        address = answer.json()["next"]
    return found


def verdict(agency: Agency, row: dict[str, Any], shape: str = "engagements") -> tuple[str, str]:
    """Send one row; return its verdict's code and place; ("accepted", "") where it can be used."""
    shown = send(agency, [row], shape).json()
    assert shown["received"] == 1 == sum(shown[name] for name in ("accepted", "duplicate", "quarantined", "erased"))
    found = [*shown["duplicates"], *shown["quarantine"], *shown["dropped"]]
    return (found[0]["code"], found[0]["pointer"]) if found else ("accepted", "")


def change(agency: Agency, **policy: Any) -> None:
    """Change the policy of the agency's source."""
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        Source.objects.filter(pk=agency.source.pk).update(**policy)


def all_of(agency: Agency, model: Any, *fields: str, **which: Any) -> list[Any]:
    """Return rows of the agency, as tuples (one field: as values), in the order they were made.

    Acts of one batch by their source's id: they are numbered as PostgreSQL joins them, which its statistics change.
    """
    order = ("received_at", "ext_id") if model is Engagement else ("id" if model._meta.pk.name == "id" else "pk",)
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        rows = model.objects.filter(**which).order_by(*order)
        return list(rows.values_list(*fields, flat=len(fields) == 1) if fields else rows)
