"""Members: invited by e-mail, given a role, taken out again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminEmailInputWidget

from tenants.admin.base import ServedModelAdmin
from tenants.admin.site import site
from tenants.errors import AlreadyMember, LastOwner
from tenants.models import Member, Role, normalised_email
from tenants.services import members


class InviteForm(forms.ModelForm[Member]):
    email = forms.EmailField(
        label="E-mail address",
        widget=UnfoldAdminEmailInputWidget,
        help_text="They belong to the agency once they have signed in and joined it.",
    )

    sign_in_at: str

    class Meta:
        model = Member
        fields = ["email", "role"]

    def clean_email(self) -> str:
        email = normalised_email(self.cleaned_data["email"])
        validate_email(email)  # once more: a sign may only become an unusable one when it is normalised
        if members.belongs(email):
            raise ValidationError(str(AlreadyMember(email)))
        return email

    def save(self, commit: bool = True) -> Member:
        return members.invite(**self.cleaned_data, sign_in_at=self.sign_in_at)


class RoleForm(forms.ModelForm[Member]):
    class Meta:
        model = Member
        fields = ["role"]

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if role != Role.OWNER and members.is_last_owner(self.instance):
            raise ValidationError(str(LastOwner()))
        return role


@admin.register(Member, site=site)
class MemberAdmin(ServedModelAdmin):
    list_display = ["person", "role", "state"]
    list_filter = ["role"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    when_empty = "Members are the people who work for the agency."

    def get_form(self, request: HttpRequest, obj: Member | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, form=RoleForm if obj else InviteForm, **kwargs)
        form.sign_in_at = request.build_absolute_uri(reverse("admin:index"))
        return form

    @admin.display(description="Person", ordering="user__email")
    def person(self, member: Member) -> str:
        """The name is for agencies they joined; an invitation shows what was typed."""
        named = member.joined_at is not None and member.user.name
        return f"{member.user.name} ({member.user.email})" if named else member.user.email

    @admin.display(description="State")
    def state(self, member: Member) -> str:
        return "invited, has not joined yet" if member.joined_at is None else "joined"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            members.change_role(obj, form.cleaned_data["role"])

    def response_add(self, request: HttpRequest, obj: Member, post_url_continue: str | None = None) -> HttpResponse:
        messages.info(
            request,
            f"A mail is on its way to {obj.user.email}. It asks them to sign in at "
            f"{request.build_absolute_uri(reverse('admin:index'))} and join; under Jobs you see whether it was sent.",
        )
        return super().response_add(request, obj, post_url_continue)

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        kept = obj is not None and members.is_last_owner(obj)
        return super().has_delete_permission(request, obj) and not kept

    def delete_model(self, request: HttpRequest, obj: Member) -> None:
        members.remove(obj)
