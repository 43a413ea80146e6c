"""What engagement led to, and which of it waits for somebody to be known as the one who engaged."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from ingestion import selectors
from ingestion.models import Outcome
from tenants.admin.base import RecordAdmin
from tenants.admin.site import site
from tenants.models import Client


class Waiting(admin.SimpleListFilter):
    title = "engagement"
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Waits: the person is not seen engaging"), ("no", "The person is seen engaging")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Outcome]) -> QuerySet[Outcome]:
        if self.value() not in ("yes", "no"):
            return queryset
        chosen = request.GET.get("contact__client__id__exact", "")
        clients = [int(chosen)] if chosen.isdecimal() else Client.objects.values_list("pk", flat=True)
        waiting = [contact for client in clients for contact in selectors.matched(client).waiting]
        of_them = queryset.filter(contact__in=waiting)
        return of_them if self.value() == "yes" else queryset.exclude(contact__in=waiting)


@admin.register(Outcome, site=site)
class OutcomeAdmin(RecordAdmin):
    list_display = ["ext_id", "kind", "contact", "client", "occurred_at", "worth", "source"]
    list_display_links = ["ext_id"]
    list_filter = [Waiting, "contact__client", "kind", "delivery__source"]
    search_fields = ["ext_id", "contact__handle"]
    when_empty = (
        "Leads, meetings, purchases and refunds will stand here, from a shop or CRM. Engagement is judged by them: one "
        "that is of nobody who engages waits until an identity link says who it was."
    )
    facts = ["ext_id", "kind", "name", "contact", "client", "occurred_at", "known_at", "worth", "refund_of", "source"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outcome]:
        return selectors.outcomes()

    @display(description="Client", ordering="contact__client__name")
    def client(self, outcome: Outcome) -> str:
        return str(outcome.contact.client)

    @display(description="Source", ordering="delivery__source__name")
    def source(self, outcome: Outcome) -> str:
        return str(outcome.delivery.source)

    @display(description="Worth", ordering="value")
    def worth(self, outcome: Outcome) -> str:
        return outcome.worth
