"""Rows that were set aside, whichever door they came in by: to be read, mended, tried again or given up."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework.backends import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion import selectors
from ingestion.api.filters import RejectionFilter
from ingestion.api.parsers import JsonUnread
from ingestion.api.serializers import RejectionSerializer, TriedAgainSerializer, VerdictSerializer
from ingestion.formats.json_batch import decoded
from ingestion.models import Rejection
from ingestion.services import quarantine
from tenants.api.idempotency import KEY, idempotent
from tenants.api.pagination import refuse_unknown

ACCEPTED = {"code": "accepted", "pointer": "", "detail": "This row is in use now, or was here before."}


class SetAside(generics.GenericAPIView[Rejection]):
    serializer_class = RejectionSerializer

    def get_queryset(self) -> QuerySet[Rejection]:
        return selectors.rejections()


class SetAsideListView(SetAside, generics.ListAPIView[Rejection]):
    """The rows that could not be used, as they were sent, each with what is wrong and where."""

    filter_backends = [DjangoFilterBackend]
    filterset_class = RejectionFilter


class SetAsideView(SetAside, generics.RetrieveAPIView[Rejection]):
    """One row that could not be used."""

    lookup_field = "public_id"
    lookup_url_kwarg = "rejection_id"
    parser_classes = [JsonUnread]

    @extend_schema(request={"application/json": OpenApiTypes.OBJECT}, responses=VerdictSerializer)
    def put(self, request: Request, rejection_id: str) -> Response:
        """Try the row again as it is sent here: as its shape has it or, of a file, with a text for each column.

        The verdict says what is still wrong, and the row is kept as it is now; or it is `accepted`, and gone from here.
        """
        body: Any = request.data or b""
        rejection = self.get_object()
        verdict = quarantine.mend(rejection, decoded(body))
        return Response(asdict(verdict) if verdict else {"index": rejection.index, **ACCEPTED})

    @extend_schema(responses={204: None})
    def delete(self, request: Request, rejection_id: str) -> Response:
        """Give the row up, with what is kept of it. Its batch goes on counting it as set aside."""
        quarantine.give_up(self.get_queryset().filter(pk=self.get_object().pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TryAgainView(SetAside):
    """Rows that could not be used, once what was in their way is gone."""

    filter_backends = [DjangoFilterBackend]
    filterset_class = RejectionFilter

    @extend_schema(request=None, parameters=[KEY], responses={202: TriedAgainSerializer}, filters=True)
    @idempotent
    def post(self, request: Request) -> Response:
        """Have every row that the filters find tried again by a job. Those that can be used then are gone from here."""
        refuse_unknown(request, self, pages=False)
        job = quarantine.try_again(self.filter_queryset(self.get_queryset()))
        return Response({"job": job.public_id, "rows": job.args["rows"]}, status=status.HTTP_202_ACCEPTED)
