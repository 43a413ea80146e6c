"""The API's shapes of scores and warnings."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from scoring import selectors
from scoring.integrity.catalog import CHECKS, LOOKED_AT, PRACTICES
from scoring.integrity.phrases import q_told
from scoring.learning import words
from scoring.models import Answer, Band, BandChange, Basis, Finding, Review, Score, Span, Trend, WarningState
from scoring.services import warnings
from scoring.services.warnings import Told
from tenants.api.serializers import ChannelSerializer


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; programs may switch on it.")
    adds = serializers.FloatField(
        help_text="On a model: log-odds above (or below) a contact in whom nothing stands out. On the prior: its share "
        "of the points; below 0 what takes them all."
    )
    sentence = serializers.CharField(help_text="For people.")


class DiscountSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; programs may switch on it.")
    count = serializers.IntegerField(help_text="How many acts.")
    sentence = serializers.CharField(help_text="For people.")


class ShownContactSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    platform = serializers.CharField()
    handle = serializers.CharField(help_text="As the platform shows it; a customer number where none is known.")
    name = serializers.CharField(allow_blank=True)


class StandingWarningSerializer(serializers.Serializer[Any]):
    """A warning that is neither explained nor settled, about a channel of the client or the client as a whole: not
    about the contact.
    """

    id = serializers.CharField(source="public_id")
    channel = serializers.CharField(
        source="channel.public_id", default=None, allow_null=True, help_text="null: it is about the client as a whole."
    )
    practice = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="Excluded.")
    state = serializers.CharField()


class ScoreSerializer(serializers.ModelSerializer[Score]):
    """How much a contact means it, as far as can be told. It ranks attention, and excludes nobody."""

    contact = ShownContactSerializer()
    client = serializers.CharField(source="client.public_id")
    basis = serializers.ChoiceField(
        choices=Basis.choices,
        source="run.basis",
        help_text="`model`: probability, interval, lift and band are there, points are null. `prior`: the order of the "
        "essays, as points; the others are null, for nothing was learnt that holds.",
    )
    basis_reason = serializers.SerializerMethodField(help_text="On the prior: why, and what is missing. Else null.")
    model = serializers.CharField(source="run.model.public_id", default=None, allow_null=True)
    probability = serializers.FloatField(
        allow_null=True, help_text="Of an outcome within the model's horizon, from 0 to 1."
    )
    low = serializers.FloatField(allow_null=True, help_text="Of the 90 % interval of those scored alike.")
    high = serializers.FloatField(allow_null=True, help_text="Of the same interval.")
    lift = serializers.FloatField(allow_null=True, help_text="Over the mean of the client's contacts.")
    band = serializers.SerializerMethodField(help_text="The lift in words: strong from 4 on, warm from 2, some from 1.")
    trend = serializers.ChoiceField(choices=Trend.choices, help_text="Four weeks against the twelve before.")
    reasons = serializers.SerializerMethodField(
        help_text="At most five for and five against, the strongest first. Nobody is without one."
    )
    discounts = serializers.SerializerMethodField(help_text="What was counted for less, or not at all.")
    run = serializers.CharField(
        source="run.public_id", help_text="Where it changes between two pages, new scores came meanwhile: begin again."
    )
    as_of = serializers.DateTimeField(
        source="speaks_of",
        help_text="The moment that the score speaks of: its run's, or later where something came since.",
    )
    expires_at = serializers.DateTimeField(source="run.expires_at", help_text="From then on it is out of date.")
    expired = serializers.BooleanField(source="run.is_expired", help_text="Whether it is out of date by now.")
    warnings = serializers.SerializerMethodField(
        help_text="What stands about the client's own channels, prospects' left out, and nobody has explained. They "
        "change no score before somebody confirms them."
    )

    class Meta:
        model = Score
        fields = [
            "contact", "client", "basis", "basis_reason", "model", "probability", "low", "high", "points", "lift",
            "band", "rank", "stage", "trend", "reasons", "discounts", "run", "as_of", "expires_at", "expired",
            "warnings",
        ]  # fmt: skip

    def get_basis_reason(self, score: Score) -> str | None:
        return self.context["why_prior"]() if score.run.basis == Basis.PRIOR else None

    @extend_schema_field(serializers.ChoiceField(choices=Band.choices, allow_null=True))
    def get_band(self, score: Score) -> str | None:
        return score.band or None

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, score: Score) -> list[dict[str, Any]]:
        return [{"code": it[0], "adds": it[1], "sentence": words.sentence(it)} for it in score.reasons]

    @extend_schema_field(DiscountSerializer(many=True))
    def get_discounts(self, score: Score) -> list[dict[str, Any]]:
        return [{"code": it[0], "count": it[1], "sentence": words.sentence(it)} for it in score.discounts]

    @extend_schema_field(StandingWarningSerializer(many=True))
    def get_warnings(self, score: Score) -> list[Any]:
        told: dict[int, list[Any]] = self.context["warnings"]
        if score.client_id not in told:
            told[score.client_id] = list(StandingWarningSerializer(selectors.standing_about(score), many=True).data)
        return told[score.client_id]


class BandChangeSerializer(serializers.ModelSerializer[BandChange]):
    """One change of a contact's band, from one score to the next."""

    was = serializers.ChoiceField(choices=Band.choices)
    became = serializers.ChoiceField(choices=Band.choices)
    model = serializers.CharField(
        source="run.model.public_id",
        help_text="By which the new score is. Where it is another than before, the change may be the model's and not "
        "the contact's.",
    )

    class Meta:
        model = BandChange
        fields = ["at", "was", "became", "lift", "model"]


