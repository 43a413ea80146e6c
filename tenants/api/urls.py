from django.urls import path

import tenants.api.converters  # noqa: F401 (registers public_id)
from tenants.api.views import ClientListView, ClientView, JobListView, JobView, MeView

urlpatterns = [
    path("me", MeView.as_view(), name="me"),
    path("clients", ClientListView.as_view(), name="clients"),
    path("clients/<public_id:client_id>", ClientView.as_view(), name="client"),
    path("jobs", JobListView.as_view(), name="jobs"),
    path("jobs/<public_id:job_id>", JobView.as_view(), name="job"),
]
