"""Agencies over HTTP."""

from django.db.models import QuerySet
from rest_framework import generics

from tenants import selectors
from tenants.api.serializers import ClientSerializer, JobSerializer, MeSerializer
from tenants.models import ApiKey, Client, Job


class MeView(generics.RetrieveAPIView[ApiKey]):
    """The agency this key speaks for, and what the key may do."""

    serializer_class = MeSerializer

    def get_object(self) -> ApiKey:
        return self.request.auth  # type: ignore[return-value]


class ClientListView(generics.ListAPIView[Client]):
    """The brands this agency looks after, in the order they were added."""

    serializer_class = ClientSerializer

    def get_queryset(self) -> QuerySet[Client]:
        return selectors.clients()


class ClientView(generics.RetrieveAPIView[Client]):
    """One brand, with its declared audience and its channels."""

    serializer_class = ClientSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "client_id"

    def get_queryset(self) -> QuerySet[Client]:
        return selectors.clients()


class JobListView(generics.ListAPIView[Job]):
    """Background work, in the order it was put in."""

    serializer_class = JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        return selectors.jobs()


class JobView(generics.RetrieveAPIView[Job]):
    """One unit of background work: how far it is, and why it failed if it did."""

    serializer_class = JobSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "job_id"

    def get_queryset(self) -> QuerySet[Job]:
        return selectors.jobs()
