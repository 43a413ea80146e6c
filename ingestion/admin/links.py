"""Who is who, on what ground, and a way to say so or take it back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from ingestion import selectors
from ingestion.errors import CannotLink
from ingestion.models import Contact, IdentityLink
from ingestion.services import links
from tenants.admin.base import ServedModelAdmin
from tenants.admin.site import site


class LinkForm(forms.ModelForm[IdentityLink]):
    same_as = forms.CharField(
        label="Is the same person as",
        help_text="The other contact's id (con_…), as its page shows it. Both belong to one client.",
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = IdentityLink
        fields = ["contact"]

    def clean_same_as(self) -> Contact:
        found = Contact.objects.filter(public_id=self.cleaned_data["same_as"].strip()).first()
        if found is None:
            raise forms.ValidationError("There is no such contact. Copy the id from its page.")
        return found


@admin.register(IdentityLink, site=site)
class IdentityLinkAdmin(ServedModelAdmin):
    list_display = ["shown_contact", "kind", "how", "source", "known_at", "state"]
    list_filter = ["client", "kind", "how", "source"]
    list_select_related = ["contact", "source"]
    search_fields = ["contact__handle", "contact__name", "public_id"]
    autocomplete_fields = ["contact"]
    when_empty = (
        "Two identifiers of one person, named in one row, by a form or by your CRM, will stand here. Without links "
        "from accounts to customers there is nothing to learn from."
    )
    actions = ["end"]
    facts = ["public_id", "contact", "kind", "how", "source", "linked_by", "known_at", "state", "ended_by", "ended_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[IdentityLink]:
        return selectors.links()

    def get_form(self, request: HttpRequest, obj: IdentityLink | None = None, change: bool = False, **more: Any) -> Any:
        return super().get_form(request, obj, change, **(more if obj else {**more, "form": LinkForm}))

    def get_fields(self, request: HttpRequest, obj: IdentityLink | None = None) -> Any:
        return self.facts if obj else ["contact", "same_as"]

    def get_readonly_fields(self, request: HttpRequest, obj: IdentityLink | None = None) -> list[str]:
        return self.facts if obj else []

    @admin.display(description="Contact", ordering="contact__handle")
    def shown_contact(self, link: IdentityLink) -> str:
        return str(link.contact)

    @admin.display(description="State")
    def state(self, link: IdentityLink) -> str:
        if link.ended_at is not None:
            return "ended"
        return "in force" if link.holds else "rests: its source may not be matched"

    @admin.action(description="End: they are not the same person", permissions=["change"])
    def end(self, request: HttpRequest, chosen: QuerySet[IdentityLink]) -> None:
        user: Any = request.user
        ended = 0
        for link in chosen:
            try:
                links.end(link, by=user)
                ended += 1
            except CannotLink as declined:
                messages.warning(request, f"{link.contact}: {declined}")
        if ended:
            messages.success(
                request,
                f"{ended} {'link' if ended == 1 else 'links'} ended. What was counted together is counted apart from "
                "the next run on.",
            )

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> IdentityLink:
        user: Any = request.user
        if change:
            return form.instance  # type: ignore[no-any-return]
        return links.link(form.cleaned_data["contact"], form.cleaned_data["same_as"], by=user)

    def has_delete_permission(self, request: HttpRequest, obj: IdentityLink | None = None) -> bool:
        return False
