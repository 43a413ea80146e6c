"""Who means it, with reasons."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from unfold.decorators import display

from scoring import selectors
from scoring.admin.base import Begins, link, links_to
from scoring.learning import words
from scoring.models import Band, Basis, Score, ScoreRun
from tenants.admin.base import RecordAdmin, listed
from tenants.admin.site import site

MOST_CHANGES = 20
NBSP = "\N{NO-BREAK SPACE}"


def in_words(run: ScoreRun) -> str:
    """Say how many have a score of a run, of when, and whether it is out of date."""
    who = "1 contact has" if run.contacts == 1 else f"{run.contacts:,} contacts have"
    as_of = _moment(run.as_of)
    since = f" Whoever had something new was scored again, at {_moment(run.caught_up_at)}" if run.caught_up_at else ""
    said = _ended(f"{who} a score, as of {as_of}") + _ended(since)
    return f"{said}{' They are out of date.' if run.is_expired else ''}"


def _ended(sentence: str) -> str:
    """Return a sentence with its full stop; one that ends with “a.m.” has it."""
    return sentence if not sentence or sentence.endswith(".") else f"{sentence}."


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


class Lead(admin.SimpleListFilter):
    title = "what was said"
    parameter_name = "lead"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("not", "Not a lead")]

    def queryset(self, request: HttpRequest, scores: QuerySet[Score]) -> QuerySet[Score]:
        return scores.filter(contact__in=selectors.not_leads()) if self.value() else scores


@admin.register(Score, site=site)
class ScoreAdmin(Begins, RecordAdmin):  # type: ignore[misc]
    list_display = ["who", "client", "worth", "shown_band", "first_reason", "stage", "trend"]
    list_display_links = ["who"]
    sortable_by = ["who", "client", "worth"]
    list_filter = ["client", "stage", "band", "trend", Lead]
    search_fields = ["contact__handle", "contact__name"]
    when_empty = "Scores come with the first run: in the coming night, or when somebody has contacts rescored."
    facts = ["who", "contact", "client", "to_do", "glad", "lead", "standing", "worth", "shown_lift", "changes",
             "stage", "trend", "reasons_for", "reasons_against", "shown_discounts", "basis", "speaks_of",
             "warnings"]  # fmt: skip
    begins, children, permission = "rescore", ("score_client",), "scoring.add_scorerun"
    button = "Rescore now"
    does = (
        "Who means it most comes first, client by client. Scores are renewed every night, and within minutes of "
        "whoever does something new. They rank attention: they price, refuse and exclude nobody."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Score]:
        return selectors.scores()

    def now(self) -> str:
        run = selectors.current_run()
        return in_words(run) if run else ""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Address a score by its contact: a run is replaced every night, and links would lead nowhere."""
        changelist = super().get_changelist_instance(request)
        changelist.pk_attname = "contact_id"
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Score | None:
        if not object_id.isascii() or not object_id.isdigit() or len(object_id) > len(str(2**63)) - 1:
            return None
        score = selectors.scores_with_warnings().filter(contact_id=int(object_id)).first()
        if score is not None:
            score.pk = score.contact_id  # the page's own links (breadcrumbs, history) are made of it; it is not saved
        return score

    @admin.display(description="Who", ordering="contact__handle")
    def who(self, score: Score) -> str:
        name = score.contact.name
        return f"{score.contact} ({name})" if name and name != str(score.contact) else str(score.contact)

    @admin.display(description="Next step")
    def to_do(self, score: Any) -> str:
        """As the list of next steps has it, which has none of whom was called no lead a moment ago."""
        if not selectors.next_steps().filter(contact=score.contact_id).exists():
            return "none"
        return f"{words.step(score.step, score.step_values)}. {words.advice(score.step, score.step_values)}"

    @admin.display(description="Moment of the week")
    def glad(self, score: Any) -> str:
        if score.moment is None:
            return "none"
        return f"{words.moment(score.moment, score.moment_values)} ({_moment(score.moment_at)})"

    @admin.display(description="A lead?")
    def lead(self, score: Score) -> str:
        """What was said of it, the last first, and the way to say so or to take it back."""
        said = list(selectors.words_on(score.contact_id))
        told = (
            f"{_moment(it.created_at)}: {it}{f' ({it.get_why_display().lower()})' if it.why else ''}, by "
            f"{it.by or (it.key and f'the key {it.key.name}') or 'somebody who has gone'}. {it.sentence}"
            for it in said
        )
        stands = bool(said) and said[0].not_a_lead
        address = reverse("admin:scoring_nextstep_not_a_lead", args=[score.contact_id])
        way = format_html('<a class="underline" href="{}">{}</a>', address, "Take it back" if stands else "Not a lead")
        return format_html("{} {}", listed(told) if said else "", way)

    @admin.display(description="Standing")
    def standing(self, score: Score) -> str:
        return f"above {int(score.rank)} % of this client's contacts"

    @admin.display(description="Chance (of those scored alike), or points", ordering="sort_key")
    def worth(self, score: Score) -> str:
        said = words.worth(score.probability, score.low, score.high, score.points)
        return said.replace(" ", NBSP)

    @display(
        description="Band",
        label={Band.STRONG: "success", Band.WARM: "info", Band.SOME: "warning", Band.NONE: "default"},
    )
    def shown_band(self, score: Score) -> tuple[str, str] | str:
        return (score.band, f"{score.get_band_display()}, {score.lift:.1f} x") if score.band else "-"

    @admin.display(description="Band")
    def shown_lift(self, score: Score) -> str:
        return f"{score.get_band_display()}, {score.lift:.1f} times the client's usual" if score.band else "-"

    @admin.display(description="Strongest reason")
    def first_reason(self, score: Score) -> str:
        first = score.reasons[0]
        return words.sentence(first) if first[1] >= 0 else f"Against: {words.sentence(first)}"

    @admin.display(description="Speaks for it")
    def reasons_for(self, score: Score) -> str:
        return listed(words.sentence(it) for it in score.reasons if it[1] >= 0)

    @admin.display(description="Speaks against it")
    def reasons_against(self, score: Score) -> str:
        return listed(words.sentence(it) for it in score.reasons if it[1] < 0)

    @admin.display(description="Counted for less")
    def shown_discounts(self, score: Score) -> str:
        return listed(words.sentence(it) for it in score.discounts)

    @admin.display(description="Rests on")
    def basis(self, score: Score) -> str:
        run = score.run
        if run.basis == Basis.PRIOR:
            return f"What people did, as points: a like counts least, a letter most. {selectors.why_prior()}"
        model: Any = run.model
        return format_html(
            "What was learnt ({}): the chance of {} within {} days, with the 90 % interval of those scored alike.",
            link("scoring_modelversion", model.pk, model.public_id),
            " or ".join(model.target),
            model.horizon_days,
        )

    @admin.display(description="As of")
    def speaks_of(self, score: Score) -> str:
        shown = _moment(score.speaks_of)
        return f"{shown}: out of date, rescore" if score.run.is_expired else shown

    @admin.display(description="Band, before")
    def changes(self, score: Score) -> str:
        lately = selectors.band_changes(score.contact.public_id).order_by("-at")[:MOST_CHANGES]
        said = (
            f"{_moment(it.at)}: {it.get_was_display().lower()} to {it.get_became_display().lower()}" for it in lately
        )
        return listed(said)

    @admin.display(description="Stands about the client")
    def warnings(self, score: Score) -> str:
        """They say nothing of this contact; whoever acts on the score should know of them."""
        return links_to(selectors.standing_about(score)) or "no warning"
