"""What is to be told beforehand."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from scoring.models import Aim, AimKind
from tenants.admin.base import AgencyModelAdmin
from tenants.admin.site import site


class AimForm(forms.ModelForm[Aim]):
    kinds = forms.MultipleChoiceField(
        label="What is to be told",
        choices=AimKind.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=Aim._meta.get_field("kinds").help_text,
    )

    class Meta:
        model = Aim
        fields = ["kinds", "days"]


@admin.register(Aim, site=site)
class AimAdmin(AgencyModelAdmin):
    form = AimForm
    list_display = ["__str__"]
    when_empty = (
        "Purchases within 60 days are told beforehand. Add an aim to have something else told: leads, meetings, an "
        "outcome of your own, or another time. The next night learns it; until then the model in use goes on."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        may: bool = super().has_add_permission(request)
        return may and not Aim.objects.exists()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        description = "The next night learns it anew. Until then the model in use goes on, and says what it tells."
        return [(None, {"fields": ["kinds", "days"], "description": description})]
