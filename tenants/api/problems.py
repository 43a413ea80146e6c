"""Errors as programs meet them: RFC 9457 problem documents, one shape everywhere under /v1/.

    {"type": "urn:earnest:problem:not_found", "title": "Not Found", "status": 404, "code": "not_found",
     "detail": "…", "errors": []}

`code` is stable and may be switched on; `detail` is a sentence for people. `errors` lists what is wrong with a body,
each with a code, a sentence and, where it has one, a JSON pointer to the place.
"""

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

CONTENT_TYPE = "application/problem+json"
REALM = 'Bearer realm="earnest"'


def problem(*, status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "type": f"urn:earnest:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
    }


def problem_response(*, status: int, code: str, detail: str, retry_after: int | None = None) -> JsonResponse:
    """Return the document as an answer, for what is refused before or behind the API's views."""
    response = JsonResponse(problem(status=status, code=code, detail=detail), status=status, content_type=CONTENT_TYPE)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = REALM
    return response
