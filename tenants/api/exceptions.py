"""How the API's views fail: every expected exception becomes a problem document."""

from typing import Any

from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions
from rest_framework.response import Response

from tenants.api.problems import CONTENT_TYPE, problem
from tenants.errors import EarnestError


class Refused(exceptions.APIException):
    """An expected failure of ours, as the framework wants it."""

    def __init__(self, error: EarnestError) -> None:
        self.status_code = error.status
        self.wait = error.retry_after  # the framework makes a Retry-After of it
        super().__init__(str(error), code=error.code)


# What to do, where the framework says only what is wrong.
DETAILS: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: "Send a key from the admin (Agency → API keys): “Authorization: Bearer earnest_…”.",
    exceptions.NotAcceptable: "Answers are JSON: accept application/json.",
    exceptions.UnsupportedMediaType: "Send the body as one of the media types that the schema lists, plain or as gzip.",
}


class ProblemFormatter(ExceptionFormatter):
    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        first = error_response.errors[0]
        if not isinstance(self.exc, exceptions.ValidationError):
            return problem(status=self.exc.status_code, code=first.code, detail=first.detail)
        errors = [
            {"code": error.code, "detail": error.detail, "pointer": pointer(error.attr)}
            for error in error_response.errors
        ]
        return problem(
            status=self.exc.status_code,
            code="invalid",
            detail="Some of what was sent cannot be used; see errors.",
            errors=errors,
        )


def pointer(attribute: str | None) -> str:
    """
    >>> pointer("rows.3.kind"), pointer(None)
    ('/rows/3/kind', '')
    """
    return "" if attribute in (None, "non_field_errors") else "/" + str(attribute).replace(".", "/")


class ProblemHandler(ExceptionHandler):
    """Shapes expected failures; the unexpected goes on to Django, which logs it and has config.failures answer."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        known = Refused(exc) if isinstance(exc, EarnestError) else exc
        if isinstance(known, exceptions.APIException) and type(known) in DETAILS:
            known.detail = exceptions.ErrorDetail(DETAILS[type(known)], known.default_code)
        return super().convert_known_exceptions(known)

    def should_not_handle(self, exc: Exception) -> bool:
        return not isinstance(exc, exceptions.APIException)

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        response: Response = super().get_response(exc, data)
        response.content_type = CONTENT_TYPE
        return response
