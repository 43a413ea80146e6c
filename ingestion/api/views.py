"""The doors through which facts come in, and what became of them."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django_filters.rest_framework.backends import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingestion import selectors
from ingestion.api.filters import UsageFilter
from ingestion.api.parsers import PARSERS
from ingestion.api.schema import SOURCE, BatchSchema
from ingestion.api.serializers import (
    BatchSerializer,
    LandingSerializer,
    RejectionSerializer,
    SourceSerializer,
    UsageSerializer,
)
from ingestion.models import Delivery, Rejection, Shape, Source
from ingestion.services import batches
from ingestion.services.landing import Landing
from tenants.api.idempotency import KEY, idempotent


class Door(APIView):
    """Takes in one batch of rows of its shape."""

    parser_classes = PARSERS
    schema = BatchSchema()
    shape = Shape.ENGAGEMENTS

    @extend_schema(parameters=[SOURCE, KEY], responses={202: LandingSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Land up to 5,000 rows. Everything that is accepted is stored when this answers."""
        source = request.query_params.get("source")
        if source is None:
            raise ValidationError({"source": ["Name the source in the address: ?source=src_…"]})
        body: Any = request.data or b""  # bytes, from our parsers; DRF gives an empty body another type
        media_type, _, _ = request.content_type.partition(";")
        landing = batches.receive(
            body, source_id=source, shape=self.shape, media_type=media_type.strip().lower(), event=_event_of(request)
        )
        return Response(_verdicts(landing), status=status.HTTP_202_ACCEPTED)


def _event_of(request: Request) -> dict[str, str]:
    """Return the attributes of a CloudEvent that came as headers beside its data."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return {name.removeprefix("ce-"): value for name, value in headers.items() if name.startswith("ce-")}


def _verdicts(landing: Landing) -> dict[str, Any]:
    batch = landing.delivery
    return {
        "batch": batch.public_id,
        "received": batch.received,
        "accepted": batch.accepted,
        "duplicate": batch.duplicate,
        "quarantined": batch.quarantined,
        "erased": batch.erased,
        "duplicates": [asdict(it) for it in landing.duplicate],
        "quarantine": [asdict(it) for it in landing.quarantined],
        "dropped": [asdict(it) for it in landing.erased],
        "quarantine_url": reverse("quarantine", args=[batch.public_id]),
    }


class SourceListView(generics.ListAPIView[Source]):
    """Where this agency's rows come from, and what may be done with them. New ones are made in the admin."""

    serializer_class = SourceSerializer

    def get_queryset(self) -> QuerySet[Source]:
        return selectors.sources()


class BatchListView(generics.ListAPIView[Delivery]):
    """What was received, and what became of it."""

    serializer_class = BatchSerializer

    def get_queryset(self) -> QuerySet[Delivery]:
        return selectors.deliveries()


class BatchView(generics.RetrieveAPIView[Delivery]):
    """One batch."""

    serializer_class = BatchSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "batch_id"

    def get_queryset(self) -> QuerySet[Delivery]:
        return selectors.deliveries()


class QuarantineView(generics.ListAPIView[Rejection]):
    """The rows of one batch that could not be used, as they were sent, each with what is wrong and where."""

    serializer_class = RejectionSerializer
    keyset = ("index", "public_id")

    def get_queryset(self) -> QuerySet[Rejection]:
        batch = get_object_or_404(selectors.deliveries(), public_id=self.kwargs["batch_id"])
        return selectors.rejections().filter(delivery=batch)


class UsageView(generics.ListAPIView[Any]):
    """How many rows came in, hour by hour, and what became of them: in the last 24 hours, unless you say which."""

    serializer_class = UsageSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = UsageFilter
    keyset = ("hour", "source__public_id", "shape")

    def get_queryset(self) -> QuerySet[Delivery]:
        return selectors.deliveries()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return selectors.by_hour(super().filter_queryset(queryset))
