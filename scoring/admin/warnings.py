"""Ethics warnings: a pattern with its evidence, and what people answer."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from scoring import selectors
from scoring.admin import plots
from scoring.admin.base import BeginsWatch, link
from scoring.errors import SentenceMissing
from scoring.integrity.catalog import PRACTICES
from scoring.integrity.phrases import days
from scoring.models import EthicsWarning, WarningState
from scoring.services import reviews, warnings
from tenants import selectors as tenants
from tenants.admin.base import ServedModelAdmin, listed
from tenants.admin.site import site
from tenants.models import ChannelRole

ANSWERS = {
    WarningState.ACKNOWLEDGED: "Acknowledge: we have seen it, and look into it",
    WarningState.EXPLAINED: "Explain: this is what happened, and nothing was bought or arranged",
    WarningState.DISPUTED: "Dispute: the client says that it is not so",
    WarningState.CONFIRMED: "Confirm: it is so",
    WarningState.RESOLVED: "Resolve: it was so, and has been put right",
    WarningState.DISMISSED: "Dismiss: a false alarm",
    WarningState.OPEN: "Open again: what was answered does not hold",
}
# What confirming does to scores, by what the practice sets aside.
SET_ASIDE = {
    "acts": "acts of that time are left out of scores",
    "on_posts": "what was done on the posts that begged is left out of scores",
    "": "scores stay as they are: it is about what the brand did",
}


class AnswerForm(forms.ModelForm[EthicsWarning]):
    answer = forms.ChoiceField(
        label="Your answer",
        widget=UnfoldAdminRadioSelectWidget,
        error_messages={
            "invalid_choice": "Somebody has answered meanwhile: read what was given so far, and choose again."
        },
    )
    sentence = forms.CharField(
        label="In your words",
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="All but an acknowledgement need a sentence: what happened, and how you know. Answers are kept for "
        "good, with your name. What is explained or dismissed counts as organic: what comes later has to stand out "
        "from it as well. Where you confirm it, {set_aside} from the next run on. Nothing else changes a score; while "
        "you look into it, acknowledge it and go on.",
    )

    class Meta:
        model = EthicsWarning
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_aside = SET_ASIDE[PRACTICES[self.instance.practice].sets_aside]
        self.fields["sentence"].help_text = self.fields["sentence"].help_text.format(set_aside=set_aside)
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            (answer, text) for answer, text in ANSWERS.items() if self.instance.state in reviews.CAN_BE_GIVEN[answer]
        ]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if reviews.lacks_a_sentence(said.get("answer", ""), said.get("sentence", "")):
            self.add_error("sentence", str(SentenceMissing()))
        return said


class OfClient(admin.SimpleListFilter):
    """Of one client: of their channels, or of them as a whole."""

    title = parameter_name = "client"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(it.pk), it.name) for it in tenants.clients().prefetch_related(None)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(selectors.of_client(int(value))) if value and value.isdigit() else queryset


@admin.register(EthicsWarning, site=site)
class EthicsWarningAdmin(BeginsWatch, ServedModelAdmin):  # type: ignore[misc]
    form = AnswerForm
    list_display = ["shown_practice", "period", "channel", "whose", "client_", "agreeing", "shown_state", "created_at"]
    list_display_links = ["shown_practice"]
    list_filter = ["state", "practice", OfClient, "channel__role"]
    search_fields = ["channel__handle", "channel__client__name", "client__name", "public_id"]
    when_empty = (
        "Nothing stands out on which a screen and two independent families of checks agree. What could not be tested "
        "is not called innocent: send audience counts, follows and profile samples, and more can be."
    )
    button = "Watch now"
    does = (
        "Patterns in a channel's numbers, never persons: of clients' own channels and of prospects'. Audiences are "
        "looked at every night. A warning changes no score before somebody confirms it; answer it, so that what "
        "comes later is measured by what you know."
    )
    facts = ["public_id", "shown_practice", "channel", "whose", "client_", "state", "created_at"]
    evidence = ["headline", "points", "drawn", "agreement", "not_tested", "explanations", "context", "advice", "law"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EthicsWarning]:
        return selectors.warnings()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> EthicsWarning | None:
        warning: EthicsWarning | None = super().get_object(request, object_id, from_field)
        if warning is not None:
            (told,) = warnings.told([warning])
            warning.evidence = told.evidence  # type: ignore[attr-defined]
        return warning

    def get_readonly_fields(self, request: HttpRequest, obj: EthicsWarning | None = None) -> list[str]:
        return [*self.facts, *self.evidence, "answers"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        answering = ["answer", "sentence"] if self.has_change_permission(request, obj) else []
        return [
            (None, {"fields": self.facts}),
            ("Evidence", {"fields": self.evidence}),
            ("Answers", {"fields": ["answers", *answering]}),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: EthicsWarning | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        user: Any = request.user
        reviews.answer(obj, WarningState(form.cleaned_data["answer"]), by=user, sentence=form.cleaned_data["sentence"])

    def now(self) -> str:
        """Say how often people took what was warned of for organic, by each version of the rules."""
        return " ".join(_told(it) for it in warnings.records() if it.decided)

    @admin.display(description="Practice", ordering="practice")
    def shown_practice(self, warning: EthicsWarning) -> str:
        return PRACTICES[warning.practice].name

    @admin.display(description="Period", ordering="end")
    def period(self, warning: EthicsWarning) -> str:
        return days(warning.start, warning.end)

    @admin.display(description="Channel is", ordering="channel__role")
    def whose(self, warning: EthicsWarning) -> str:
        if not warning.channel:
            return "all of the client's"
        is_prospect = warning.channel.role == ChannelRole.PROSPECT
        return "a prospect's, not the client's own" if is_prospect else "the client's own"

    @admin.display(description="Client", ordering=Coalesce("channel__client__name", "client__name"))
    def client_(self, warning: EthicsWarning) -> str:
        return link("tenants_client", warning.whose.pk, warning.whose)

    @admin.display(description="Agreeing")
    def agreeing(self, warning: EthicsWarning) -> str:
        return ", ".join([PRACTICES[warning.practice].screen.family, *sorted(warning.families)])

    @display(
        description="State",
        ordering="state",
        label={
            WarningState.OPEN: "danger",
            WarningState.ACKNOWLEDGED: "warning",
            WarningState.DISPUTED: "warning",
            WarningState.CONFIRMED: "danger",
            WarningState.EXPLAINED: "success",
            WarningState.RESOLVED: "success",
            WarningState.DISMISSED: "success",
        },
    )
    def shown_state(self, warning: EthicsWarning) -> tuple[str, str]:
        return warning.state, warning.get_state_display()

    @admin.display(description="What stood out")
    def headline(self, warning: Any) -> str:
        return str(warning.evidence.headline)

    @admin.display(description="What the checks saw")
    def points(self, warning: Any) -> str:
        return listed(warning.evidence.points)

    @admin.display(description="Drawn")
    def drawn(self, warning: EthicsWarning) -> str:
        return format_html_join("", "{}", ((plots.series(it),) for it in warnings.plots(warning))) or "nothing"

    @admin.display(description="Agreement")
    def agreement(self, warning: Any) -> str:
        return str(warning.evidence.agreement)

    @admin.display(description="What could not be tested")
    def not_tested(self, warning: Any) -> str:
        return listed(warning.evidence.not_tested)

    @admin.display(description="What may explain it")
    def explanations(self, warning: Any) -> str:
        return listed(warning.evidence.explanations)

    @admin.display(description="What else happened then")
    def context(self, warning: Any) -> str:
        context = warning.evidence.context
        return listed(context) if context else "Nothing that is entered under campaigns and vendors."

    @admin.display(description="What to do")
    def advice(self, warning: Any) -> str:
        return str(warning.evidence.advice)

    @admin.display(description="Law")
    def law(self, warning: Any) -> str:
        return listed(warning.evidence.law)

    @admin.display(description="Given so far")
    def answers(self, warning: EthicsWarning) -> str:
        return listed(
            f"{date_format(timezone.localtime(it.created_at), 'DATETIME_FORMAT')}, {it.by}: "
            f"{it.get_answer_display()}. {it.sentence}"
            for it in warning.reviews.all()
        )


def _told(record: warnings.Record) -> str:
    """Say how often a rule was wrong by what people answered."""
    rate, low, high = (f"{100 * float(it or 0):.0f}" for it in (record.rate, record.low, record.high))
    return (
        f"{record.practice.name}, rules {record.version}: of {record.decided} warnings that people decided on, "
        f"{record.false} turned out organic ({rate} %, {low} to {high} %)."
    )