class AnswerSerializer(serializers.ModelSerializer[Review]):
    """What somebody of the agency said to a warning. Who it was is seen in the admin."""

    class Meta:
        model = Review
        fields = ["answer", "sentence", "created_at"]


class WarningSerializer(serializers.Serializer[Any]):
    """A pattern in a period, never a person. (Of a `services.warnings.Told`.)"""

    id = serializers.CharField(source="warning.public_id")
    client = serializers.CharField(source="warning.whose.public_id")
    channel = ChannelSerializer(
        source="warning.channel",
        allow_null=True,
        help_text="null: it is about the client as a whole. "
        "Look at its role: a warning about a prospect speaks of a creator being vetted, not of the client.",
    )
    practice = serializers.ChoiceField(
        source="warning.practice", choices=[(code, practice.name) for code, practice in PRACTICES.items()]
    )
    rules_version = serializers.IntegerField(source="warning.version", help_text="Of the rules that found it.")
    window = serializers.ChoiceField(source="warning.window", choices=Span.choices)
    start = serializers.DateTimeField(source="warning.start")
    end = serializers.DateTimeField(source="warning.end", help_text="Excluded.")
    state = serializers.ChoiceField(source="warning.state", choices=WarningState.choices)
    families = serializers.SerializerMethodField(
        help_text="Independent families of checks that agreed when it opened, with their q (Benjamini-Hochberg): to "
        "three places, .001 at least."
    )
    headline = serializers.CharField(source="evidence.headline", help_text="What stood out, with numbers.")
    points = serializers.ListField(
        child=serializers.CharField(), source="evidence.points", help_text="What each check saw."
    )
    agreement = serializers.CharField(source="evidence.agreement")
    not_tested = serializers.ListField(child=serializers.CharField(), source="evidence.not_tested")
    explanations = serializers.ListField(
        child=serializers.CharField(), source="evidence.explanations", help_text="What else may explain it."
    )
    # A field of its own: what serializers call by this name stays, for fields are no attributes of their class.
    context = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(),
        source="evidence.context",
        help_text="What else the client did then, campaigns and orders with vendors: evidence of nothing.",
    )
    advice = serializers.CharField(source="evidence.advice", help_text="What to do now.")
    law = serializers.ListField(
        child=serializers.CharField(), source="evidence.law", help_text="Information, no finding."
    )
    answers = AnswerSerializer(many=True, source="warning.reviews.all")
    created_at = serializers.DateTimeField(source="warning.created_at", help_text="When it opened.")

    def get_families(self, told: Told) -> dict[str, float]:
        return {family: q_told(q) for family, q in told.warning.families.items()}


class PointSerializer(serializers.Serializer[Any]):
    """One place of a series. low to high: what is usual there."""

    at = serializers.CharField(help_text="Where in the series, in words.")
    start = serializers.DateTimeField(allow_null=True, help_text="Of a window; null: it is none.")
    end = serializers.DateTimeField(allow_null=True, help_text="Of a window, excluded.")
    after = serializers.FloatField(
        allow_null=True, help_text="Days or minutes, as `at` says, where it is no window; else null."
    )
    value = serializers.FloatField(help_text="Of followers, 10 stands for 1 to 10: small groups are not counted out.")
    usual = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    marked = serializers.BooleanField(help_text="It stands out.")


