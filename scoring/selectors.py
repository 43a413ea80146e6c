"""Reads of models, runs and scores, of findings and warnings."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby, zip_longest
from operator import itemgetter, or_
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Now

from scoring.models import (
    Act,
    Answer,
    BandChange,
    ClientRun,
    Conduct,
    EthicsWarning,
    Feedback,
    Finding,
    GenuineMoment,
    ModelAct,
    ModelState,
    ModelVersion,
    NextStep,
    Prospect,
    Review,
    RunState,
    Score,
    ScoreRun,
    WarningState,
)
from tenants.models import Channel, ChannelRole

S = TypeVar("S", bound=Score)

Rules = tuple[str, int]
"""A practice, or advice, and the version of its rules."""

# Findings that have these in common speak of one window, and so does a warning.
WINDOW = ("practice", "version", "window", "place")
# A moment is one of this week.
WEEK = timedelta(days=7)
YEAR = timedelta(days=366)
# Answers by which somebody takes a warning for true, and by which it is taken for organic.
CONFIRMS = (WarningState.CONFIRMED, WarningState.RESOLVED)
ORGANIC = (WarningState.EXPLAINED, WarningState.DISMISSED)
# What does not stand any more: it is explained, settled or was none.
OVER = (*ORGANIC, WarningState.RESOLVED)


def model_versions() -> QuerySet[ModelVersion]:
    """Return what was learnt, and what came of trying."""
    return ModelVersion.objects.all()


def models_told() -> QuerySet[ModelVersion]:
    """Return the same with what was done with each, what came of what it said, and `drift`: in what people looked
    otherwise in its last run that was shown.
    """
    runs = ScoreRun.objects.filter(model=OuterRef("pk"), state__in=[RunState.CURRENT, RunState.PAST])
    told = model_versions().annotate(drift=Subquery(runs.order_by("-as_of").values("drift")[:1]))
    return told.prefetch_related("acts__by", "acts__key", "hindsights")


def model_in_use() -> ModelVersion | None:
    """Return the model that scores; None: the prior does."""
    return model_versions().filter(state=ModelState.PROMOTED).select_related("artefact").first()


def rolled_back_by_itself(*, since: datetime) -> QuerySet[ModelAct]:
    """Return the acts by which a model came back in use that nobody asked for."""
    return ModelAct.objects.filter(act=Act.ROLLED_BACK, by=None, key=None, created_at__gt=since).order_by("created_at")


def models_in_use_before(version: ModelVersion) -> QuerySet[ModelVersion]:
    """Return the models that were in use and were learnt before one, the latest first."""
    past = model_versions().filter(state=ModelState.RETIRED, as_of__lt=version.as_of)
    return past.select_related("artefact").order_by("-as_of", "-id")


def first_runs() -> QuerySet[ScoreRun]:
    """Return the first run that was shown of each model, with what came of it so far (`model.hindsight`). What a run
    says of a past that its model had seen does not count.
    """
    shown = ScoreRun.objects.filter(state__in=[RunState.CURRENT, RunState.PAST], as_of__gte=F("model__as_of"))
    told = shown.select_related("model__artefact").prefetch_related("model__hindsights")
    return told.order_by("model_id", "as_of", "id").distinct("model_id")


def said_in(run: ScoreRun) -> list[tuple[int, int, float | None]]:
    """Return what a run said of everybody: contact, client, probability."""
    return list(run.scores.values_list("contact_id", "client_id", "probability").order_by("contact_id"))


def models_that_saw_erased(*, before: timedelta) -> QuerySet[ModelVersion]:
    """Return the models that were marked at least so long ago as having learnt from somebody who was erased."""
    return model_versions().filter(saw_erased_at__lte=Now() - before)


def verdict() -> str:
    """Return what came of the last training, in a sentence: what is missing, where something is."""
    last = model_versions().first()
    return last.sentence if last else "Nothing has been learnt yet: retrain once there are outcomes."


def why_prior() -> str:
    """Return why contacts are ordered by the prior, in a sentence."""
    return "A model was learnt since; the scores by it are being made." if model_in_use() else verdict()


def current_run() -> ScoreRun | None:
    """Return the run whose scores are shown; None before the first is whole."""
    return ScoreRun.objects.filter(state=RunState.CURRENT).select_related("model__artefact", "job").first()


def has_parts(run: ScoreRun, client_ids: Collection[int]) -> bool:
    """Whether a run has scored these clients."""
    return ClientRun.objects.filter(run=run, client__in=client_ids).count() == len(client_ids)


def band_changes(contact_id: str) -> QuerySet[BandChange]:
    """Return how the band of the contact of this public id has changed: nobody's who objected, or is being erased."""
    shown = BandChange.objects.filter(contact__objected_at__isnull=True, contact__erasure__isnull=True)
    return shown.filter(contact__public_id=contact_id).select_related("run__model")


def scores() -> QuerySet[Score]:
    """Return the scores of the current run: of one run, always, for the pointer is a part of the query. Nobody's
    who has objected since, or is being erased.
    """
    return _shown(Score)


