"""Setting a password by a mail's link, for those who forgot theirs and those who never had one."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import forms, views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.generic.base import ContextMixin
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget

from tenants.admin.site import site
from tenants.models import User, normalised_email

TEMPLATE = "registration/account.html"


class AskForm(forms.PasswordResetForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.fields["email"].widget = UnfoldAdminEmailInputWidget(attrs={"autocomplete": "email"})

    def get_users(self, email: str) -> Iterable[User]:
        """Return whom to mail; unlike Django's own form also those invited, who have no password yet."""
        return User.objects.filter(email=normalised_email(email), is_active=True)


class SetForm(forms.SetPasswordForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})


class AccountPage(ContextMixin):
    """A page outside the agency's site that looks like part of it."""

    request: HttpRequest
    template_name: str | None = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**site.each_context(self.request), **kwargs})


class AskView(AccountPage, views.PasswordResetView):
    title = "Set a new password"
    extra_context = {
        "explanation": "We send you a link with which you choose a new password.",
        "button": "Send me the link",
    }
    form_class = AskForm
    email_template_name = "registration/password_mail.txt"
    subject_template_name = "registration/password_mail_subject.txt"


class SentView(AccountPage, views.PasswordResetDoneView):
    title = "Look into your mail"
    extra_context = {
        "explanation": "If this address belongs to somebody here, a link is on its way and holds for three days. "
        "If nothing comes, look at the spelling of the address and into the spam folder."
    }


class ChooseView(AccountPage, views.PasswordResetConfirmView):
    title = "Choose a password"
    extra_context = {
        "explanation": "At least 10 characters: not digits alone, none that many people use, unlike your address.",
        "button": "Save",
    }
    form_class = SetForm


class DoneView(AccountPage, views.PasswordResetCompleteView):
    title = "Your password is set"
    extra_context = {"explanation": "You can sign in with it now."}


def locked_out(request: HttpRequest, _original: HttpResponse | None = None, _credentials: Any = None) -> HttpResponse:
    """The page for somebody who failed to sign in too often."""
    context = {
        **site.each_context(request),
        "title": "Too many tries",
        "explanation": f"Signing in with this e-mail address failed {settings.AXES_FAILURE_LIMIT} times and is "
        f"locked for {settings.AXES_COOLOFF_TIME.seconds // 60} minutes. "
        "If you forgot your password, set a new one meanwhile.",
    }
    return render(request, TEMPLATE, context, status=HTTPStatus.TOO_MANY_REQUESTS)


urlpatterns = [
    path("", AskView.as_view(), name="admin_password_reset"),
    path("sent/", SentView.as_view(), name="password_reset_done"),
    path("<uidb64>/<token>/", ChooseView.as_view(), name="password_reset_confirm"),
    path("done/", DoneView.as_view(), name="password_reset_complete"),
]
