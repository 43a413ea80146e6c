"""The last answer: when no page is there, and when something failed that nobody foresaw."""

import sys
from http import HTTPStatus

import redis
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tenants.api.problems import problem_response
from tenants.middleware import API

# Away for a moment, and worth another try: the database or Valkey stopped, restarting, or over a time-out.
AWAY = (OperationalError, InterfaceError, redis.ConnectionError, redis.TimeoutError)
RETRY_AFTER = 5


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request,
        status=HTTPStatus.NOT_FOUND,
        code="not_found",
        detail="There is nothing here. If you followed a link, the page may have moved or may not be yours to see.",
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for an exception nobody caught: 503 where a server is away, 500 where we made a mistake.

    400 for a value no column can hold: a door that lets one through as far as the database is ours to mend, and the
    log says which, but the request will not succeed by being sent again.
    """
    if isinstance(sys.exception(), AWAY):
        return _answer(
            request,
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            code="unavailable",
            detail="The database is away for a moment. Nothing was changed; send the same request again.",
            retry_after=RETRY_AFTER,
        )
    if isinstance(sys.exception(), DataError):
        return _answer(
            request,
            status=HTTPStatus.BAD_REQUEST,
            code="unusable_value",
            detail="The database cannot hold one of the values sent (a NUL character, or a number out of range).",
        )
    return _answer(
        request,
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        code="internal_error",
        detail="Something failed on our side. Nothing was changed, and the failure was logged.",
    )


def _answer(
    request: HttpRequest, *, status: HTTPStatus, code: str, detail: str, retry_after: int | None = None
) -> HttpResponse:
    if request.path.startswith(API):
        return problem_response(status=status, code=code, detail=detail, retry_after=retry_after)
    page = render_to_string("failure.html", {"title": status.phrase, "detail": detail})
    response = HttpResponse(page, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
