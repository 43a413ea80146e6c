"""The admin as one agency sees it."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import forms as auth_forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from tenants.admin import sign_in
from tenants.errors import NotInvited
from tenants.middleware import AGENCY
from tenants.services import members


class SignInForm(AuthenticationForm):
    """Lets every active person in; what they see depends on the agencies they belong to (AgencySite)."""

    def confirm_login_allowed(self, user: Any) -> None:
        auth_forms.AuthenticationForm.confirm_login_allowed(self, user)


class Choices(AutocompleteJsonView):
    """What matches while somebody types, as the page of these rows calls it."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        page: Any = self.model_admin
        return {**super().serialize_result(obj, to_field_name), "text": page.in_choices(obj)}


class AgencySite(UnfoldAdminSite):
    """Open to whoever has joined an agency; those with several, or with an invitation, choose one first."""

    index_title = "Today"
    login_form = SignInForm

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # A ticked page of rows is too easy to lose; what may be deleted is deleted one by one.
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "member", None))

    def get_urls(self) -> list[Any]:
        return [path("choose/", never_cache(self.choose), name="choose_agency"), *super().get_urls()]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Choices.as_view(admin_site=self)(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            query = request.GET.urlencode()
            return HttpResponseRedirect(reverse("admin:choose_agency") + (f"?{query}" if query else ""))
        if request.method == "POST":
            sign_in.one_at_a_time(request)
        return super().login(request, extra_context)

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Show the agencies somebody belongs to or is invited to; a POST puts one in force for the session."""
        user: Any = request.user
        if not user.is_authenticated:
            return HttpResponseRedirect(reverse("admin:login"))
        refused = None
        if request.method == "POST":
            try:
                request.session[AGENCY] = members.enter(user, request.POST.get("agency", ""))
                # A form still open in another tab was meant for the agency before: its token holds no more.
                rotate_token(request)
                return HttpResponseRedirect(_next_page(request))
            except NotInvited as error:
                refused = str(error)
        context = {
            **self.each_context(request),
            "title": "Choose an agency",
            "memberships": members.memberships(user),
            "next": request.GET.get("next", ""),
            "refused": refused,
        }
        return TemplateResponse(request, "admin/choose_agency.html", context, status=404 if refused else 200)


def _next_page(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("admin:index")


def agency_name(request: HttpRequest) -> str:
    member = getattr(request.user, "member", None)
    return member.tenant.name if member else ""


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"title": "Choose an agency", "link": reverse("admin:choose_agency")},
        {"title": "Change password", "link": reverse("admin:password_change")},
    ]


# The one site. Pages say `@admin.register(Model, site=site)`; Django's default site stays empty and unserved.
site = AgencySite()
