"""By what the rows that were set aside can be narrowed, and by what people are found."""

from django.db.models import QuerySet
from django_filters.filters import CharFilter, ChoiceFilter, ModelChoiceFilter
from django_filters.rest_framework.filterset import FilterSet
from rest_framework.exceptions import ValidationError

from ingestion import selectors
from ingestion.errors import ROW_CODES
from ingestion.models import Contact, Delivery, Rejection, Shape, Source
from ingestion.services import finding
from tenants import selectors as tenants


def _sources(_request: object) -> QuerySet[Source]:
    return selectors.sources()


def _batches(_request: object) -> QuerySet[Delivery]:
    return selectors.deliveries()


class RejectionFilter(FilterSet):  # type: ignore[misc]
    source = ModelChoiceFilter(
        field_name="delivery__source", queryset=_sources, to_field_name="public_id", label="Of this source (`src_…`)."
    )
    batch = ModelChoiceFilter(
        field_name="delivery", queryset=_batches, to_field_name="public_id", label="Of this batch (`bat_…`)."
    )
    code = ChoiceFilter(choices=[(code, code) for code in ROW_CODES], label="Set aside under this code.")
    shape = ChoiceFilter(
        choices=[(shape.label, shape.label) for shape in Shape], method="of_shape", label="Rows of this shape."
    )

    def of_shape(self, rows: QuerySet[Rejection], _name: str, label: str) -> QuerySet[Rejection]:
        return rows.filter(delivery__shape=Shape.called(label))


def _clients(_request: object) -> object:
    return tenants.clients().prefetch_related(None)


class PersonFilter(FilterSet):  # type: ignore[misc]
    handle = CharFilter(label="On any platform, in any case, with or without the @.")
    email = CharFilter(label="Address.")
    customer = CharFilter(label="Number in a shop or CRM.")
    client = ModelChoiceFilter(queryset=_clients, to_field_name="public_id", label="Of this client only (`cli_…`).")

    def filter_queryset(self, queryset: QuerySet[Contact]) -> QuerySet[Contact]:
        said = dict(self.form.cleaned_data)
        client = said.pop("client")
        if not any(said.values()):
            raise ValidationError({"handle": ["Name the person by handle, email or customer."]})
        found = finding.find(**said)
        return found.filter(client=client) if client else found
