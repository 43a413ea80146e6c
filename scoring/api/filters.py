"""By what lists of scores and warnings can be narrowed."""

from django_filters.filters import CharFilter, ChoiceFilter, ModelChoiceFilter
from django_filters.rest_framework.filterset import FilterSet

from scoring.models import Band, Stage, WarningState
from tenants import selectors as tenants


def _clients(_request: object) -> object:
    return tenants.clients().prefetch_related(None)


def of_client(field: str) -> ModelChoiceFilter:
    """Return the filter by client; one that is not there is the caller's mistake, not an empty list."""
    return ModelChoiceFilter(
        field_name=field, queryset=_clients, to_field_name="public_id", label="Of this client only (`cli_…`)."
    )


class ScoreFilter(FilterSet):  # type: ignore[misc]
    client = of_client("client")
    handle = CharFilter(field_name="contact__handle", label="Of whoever has this handle, as it is shown.")
    stage = ChoiceFilter(choices=Stage.choices, label="On this stage only.")
    band = ChoiceFilter(choices=Band.choices, label="In this band only; on the prior there are none.")


class WarningFilter(FilterSet):  # type: ignore[misc]
    client = of_client("channel__client")
    state = ChoiceFilter(choices=WarningState.choices, label="In this state only.")
