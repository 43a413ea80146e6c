"""Every request in its tenant and in one transaction."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from tenants import scope
from tenants.api.problems import problem_response
from tenants.errors import KeyRefused
from tenants.models import User
from tenants.services import keys, members

# Session key of the agency somebody chose to work for.
AGENCY = "tenant_id"
API = "/v1/"

Answer = Callable[[HttpRequest], HttpResponseBase]


class TenantMiddleware:
    """Finds the tenant from the API key or the session, and holds the request's transaction.

    The transaction is held here and not only by ATOMIC_REQUESTS because the admin renders its pages after the view
    has returned. An answer of 400 or above rolls back: a refusal leaves nothing half done. The body is read first, so
    that a slow sender holds no transaction open.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = self._read_body(request)
        if refusal is not None:
            return refusal
        with scope.of_nobody():
            return self._by_key(request) if request.path.startswith(API) else self._by_session(request)

    def _read_body(self, request: HttpRequest) -> HttpResponse | None:
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return problem_response(
                status=HTTPStatus.LENGTH_REQUIRED,
                code="length_required",
                detail="Send the body with a Content-Length.",
            )
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        try:
            if self._is_upload(request):
                if length > settings.UPLOAD_MAX_BYTES:
                    raise RequestDataTooBig
                request.FILES  # noqa: B018 # reads it all, files onto the disk; its form sees to whether it is whole
                return None
            body = request.body
        except RequestDataTooBig:
            return problem_response(
                status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                code="body_too_large",
                detail="The body has more than 5 MB. Send it in several batches, or a file over the API in parts.",
            )
        if len(body) < length:
            return problem_response(
                status=HTTPStatus.BAD_REQUEST,
                code="truncated",
                detail="The connection ended before the whole body was here. Nothing of it was taken; send it again.",
            )
        return None

    def _is_upload(self, request: HttpRequest) -> bool:
        """Whether it brings a file from somebody who has signed in. Nobody else's goes onto our disk."""
        if request.path not in settings.UPLOAD_PATHS or request.content_type != "multipart/form-data":
            return False
        with scope.of_nobody():
            return bool(request.user.is_authenticated)

    def _by_key(self, request: HttpRequest) -> HttpResponseBase:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return self._answer_nobody(request)  # views that need a key say so themselves; the schema needs none
        try:
            with scope.of_tenant(keys.tenant_of(text.strip())), transaction.atomic():
                request.api_key = keys.check(text.strip())  # type: ignore[attr-defined]
                return self._answer(request)
        except KeyRefused as refused:
            return problem_response(status=refused.status, code=refused.code, detail=str(refused))

    def _by_session(self, request: HttpRequest) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated:
            return self._answer_nobody(request)
        tenant_id = request.session.get(AGENCY) or self._only_agency(request, user)
        if tenant_id is None:
            return self._answer_nobody(request)
        with scope.of_tenant(tenant_id), transaction.atomic():
            user.member = members.member_in_force(user)
            if user.member is not None:
                agency = user.member.tenant
                with timezone.override(ZoneInfo(agency.zone)), translation.override(agency.locale):
                    return self._answer(request)
        # The membership ended since the session began.
        del request.session[AGENCY]
        return self._answer_nobody(request)

    def _only_agency(self, request: HttpRequest, user: User) -> int | None:
        """The agency of somebody who has just one needs no choosing. Invitations wait until they are accepted."""
        found = members.memberships(user)
        if len(found) != 1 or not found[0].joined:
            return None
        request.session[AGENCY] = found[0].tenant_id
        return found[0].tenant_id

    def _answer_nobody(self, request: HttpRequest) -> HttpResponseBase:
        with transaction.atomic():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            transaction.set_rollback(True)
        return response
