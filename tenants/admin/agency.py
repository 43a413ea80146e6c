"""The agency itself."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminSelect2Widget

from tenants.admin.base import AgencyModelAdmin
from tenants.admin.site import site
from tenants.models import Tenant
from tenants.scope import tenant_id_in_force
from tenants.services import tenants


class AgencyForm(forms.ModelForm[Tenant]):
    zone = forms.ChoiceField(
        label="Time zone",
        choices=[(name, name) for name in sorted(available_timezones())],
        widget=UnfoldAdminSelect2Widget,
        help_text=Tenant._meta.get_field("zone").help_text,
    )

    class Meta:
        model = Tenant
        fields = ["name", "zone", "locale"]


@admin.register(Tenant, site=site)
class AgencyAdmin(AgencyModelAdmin):
    """One page, for the one agency in force."""

    form = AgencyForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        return Tenant.objects.filter(pk=tenant_id_in_force())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return HttpResponseRedirect(reverse("admin:tenants_tenant_change", args=[tenant_id_in_force()]))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        tenants.change(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        return False
