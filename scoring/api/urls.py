from django.urls import path

import tenants.api.converters  # noqa: F401 (registers public_id)
from scoring.api.models import MatchRateView, ModelActView, ModelCardView, ModelListView, ModelView
from scoring.api.steps import MomentListView, NextStepListView, NotALeadView
from scoring.api.views import (
    BandChangeListView,
    ChannelFindingListView,
    ChannelVettingView,
    ClientFindingListView,
    PracticeListView,
    ScoreListView,
    ScoreView,
    WarningListView,
    WarningView,
)

urlpatterns = [
    path("scores", ScoreListView.as_view(), name="scores"),
    path("scores/<public_id:contact_id>", ScoreView.as_view(), name="score"),
    path("scores/<public_id:contact_id>/history", BandChangeListView.as_view(), name="score_history"),
    path("scores/<public_id:contact_id>/not-a-lead", NotALeadView.as_view(), name="not_a_lead"),
    path("next-steps", NextStepListView.as_view(), name="next_steps"),
    path("moments", MomentListView.as_view(), name="moments"),
    path("warnings", WarningListView.as_view(), name="warnings"),
    path("warnings/<public_id:warning_id>", WarningView.as_view(), name="warning"),
    path("channels/<public_id:channel_id>/findings", ChannelFindingListView.as_view(), name="channel_findings"),
    path("channels/<public_id:channel_id>/vetting", ChannelVettingView.as_view(), name="channel_vetting"),
    path("clients/<public_id:client_id>/findings", ClientFindingListView.as_view(), name="client_findings"),
    path("practices", PracticeListView.as_view(), name="practices"),
    path("match-rates", MatchRateView.as_view(), name="match_rates"),
    path("models", ModelListView.as_view(), name="models"),
    path("models/<public_id:model_id>", ModelView.as_view(), name="model"),
    path("models/<public_id:model_id>/card", ModelCardView.as_view(), name="model_card"),
    path("models/<public_id:model_id>/promote", ModelActView.as_view(does="promote"), name="model_promote"),
    path("models/<public_id:model_id>/hold", ModelActView.as_view(does="hold"), name="model_hold"),
    path("models/<public_id:model_id>/release", ModelActView.as_view(does="release"), name="model_release"),
    path("models/<public_id:model_id>/rollback", ModelActView.as_view(does="roll_back"), name="model_rollback"),
]
