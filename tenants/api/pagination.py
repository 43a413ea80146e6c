"""Lists by key, never by number: page 10,000 costs what page 1 costs."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Field, Func, Value
from django.db.models.lookups import GreaterThan
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from tenants.scope import tenant_id_in_force

if TYPE_CHECKING:  # named in the settings: importing the views from here would be a circle
    from rest_framework.views import APIView

SMALLEST, USUAL, LARGEST = 1, 50, 200
KEYSET = ("created_at", "public_id")


class KeysetPagination(BasePagination):
    """Pages in the view's `keyset`: fields that no two rows share together, (created_at, public_id) where it names
    none. `next` continues behind the last row.

    The cursor is signed for its agency and its list: one that was made up, or taken from elsewhere, is refused (400).
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        refuse_unknown(request, view)
        limit = _limit(request.query_params.get("limit"))
        keyset = getattr(view, "keyset", KEYSET)
        salt = f"tenants.api.cursor.{tenant_id_in_force()}.{type(view).__name__}"
        rows = queryset.order_by(*keyset)
        cursor = request.query_params.get("cursor")
        if cursor:
            rows = rows.filter(behind(keyset, self.opened(_unsigned(cursor, salt))))
        found = list(rows[: limit + 1])
        page = found[:limit]
        self.next = None
        if len(found) > limit:
            sealed = signing.dumps(self.sealed(*(getattr(page[-1], field) for field in keyset)), salt=salt)
            self.next = replace_query_param(request.build_absolute_uri(), "cursor", sealed)
        return page

    def sealed(self, first: Any, *more: Any) -> list[Any]:
        """Return the last row's keyset as JSON has it, for everybody to read: no row number may be in it."""
        return [first.isoformat() if isinstance(first, datetime) else first, *more]

    def opened(self, values: list[Any]) -> list[Any]:
        """Return the same as the database has it."""
        first, *more = values
        return [parse_datetime(first) if isinstance(first, str) else first, *more]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri", "description": "The next page; null at the end."}
        return {"type": "object", "required": ["next", "results"], "properties": {"next": address, "results": schema}}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": SMALLEST, "maximum": LARGEST, "default": USUAL}
        return [
            {"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": "From “next”, as it is."},
            {"name": "limit", "in": "query", "schema": limit, "description": "Rows a page."},
        ]


class Row(Func):
    """Several values as one, compared from the left: an index over the same fields is entered where the page begins."""

    function = "ROW"
    output_field = Field()


def behind(keyset: Sequence[str], last: Sequence[Any]) -> GreaterThan:
    """Return the condition that a row comes behind another in the order of a keyset."""
    return GreaterThan(Row(*keyset), Row(*map(Value, last)))


def refuse_unknown(request: Request, view: "APIView | None", *, pages: bool = True) -> None:
    """A filter that is misspelt and passed over would answer with everybody. pages: whether the answer has some."""
    filters = getattr(getattr(view, "filterset_class", None), "base_filters", {})
    known = [*(("cursor", "limit") if pages else ()), *filters]
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise ValidationError({name: [f"There is no such parameter. Use {', '.join(known)}."] for name in unknown})


def _limit(raw: str | None) -> int:
    if raw is None:
        return USUAL
    if raw.isascii() and raw.isdigit() and len(raw) <= len(str(LARGEST)) and SMALLEST <= int(raw) <= LARGEST:
        return int(raw)
    raise ValidationError({"limit": [f"Use a whole number from {SMALLEST} to {LARGEST}."]})


def _unsigned(cursor: str, salt: str) -> list[Any]:
    try:
        values: list[Any] = signing.loads(cursor, salt=salt)
    except signing.BadSignature as wrong:
        raise ValidationError({"cursor": ["Take the cursor from “next” as it is."]}) from wrong
    return values
