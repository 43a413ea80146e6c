"""By what the rows that were set aside can be narrowed."""

from django.db.models import QuerySet
from django_filters.filters import ChoiceFilter, ModelChoiceFilter
from django_filters.rest_framework.filterset import FilterSet

from ingestion import selectors
from ingestion.errors import ROW_CODES
from ingestion.models import Delivery, Rejection, Shape, Source


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
