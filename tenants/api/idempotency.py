"""The Idempotency-Key header: a request that may be sent again is done once.

After the IETF's draft of that name (draft-ietf-httpapi-idempotency-key-header-07): the same key with another body is
422, while the first is running 409. Keys hold per agency and route, for 90 days.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, TypeVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.models.answer import LONGEST_KEY
from tenants.services import answers

V = TypeVar("V", bound=APIView)
P = ParamSpec("P")
Handler = Callable[Concatenate[V, Request, P], Response]

VISIBLE = re.compile(f"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
REPLAYED = "Idempotent-Replayed"
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Of your own making, such as a UUID. Sent again within 90 days, the request is answered as before and "
    f"done no second time; the answer then has `{REPLAYED}: true`.",
)


def idempotent(handler: Handler[V, P]) -> Handler[V, P]:
    """Make a view's handler one that does nothing twice for requests with the same key."""

    @wraps(handler)
    def once(view: V, request: Request, *args: P.args, **named: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **named)
        if not VISIBLE.fullmatch(key):
            raise ValidationError(
                {"Idempotency-Key": [f"A key has 1 to {LONGEST_KEY} characters of ASCII, without blanks."]}
            )
        asked = answers.Asked(f"{request.method} {request.path}", key, _digest(request))
        before = answers.earlier(asked)
        if before is not None:
            return Response(json.loads(before.body), status=before.status, headers={REPLAYED: "true"})
        response = handler(view, request, *args, **named)
        answers.keep(asked, status=response.status_code, body=json.dumps(response.data))
        return response

    return once  # type: ignore[return-value] # it names its first two arguments, which wraps() forgets


def _digest(request: Request) -> bytes:
    """Return a digest over all that says what is to be done: the query, how the body is to be read, and the body."""
    said: Any = sha256()
    headers = sorted((name, value) for name, value in request.headers.items() if _says_how_to_read(name))
    for part in (request.META["QUERY_STRING"], repr(headers)):
        said.update(part.encode(errors="replace") + b"\0")
    body: Any = request.data
    said.update(body if isinstance(body, bytes) else request._request.body)  # inflated: gzip writes the time into it
    return said.digest()  # type: ignore[no-any-return]


def _says_how_to_read(name: str) -> bool:
    return name.lower() == "content-type" or name.lower().startswith("ce-")
