"""Scores and warnings over HTTP: to be read. People answer to warnings, and they do so in the admin."""

from dataclasses import replace
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters.rest_framework.backends import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion import selectors as ingested
from scoring import selectors
from scoring.api.filters import FindingFilter, ScoreFilter, WarningFilter
from scoring.api.pagination import ScorePagination
from scoring.api.serializers import (
    BandChangeSerializer,
    FindingSerializer,
    RecordSerializer,
    ScoreSerializer,
    VettingSerializer,
    WarningSerializer,
    WholeWarningSerializer,
)
from scoring.errors import ProfilingObjected
from scoring.models import BandChange, EthicsWarning, Finding, Prospect, Score
from scoring.services import vetting, warnings
from tenants import selectors as tenants
from tenants.models import ChannelRole


class ShowsScores(generics.GenericAPIView[Score]):
    serializer_class = ScoreSerializer

    def get_queryset(self) -> QuerySet[Score]:
        return selectors.scores_with_warnings()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "why_prior": cache(selectors.why_prior), "warnings": {}}


class ScoreListView(ShowsScores, generics.ListAPIView[Score]):
    """The scores of the latest whole run, with who was scored anew since: client by client, who means it most comes
    first.
    """

    filter_backends = [DjangoFilterBackend]
    filterset_class = ScoreFilter
    pagination_class = ScorePagination
    keyset = ("client_id", "sort_key", "contact_id")


class ScoreView(ShowsScores, generics.RetrieveAPIView[Score]):
    """The latest score of one contact, with its reasons."""

    lookup_field = "contact__public_id"
    lookup_url_kwarg = "contact_id"

    def get_object(self) -> Score:
        if ingested.has_objected(self.kwargs["contact_id"]):
            raise ProfilingObjected
        return super().get_object()


class BandChangeListView(generics.ListAPIView[BandChange]):
    """How the band of one contact has changed, from the earliest that is kept."""

    serializer_class = BandChangeSerializer
    keyset = ("at",)

    def get_queryset(self) -> QuerySet[BandChange]:
        contact_id: str = self.kwargs["contact_id"]
        if ingested.has_objected(contact_id):
            raise ProfilingObjected
        if not ingested.contacts().filter(public_id=contact_id).exists():
            raise Http404
        return selectors.band_changes(contact_id)


class ShowsWarnings(generics.GenericAPIView[Any]):
    serializer_class = WarningSerializer

    def get_queryset(self) -> QuerySet[EthicsWarning]:
        return selectors.warnings()


class WarningListView(ShowsWarnings, generics.ListAPIView[Any]):
    """Patterns that a screen and two independent families of checks agree on, each with its evidence. Those about
    prospects are listed by their client alone (`client`).
    """

    filter_backends = [DjangoFilterBackend]
    filterset_class = WarningFilter

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = self.filter_queryset(self.get_queryset())
        if not request.query_params.get("client"):  # creators are persons: no list of them leaves an agency at once
            found = found.exclude(channel__role=ChannelRole.PROSPECT)
        page = self.paginate_queryset(found)
        return self.get_paginated_response(WarningSerializer(warnings.told(page or []), many=True).data)


class WarningView(ShowsWarnings, generics.RetrieveAPIView[Any]):
    """One pattern with its evidence, other explanations, what was not tested, and what was answered."""

    serializer_class = WholeWarningSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "warning_id"

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        (told,) = warnings.told([self.get_object()])
        whole = replace(told, plots=warnings.plots(told.warning))
        return Response(WholeWarningSerializer(whole).data)


class ShowsFindings(generics.ListAPIView[Finding]):
    serializer_class = FindingSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = FindingFilter
    keyset = ("end", "check_code", "version", "window", "place")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "zone": warnings.zone_in_force()}


class ChannelFindingListView(ShowsFindings):
    """What every check answered of one channel, an owned or a prospect's, window by window; the earliest first."""

    def get_queryset(self) -> QuerySet[Finding]:
        return selectors.findings().filter(channel__public_id=self.kwargs.get("channel_id"))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        get_object_or_404(tenants.channels(), public_id=self.kwargs["channel_id"])
        return super().list(request, *args, **kwargs)


class ChannelVettingView(generics.RetrieveAPIView[Prospect]):
    """What is known of a prospect's channel before the creator is hired, what is not, and what to ask."""

    serializer_class = VettingSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "channel_id"

    def get_queryset(self) -> QuerySet[Prospect]:
        return vetting.prospects()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        vetted = vetting.vetted(self.get_object(), zone=warnings.zone_in_force())
        return Response(VettingSerializer(vetted).data)


class ClientFindingListView(ShowsFindings):
    """What every check answered of one client as a whole, window by window; the earliest first."""

    def get_queryset(self) -> QuerySet[Finding]:
        return selectors.findings().filter(client__public_id=self.kwargs.get("client_id"))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        get_object_or_404(tenants.clients(), public_id=self.kwargs["client_id"])
        return super().list(request, *args, **kwargs)


class PracticeListView(generics.GenericAPIView[Any]):
    """The practices that are looked for, their checks, and how often people here took a warning for organic."""

    serializer_class = RecordSerializer
    pagination_class = None

    @extend_schema(responses=RecordSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(RecordSerializer(warnings.records(), many=True).data)
