"""Agencies over HTTP."""

from django.db.models import QuerySet
from rest_framework import generics

from tenants import selectors
from tenants.api.serializers import ClientSerializer, MeSerializer
from tenants.models import ApiKey, Client


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
