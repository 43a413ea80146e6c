"""Pages of scores, which stand in an order of their own."""

from typing import Any

from rest_framework.exceptions import ValidationError

from ingestion import selectors as ingested
from tenants import selectors as tenants
from tenants.api.pagination import KeysetPagination


class ScorePagination(KeysetPagination):
    """Pages by client first and contact last; the cursor names both as everybody may know them."""

    def sealed(self, first: Any, *more: Any) -> list[Any]:
        *between, contact_id = more
        client = tenants.clients().values_list("public_id", flat=True).get(pk=first)
        return [client, *between, ingested.contacts().values_list("public_id", flat=True).get(pk=contact_id)]

    def opened(self, values: list[Any]) -> list[Any]:
        client, *between, contact = values
        client_id = tenants.clients().filter(public_id=client).values_list("pk", flat=True).first()
        contact_id = ingested.contacts().filter(public_id=contact).values_list("pk", flat=True).first()
        if client_id is None or contact_id is None:
            raise ValidationError({"cursor": ["The client or contact it stands at is gone; begin at the first page."]})
        return [client_id, *between, contact_id]
