"""Two questions a supervisor asks: does the process live, and can it do its work?"""

import logging
from collections.abc import Callable
from http import HTTPStatus

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)


class HealthMiddleware:
    """Answers both before anything else looks at the request: probes come by address, without a host name or HTTPS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answers = {"/healthz": healthz, "/readyz": readyz}
        return answers[request.path]() if request.path in answers else self.get_response(request)


def healthz() -> JsonResponse:
    """The process answers. Says nothing about the servers it needs: restarting it would not bring them back."""
    return _uncached({"status": "ok"}, status=HTTPStatus.OK)


def readyz() -> JsonResponse:
    """Whether the database and Valkey answer; 503 with what is away, so that no traffic is sent here."""
    away = [name for name, answers in (("database", _database_answers), ("valkey", _valkey_answers)) if not answers()]
    status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.OK
    return _uncached({"status": "unavailable" if away else "ok", "away": away}, status=status)


def _uncached(said: dict[str, object], *, status: HTTPStatus) -> JsonResponse:
    return JsonResponse(said, status=status, headers={"Cache-Control": "no-store"})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        logger.warning("the database does not answer", exc_info=True)
        return False
    return True


def _valkey_answers() -> bool:
    try:
        with redis.Redis.from_url(str(settings.REDIS_URL), socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        logger.warning("Valkey does not answer", exc_info=True)
        return False
