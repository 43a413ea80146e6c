"""HubSpot's CRM, played: deals and contacts as its API answers them. (Ids and names are made up.)"""

from dataclasses import dataclass, field
from typing import Any

from tests.ingestion.platforms import Asked, Says

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