def next_steps() -> QuerySet[NextStep]:
    """Return what is worth a human act now, of the current run: nobody's whom the agency said not to be a lead."""
    due = _shown(NextStep).filter(step__isnull=False, step_due_at__lte=Now())
    return due.exclude(contact__in=not_leads())


def moments() -> QuerySet[GenuineMoment]:
    """Return what there is to be glad of this week, of the current run."""
    return _shown(GenuineMoment).filter(moment__isnull=False, moment_at__gt=Now() - WEEK)


def _shown(model: type[S]) -> QuerySet[S]:
    # As one value, which is looked up first. Joined, it would not be known when the way is chosen, and a page of fifty
    # would sort them all.
    current = ScoreRun.objects.filter(state=RunState.CURRENT).values("pk")[:1]
    shown: QuerySet[Any] = model._default_manager.filter(
        contact__objected_at__isnull=True, contact__erasure__isnull=True
    )
    scores = shown.filter(run=current).select_related("contact")
    # A page has one run and few clients: joined, each row would bring its own of them.
    return scores.prefetch_related("client", Prefetch("run", ScoreRun.objects.select_related("model")))


def words_on(contact_id: int) -> QuerySet[Feedback]:
    """Return what was said of whether a contact is a lead, the last first."""
    return Feedback.objects.filter(contact=contact_id).select_related("by", "key").order_by("-created_at", "-id")


def not_leads() -> QuerySet[Feedback, int]:
    """Return the row numbers of the contacts of whom the agency's last word is that they are not a lead."""
    later = Feedback.objects.filter(contact=OuterRef("contact"))
    later = later.filter(
        Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), id__gt=OuterRef("id"))
    )
    return Feedback.objects.filter(~Exists(later), not_a_lead=True).values_list("contact_id", flat=True)


def feedback(
    *, known_before: datetime, client_id: int | None = None, contact_ids: Collection[int] | None = None
) -> list[tuple[int, bool, datetime]]:
    """Return what was said before a moment, of one client's contacts or all, of some contacts or all.

    As (contact, whether it was said not to be a lead, when).
    """
    said = Feedback.objects.filter(created_at__lt=known_before)
    if client_id is not None:
        said = said.filter(contact__client=client_id)
    if contact_ids is not None:
        said = said.filter(contact__in=contact_ids)
    return list(said.values_list("contact_id", "not_a_lead", "created_at"))


def spoken_of(since: datetime) -> dict[int, list[int]]:
    """Return the contacts, by client, of whom it was said since a moment whether they are a lead."""
    found: dict[int, list[int]] = {}
    for client_id, contact_id in Feedback.objects.filter(created_at__gte=since).values_list(
        "contact__client", "contact"
    ):
        found.setdefault(client_id, []).append(contact_id)
    return found


def scores_with_warnings() -> QuerySet[Score]:
    """Return the scores of the current run, each with the client's own channels (`client.owned`) and with what stands
    about them and about the client as a whole (`standing` of each).
    """
    owned = Prefetch("client__channels", Channel.objects.filter(role=ChannelRole.OWNED), to_attr="owned")
    of_channels = Prefetch("client__owned__warnings", standing_warnings(), to_attr="standing")
    of_client = Prefetch("client__warnings", standing_warnings(), to_attr="standing")
    return scores().prefetch_related(owned, of_channels, of_client)


def warnings() -> QuerySet[EthicsWarning]:
    """Return all warnings with what was answered."""
    return EthicsWarning.objects.select_related("channel__client", "client").prefetch_related("reviews__by")


def standing_about(score: Score) -> list[EthicsWarning]:
    """Return what stands about the client of one of `scores_with_warnings`, and about their own channels."""
    of_channels = [it for channel in score.client.owned for it in channel.standing]  # type: ignore[attr-defined]
    return [*of_channels, *score.client.standing]  # type: ignore[attr-defined]


def of_client(client_id: int) -> Q:
    """Return that a finding or warning is of a client, or of one of their channels."""
    return Q(channel__client=client_id) | Q(client=client_id)


def standing_warnings() -> QuerySet[EthicsWarning]:
    """Return the warnings that are neither explained nor settled."""
    return EthicsWarning.objects.exclude(state__in=OVER).order_by("-end", "-id")


def confirmed_spans(
    *, known_before: datetime, client_id: int | None = None, practices: Collection[str] | None = None
) -> list[tuple[int, int, datetime, datetime, datetime, datetime | None]]:
    """Return spans of channels and clients that somebody took for inauthentic before a moment, by what was answered to
    warnings.

    practices: only for these. As (channel or 0, client or 0, start, end, since when it was known, when it was taken
    back; None: it stands).
    """
    reviews = Review.objects.filter(created_at__lt=known_before).order_by("warning_id", "created_at", "id")
    if client_id is not None:
        reviews = reviews.filter(Q(warning__channel__client=client_id) | Q(warning__client=client_id))
    if practices is not None:
        reviews = reviews.filter(warning__practice__in=practices)
    of = ("warning__channel_id", "warning__client_id", "warning__start", "warning__end")
    named = reviews.values_list("warning_id", "answer", "created_at", *of)
    spans = []
    for _, of_warning in groupby(named, key=itemgetter(0)):
        answers = list(of_warning)
        after = [at for _, _, at, *_ in answers[1:]]
        for (_, answer, at, channel, client, start, end), until in zip_longest(answers, after):
            if answer in CONFIRMS:
                spans.append((channel or 0, client or 0, start, end, at, until))
    return spans


