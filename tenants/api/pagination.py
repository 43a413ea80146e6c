"""Lists by key, never by number: page 10,000 costs what page 1 costs."""

from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

if TYPE_CHECKING:  # named in the settings: importing the views from here would be a circle
    from rest_framework.views import APIView


class KeysetPagination(CursorPagination):
    """Pages behind an opaque cursor. `limit` is 1 to 200; a cursor that is none is the caller's mistake (400)."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "created_at"  # the row number would tell how many rows the others have

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except NotFound as wrong:
            raise ValidationError({"cursor": ["Take the cursor from “next” or “previous” as it is."]}) from wrong

    def get_page_size(self, request: Request) -> int:
        raw = request.query_params.get("limit", str(self.page_size))
        if not (raw.isascii() and raw.isdigit() and 1 <= int(raw[:9]) <= self.max_page_size):
            raise ValidationError({"limit": [f"Use a whole number from 1 to {self.max_page_size}."]})
        return int(raw)
