"""What the pages of scores, warnings and models have in common."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from scoring.integrity.catalog import PRACTICES
from scoring.integrity.phrases import days
from scoring.models import EthicsWarning
from tenants import selectors as tenants
from tenants.admin.base import AgencyModelAdmin
from tenants.services import jobs


class Begins(AgencyModelAdmin):
    """A list whose rows are made by jobs, with a button for whoever does not want to wait for the night."""

    list_before_template = "admin/begin.html"  # type: ignore[assignment]
    # The job, what else it puts in, the permission to begin it, what is on the button, and what it does.
    begins: str
    children: tuple[str, ...] = ()
    permission: str
    button: str
    does: str

    def get_urls(self) -> list[Any]:
        named = f"{self.opts.app_label}_{self.opts.model_name}_begin"
        return [path("begin/", self.admin_site.admin_view(self.begin), name=named), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context: dict[str, Any] = {
            "may_begin": request.user.has_perm(self.permission),
            "begin_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_begin"),
            "now": self.now(),
            "at_work": tenants.at_work(self.begins, *self.children),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def now(self) -> str:
        """Say of when the rows are, where that matters."""
        return ""

    @method_decorator(require_POST)
    def begin(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        job = tenants.at_work(self.begins, *self.children)
        said = "is under way already" if job else "is queued"
        job = job or jobs.enqueue(self.begins)
        messages.info(
            request, format_html("{} {}: {}.", job.name, said, link("tenants_job", job.pk, "see how far it is"))
        )
        lists = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return HttpResponseRedirect(f"{lists}?{request.GET.urlencode()}")  # the filters that were chosen


class BeginsWatch(Begins):
    """A list of what watching finds."""

    begins, children, permission = "watch", ("confirm", "examine", "vet"), "scoring.add_finding"


def links_to(warnings: Iterable[EthicsWarning]) -> str:
    """Return links to the pages of warnings, each with its pattern, period and state; "" for none."""
    return format_html_join(", ", "{}", ((link("scoring_ethicswarning", it.pk, _possibly(it)),) for it in warnings))


def _possibly(warning: EthicsWarning) -> str:
    pattern = f"possibly {PRACTICES[warning.practice].name.lower()}: {warning.subject}"
    return f"{pattern}, {days(warning.start, warning.end)} ({warning.get_state_display().lower()})"


def link(page: str, pk: Any, text: object) -> str:
    """Return a link to a page of one row, looking as those that Unfold makes."""
    address = reverse(f"admin:{page}_change", args=[pk])
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, text)
