"""People seen engaging with clients, and what they may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from ingestion import selectors
from ingestion.errors import CannotEnter
from ingestion.models import Contact
from ingestion.services import contacts, erasure, exporting, finding, objections
from tenants.admin.base import ServedModelAdmin
from tenants.admin.site import site
from tenants.models import User

MAY_ASK, MAY_LOG = "ingestion.change_contact", "ingestion.add_loggedact"
# Of a person's acts and outcomes, the latest.
MOST_SHOWN = 20
LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'


@dataclass(frozen=True)
class Request:
    """What may be asked for a person: what will happen, what is done, what is said then, and which page follows."""

    title: str
    says: tuple[str, ...]
    button: str
    do: Callable[[Contact, User], object]
    done: str
    then: str
    fits: Callable[[Contact], bool] = lambda contact: True


REQUESTS = {
    "export": Request(
        "Export everything",
        (
            "A job puts everything that is kept of this person into a ZIP: of each table a CSV and a JSON file.",
            "It can be downloaded for 7 days (People → Exports), and is gone then.",
            "Hand it to the person alone: be sure that it is they who ask.",
        ),
        "Make the archive",
        lambda contact, user: exporting.ask(contact, by=user),
        "The archive is being made. It can be downloaded here in a moment.",
        "ingestion_export",
    ),
    "object": Request(
        "Object to profiling",
        (
            "No score of this person is computed from now on, those that are there go, and no model learns from them.",
            "What they do still comes in and is kept, so that they can be answered.",
            "It can be withdrawn at any time.",
        ),
        "Record the objection",
        lambda contact, user: objections.record(contact),
        "The objection is recorded: no score of this person is computed.",
        "ingestion_contact",
        lambda contact: contact.objected_at is None,
    ),
    "withdraw": Request(
        "Withdraw the objection",
        ("This person is scored again, from the next run on, and models learn from what they did.",),
        "Withdraw the objection",
        lambda contact, user: objections.withdraw(contact),
        "The objection is withdrawn: this person is scored again from the next run on.",
        "ingestion_contact",
        lambda contact: contact.objected_at is not None,
    ),
    "erase": Request(
        "Erase this person",
        (
            "Everything that came in about this person is deleted, with their scores and all rows that name them.",
            "This cannot be undone.",
            "From now on they are shown nowhere. Jobs do the rest, mostly within minutes.",
            "What comes in about them later is dropped and counted; of each identifier a keyed hash is kept for that.",
            "Models that learnt from them are learnt anew in the coming night, and deleted 30 days later.",
            "What is left is a certificate: your name, the time and how many rows are gone, but not who was erased.",
        ),
        "Erase for good",
        lambda contact, user: erasure.ask(contact, by=user),
        "The person is being erased. The certificate is complete once it is finished.",
        "ingestion_erasure",
    ),
}


class ContactForm(forms.ModelForm[Contact]):
    """Somebody whom no source has seen yet."""

    class Meta:
        model = Contact
        fields = ["client", "platform", "handle", "name"]
        help_texts = {
            "platform": "Where the handle holds. Somebody without an account: Offline.",
            "handle": "As the platform shows it, with or without the @. Offline: what tells them from others, such as "
            "their full name.",
            "name": "As people call them; shown, never matched. May be left empty.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "handle" in self.fields:
            self.fields["handle"].required = True

    def clean(self) -> Any:
        said = super().clean() or {}
        if not self.errors and said:
            try:
                contacts.check(said["client"], platform=said["platform"], handle=said["handle"])
            except CannotEnter as declined:
                self.add_error("handle", str(declined))
        return said


@admin.register(Contact, site=site)
class ContactAdmin(ServedModelAdmin):
    form = ContactForm
    list_display = ["__str__", "name", "platform", "kind", "client", "profiling", "created_at"]
    list_filter = ["client", "platform", "kind"]
    list_select_related = ["client"]
    search_fields = ["handle", "name", "public_id"]
    search_help_text = "Handle with or without the @, e-mail address, customer number, name or id; of all clients."
    autocomplete_fields = ["client"]
    when_empty = "Whoever is named in a row that comes in will stand here; whom no source has seen, you may add."
    change_form_after_template = "admin/known_of.html"  # type: ignore[assignment]
    facts = ["public_id", "client", "handle", "name", "platform", "kind", "profiling", "left_out", "created_at",
             "person", "elsewhere", "logging", "requests"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        return selectors.contacts()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Contact], search_term: str
    ) -> tuple[QuerySet[Contact], bool]:
        """Find people by their identifiers, too: an address is shown nowhere, nor is a handle of before."""
        like, has_doubles = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return like, has_doubles
        known = finding.find_any(search_term)
        return queryset.filter(Q(pk__in=like.values("pk")) | Q(pk__in=known.values("pk"))), False

    def get_urls(self) -> list[Any]:
        asked = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(self.ask),
                {"name": name},
                name=f"ingestion_contact_{name}",
            )
            for name in REQUESTS
        ]
        return [*asked, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **more: Any) -> Any:
        contact = self.get_object(request, object_id)
        if contact is not None:
            known = selectors.known_of(selectors.whole([contact]), most=MOST_SHOWN)
            more["extra_context"] = {"known": known, "most": MOST_SHOWN, **(more.get("extra_context") or {})}
        return super().change_view(request, object_id, *args, **more)

    def ask(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Say what will happen, and do it once that is confirmed."""
        if not request.user.has_perm(MAY_ASK):
            raise PermissionDenied
        contact = self.get_object(request, object_id)
        if contact is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        asked = REQUESTS[name]
        if request.method == "POST":
            user: Any = request.user
            made: Any = asked.do(contact, user) or contact
            messages.success(request, asked.done)
            return HttpResponseRedirect(reverse(f"admin:{asked.then}_change", args=[made.pk]))
        person = selectors.whole([contact])
        context = {
            **self.admin_site.each_context(request),
            "title": asked.title,
            "says": asked.says,
            "button": asked.button,
            "variant": "danger" if name == "erase" else "primary",
            "opts": self.opts,
            "back": reverse("admin:ingestion_contact_change", args=[contact.pk]),
            "contact": contact,
            "person": person,
            "elsewhere": selectors.elsewhere(person),
        }
        return TemplateResponse(request, "admin/person_request.html", context)

    @admin.display(description="Profiling")
    def profiling(self, contact: Contact) -> str:
        return "objected to" if contact.objected_at else "not objected to"

    @admin.display(description="Left out as staff, partner or family")
    def left_out(self, contact: Contact) -> str:
        """By which handles: theirs, or those of whom they are by the links that hold."""
        by = (
            (reverse("admin:ingestion_insider_change", args=[it.pk]), f"{it.handle} ({it.get_platform_display()})")
            for it in selectors.insiders_among(selectors.whole([contact]))
        )
        links = format_html_join(", ", LINK, by)
        return format_html("yes, by {}: neither learnt from nor scored, from the next run on", links) if links else "no"

    @admin.display(description="The person is also")
    def person(self, contact: Contact) -> str:
        """The other contacts that are the same person here, by the links that hold."""
        return listed(it for it in selectors.whole([contact]) if it.pk != contact.pk) or "nobody else here"

    @admin.display(description="Known to other clients")
    def elsewhere(self, contact: Contact) -> str:
        return listed(selectors.elsewhere(selectors.whole([contact]))) or "no"

    @admin.display(description="Requests of the person")
    def requests(self, contact: Contact) -> str:
        ways = [
            (reverse(f"admin:ingestion_contact_{name}", args=[contact.pk]), asked.title)
            for name, asked in REQUESTS.items()
            if asked.fits(contact)
        ]
        return format_html_join(" · ", LINK, ways)

    @admin.display(description="By hand")
    def logging(self, contact: Contact) -> str:
        address = reverse("admin:ingestion_loggedact_add", query={"contact": contact.pk})
        return format_html(LINK, address, "Log a call, letter or meeting")

    def get_fields(self, request: HttpRequest, obj: Contact | None = None) -> Any:
        if obj is None:
            return ["client", "platform", "handle", "name"]
        hidden = {"requests": MAY_ASK, "logging": MAY_LOG}
        return [it for it in self.facts if it not in hidden or request.user.has_perm(hidden[it])]

    def get_readonly_fields(self, request: HttpRequest, obj: Contact | None = None) -> list[str]:
        return self.facts if obj else []

    # Rows say what they are; people's requests have pages of their own.
    def has_change_permission(self, request: HttpRequest, obj: Contact | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Contact | None = None) -> bool:
        return False

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Contact:
        said = form.cleaned_data
        return contacts.add(said["client"], platform=said["platform"], handle=said["handle"], name=said["name"])

    def in_choices(self, contact: Contact) -> str:
        return contact.called


def listed(contacts: Any) -> str:
    shown = (
        (reverse("admin:ingestion_contact_change", args=[it.pk]), f"{it} ({it.get_platform_display()}), {it.client}")
        for it in contacts
    )
    return format_html("{}", format_html_join(", ", LINK, shown))
