"""The last answer: when no page is there, and when something failed that nobody foresaw."""

import sys
from dataclasses import dataclass
from http import HTTPStatus

import redis
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tenants.api.problems import problem_response
from tenants.middleware import API

RETRY_AFTER = 5


@dataclass(frozen=True)
class Failure:
    status: HTTPStatus
    code: str
    detail: str
    retry_after: int | None = None


MISTAKE = Failure(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal_error",
    "Something failed on our side. Nothing was changed, and the failure was logged.",
)
# The database or Valkey stopped, restarting, or over a time-out: worth another try.
AWAY = Failure(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable",
    "One of our servers is away for a moment. Nothing was changed; send the same request again.",
    RETRY_AFTER,
)
# A door that lets such a value through as far as the database is ours to mend (the log says which), but the request
# will not succeed by being sent again.
UNUSABLE = Failure(
    HTTPStatus.BAD_REQUEST,
    "unusable_value",
    "The database cannot hold one of the values sent (a NUL character, or a number out of range).",
)
STALE = Failure(
    HTTPStatus.FORBIDDEN,
    "stale_form",
    "This page was opened before you signed in or chose another agency, so nothing was saved. Open it again.",
)
FORBIDDEN = Failure(
    HTTPStatus.FORBIDDEN,
    "forbidden",
    "This is not allowed here, or not to your role in this agency. An owner of the agency can give you another role.",
)
REFUSED = Failure(
    HTTPStatus.BAD_REQUEST,
    "bad_request",
    "This request cannot be read: its host is not one of ours, or it has too many parts.",
)
ABSENT = Failure(
    HTTPStatus.NOT_FOUND,
    "not_found",
    "There is nothing here. If you followed a link, the page may have moved or may not be yours to see.",
)
FAILURES: dict[type[Exception], Failure] = {
    OperationalError: AWAY,
    InterfaceError: AWAY,
    redis.ConnectionError: AWAY,
    redis.TimeoutError: AWAY,
    DataError: UNUSABLE,
}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, ABSENT)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, REFUSED)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, STALE)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for an exception nobody caught; Django calls this while it is being handled."""
    found = sys.exception()
    return _answer(request, next((it for kind, it in FAILURES.items() if isinstance(found, kind)), MISTAKE))


def _answer(request: HttpRequest, failure: Failure) -> HttpResponse:
    if request.path.startswith(API):
        return problem_response(
            status=failure.status, code=failure.code, detail=failure.detail, retry_after=failure.retry_after
        )
    page = render_to_string("failure.html", {"title": failure.status.phrase, "detail": failure.detail})
    response = HttpResponse(page, status=failure.status)
    if failure.retry_after is not None:
        response["Retry-After"] = str(failure.retry_after)
    return response
