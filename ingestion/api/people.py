"""People's requests: found, shown everything, objecting, erased."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters.rest_framework.backends import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion import selectors
from ingestion.api.filters import PersonFilter
from ingestion.api.serializers import ErasureSerializer, ExportSerializer, FoundSerializer, PersonSerializer
from ingestion.errors import NotMadeYet
from ingestion.models import Contact, Erasure, Export
from ingestion.services import erasure, exporting, objections
from tenants.api.idempotency import KEY, idempotent
from tenants.models import ApiScope


class OfPeople(generics.GenericAPIView[Any]):
    required_scope = ApiScope.PEOPLE
    serializer_class: type[Any] = PersonSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "contact_id"

    def get_queryset(self) -> QuerySet[Any]:
        return selectors.contacts()

    def shown(self, contact: Contact) -> Response:
        """Show a person whole, from one contact of theirs."""
        person = selectors.whole([contact])
        said = {"contact": contact, "contacts": person, "elsewhere": selectors.elsewhere(person)}
        return Response(PersonSerializer(said).data)


class PeopleView(OfPeople, generics.ListAPIView[Contact]):
    """Whoever is known by a handle, an e-mail address or a customer number, with any client."""

    serializer_class = FoundSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = PersonFilter


class PersonView(OfPeople):
    @extend_schema(responses=PersonSerializer)
    def get(self, request: Request, contact_id: str) -> Response:
        """One person: every contact that they are here, and where else they are known."""
        return self.shown(self.get_object())

    @extend_schema(parameters=[KEY], responses={202: ErasureSerializer})
    @idempotent
    def delete(self, request: Request, contact_id: str) -> Response:
        """Erase the person with all contacts that they are with this client. The receipt says how far it is."""
        asked = erasure.ask(self.get_object(), by=None)
        return Response(ErasureSerializer(asked).data, status=status.HTTP_202_ACCEPTED)


class ObjectionView(OfPeople):
    @extend_schema(request=None, responses=PersonSerializer)
    def put(self, request: Request, contact_id: str) -> Response:
        """Record that the person objects to profiling: no score of them is computed from now on."""
        objections.record(self.get_object())
        return self.shown(self.get_object())

    @extend_schema(responses=PersonSerializer)
    def delete(self, request: Request, contact_id: str) -> Response:
        """Withdraw the objection: the person is scored again from the next run on."""
        objections.withdraw(self.get_object())
        return self.shown(self.get_object())


class AskForExportView(OfPeople):
    @extend_schema(request=None, parameters=[KEY], responses={202: ExportSerializer})
    @idempotent
    def post(self, request: Request, contact_id: str) -> Response:
        """Have everything that is kept of the person put into an archive, by a job."""
        export = exporting.ask(self.get_object(), by=None)
        return Response(ExportSerializer(export).data, status=status.HTTP_202_ACCEPTED)


class ErasureListView(generics.ListAPIView[Erasure]):
    """Erasures, with what was removed; of whom, they do not say."""

    required_scope = ApiScope.PEOPLE
    serializer_class = ErasureSerializer

    def get_queryset(self) -> QuerySet[Erasure]:
        return selectors.erasures()


class ErasureView(generics.RetrieveAPIView[Erasure]):
    """One erasure: how far it is, and what was removed."""

    required_scope = ApiScope.PEOPLE
    serializer_class = ErasureSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "erasure_id"

    def get_queryset(self) -> QuerySet[Erasure]:
        return selectors.erasures()


class ExportView(generics.RetrieveAPIView[Export]):
    """One archive: whether it is made, and until when it is kept."""

    required_scope = ApiScope.PEOPLE
    serializer_class = ExportSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "export_id"

    def get_queryset(self) -> QuerySet[Export]:
        return selectors.exports()


class ZipRenderer(BaseRenderer):
    """Lets a request through that accepts nothing but an archive."""

    media_type = "application/zip"
    format = "zip"


class ArchiveView(generics.GenericAPIView[Export]):
    required_scope = ApiScope.PEOPLE
    renderer_classes = [JSONRenderer, ZipRenderer]

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: str) -> HttpResponse:
        """The archive itself: a ZIP with a README, and of each table a CSV and a JSON file."""
        return archive_of(get_object_or_404(selectors.exports(), public_id=export_id))


def archive_of(export: Export) -> HttpResponse:
    """Return an archive to be kept as a file. Raises NotMadeYet."""
    if export.content is None:
        raise NotMadeYet
    headers = {
        "Content-Disposition": f'attachment; filename="{export.public_id}.zip"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(bytes(export.content), content_type="application/zip", headers=headers)
