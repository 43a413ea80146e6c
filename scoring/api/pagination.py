"""Pages of scores, which stand in an order of their own."""

from typing import Any

from rest_framework.exceptions import ValidationError

from tenants import selectors as tenants
from tenants.api.pagination import KeysetPagination


class ScorePagination(KeysetPagination):
    """Pages by client and position; the cursor names the client as everybody may know it."""

    def sealed(self, first: Any, *more: Any) -> list[Any]:
        return [tenants.clients().values_list("public_id", flat=True).get(pk=first), *more]

    def opened(self, values: list[Any]) -> list[Any]:
        client_id = tenants.clients().filter(public_id=values[0]).values_list("pk", flat=True).first()
        if client_id is None:
            raise ValidationError({"cursor": ["The client it stands at is gone; begin at the first page."]})
        return [client_id, *values[1:]]
