"""Next steps and moments over HTTP, and what programs say of whom they are shown."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework.backends import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingestion import selectors as ingested
from scoring import selectors
from scoring.api.filters import MomentFilter, NextStepFilter
from scoring.api.pagination import ScorePagination
from scoring.api.serializers import ShownContactSerializer
from scoring.errors import ProfilingObjected
from scoring.learning import words
from scoring.models import Feedback, GenuineMoment, Moment, NextStep, Step, Why
from scoring.services import feedback
from scoring.services.promotion import By

CODE = "Stable; programs may switch on it."


class BesideScoreSerializer(serializers.ModelSerializer[Any]):
    """What stands beside a score; the score itself is at `/v1/scores/{contact}`."""

    contact = ShownContactSerializer()
    client = serializers.CharField(source="client.public_id")
    run = serializers.CharField(
        source="run.public_id", help_text="Where it changes between two pages, new scores came meanwhile: begin again."
    )
    as_of = serializers.DateTimeField(source="speaks_of", help_text="What came in later is not in it yet.")


class NextStepSerializer(BesideScoreSerializer):
    """What is worth a human act now, and why: of a contact one step at the most."""

    kind = serializers.SerializerMethodField(help_text=CODE)
    why = serializers.SerializerMethodField(help_text="For people.")
    since = serializers.DateTimeField(source="step_since", help_text="Since when there is ground for it.")
    stands_on = serializers.SerializerMethodField(help_text="The highest rung of the contact in a year, 0 to 7.")
    next_rung = serializers.SerializerMethodField(help_text="One above it; 7, a letter, is the highest.")
    advice = serializers.SerializerMethodField(help_text="For people: what is owed first, then one rung up.")

    class Meta:
        model = NextStep
        fields = [
            "contact", "client", "kind", "why", "since", "stands_on", "next_rung", "advice", "stage", "rank",
            "customer", "run", "as_of",
        ]  # fmt: skip

    def get_kind(self, step: Any) -> str:
        return Step(step.step).name.lower()

    def get_why(self, step: Any) -> str:
        return words.step(step.step, step.step_values)

    def get_stands_on(self, step: Any) -> int:
        return int(step.step_values[-1])

    def get_next_rung(self, step: Any) -> int:
        return words.next_rung(step.step_values)

    def get_advice(self, step: Any) -> str:
        return words.advice(step.step, step.step_values)


class MomentSerializer(BesideScoreSerializer):
    """A genuine moment of the last seven days: of a contact the one that means most."""

    kind = serializers.SerializerMethodField(help_text=CODE)
    sentence = serializers.SerializerMethodField(help_text="For people.")
    at = serializers.DateTimeField(source="moment_at", help_text="Of the last act that makes it.")

    class Meta:
        model = GenuineMoment
        fields = ["contact", "client", "kind", "sentence", "at", "stage", "run", "as_of"]

    def get_kind(self, moment: Any) -> str:
        return Moment(moment.moment).name.lower()

    def get_sentence(self, moment: Any) -> str:
        return words.moment(moment.moment, moment.moment_values)


class NextStepListView(generics.ListAPIView[NextStep]):
    """What is worth a human act now: client by client, whoever waits first, then who means it most. Nobody is in it who
    blocked, reported or complained, objects to profiling, or was said not to be a lead.
    """

    serializer_class = NextStepSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = NextStepFilter
    pagination_class = ScorePagination
    keyset = ("client_id", "step", "sort_key", "contact_id")

    def get_queryset(self) -> QuerySet[NextStep]:
        return selectors.next_steps()


class MomentListView(generics.ListAPIView[GenuineMoment]):
    """This week's genuine moments, however small: client by client, what means most first."""

    serializer_class = MomentSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = MomentFilter
    pagination_class = ScorePagination
    keyset = ("client_id", "moment", "sort_key", "contact_id")

    def get_queryset(self) -> QuerySet[GenuineMoment]:
        return selectors.moments()


class WordSerializer(serializers.ModelSerializer[Feedback]):
    """One word on a contact. Which member it was is seen in the admin."""

    class Meta:
        model = Feedback
        fields = ["not_a_lead", "why", "sentence", "created_at"]


class WordsSerializer(serializers.Serializer[Any]):
    """Whether a contact was said not to be a lead, and all that was said."""

    contact = serializers.CharField()
    not_a_lead = serializers.BooleanField(help_text="The last word.")
    words = WordSerializer(many=True, help_text="The last first.")


class NotALeadSerializer(serializers.Serializer[Any]):
    why = serializers.ChoiceField(choices=Why.choices, default=Why.OTHER)
    sentence = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class NotALeadView(APIView):
    """Whether a contact is a lead, as people say."""

    @extend_schema(responses=WordsSerializer)
    def get(self, request: Request, contact_id: str) -> Response:
        """Show what was said."""
        return self._words(self._contact())

    @extend_schema(request=NotALeadSerializer, responses=WordsSerializer)
    def put(self, request: Request, contact_id: str) -> Response:
        """Say that the contact is not a lead: they are in no next steps from now on, and models learn from it."""
        contact = self._contact()
        said = NotALeadSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        key: Any = request.auth
        by = By(key=key, sentence=said.validated_data["sentence"])
        feedback.not_a_lead(contact, by, why=said.validated_data["why"])
        return self._words(contact)

    @extend_schema(responses=WordsSerializer)
    def delete(self, request: Request, contact_id: str) -> Response:
        """Take it back. What was said stays on record."""
        contact = self._contact()
        key: Any = request.auth
        feedback.take_back(contact, By(key=key))
        return self._words(contact)

    def _contact(self) -> int:
        contact_id: str = self.kwargs["contact_id"]
        if ingested.has_objected(contact_id):
            raise ProfilingObjected
        return get_object_or_404(ingested.contacts(), public_id=contact_id).pk

    def _words(self, contact: int) -> Response:
        said = list(selectors.words_on(contact))
        stands = bool(said) and said[0].not_a_lead
        shown = {"contact": self.kwargs["contact_id"], "not_a_lead": stands, "words": said}
        return Response(WordsSerializer(shown).data)
