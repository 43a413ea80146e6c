"""Answers to warnings: who said what, kept for good."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from ingestion.models import Campaign, Vendor
from scoring.errors import AlreadyAnswered, SentenceMissing
from scoring.models import EthicsWarning, Finding, Review, WarningState
from scoring.selectors import explained_effects
from scoring.services import reviews, warnings
from tenants.models import ChannelRole, Client, User
from tests.conftest import Agency
from tests.scoring.test_evidence import ENGAGEMENT, GROWTH, PROFILES


@pytest.fixture
def warning(inside: Agency) -> EthicsWarning:
    window: dict[str, Any] = {
        "channel": inside.channel, "practice": "bought_followers", "version": 1, "window": "month", "place": 24_315,
        "start": datetime(2026, 3, 1, tzinfo=UTC), "end": datetime(2026, 4, 1, tzinfo=UTC),
    }  # fmt: skip
    for code, it in (("growth", GROWTH), ("cohort_engagement", ENGAGEMENT), ("profile_mixture", PROFILES)):
        Finding.objects.create(
            check_code=code, answer=it.answer.value, n=it.n, effect=it.effect, low=it.low, high=it.high, p=it.p,
            seen=it.seen, **window,
        )  # fmt: skip
    return EthicsWarning.objects.create(families={"engagement": 0.001, "profiles": 0.001}, **window)


def state(warning: EthicsWarning) -> str:
    return EthicsWarning.objects.get(pk=warning.pk).state


def test_a_warning_is_acknowledged_and_then_explained(inside: Agency, warning: EthicsWarning) -> None:
    acknowledge(warning, by=inside.owner)
    assert state(warning) == "acknowledged" == warning.state
    reviews.answer(warning, WarningState.EXPLAINED, by=inside.owner, sentence=" An advert ran. ")
    assert state(warning) == "explained"
    given = list(warning.reviews.values_list("answer", "sentence", "by__email"))
    assert given == [("acknowledged", "", inside.owner.email), ("explained", "An advert ran.", inside.owner.email)]


def test_an_open_warning_can_be_explained_at_once(inside: Agency, warning: EthicsWarning) -> None:
    reviews.answer(warning, WarningState.EXPLAINED, by=inside.owner, sentence="An advert ran.")
    assert state(warning) == "explained"


@pytest.mark.parametrize("sentence", ["", "  \n", "An advert"])
def test_an_explanation_is_a_sentence(inside: Agency, warning: EthicsWarning, sentence: str) -> None:
    with pytest.raises(SentenceMissing, match="what happened"):
        reviews.answer(warning, WarningState.EXPLAINED, by=inside.owner, sentence=sentence)
    assert (state(warning), warning.reviews.count()) == ("open", 0)


def test_an_answer_is_given_once(inside: Agency, warning: EthicsWarning) -> None:
    stale = EthicsWarning.objects.get(pk=warning.pk)
    acknowledge(warning, by=inside.owner)
    with pytest.raises(AlreadyAnswered, match="acknowledged already"):
        acknowledge(stale, by=inside.owner)
    reviews.answer(stale, WarningState.EXPLAINED, by=inside.owner, sentence="An advert ran.")
    for again, why in ((WarningState.EXPLAINED, "explained already"), (WarningState.ACKNOWLEDGED, "cannot become ack")):
        with pytest.raises(AlreadyAnswered, match=why):
            reviews.answer(stale, again, by=inside.owner, sentence="It was something else.")
    assert warning.reviews.count() == 2


def test_an_explanation_that_does_not_hold_is_taken_back(inside: Agency, warning: EthicsWarning) -> None:
    with pytest.raises(AlreadyAnswered, match="open already"):
        reviews.answer(warning, WarningState.OPEN, by=inside.owner, sentence="It was another week.")
    reviews.answer(warning, WarningState.EXPLAINED, by=inside.owner, sentence="An advert ran.")
    assert explained_effects("bought_followers", "cohort_engagement") != []
    with pytest.raises(SentenceMissing):
        reviews.answer(warning, WarningState.OPEN, by=inside.owner, sentence="")
    reviews.answer(warning, WarningState.OPEN, by=inside.owner, sentence="It was another week.")
    assert state(warning) == "open"
    assert explained_effects("bought_followers", "cohort_engagement") == []
    assert list(warning.reviews.values_list("answer", flat=True)) == ["explained", "open"]
    acknowledge(warning, by=inside.owner)


LOOKED_AT = ("acknowledged", "explained", "disputed")
GIVEN_IN = {
    "open": (*LOOKED_AT, "confirmed", "resolved", "dismissed"), "acknowledged": ("open",),
    "explained": ("open", "acknowledged", "disputed"), "disputed": ("open", "acknowledged", "explained"),
    "confirmed": LOOKED_AT, "resolved": (*LOOKED_AT, "confirmed"), "dismissed": LOOKED_AT,
}  # fmt: skip


@pytest.mark.parametrize("given", WarningState)
def test_an_answer_is_given_where_it_makes_sense(inside: Agency, warning: EthicsWarning, given: WarningState) -> None:
    for now in WarningState:
        EthicsWarning.objects.filter(pk=warning.pk).update(state=now)
        if now in GIVEN_IN[given]:
            reviews.answer(warning, given, by=inside.owner, sentence="This is what we know.")
            assert state(warning) == given
        else:
            with pytest.raises(AlreadyAnswered):
                reviews.answer(warning, given, by=inside.owner, sentence="This is what we know.")
            assert state(warning) == now


@pytest.mark.parametrize("given", [it for it in WarningState if it != WarningState.ACKNOWLEDGED])
def test_whoever_says_more_than_that_they_saw_it_gives_a_reason(
    inside: Agency, warning: EthicsWarning, given: WarningState
) -> None:
    EthicsWarning.objects.filter(pk=warning.pk).update(state=GIVEN_IN[given][0])
    with pytest.raises(SentenceMissing):
        reviews.answer(warning, given, by=inside.owner, sentence="So be")
    with pytest.raises(IntegrityError, match="review_answers"), transaction.atomic():
        Review.objects.create(warning=warning, by=inside.owner, answer=given)


def test_a_false_alarm_counts_as_organic(inside: Agency, warning: EthicsWarning) -> None:
    acknowledge(warning, by=inside.owner)
    reviews.answer(warning, WarningState.DISMISSED, by=inside.owner, sentence="They counted twice.")
    assert explained_effects("bought_followers", "cohort_engagement") != []


def acknowledge(warning: EthicsWarning, *, by: User, sentence: str = "") -> None:
    reviews.answer(warning, WarningState.ACKNOWLEDGED, by=by, sentence=sentence)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_was_answered_is_never_changed(inside: Agency, warning: EthicsWarning, act: str) -> None:
    acknowledge(warning, by=inside.owner, sentence="We look into it.")
    given = Review.objects.filter(warning=warning)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        given.update(sentence="We never said so.") if act == "update" else given.delete()
    assert given.get().sentence == "We look into it."


def test_the_database_takes_no_explanation_without_a_sentence(inside: Agency, warning: EthicsWarning) -> None:
    for wrong in ({"answer": "explained"}, {"answer": "open"}, {"answer": "forgotten", "sentence": "No."}):
        with pytest.raises(IntegrityError, match="review_answers"), transaction.atomic():
            Review.objects.create(warning=warning, by=inside.owner, **wrong)


def test_a_warning_says_what_its_findings_saw(inside: Agency, warning: EthicsWarning) -> None:
    (told,) = warnings.told([warning])
    evidence = told.evidence
    assert evidence.headline.startswith(
        "Ours.handle (Instagram), 1 March 2026 to 31 March 2026: 1,240 followers arrived"
    )
    assert len(evidence.points) == 2
    assert evidence.agreement == (
        "Besides growth, 2 of 2 checks that could be made agree (engagement: q 0.001; profiles: q 0.001)."
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"answer": "perhaps"}, "finding_answer_is_known"),
        ({"window": "year"}, "finding_window_is_known"),
        ({"start": datetime(2026, 5, 1, tzinfo=UTC)}, "finding_window_begins"),
        ({"effect": None}, "finding_has_an_effect"),
        ({"why": "few_known"}, "finding_has_an_effect"),
        ({"answer": "not_applicable"}, "finding_has_an_effect"),
        ({"p": 1.5}, "finding_p_is_a_probability"),
        ({"p": float("nan")}, "finding_p_is_a_probability"),
        ({"p": None, "q": 0.5}, "finding_p_is_a_probability"),
    ],
)
def test_a_finding_says_all_or_nothing(warning: EthicsWarning, change: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Finding.objects.filter(check_code="cohort_engagement", n=700).update(**change)


def test_a_window_has_one_finding_of_a_check_and_one_warning(warning: EthicsWarning) -> None:
    found = Finding.objects.get(check_code="growth", place=24_315)
    for twice in (found, warning):
        twice.pk = None
        if isinstance(twice, EthicsWarning):
            twice.public_id = "wrn_00000000000000000000"
        with pytest.raises(IntegrityError, match="window"), transaction.atomic():
            twice.save(force_insert=True)


def enter(client: Client, first: datetime, days: int | None, *, name: str, kind: str = "") -> None:
    """Enter an order, or a campaign of some kind, as from a day on and for some days."""
    when = {"starts_at": first, "known_at": first, "ends_at": None if days is None else first + timedelta(days=days)}
    if kind:
        Campaign.objects.create(client=client, name=name, kind=kind, **when)
    else:
        Vendor.objects.create(client=client, name=name, promise="5,000 followers", **when)


def context(warning: EthicsWarning) -> list[str]:
    """Return the names in the context of a warning, and see that each is told to be no evidence."""
    (told,) = warnings.told([EthicsWarning.objects.get(pk=warning.pk)])
    assert all(it.endswith("evidence of neither.") for it in told.evidence.context)
    return [it.split("“")[1].split("”")[0] for it in told.evidence.context]


def test_what_the_client_did_at_the_time_stands_beside_a_warning(inside: Agency, warning: EthicsWarning) -> None:
    Campaign.objects.all().delete()
    Vendor.objects.all().delete()
    before = warnings.told([warning])[0].evidence
    assert before.context == []
    march, february = datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    other = Client.objects.create(name="Second brand")
    enter(inside.client, march, 7, name="Reach Ltd")
    enter(inside.client, february, 20, name="Late Ltd")
    enter(inside.client, february, 20, name="Over", kind="giveaway")
    enter(inside.client, march + timedelta(days=1), 7, name="Mugs", kind="giveaway")
    enter(inside.client, february, None, name="Lifeboat", kind="cause")
    enter(inside.client, warning.end, 7, name="April", kind="paid")
    enter(other, march, 7, name="Of another client")
    assert context(warning) == ["Lifeboat", "Late Ltd", "Reach Ltd", "Mugs"]
    after = warnings.told([warning])[0].evidence
    assert (after.points, after.agreement, after.headline) == (before.points, before.agreement, before.headline)


def test_what_a_client_did_is_no_context_for_a_prospect(inside: Agency, warning: EthicsWarning) -> None:
    enter(inside.client, datetime(2026, 3, 3, tzinfo=UTC), 7, name="Reach Ltd")
    assert "Reach Ltd" in context(warning)
    inside.channel.role = ChannelRole.PROSPECT
    inside.channel.save()
    assert context(warning) == []
