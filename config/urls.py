from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import failures
from ingestion import admin as ingestion_admin  # noqa: F401 (registers its pages)
from scoring import admin as scoring_admin  # noqa: F401
from tenants import admin as tenants_admin

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/password/", include("tenants.admin.passwords")),
    path("admin/", tenants_admin.site.urls),
    path("v1/schema", SpectacularAPIView.as_view(), name="schema"),
    path("v1/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("v1/", include("tenants.api.urls")),
    path("v1/", include("ingestion.api.urls")),
    path("v1/", include("scoring.api.urls")),
]

handler400 = failures.bad_request
handler403 = failures.forbidden
handler404 = failures.not_found
handler500 = failures.failed
