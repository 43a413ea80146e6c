"""What to do today, what there is to be glad of, and what people say of whom they are shown."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from scoring import selectors
from scoring.admin.base import link
from scoring.admin.scores import ScoreAdmin, in_words
from scoring.errors import NothingToTakeBack
from scoring.learning import words
from scoring.models import GenuineMoment, NextStep, Score, Step, Why
from scoring.services import feedback
from scoring.services.promotion import By
from tenants.admin.site import site

MAY_SAY = "scoring.add_feedback"


class NotALeadForm(forms.Form):
    why = forms.ChoiceField(label="Why", choices=Why.choices, widget=UnfoldAdminRadioSelectWidget)
    sentence = forms.CharField(
        label="In your words",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="May be left empty. It is kept with your name, and shown to the person if they ask what is kept.",
    )


class WithoutCustomers(admin.SimpleListFilter):
    title = "customers"
    parameter_name = "leave_out"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("customers", "Left out")]

    def queryset(self, request: HttpRequest, steps: QuerySet[NextStep]) -> QuerySet[NextStep]:
        return steps.filter(customer=False) if self.value() else steps


class BesideScores(ScoreAdmin):
    """A list of what stands beside scores; each row leads to the score's page."""

    search_fields = ["contact__handle", "contact__name"]
    sortable_by = []
    list_display_links = None  # type: ignore[assignment]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **more: Any) -> Any:
        if request.method == "POST":
            raise PermissionDenied
        if self.get_object(request, object_id) is None:
            return self.nowhere(request, object_id)
        return HttpResponseRedirect(reverse("admin:scoring_score_change", args=[object_id]))

    def nowhere(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer as for whoever is not there."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]

    @admin.display(description="Who")
    def whom(self, score: Score) -> str:
        return link("scoring_score", score.contact_id, self.who(score))


@admin.register(NextStep, site=site)
class NextStepAdmin(BesideScores):
    list_display = ["whom", "client", "shown_step", "why", "advice", "since", "chance", "not_a_lead"]
    list_filter = ["client", "step", "stage", WithoutCustomers]
    when_empty = (
        "Nobody waits for you. Questions without an answer, replies that are owed, regulars who have gone quiet and "
        "people to thank will stand here, with the next run or minutes after they come in."
    )
    does = (
        "What is worth a human act now: whoever waits comes first, then who means it most. One rung up, never three. "
        "Staff and competitors are left out once you say so; customers, if you choose to."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[NextStep]:
        return selectors.next_steps()

    def get_urls(self) -> list[Any]:
        said = path(
            "<path:object_id>/not-a-lead/", self.admin_site.admin_view(self.say), name="scoring_nextstep_not_a_lead"
        )
        return [said, *super().get_urls()]

    def now(self) -> str:
        run, said = selectors.current_run(), selectors.not_leads().count()
        them = reverse("admin:scoring_score_changelist")
        called = (
            format_html('<a class="underline" href="{}?lead=not">{} called not a lead</a>', them, said) if said else ""
        )
        return format_html("{} {}", in_words(run) if run else "", called)

    def say(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say that somebody is not a lead, or take it back where that stands."""
        if not request.user.has_perm(MAY_SAY):
            raise PermissionDenied
        score = self.get_object(request, object_id)
        if score is None:
            return self.nowhere(request, object_id)
        last = selectors.words_on(score.contact_id).first()
        stands = last is not None and last.not_a_lead
        form = NotALeadForm(request.POST if request.method == "POST" and not stands else None)
        if request.method == "POST" and (stands or form.is_valid()):
            self._said(request, score, form, stands=stands)
            return HttpResponseRedirect(reverse("admin:scoring_nextstep_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Take it back: this may be a lead" if stands else "Not a lead",
            "opts": self.opts,
            "who": self.who(score),
            "client": score.client,
            "form": None if stands else form,
            "last": last,
            "back": reverse("admin:scoring_score_change", args=[score.contact_id]),
        }
        return TemplateResponse(request, "admin/not_a_lead.html", context)

    def _said(self, request: HttpRequest, score: Score, form: NotALeadForm, *, stands: bool) -> None:
        user: Any = request.user
        undo = reverse("admin:scoring_nextstep_not_a_lead", args=[score.contact_id])
        if not stands:
            by = By(user=user, sentence=form.cleaned_data["sentence"])
            feedback.not_a_lead(score.contact_id, by, why=Why(form.cleaned_data["why"]))
            said = '{} is not a lead, and stands in no next steps. <a class="underline" href="{}">Take it back</a>'
            messages.success(request, format_html(said, self.who(score), undo))
            return
        try:
            feedback.take_back(score.contact_id, By(user=user))
        except NothingToTakeBack as declined:  # somebody else did, meanwhile
            messages.warning(request, str(declined))
        else:
            messages.success(request, f"It is taken back: {self.who(score)} may be a lead.")

    @display(
        description="What",
        label={Step.QUESTION.label: "danger", Step.REPLY.label: "warning", Step.QUIET.label: "info"},
    )
    def shown_step(self, step: NextStep) -> tuple[str, str]:
        return step.get_step_display(), step.get_step_display()

    @admin.display(description="Why")
    def why(self, step: Any) -> str:
        return words.step(step.step, step.step_values)

    @admin.display(description="What to do")
    def advice(self, step: Any) -> str:
        return words.advice(step.step, step.step_values)

    @admin.display(description="Chance, or points")
    def chance(self, step: NextStep) -> str:
        return self.worth(step)

    @admin.display(description="Since")
    def since(self, step: NextStep) -> Any:
        return step.step_since

    @admin.display(description="Not a lead?")
    def not_a_lead(self, step: NextStep) -> str:
        address = reverse("admin:scoring_nextstep_not_a_lead", args=[step.contact_id])
        return format_html(
            '<a class="underline" href="{}" aria-label="{} is not a lead">Not a lead</a>', address, self.who(step)
        )


@admin.register(GenuineMoment, site=site)
class GenuineMomentAdmin(BesideScores):
    list_display = ["whom", "client", "shown_moment", "sentence", "when", "act", "stage"]
    list_filter = ["client", "moment", "stage"]
    when_empty = (
        "No moment of the last seven days is known yet. A first question, a conversation, somebody who comes back "
        "after a long time: however small, it will stand here."
    )
    does = (
        "What there is to be glad of this week, however small; what means most comes first. What was bought, begged "
        "for or automated is none."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[GenuineMoment]:
        return selectors.moments()

    @admin.display(description="What")
    def shown_moment(self, moment: GenuineMoment) -> str:
        return moment.get_moment_display()

    @admin.display(description="What happened")
    def sentence(self, moment: Any) -> str:
        return words.moment(moment.moment, moment.moment_values)

    @admin.display(description="When")
    def when(self, moment: GenuineMoment) -> Any:
        return moment.moment_at

    @admin.display(description="See for yourself")
    def act(self, moment: GenuineMoment) -> str:
        """What the person did is on the page of the contact, the latest first."""
        return link("ingestion_contact", moment.contact_id, "what they did")