def bursts_to_confirm(practice: str, version: int, *, screen: str, check: str, since: datetime) -> QuerySet[Finding]:
    """Return what the screen of a practice found and a confirming check has not answered yet, by channel and time.

    since: what lacked something and ended before is not asked again.
    """
    same = Finding.objects.filter(_same_window(), check_code=check)
    is_settled = Exists(same.filter(~Q(answer=Answer.NOT_APPLICABLE) | Q(end__lt=since)))
    found = bursts(practice, version, screen=screen).exclude(is_settled)
    return found.select_related("channel").order_by("channel_id", "end")


def bursts(practice: str, version: int, *, screen: str) -> QuerySet[Finding]:
    """Return what the screen of a practice found."""
    return Finding.objects.filter(practice=practice, version=version, check_code=screen, answer=Answer.FOUND)


def explained_effects(practice: str, check: str, *, client_id: int | None = None) -> list[float]:
    """Return what a check of a practice saw in windows, of one client as a whole or of all channels, that people took
    for organic: explained, or a false alarm.
    """
    explained = EthicsWarning.objects.filter(_same_window(), state__in=ORGANIC)
    seen = Finding.objects.filter(Exists(explained), practice=practice, check_code=check, client=client_id)
    return [effect for effect in seen.values_list("effect", flat=True) if effect is not None]


def tests_between(rules: Collection[Rules], start: datetime, end: datetime) -> QuerySet[Finding]:
    """Return the confirming tests by some rules on windows that end after one moment
    and at the latest at another.
    """
    return Finding.objects.filter(_by(rules), p__isnull=False, end__gt=start, end__lte=end).order_by("pk")


def findings_of(warnings: Collection[EthicsWarning]) -> QuerySet[Finding]:
    """Return the findings that some warnings speak of."""
    same = EthicsWarning.objects.filter(_same_window(), pk__in=[it.pk for it in warnings])
    return Finding.objects.filter(Exists(same))


def screened_around(warning: EthicsWarning, check: str) -> QuerySet[Finding]:
    """Return what a screen said of the channel of a warning in the two years around it, window by window."""
    of_series = {"check_code": check, "version": warning.version, "window": warning.window}
    around = Finding.objects.filter(channel__isnull=False, channel=warning.channel_id, **of_series)
    return around.filter(end__gt=warning.start - YEAR, start__lt=warning.end + YEAR).order_by("place")


def places_answered(looked_at: str, version: int, **of: int) -> dict[int, bool]:
    """Return the windows on which a practice, or advice, has an answer, by place, with whether a check lacked something
    there. of: client or channel, its row number.
    """
    answers = Finding.objects.filter(practice=looked_at, version=version, **of).order_by()
    lacks = Count("pk", filter=Q(answer=Answer.NOT_APPLICABLE))
    return {place: bool(n) for place, n in answers.values_list("place").annotate(n=lacks)}


def prospects(rules: Collection[Rules]) -> QuerySet[Prospect]:
    """Return the channels of creators that are being vetted, with what some rules said of each (`said`), but of windows
    that people took for organic.
    """
    organic = EthicsWarning.objects.filter(_same_window(), state__in=ORGANIC)
    said = Finding.objects.filter(_by(rules)).exclude(Exists(organic))
    found = Prospect.objects.filter(role=ChannelRole.PROSPECT).select_related("client")
    return found.prefetch_related(Prefetch("findings", said, to_attr="said"))


def conduct(rules: Collection[Rules]) -> QuerySet[Conduct]:
    """Return the clients with what some rules said of each, the latest window first (`said`)."""
    said = Finding.objects.filter(_by(rules)).order_by("-end", "pk")
    return Conduct.objects.prefetch_related(Prefetch("findings", said, to_attr="said"))


def _by(rules: Collection[Rules]) -> Q:
    return reduce(or_, (Q(practice=looked_at, version=version) for looked_at, version in rules))


def findings() -> QuerySet[Finding]:
    """Return what every check answered."""
    return Finding.objects.select_related("channel__client", "client")


def answered_by_rules() -> dict[tuple[str, int], dict[str, int]]:
    """Return how many warnings of each practice and version of its rules are in which state."""
    counted: dict[tuple[str, int], dict[str, int]] = {}
    states = EthicsWarning.objects.order_by().values_list("practice", "version", "state").annotate(n=Count("pk"))
    for practice, version, state, n in states:
        counted.setdefault((practice, version), {})[state] = n
    return counted


def _same_window() -> Q:
    """Return that a finding or warning speaks of the window that the outer one does."""
    is_subject = Q(channel=OuterRef("channel")) | Q(client=OuterRef("client"))
    return Q(is_subject, **{name: OuterRef(name) for name in WINDOW})
