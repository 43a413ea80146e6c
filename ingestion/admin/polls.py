"""Accounts whose notifications are asked for: when last, with what answer, and when next."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from ingestion import selectors
from ingestion.admin.fields import TokenField
from ingestion.models import Asked, Poll
from ingestion.services import polling
from tenants.admin.base import ServedModelAdmin
from tenants.admin.site import site
from tenants.models import JobState


class PollForm(forms.ModelForm[Poll]):
    token = TokenField(
        help_text="Of Mastodon an access token with the scopes read:notifications and read:accounts (Preferences → "
        "Development), of Bluesky an app password (Settings → App passwords), never the account's own. A new one takes "
        "the place of the one before, and is tried at once.",
    )

    class Meta:
        model = Poll
        fields = ["source", "platform", "server", "handle", "enabled"]
        help_texts = {
            "enabled": "Off, it is not asked; on again, it goes on where it was, as far back as the platform keeps "
            "notifications. An action of the list forgets what it is asked with, too."
        }
        widgets = {"server": UnfoldAdminTextInputWidget(attrs={"spellcheck": "false", "autocapitalize": "none"})}

    def clean_server(self) -> str:
        server: str = self.cleaned_data["server"]
        return server.lower()

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        if not self.instance.pk and not cleaned.get("token"):
            self.add_error("token", "Enter what the account is asked with.")
        if cleaned.get("platform") == Asked.BLUESKY and not cleaned.get("handle"):
            self.add_error("handle", "Enter the account's handle.")
        return cleaned


@admin.register(Poll, site=site)
class PollAdmin(ServedModelAdmin):
    form = PollForm
    list_display = ["handle", "platform", "server", "source", "enabled", "asked_at", "answered_at", "next_at", "wrong"]
    list_display_links = ["handle", "platform"]
    list_filter = ["platform", "source"]
    autocomplete_fields = ["source"]
    search_fields = ["handle", "server", "source__name"]
    when_empty = "Accounts on Mastodon and Bluesky, which post nothing by themselves, are asked every five minutes."
    actions = ["ask_now", "forget"]
    facts = ["public_id", "source", "platform", "server", "handle", "account", "asked_at", "answered_at", "next_at",
             "landed", "left_out", "has_more", "error_code", "wrong"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Poll]:
        return selectors.polls()

    def get_fields(self, request: HttpRequest, obj: Poll | None = None) -> Any:
        if obj is None:
            return ["source", "platform", "server", "handle", "token"]
        return [*self.facts, "enabled", *(["token"] if self.has_change_permission(request, obj) else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Poll | None = None) -> list[str]:
        return self.facts if obj else []

    @admin.display(description="Next", ordering="job__run_after")
    def next_at(self, poll: Poll) -> Any:
        if poll.job is None or not poll.enabled:
            return "switched off"
        waiting = {JobState.QUEUED: poll.job.run_after, JobState.RUNNING: "being asked"}
        return waiting.get(JobState(poll.job.state), "stopped, until it is asked by hand or another token is entered")

    @admin.display(description="What is wrong")
    def wrong(self, poll: Poll) -> str:
        """What the platform did not answer; or what failed here, of which the account itself knows nothing."""
        return poll.error or (poll.job.error if poll.job else "")

    @admin.action(description="Switch off, and forget what it is asked with", permissions=["change"])
    def forget(self, request: HttpRequest, chosen: QuerySet[Poll]) -> None:
        for poll in chosen:
            polling.forget(poll)
            messages.success(request, f"{poll} is switched off. Enter another token before it is switched on again.")

    @admin.action(description="Ask now", permissions=["change"])
    def ask_now(self, request: HttpRequest, chosen: QuerySet[Poll]) -> None:
        for poll in chosen:
            if polling.ask_now(poll):
                messages.success(request, f"{poll} is asked now.")
            else:
                why = "is being asked already" if poll.enabled else "is switched off"
                messages.warning(request, f"{poll} {why}.")

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Poll:
        said = form.cleaned_data
        if change:
            return super().save_form(request, form, change)  # type: ignore[no-any-return]
        return polling.make(
            said["source"],
            platform=said["platform"],
            server=said["server"],
            token=said["token"],
            handle=said["handle"],
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and "enabled" in form.changed_data:
            polling.switch(obj, enabled=obj.enabled)
        if change and form.cleaned_data.get("token"):
            polling.take_token(obj, form.cleaned_data["token"])

    def delete_model(self, request: HttpRequest, obj: Poll) -> None:
        polling.remove(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Poll | None = None) -> bool:
        """Of whom something has landed, the entry says from where."""
        return obj is not None and not obj.landed and bool(super().has_delete_permission(request, obj))
