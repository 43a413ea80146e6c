"""What the agency's pages have in common."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.admin import ModelAdmin

from tenants.errors import EarnestError


class AsksForChoices:
    """A form that chooses nothing for anybody: where the model has no default, the first choice is not one."""

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        blank = db_field.blank or not db_field.has_default()
        more.setdefault("choices", db_field.get_choices(include_blank=blank, blank_choice=[("", "Choose one")]))
        return super().formfield_for_choice_field(db_field, request, **more)  # type: ignore[misc]


class AgencyModelAdmin(AsksForChoices, ModelAdmin):  # type: ignore[misc]
    """A page over the rows of the agency in force; the model's manager sees to the scope, everywhere."""

    show_full_result_count = False
    list_per_page = 50
    list_fullwidth = True
    warn_unsaved_form = True
    # What a list says while it has no rows: what would stand here, and where it comes from.
    when_empty: str

    def in_choices(self, row: Any) -> str:
        """Say what a row is called where somebody chooses among those that match what they type."""
        return str(row)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **more)
        page = self.admin_site._registry.get(db_field.remote_field.model)
        if field is not None and isinstance(page, AgencyModelAdmin):
            field.label_from_instance = page.in_choices  # type: ignore[method-assign, assignment]
        return field

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Filter by what the page offers and nothing else: every other lookup is somebody trying the columns."""
        names = [getattr(it, "parameter_name", it) for it in self.list_filter]
        return lookup in {f"{name}{end}" for name in names for end in ("", "__exact", "__id__exact")}


class RecordAdmin(AgencyModelAdmin):
    """A page over rows that nobody writes by hand: it shows `facts`, and changes nothing."""

    facts: list[str]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.facts

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.facts

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ServedModelAdmin(AgencyModelAdmin):
    """A page whose form hands what was typed to a service, which saves; the admin itself writes nothing but the log."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._said(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._said(request, super().delete_view, *args, **kwargs)

    def _said(self, request: HttpRequest, view: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Answer with the service's sentence where it declines what the form let through (two people at once)."""
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except EarnestError as declined:
            self.message_user(request, str(declined), messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        return

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        return


class EnteredOnceAdmin(ServedModelAdmin):
    """A page whose rows are entered once; what becomes of them later is an action of the list.

    entered: hands what was typed to a service, and returns the row.
    """

    entered: Callable[[HttpRequest, dict[str, Any]], Any]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        nothing_to_save = dict.fromkeys(("show_save", "show_save_and_continue", "show_save_and_add_another"), False)
        return super().change_view(request, object_id, form_url, {**nothing_to_save, **(extra_context or {})})

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.instance if change else self.entered(request, form.cleaned_data)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def listed(sentences: Iterable[str]) -> str:
    """Return sentences as a list, as screens and screen readers show one."""
    items = format_html_join("", '<li class="mb-2">{}</li>', ((sentence,) for sentence in sentences))
    return format_html("<ul>{}</ul>", items) if items else "none"
