"""The door for what platforms post. There is no key: the address says whose it is, the signature from whom."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingestion.services import hooks
from tenants import scope


class Whatever(BaseParser):
    """Leaves the body as it is, for its signature is over every byte of it."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream.read()


@extend_schema(exclude=True)  # an address is for one sender, who has a specification of its own
class HookView(APIView):
    """One webhook's address."""

    authentication_classes = []
    permission_classes = []
    parser_classes = [Whatever]

    def get(self, request: Request, token: str) -> HttpResponse:
        """Answer a sender that asks whether the address is ours."""
        tenant_id, public_id = hooks.tenant_of(token)
        with scope.of_tenant(tenant_id):
            said = hooks.challenge(public_id, request.query_params)
        return JsonResponse(said) if isinstance(said, dict) else HttpResponse(said, content_type="text/plain")

    def post(self, request: Request, token: str) -> Response:
        """Keep what was posted. It is read by a job: whoever posts has a second or two."""
        tenant_id, public_id = hooks.tenant_of(token)
        headers = {name.lower(): value for name, value in request.headers.items()}
        with scope.of_tenant(tenant_id):
            hooks.take_in(public_id, request._request.body, headers, uri=_uri(request, token))
        return Response({"kept": True})


def _uri(request: Request, token: str) -> str:
    """Return the whole address as its page shows it and its sender signs it; Django would encode its “=” anew."""
    query = request.META.get("QUERY_STRING", "")
    return request.build_absolute_uri(reverse("hook", args=[token])) + (f"?{query}" if query else "")
