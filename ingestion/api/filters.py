"""By what rows that were set aside and what came in can be narrowed, and by what people are found."""

from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django_filters.filters import CharFilter, ChoiceFilter, DateTimeFilter, ModelChoiceFilter
from django_filters.rest_framework.filterset import FilterSet
from rest_framework.exceptions import ValidationError

from ingestion import selectors
from ingestion.errors import ROW_CODES
from ingestion.models import Contact, Delivery, FileImport, Rejection, Shape, Source
from ingestion.services import finding
from tenants import selectors as tenants
from tenants.services import clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST = 7 * DAY


def _sources(_request: object) -> QuerySet[Source]:
    return selectors.sources()


def _batches(_request: object) -> QuerySet[Delivery]:
    return selectors.deliveries()


def _files(_request: object) -> QuerySet[FileImport]:
    return selectors.imports()


def _clients(_request: object) -> object:
    return tenants.clients().prefetch_related(None)


class RejectionFilter(FilterSet):  # type: ignore[misc]
    source = ModelChoiceFilter(
        field_name="delivery__source", queryset=_sources, to_field_name="public_id", label="Of this source (`src_…`)."
    )
    batch = ModelChoiceFilter(
        field_name="delivery", queryset=_batches, to_field_name="public_id", label="Of this batch (`bat_…`)."
    )
    file = ModelChoiceFilter(
        field_name="delivery__file", queryset=_files, to_field_name="public_id", label="Of this import (`imp_…`)."
    )
    client = ModelChoiceFilter(
        field_name="delivery__source__client",
        queryset=_clients,
        to_field_name="public_id",
        label="Of this client (`cli_…`).",
    )
    code = ChoiceFilter(choices=[(code, code) for code in ROW_CODES], label="Set aside under this code.")
    shape = ChoiceFilter(
        choices=[(shape.label, shape.label) for shape in Shape], method="of_shape", label="Rows of this shape."
    )

    def of_shape(self, rows: QuerySet[Rejection], _name: str, label: str) -> QuerySet[Rejection]:
        return rows.filter(delivery__shape=Shape.called(label))


class UsageFilter(FilterSet):  # type: ignore[misc]
    source = ModelChoiceFilter(queryset=_sources, to_field_name="public_id", label="Of this source (`src_…`).")
    client = ModelChoiceFilter(
        field_name="source__client", queryset=_clients, to_field_name="public_id", label="Of this client (`cli_…`)."
    )
    start = DateTimeFilter(label="From the hour in which this moment lies; a day before `end`, unless named.")
    end = DateTimeFilter(
        label="Up to the hour in which this moment lies, seven days after `start` at most; now, unless named."
    )

    def filter_queryset(self, batches: QuerySet[Delivery]) -> QuerySet[Delivery]:
        said = self.form.cleaned_data
        # The day before now moves on while its pages are read; what lies before a cursor is left out anyway.
        start, end = _hours(said["start"], said["end"], usual=LONGEST if self.data.get("cursor") else DAY)
        which = {"source": said["source"], "source__client": said["client"]}
        which = {name: value for name, value in which.items() if value}
        return batches.filter(created_at__gte=start, created_at__lt=end, **which)


def _hours(start: datetime | None, end: datetime | None, *, usual: timedelta) -> tuple[datetime, datetime]:
    """Return the whole hours (UTC) in which [start, end) lies; `usual` is how long that is if nobody says."""
    try:
        end = (end or clock.now()).astimezone(UTC)
        start = (start or end - usual).astimezone(UTC)
        first, last = (it.replace(minute=0, second=0, microsecond=0) for it in (start, end))
        after = last if last == end else last + HOUR
    except OverflowError as far:
        raise ValidationError({"start": ["There are no hours so far away."]}) from far
    if not timedelta(0) < end - start <= LONGEST:
        raise ValidationError({"start": ["Name a moment before `end`, by seven days at most."]})
    return first, after


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
