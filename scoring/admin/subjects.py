"""Creators' channels before they are hired, and how brands treat people: what there is to ask, and to advise."""

from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from scoring import selectors
from scoring.admin.base import BeginsWatch, link, links_to
from scoring.admin.reports import table
from scoring.integrity.catalog import CHECKS
from scoring.integrity.catalog.conduct import COMMUNITY, CONDUCT
from scoring.integrity.check import Answer
from scoring.integrity.phrases import days
from scoring.integrity.vetting import Looked
from scoring.models import Conduct, Finding, Prospect
from scoring.services import vetting, warnings
from tenants.admin.base import RecordAdmin, listed
from tenants.admin.site import site

ANSWERS = {
    Answer.FOUND: "worth a question",
    Answer.NOT_FOUND: "nothing stood out",
    Answer.NOT_APPLICABLE: "not known",
}
ADVISING = [(it.code, it.version) for it in (CONDUCT, COMMUNITY)]
QUARTERS_BEFORE = 7


@admin.register(Prospect, site=site)
class ProspectAdmin(BeginsWatch, RecordAdmin):  # type: ignore[misc]
    list_display = ["handle", "platform", "client", "questions"]
    list_filter = ["client", "platform"]
    search_fields = ["handle", "client__name"]
    sortable_by = ["handle", "platform", "client"]
    when_empty = (
        "No creator is being vetted. Add their channel under Channels with the role Prospect, and import what is known "
        "of it: posts with their counts, counts of followers, samples of profiles."
    )
    button = "Look now"
    does = (
        "Creators' channels before you hire them: what can be known from outside, what not, and what to ask. They are "
        "looked at every night; a month counts a week after it is over. Nothing here accuses anybody."
    )
    facts = ["handle", "platform", "client_", "summary", "looked", "asks", "warnings"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prospect]:
        return vetting.prospects()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Prospect | None:
        prospect: Prospect | None = super().get_object(request, object_id, from_field)
        if prospect is not None:
            prospect.vetted = vetting.vetted(prospect, zone=timezone.get_current_timezone())  # type: ignore[attr-defined]
        return prospect

    @display(description="Worth a question", label={"none": "default", "some": "warning", "nothing known": "info"})
    def questions(self, prospect: Prospect) -> tuple[str, str]:
        vetted = vetting.vetted(prospect, zone=timezone.get_current_timezone())
        if not vetted.made:
            return "nothing known", "nothing is known yet"
        return ("some", ", ".join(vetted.found)) if vetted.found else ("none", "nothing stood out")

    @admin.display(description="Client")
    def client_(self, prospect: Prospect) -> str:
        return link("tenants_client", prospect.client_id, prospect.client)

    @admin.display(description="In short")
    def summary(self, prospect: Any) -> str:
        return str(prospect.vetted.summary)

    @admin.display(description="What was looked at")
    def looked(self, prospect: Any) -> str:
        return table(["Check", "Answer", "What it says"], (_row(it) for it in prospect.vetted.looked))

    @admin.display(description="What to ask before you hire")
    def asks(self, prospect: Any) -> str:
        return listed(prospect.vetted.asks)

    @admin.display(description="Warnings")
    def warnings(self, prospect: Prospect) -> str:
        return links_to(selectors.warnings().filter(channel=prospect.pk)) or "none"


def _row(looked: Looked) -> tuple[str, str, str]:
    return looked.name, ANSWERS[looked.answer], looked.sentence[:1].upper() + looked.sentence[1:]


@admin.register(Conduct, site=site)
class ConductAdmin(RecordAdmin):
    list_display = ["name", "quarter", "to_do"]
    search_fields = ["name"]
    sortable_by = ["name"]
    when_empty = "Clients are the brands you look after; how each treats people is looked at once a quarter is over."
    facts = ["name", "quarter", "lately", "before"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conduct]:
        return selectors.conduct(ADVISING)

    @admin.display(description="Quarter")
    def quarter(self, client: Conduct) -> str:
        quarters = _quarters(client)
        return quarters[0][0] if quarters else "none is over yet"

    @display(description="To advise", label={"none": "default", "some": "warning", "nothing known": "info"})
    def to_do(self, client: Conduct) -> tuple[str, str]:
        quarters = _quarters(client)
        found = [it for it in quarters[0][1] if it.practice == CONDUCT.code] if quarters else []
        if all(it.answer == Answer.NOT_APPLICABLE for it in found):
            return "nothing known", "nothing is known yet"
        advised = [CHECKS[it.check_code].name.lower() for it in found if it.answer == Answer.FOUND]
        return ("some", ", ".join(advised)) if advised else ("none", "nothing")

    @admin.display(description="How people are treated")
    def lately(self, client: Conduct) -> str:
        quarters = _quarters(client)
        if not quarters:
            return "A quarter is looked at a week after it is over. Send posts, comments, messages and answers."
        zone = timezone.get_current_timezone()
        said = ((it, CHECKS[it.check_code].sentence(warnings.result(it), zone)) for it in quarters[0][1])
        return table(
            ["Heading", "What was seen, and what to do"],
            ((CHECKS[it.check_code].name, sentence[:1].upper() + sentence[1:]) for it, sentence in said),
        )

    @admin.display(description="Quarters before")
    def before(self, client: Conduct) -> str:
        earlier = _quarters(client)[1 : 1 + QUARTERS_BEFORE]
        headings = (*CONDUCT.checks, *COMMUNITY.checks)
        rows = ((quarter, *(_figure(found, it.code) for it in headings)) for quarter, found in earlier)
        return table(["Quarter", *(f"{it.name} ({it.unit})" for it in headings)], rows) if earlier else "none"


def _quarters(client: Any) -> list[tuple[str, list[Finding]]]:
    """Return what was said of each quarter, the latest first."""
    return [
        (days(found[0].start, found[0].end), found)
        for found in (list(of_quarter) for _, of_quarter in groupby(client.said, key=attrgetter("place")))
    ]


def _figure(found: list[Finding], code: str) -> str:
    of_it = [it for it in found if it.check_code == code and it.effect is not None]
    return f"{of_it[0].effect:.2f} ({of_it[0].low:.2f} to {of_it[0].high:.2f})" if of_it else "not known"
