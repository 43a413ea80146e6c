"""Who calls the API: an agency's key, checked by the middleware before any view."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from tenants.api.problems import REALM
from tenants.models import ApiKey


class KeyAuthentication(BaseAuthentication):
    """Takes over what TenantMiddleware found. There is no user: a key speaks for an agency, not for a person."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        key = getattr(request._request, "api_key", None)
        return None if key is None else (None, key)

    def authenticate_header(self, request: Request) -> str:
        return REALM


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key from the admin (Agency → API keys): `Authorization: Bearer earnest_…`",
        }
