"""Models over HTTP: what was learnt, how good it is, and which one scores."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from scoring import selectors
from scoring.models import Hindsight, ModelAct, ModelVersion
from scoring.services import cards, matching, promotion
from tenants.models import ApiScope

INTERVAL = "Of the 90 % interval."


class FigureSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField()
    low = serializers.FloatField(help_text=INTERVAL)
    high = serializers.FloatField(help_text=INTERVAL)


class RateSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField(help_text="Of how many contacts.")
    rate = serializers.FloatField(help_text="How many of them had the outcome, from 0 to 1.")
    low = serializers.FloatField(help_text=INTERVAL)
    high = serializers.FloatField(help_text=INTERVAL)


class CalibrationSerializer(RateSerializer):
    said = serializers.FloatField(help_text="The mean probability that was said beforehand.")


class DecileSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField(help_text="Of how many contacts.")
    lift = serializers.FloatField(help_text="Their rate over everybody's.")
    low = serializers.FloatField(help_text=INTERVAL)
    high = serializers.FloatField(help_text=INTERVAL)


class RungSerializer(serializers.Serializer[Any]):
    rung = serializers.IntegerField(
        help_text="The highest that they had reached within a year: 0 a glance, 7 a letter."
    )
    name = serializers.CharField()
    n = serializers.IntegerField()
    rate = serializers.FloatField(required=False)
    low = serializers.FloatField(required=False, help_text=INTERVAL)
    high = serializers.FloatField(required=False, help_text=INTERVAL)
    more = FigureSerializer(required=False, help_text="The rate less that of those who only glanced; no cause.")


class FiveBeatAHundredSerializer(serializers.Serializer[Any]):
    engagers = serializers.IntegerField(help_text="Who said something within a year.")
    likes = serializers.IntegerField(help_text="Raw likes of everybody else.")
    five = FigureSerializer(allow_null=True, help_text="Outcomes of five authentic engagers.")
    hundred = FigureSerializer(allow_null=True, help_text="Outcomes for a hundred raw likes.")
    more = FigureSerializer(allow_null=True, help_text="The first less the second.")


class InversionSerializer(FigureSerializer):
    """What an act swapped from one rung to the next would add by the data alone, in log-odds. It scores nobody."""

    inverted = serializers.BooleanField(help_text="The data contradict the order for sure.")

    def get_fields(self) -> dict[str, Any]:
        # "from" is no name that Python has.
        named = {"from": serializers.CharField(), "to": serializers.CharField()}
        return named | super().get_fields()


class GainSerializer(serializers.Serializer[Any]):
    over = serializers.CharField(help_text="What it had to be better than.")
    value = serializers.FloatField(help_text="By so much its log loss is lower, in nats a contact.")
    bound = serializers.FloatField(help_text="With 80 % certainty at least so much.")
    least = serializers.FloatField(help_text="The bound has to be above this.")


class OfClientSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    positives = serializers.IntegerField()
    figures = serializers.DictField(child=FigureSerializer())


class WindowSerializer(serializers.Serializer[Any]):
    positives = serializers.IntegerField()
    quality = serializers.DictField(child=FigureSerializer())
    baseline = serializers.DictField(child=FigureSerializer())

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateTimeField()} | super().get_fields()


class WithoutGateSerializer(serializers.Serializer[Any]):
    set_aside = serializers.IntegerField(
        help_text="Acts that were the price of a campaign, declared software, or in a span "
        "that somebody took for inauthentic."
    )
    quality = serializers.DictField(
        child=FigureSerializer(), help_text="Where they count as any act; empty without any."
    )


class ReportSerializer(serializers.Serializer[Any]):
    """Tables of the newest closed window, which the model had not seen; empty where nothing was judged."""

    gain = GainSerializer(required=False)
    calibration = CalibrationSerializer(many=True, required=False, help_text="Ten parts, the lowest first.")
    deciles = DecileSerializer(many=True, required=False, help_text="Ten parts, the highest first.")
    first_twenty = RateSerializer(required=False, help_text="Of the first twenty of each client.")
    clients = serializers.DictField(
        child=OfClientSerializer(), required=False, help_text="By client, where there are several."
    )
    rungs = RungSerializer(many=True, required=False, help_text="What a like is worth here.")
    five_beat_a_hundred = FiveBeatAHundredSerializer(required=False)
    windows = WindowSerializer(many=True, required=False, help_text="The windows before, the latest first.")
    inversions = InversionSerializer(many=True, required=False)
    without_gate = WithoutGateSerializer(required=False)


class CameSerializer(RateSerializer):
    said = serializers.FloatField(help_text="The mean probability of having it by then, as was said.")
    contacted = RateSerializer(allow_null=True, help_text="Of those whom the brand turned to before; null: nobody.")
    others = RateSerializer(allow_null=True, help_text="Of the others.")


class ExpectedSerializer(serializers.Serializer[Any]):
    said = serializers.FloatField(help_text="How many were to have the outcome by then.")
    came = serializers.IntegerField(help_text="How many had it.")
    ratio = FigureSerializer(allow_null=True, help_text="The second over the first; null where too little is known.")
    drifted = serializers.BooleanField(
        help_text="With 99 % certainty more or fewer than were said: the rate has moved."
    )


class HindsightReportSerializer(serializers.Serializer[Any]):
    deciles = CameSerializer(many=True, help_text="Ten parts, the highest first.")
    expected = ExpectedSerializer()
    figures = serializers.DictField(
        child=FigureSerializer(), required=False, help_text="From ten outcomes on; all of them once the time is over."
    )


class HindsightSerializer(serializers.ModelSerializer[Hindsight]):
    """What came of what a model said of everybody when it first scored them. An association: who was contacted because
    of a score is marked.
    """

    guard = serializers.CharField(source="sentence", help_text="Whether the model before would have done better.")
    report = HindsightReportSerializer()

    class Meta:
        model = Hindsight
        fields = ["as_of", "days", "seen_at", "contacts", "positives", "guard", "report"]


class DriftSerializer(serializers.Serializer[Any]):
    feature = serializers.CharField(help_text="A column of the model; /docs/features.md says what it is.")
    psi = serializers.FloatField(help_text="Population stability index against the window that it was calibrated on.")
    least = serializers.FloatField(help_text="What it is above: .25, or more where luck or time alone move it further.")
    way = serializers.ChoiceField(choices=["up", "down", "unknown", "mixed"])


class ActSerializer(serializers.ModelSerializer[ModelAct]):
    """What was done with a model. Which member it was is seen in the admin."""

    class Meta:
        model = ModelAct
        fields = ["act", "sentence", "created_at"]


class ModelSerializer(serializers.ModelSerializer[ModelVersion]):
    """One training: what could be learnt, and how good it was in a window that it had not seen."""

    id = serializers.CharField(source="public_id")
    verdict = serializers.CharField(source="sentence", help_text="What came of it, for people.")
    quality = serializers.DictField(
        child=FigureSerializer(), help_text="Of the newest closed window, which it had not seen; empty where none was."
    )
    baseline = serializers.DictField(child=FigureSerializer(), help_text="The same figures of recency alone.")
    report = ReportSerializer()
    hindsight = HindsightSerializer(allow_null=True, help_text="Null until it has scored for a week.")
    drift = DriftSerializer(
        many=True,
        allow_null=True,
        help_text="In what people looked otherwise in its last run than when it was calibrated; null: not to be told.",
    )
    acts = ActSerializer(many=True, help_text="When it was put in use, held, taken out of use, the first first.")

    class Meta:
        model = ModelVersion
        fields = [
            "id", "state", "verdict", "missing", "as_of", "target", "horizon_days", "recipe", "provisional", "quality",
            "baseline", "report", "hindsight", "drift", "data", "circumstances", "outcomes", "acts", "created_at",
            "held_at", "promoted_at", "retired_at", "saw_erased_at",
        ]  # fmt: skip


class MatchRateSerializer(serializers.Serializer[Any]):
    """The match rate of one client, as of now."""

    client = serializers.CharField(source="client.public_id")
    people = serializers.IntegerField(help_text="Of whom an outcome is known.")
    matched = serializers.IntegerField(help_text="Of these, seen engaging.")
    waiting = serializers.IntegerField(help_text="Contacts whose outcomes wait until somebody is known to be them.")
    rate = serializers.FloatField(allow_null=True, help_text="matched / people; null where nobody has an outcome.")
    low = serializers.FloatField(allow_null=True, help_text="Of the rate's 90 % interval (Wilson).")
    high = serializers.FloatField(allow_null=True)
    rows_left_out = serializers.IntegerField(
        help_text="Rows that say by an address or customer number who somebody is, and came while their source might "
        "not be matched; they stay apart."
    )
    links_left_out = serializers.IntegerField(help_text="Links that rest, as their source may not be matched now.")


class WhySerializer(serializers.Serializer[Any]):
    sentence = serializers.CharField(required=False, allow_blank=True, max_length=500, help_text="Why; kept for good.")


class SectionSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField(), help_text="Sentences for people.")


class CardSerializer(serializers.Serializer[Any]):
    """What a model says and does not say, on one page: for people who have to trust it, or not."""

    model = serializers.CharField()
    sections = SectionSerializer(many=True)


class OfModels(generics.GenericAPIView[ModelVersion]):
    serializer_class: type[Any] = ModelSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "model_id"

    def get_queryset(self) -> QuerySet[ModelVersion]:
        return selectors.models_told()


class ModelListView(OfModels, generics.ListAPIView[ModelVersion]):
    """Every training, with what came of it."""


class ModelView(OfModels, generics.RetrieveAPIView[ModelVersion]):
    """One training."""


class ModelCardView(OfModels):
    """The card of one model."""

    serializer_class = CardSerializer

    def get(self, request: Request, model_id: str) -> Response:
        """What it says and does not say, what it was learnt from, how good it is; who did what is seen in the admin."""
        version = self.get_object()
        sections = cards.card_of(version, names=False)
        return Response(CardSerializer({"model": version.public_id, "sections": sections}).data)


class ModelActView(OfModels):
    """Change which model scores. Each change is kept, with the sentence that says why."""

    required_scope = ApiScope.MODELS
    serializer_class = WhySerializer
    does: str = ""

    @extend_schema(request=WhySerializer, responses=ModelSerializer)
    def post(self, request: Request, model_id: str) -> Response:
        """Do it, and show the model that it was done with; of a roll back, the one that scores from now on."""
        version = self.get_object()
        why = WhySerializer(data=request.data)
        why.is_valid(raise_exception=True)
        key: Any = request.auth
        by = promotion.By(key=key, sentence=why.validated_data.get("sentence", ""))
        changed = promotion.ACTS[self.does](version, by)
        return Response(ModelSerializer(self.get_queryset().get(pk=changed.pk)).data)


class MatchRateView(APIView):
    @extend_schema(responses=MatchRateSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Of each client's people with an outcome, how many are seen engaging: what there is to learn from."""
        return Response(MatchRateSerializer(matching.rates(), many=True).data)
