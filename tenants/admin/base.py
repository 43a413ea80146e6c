"""What the agency's pages have in common."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class AgencyModelAdmin(ModelAdmin):
    """A page over the rows of the agency in force; the model's manager sees to the scope, everywhere."""

    show_full_result_count = False
    list_per_page = 50
    list_fullwidth = True
    warn_unsaved_form = True


class ServedModelAdmin(AgencyModelAdmin):
    """A page whose form hands what was typed to a service, which saves; the admin itself writes nothing but the log."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        return

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        return
