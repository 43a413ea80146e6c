from django.urls import path

import tenants.api.converters  # noqa: F401 (registers public_id)
from ingestion.api.hooks import HookView
from ingestion.api.imports import (
    BeginView,
    ImportListView,
    ImportView,
    LeftoversView,
    LookView,
    PartView,
    VerdictsView,
)
from ingestion.api.people import (
    ArchiveView,
    AskForExportView,
    ErasureListView,
    ErasureView,
    ExportView,
    ObjectionView,
    PeopleView,
    PersonView,
)
from ingestion.api.quarantine import SetAsideListView, SetAsideView, TryAgainView
from ingestion.api.views import (
    BatchListView,
    BatchView,
    Door,
    QuarantineView,
    SourceListView,
    UsageView,
)
from ingestion.models import Shape

urlpatterns = [
    *(path(f"{shape.label}:batch", Door.as_view(shape=shape), name=shape.label) for shape in Shape),
    path("sources", SourceListView.as_view(), name="sources"),
    path("batches", BatchListView.as_view(), name="batches"),
    path("batches/<public_id:batch_id>", BatchView.as_view(), name="batch"),
    path("batches/<public_id:batch_id>/quarantine", QuarantineView.as_view(), name="quarantine"),
    path("usage", UsageView.as_view(), name="usage"),
    path("quarantine", SetAsideListView.as_view(), name="set_aside"),
    path("quarantine/try-again", TryAgainView.as_view(), name="try_again"),
    path("quarantine/<public_id:rejection_id>", SetAsideView.as_view(), name="rejection"),
    path("people", PeopleView.as_view(), name="people"),
    path("people/<public_id:contact_id>", PersonView.as_view(), name="person"),
    path("people/<public_id:contact_id>/export", AskForExportView.as_view(), name="ask_for_export"),
    path("people/<public_id:contact_id>/objection", ObjectionView.as_view(), name="objection"),
    path("erasures", ErasureListView.as_view(), name="erasures"),
    path("erasures/<public_id:erasure_id>", ErasureView.as_view(), name="erasure"),
    path("exports/<public_id:export_id>", ExportView.as_view(), name="export"),
    path("exports/<public_id:export_id>/archive", ArchiveView.as_view(), name="archive"),
    path("hooks/<str:token>", HookView.as_view(), name="hook"),
    path("imports", ImportListView.as_view(), name="imports"),
    path("imports/<public_id:import_id>", ImportView.as_view(), name="import"),
    path("imports/<public_id:import_id>/parts", PartView.as_view(), name="import_part"),
    path("imports/<public_id:import_id>/look", LookView.as_view(), name="import_look"),
    path("imports/<public_id:import_id>/begin", BeginView.as_view(), name="import_begin"),
    path("imports/<public_id:import_id>/set-aside", LeftoversView.as_view(), name="import_set_aside"),
    path("imports/<public_id:import_id>/verdicts", VerdictsView.as_view(), name="import_verdicts"),
]
