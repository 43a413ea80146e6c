from django.urls import path

import tenants.api.converters  # noqa: F401 (registers public_id)
from ingestion.api.views import (
    AudienceCountsDoor,
    BatchListView,
    BatchView,
    EngagementsDoor,
    ImportListView,
    ImportView,
    OutcomesDoor,
    ProfileSamplesDoor,
    QuarantineView,
    SourceListView,
)

urlpatterns = [
    path("engagements:batch", EngagementsDoor.as_view(), name="engagements"),
    path("outcomes:batch", OutcomesDoor.as_view(), name="outcomes"),
    path("audience-counts:batch", AudienceCountsDoor.as_view(), name="audience_counts"),
    path("profile-samples:batch", ProfileSamplesDoor.as_view(), name="profile_samples"),
    path("sources", SourceListView.as_view(), name="sources"),
    path("batches", BatchListView.as_view(), name="batches"),
    path("batches/<public_id:batch_id>", BatchView.as_view(), name="batch"),
    path("batches/<public_id:batch_id>/quarantine", QuarantineView.as_view(), name="quarantine"),
    path("imports", ImportListView.as_view(), name="imports"),
    path("imports/<public_id:import_id>", ImportView.as_view(), name="import"),
]