class PlotSerializer(serializers.Serializer[Any]):
    """A series to be drawn, as the admin draws it."""

    code = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField(help_text="Of its values; a `share` is from 0 to 1.")
    points = PointSerializer(many=True)


class WholeWarningSerializer(WarningSerializer):
    """The same with what it rests on as series."""

    plots = PlotSerializer(many=True, help_text="Growth with what was usual, and what checks can draw.")


class FindingSerializer(serializers.Serializer[Any]):
    """What one check answered on one closed window. By itself it warns of nothing."""

    practice = serializers.ChoiceField(choices=[(code, it.name) for code, it in LOOKED_AT.items()])
    rules_version = serializers.IntegerField(source="version")
    check = serializers.ChoiceField(source="check_code", choices=[(code, it.name) for code, it in CHECKS.items()])
    window = serializers.ChoiceField(choices=Span.choices)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="Excluded.")
    answer = serializers.ChoiceField(
        choices=Answer.choices, help_text="`not_applicable`: it could not be tested, and the sentence says why."
    )
    q = serializers.SerializerMethodField(
        help_text="What it is worth among the agency's tests of the month, to three places; null: not a test, or none "
        "that could be made."
    )
    sentence = serializers.SerializerMethodField()

    def get_q(self, finding: Finding) -> float | None:
        return None if finding.q is None else q_told(finding.q)

    def get_sentence(self, finding: Finding) -> str:
        return CHECKS[finding.check_code].sentence(warnings.result(finding), self.context["zone"])


class LookedSerializer(serializers.Serializer[Any]):
    """What one check says of a channel as a whole. (Of a `vetting.Looked`.)"""

    code = serializers.CharField(help_text="Of the check; of what nobody sees from outside, of the practice.")
    name = serializers.CharField()
    answer = serializers.ChoiceField(choices=Answer.choices, help_text="`found`: worth a question.")
    sentence = serializers.CharField()
    value = serializers.FloatField(
        source="result.effect", default=None, allow_null=True, help_text="In the check's unit; null: there is none."
    )
    low = serializers.FloatField(source="result.low", default=None, allow_null=True, help_text="Of its 90 % interval.")
    high = serializers.FloatField(
        source="result.high", default=None, allow_null=True, help_text="Of the same interval."
    )
    n = serializers.IntegerField(
        source="result.n", default=0, help_text="Posts, weeks, windows or people that it rests on."
    )
    ask = serializers.CharField(allow_blank=True, help_text="What to ask the creator, where something is lacking.")


class VettingSerializer(serializers.Serializer[Any]):
    """What is known of a creator's channel. (Of a `vetting.Vetted`.) It accuses nobody."""

    summary = serializers.CharField()
    looked = LookedSerializer(many=True)
    asks = serializers.ListField(child=serializers.CharField(), help_text="What to ask before they are hired.")


class CheckSerializer(serializers.Serializer[Any]):
    """One test of a practice."""

    code = serializers.CharField()
    family = serializers.CharField(help_text="Checks of one family count once.")
    name = serializers.CharField()
    unit = serializers.CharField(help_text="Of its effect.")
    needs = serializers.CharField()


class RecordSerializer(serializers.Serializer[Any]):
    """A practice that is looked for, by one version of its rules, and how often people took a warning for organic."""

    practice = serializers.CharField(source="practice.code")
    name = serializers.CharField(source="practice.name")
    rules_version = serializers.IntegerField(source="version")
    screen = CheckSerializer(source="practice.screen", help_text="Says where to look.")
    confirming = CheckSerializer(many=True, source="practice.confirming", help_text="Two families have to agree.")
    warnings = serializers.IntegerField(help_text="Opened so far.")
    decided = serializers.IntegerField(help_text="Of those explained, dismissed, confirmed or resolved.")
    false = serializers.IntegerField(help_text="Of those explained or dismissed.")
    rate = serializers.FloatField(allow_null=True, help_text="`false` of `decided`; null: nothing is decided.")
    low = serializers.FloatField(allow_null=True, help_text="Lower end of its 90 % interval.")
    high = serializers.FloatField(allow_null=True)
