"""What came of people's requests: archives to download, and certificates of erasure."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from ingestion import selectors
from ingestion.admin.contacts import LINK, MAY_ASK
from ingestion.errors import CannotLift
from ingestion.models import Erasure, Export
from ingestion.services.erasure import lift
from tenants.admin.base import RecordAdmin
from tenants.admin.site import site
from tenants.models import Job, Tenant

LIFTING = (
    "What comes in about this person from now on lands, as about somebody new; nothing that was erased comes back.",
    "Do it only where the person is a customer again and has been told.",
    "What was dropped meanwhile has left nothing. Its source may send it again, with a new Idempotency-Key.",
    "It cannot be taken back, but the person can be erased again.",
)


class OfRequests(RecordAdmin):
    """A page with one more behind it, which is no form."""

    behind: str
    # What that page shows of a row.
    opened: Callable[[HttpRequest, Any], HttpResponse]

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_{self.behind}"
        view = self.admin_site.admin_view(self.page_behind)
        return [path(f"<path:object_id>/{self.behind}/", view, name=name), *super().get_urls()]

    def page_behind(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.may_open(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        return self.opened(request, found)

    def may_open(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def way(self, text: str, found: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{self.behind}"
        return format_html(LINK, reverse(name, args=[found.pk]), text)


@admin.register(Export, site=site)
class ExportAdmin(OfRequests):
    behind = "download"
    list_display = ["public_id", "contact", "client", "asked_by_whom", "created_at", "finished_at", "expires_at"]
    list_filter = ["contact__client"]
    search_fields = ["public_id"]
    when_empty = "Whoever asks what is kept of them gets one archive: People → Contacts → Export everything."
    facts = ["public_id", "contact", "asked_by_whom", "created_at", "finished_at", "expires_at", "job", "archive"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Export]:
        return selectors.exports()

    def may_open(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_ASK)

    def opened(self, request: HttpRequest, found: Export) -> HttpResponse:
        if found.content is None:
            self.message_user(request, "The archive is being made. Look again in a moment.")
            return HttpResponseRedirect(reverse("admin:ingestion_export_change", args=[found.pk]))
        headers = {
            "Content-Disposition": f'attachment; filename="{found.public_id}.zip"',
            "Cache-Control": "no-store",
        }
        return HttpResponse(bytes(found.content), content_type="application/zip", headers=headers)

    @admin.display(description="Client")
    def client(self, export: Export) -> str:
        return str(export.contact.client)

    @admin.display(description="Asked for by")
    def asked_by_whom(self, export: Export) -> str:
        return str(export.asked_by or "a program")

    @admin.display(description="Archive")
    def archive(self, export: Export) -> str:
        return self.way("Download", export) if export.finished_at else "is being made: look again in a moment"


@admin.register(Erasure, site=site)
class ErasureAdmin(OfRequests):
    behind = "certificate"
    list_display = ["public_id", "client", "asked_by_whom", "created_at", "state", "contacts", "rows"]
    list_filter = ["client"]
    search_fields = ["public_id"]
    when_empty = "Whoever asks to be erased leaves a certificate: People → Contacts → Erase this person."
    facts = ["public_id", "client", "asked_by_whom", "created_at", "state", "finished_at", "contacts", "removed_rows",
             "models", "waits_for", "stopped", "job", "certificate", "later",
             "lifted_at", "lifted_by"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Erasure]:
        return selectors.erasures()

    def get_urls(self) -> list[Any]:
        lift = path(
            "<path:object_id>/lift/", self.admin_site.admin_view(self.page_to_lift), name="ingestion_erasure_lift"
        )
        return [lift, *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Erasure | None = None) -> Any:
        return [it for it in self.facts if it != "later" or request.user.has_perm(MAY_ASK)]

    def page_to_lift(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what will happen, and do it once that is confirmed."""
        if not request.user.has_perm(MAY_ASK):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        back = reverse("admin:ingestion_erasure_change", args=[found.pk])
        if request.method == "POST":
            user: Any = request.user
            try:
                lift(found, by=user)
                messages.success(request, "Rows about the person land again, as about somebody new.")
            except CannotLift as declined:
                messages.error(request, str(declined))
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Let rows about whom {found} erased with {found.client} land again",
            "says": LIFTING,
            "button": "Let them land",
            "variant": "primary",
            "opts": self.opts,
            "back": back,
        }
        return TemplateResponse(request, "admin/asked_first.html", context)

    def opened(self, request: HttpRequest, found: Erasure) -> HttpResponse:
        context = {
            "erasure": found,
            "removed": sorted(found.removed.items()),
            "agency": Tenant.objects.get(pk=found.tenant_id),
            "asked_by": self.asked_by_whom(found),
        }
        return TemplateResponse(request, "admin/certificate.html", context)

    @admin.display(description="Asked for by")
    def asked_by_whom(self, erasure: Erasure) -> str:
        return str(erasure.asked_by or "a program")

    @admin.display(description="State")
    def state(self, erasure: Erasure) -> str:
        return erasure.state.label

    @admin.display(description="Waits for")
    def waits_for(self, erasure: Erasure) -> str:
        """What came before and has not landed. Whoever wants it finished begins these files, or lets go of them."""
        if erasure.finished_at:
            return "nothing"
        files = [
            (reverse("admin:ingestion_fileimport_change", args=[file.pk]), str(file))
            for file in selectors.files_waited_for(erasure)
        ]
        bodies = selectors.bodies_waited_for(erasure).count()
        lines = [format_html("<li>{} (begin it, or let go of it)</li>", format_html(LINK, *file)) for file in files]
        lines += [format_html("<li>{} posts of webhooks that are still to be read</li>", bodies)] if bodies else []
        return (
            format_html("<ul>{}</ul>", format_html_join("", "{}", ((line,) for line in lines))) if lines else "nothing"
        )

    @admin.display(description="Stopped by")
    def stopped(self, erasure: Erasure) -> str:
        """The job that does not go on by itself; it can be tried again on its page."""
        job = Job.objects.filter(public_id=erasure.stopped_by).first() if erasure.stopped_by else None  # type: ignore[attr-defined]
        return (
            format_html(LINK, reverse("admin:tenants_job_change", args=[job.pk]), f"{job}: try it again") if job else ""
        )

    @admin.display(description="Rows removed")
    def rows(self, erasure: Erasure) -> int:
        return sum(erasure.removed.values())

    @admin.display(description="Rows removed")
    def removed_rows(self, erasure: Erasure) -> str:
        lines = format_html_join("", "<li>{}: {}</li>", sorted(erasure.removed.items()))
        return format_html("<ul>{}</ul>", lines) if erasure.removed else "none yet"

    @admin.display(description="Models that had learnt from the person")
    def models(self, erasure: Erasure) -> str:
        return ", ".join(erasure.learnt_by) or "none"

    @admin.display(description="What comes in later")
    def later(self, erasure: Erasure) -> str:
        if erasure.lifted_at:
            return "lands again, as about somebody new"
        if not erasure.finished_at:
            return "is dropped and counted"
        lift = format_html(LINK, reverse("admin:ingestion_erasure_lift", args=[erasure.pk]), "Let it land again")
        return format_html("is dropped and counted. Is the person a customer again? {}", lift)

    @admin.display(description="Certificate")
    def certificate(self, erasure: Erasure) -> str:
        return self.way("Certificate, to be printed", erasure)
