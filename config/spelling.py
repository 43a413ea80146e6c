"""What people sent is shown in the admin as it is read: nothing in it turns or hides the page around it."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ingestion.formats.texts import spelt


class SpellingMiddleware:
    """Spells out on the admin's pages, as U+202E, the characters that turn or hide writing.

    Here and not where each text is shown, because whoever shows another one would have to think of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if request.path.startswith("/admin/") and is_page:
            answer.content = spelt(answer.content.decode()).encode()  # type: ignore[attr-defined]
        return answer
