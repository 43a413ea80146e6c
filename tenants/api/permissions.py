"""What a key may do."""

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from tenants.models import ApiScope

if TYPE_CHECKING:  # named in the settings: importing the views from here would be a circle
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Lets a key through with the scope that the view requires: `read`, and `ingest` to change something, if none."""

    code = "missing_scope"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        usual = ApiScope.READ if request.method in SAFE_METHODS else ApiScope.INGEST
        required = getattr(view, "required_scope", usual)
        self.message = f"This key lacks the scope “{required}”. Issue one that has it in the admin."
        key: Any = request.auth
        return key is not None and required in key.scopes
