from django.urls import path, register_converter
from django.urls.converters import StringConverter

from tenants.api.views import ClientListView, ClientView, JobListView, JobView, MeView
from tenants.models.owned import ALPHABET, RANDOM_CHARACTERS


class PublicIdConverter(StringConverter):
    """Matches what a public id can be; anything else is found nowhere and asks the database nothing."""

    regex = f"[a-z]{{3}}_[{ALPHABET}]{{{RANDOM_CHARACTERS}}}"


register_converter(PublicIdConverter, "public_id")

urlpatterns = [
    path("me", MeView.as_view(), name="me"),
    path("clients", ClientListView.as_view(), name="clients"),
    path("clients/<public_id:client_id>", ClientView.as_view(), name="client"),
    path("jobs", JobListView.as_view(), name="jobs"),
    path("jobs/<public_id:job_id>", JobView.as_view(), name="job"),
]
