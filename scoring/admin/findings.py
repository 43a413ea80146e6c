"""What every check answered on every window: also where it is no warning, and what could not be tested."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from scoring import selectors
from scoring.admin.warnings import OfClient
from scoring.integrity.catalog import CHECKS, LOOKED_AT, PRACTICES
from scoring.integrity.phrases import days, q_told
from scoring.models import Answer, Finding
from scoring.services import warnings
from tenants.admin.base import RecordAdmin
from tenants.admin.site import site


class LookedAt(admin.SimpleListFilter):
    title = "what is looked at"
    parameter_name = "practice"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(it.code, it.name) for it in LOOKED_AT.values()]

    def queryset(self, request: HttpRequest, found: QuerySet[Finding]) -> QuerySet[Finding]:
        return found.filter(practice=self.value()) if self.value() in LOOKED_AT else found


class OfCheck(admin.SimpleListFilter):
    title = parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(it.code, it.name) for it in CHECKS.values()]

    def queryset(self, request: HttpRequest, found: QuerySet[Finding]) -> QuerySet[Finding]:
        return found.filter(check_code=self.value()) if self.value() in CHECKS else found


@admin.register(Finding, site=site)
class FindingAdmin(RecordAdmin):
    list_display = ["shown_check", "period", "subject", "shown_answer", "said"]
    list_display_links = ["shown_check"]
    list_filter = ["answer", LookedAt, OfCheck, OfClient]
    search_fields = ["channel__handle", "channel__client__name", "client__name"]
    sortable_by = ()
    when_empty = (
        "No check has looked at anything yet. Audiences are looked at every night, once counts, follows and acts have "
        "come in."
    )
    facts = ["shown_practice", "shown_check", "subject", "period", "shown_answer", "said", "rests_on", "worth",
             "version", "created_at"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Finding]:
        return selectors.findings()

    @admin.display(description="Looked for")
    def shown_practice(self, finding: Finding) -> str:
        return LOOKED_AT[finding.practice].name

    @admin.display(description="Check")
    def shown_check(self, finding: Finding) -> str:
        return CHECKS[finding.check_code].name

    @admin.display(description="Of")
    def subject(self, finding: Finding) -> str:
        return str(finding.subject)

    @admin.display(description="Period")
    def period(self, finding: Finding) -> str:
        return days(finding.start, finding.end)

    @display(
        description="Answer",
        # Not found is no sign of innocence, and green nowhere; advice has no colour.
        label={Answer.FOUND: "warning", Answer.NOT_FOUND: "default", Answer.NOT_APPLICABLE: "info"},
    )
    def shown_answer(self, finding: Finding) -> tuple[str, str]:
        colour = finding.answer if finding.practice in PRACTICES else Answer.NOT_FOUND
        return colour, finding.get_answer_display()

    @admin.display(description="What it says")
    def said(self, finding: Finding) -> str:
        sentence = CHECKS[finding.check_code].sentence(warnings.result(finding), timezone.get_current_timezone())
        return sentence[:1].upper() + sentence[1:]

    @admin.display(description="What it may count for")
    def worth(self, finding: Finding) -> str:
        """Say what part it has in a warning: none by itself."""
        check = CHECKS[finding.check_code]
        if finding.practice not in PRACTICES:
            return "It is advice, and warns of nothing."
        if check is PRACTICES[finding.practice].screen:
            return "It says where to look, and warns of nothing by itself."
        if finding.q is None:
            return "Nothing: it was not tested."
        return (
            f"One family of checks ({check.family}), with q {q_told(finding.q):.3f} among the tests of its month. A "
            "warning needs the screen and two families."
        )

    @admin.display(description="Needs")
    def rests_on(self, finding: Finding) -> str:
        return CHECKS[finding.check_code].needs
