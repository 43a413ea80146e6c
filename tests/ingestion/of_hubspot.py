"""HubSpot, played: what it posts, and deals and contacts as its CRM answers them. (Ids and names are made up.)"""

from dataclasses import dataclass, field
from typing import Any

from ingestion.models import Hook, Outcome
from tenants.models import Job
from tests.conftest import Agency
from tests.ingestion.doors import all_of
from tests.ingestion.platforms import Asked, Says
from tests.ingestion.test_files import open_jobs
from tests.tenants.ledger import run

CLOSED = "2026-05-01T10:00:00.500Z"
ADA = {"email": "ada@person.example", "firstname": "Ada", "lastname": "Byron"}
BEN = {"email": "ben@person.example", "firstname": "Ben", "lastname": None}


def won(**properties: Any) -> dict[str, Any]:
    about = {"hs_is_closed_won": "true", "dealstage": "3760235206", "amount": "480.50", "deal_currency_code": "GBP"}
    return about | {"closedate": CLOSED} | properties


@dataclass
class Crm:
    """What it knows, and the token it takes. `fails`: what it answers in place of all else."""

    deals: dict[str, dict[str, Any]] = field(default_factory=lambda: {"4500": won()})
    contacts: dict[str, dict[str, Any]] = field(default_factory=lambda: {"701": ADA, "1002": BEN})
    linked: dict[str, list[str]] = field(default_factory=lambda: {"4500": ["701"]})
    token: str = "pat-eu1-canary"
    fails: Says | None = None

    def __call__(self, asked: Asked) -> Says:
        if self.fails:
            return self.fails
        if asked.token != self.token:
            return Says({"status": "error", "category": "INVALID_AUTHENTICATION"}, 401)
        if asked.path == "/account-info/v3/details":
            return Says({"portalId": 62500, "companyCurrency": "EUR"})
        numbers = [it["id"] for it in asked.json["inputs"]]
        assert 0 < len(numbers) <= 100
        if asked.path == "/crm/v4/associations/deals/contacts/batch/read":
            found = [
                {
                    "from": {"id": it},
                    "to": [{"toObjectId": int(one), "associationTypes": []} for one in self.linked[it]],
                }
                for it in numbers
                if it in self.linked
            ]
            return self._many(found, len(numbers))
        known = {"/crm/v3/objects/deals/batch/read": self.deals, "/crm/v3/objects/contacts/batch/read": self.contacts}
        wanted = asked.json["properties"]
        rows = [
            {"id": it, "properties": {name: known[asked.path][it].get(name) for name in wanted}, "archived": False}
            for it in numbers
            if it in known[asked.path]
        ]
        return self._many(rows, len(numbers))

    def _many(self, found: list[Any], wanted: int) -> Says:
        """As HubSpot does where something was not found: 207, and the errors beside the results."""
        whole = {"status": "COMPLETE", "results": found}
        if len(found) == wanted:
            return Says(whole)
        return Says(whole | {"numErrors": 1, "errors": [{"status": "error", "category": "OBJECT_NOT_FOUND"}]}, 207)


# --- What it posts, and what became of it


def event(kind: str, number: int = 4500, **more: Any) -> dict[str, Any]:
    about = {"eventId": 101, "subscriptionId": 1, "portalId": 62500, "appId": 54300, "occurredAt": 1777629600000}
    return about | {"subscriptionType": kind, "attemptNumber": 0, "objectId": number, "changeSource": "CRM"} | more


def changed(name: str, value: str, number: int = 4500) -> dict[str, Any]:
    return event("deal.propertyChange", number, propertyName=name, propertyValue=value)


WON = [changed("dealstage", "3760235206")]
DEALS, LINKED, CONTACTS = (
    "/crm/v3/objects/deals/batch/read",
    "/crm/v4/associations/deals/contacts/batch/read",
    "/crm/v3/objects/contacts/batch/read",
)


def purchases(agency: Agency) -> list[Any]:
    fields = ("ext_id", "value", "currency", "contact__kind")
    return sorted(all_of(agency, Outcome, *fields, ext_id__startswith="deal:"), key=lambda it: (len(it[0]), it[0]))


def state(agency: Agency, hook: Hook) -> tuple[str, str]:
    (found,) = all_of(agency, Hook, "error_code", "error", pk=hook.pk)
    return found  # type: ignore[no-any-return]


def attempt(agency: Agency) -> Job:
    (job,) = open_jobs(agency, "digest_hook")
    return run(agency, job)
