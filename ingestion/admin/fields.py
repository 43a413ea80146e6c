"""Fields that several forms have."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from unfold.widgets import UnfoldAdminPasswordWidget


class TokenField(forms.CharField):
    """What a platform is asked with; it is entered, and never shown."""

    def __init__(self, *, help_text: str) -> None:
        widget: Any = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
        # What is copied from a page may bring along something that nobody sees, and no header can carry it.
        plain = RegexValidator(
            r"\A[!-~]+\Z", "Copy it again: it has a sign that no token has, perhaps an invisible one."
        )
        super().__init__(required=False, widget=widget, help_text=help_text, validators=[plain])
