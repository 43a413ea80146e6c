"""By what lists of scores and warnings can be narrowed."""

from django.db.models import QuerySet
from django_filters.filters import CharFilter, ChoiceFilter, IsoDateTimeFilter, ModelChoiceFilter
from django_filters.rest_framework.filterset import FilterSet

from scoring import selectors
from scoring.integrity.catalog import CHECKS, LOOKED_AT, PRACTICES
from scoring.models import Answer, Band, EthicsWarning, GenuineMoment, Moment, NextStep, Stage, Step, WarningState
from tenants import selectors as tenants
from tenants.models import Client


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


def _codes(kinds: type[Step] | type[Moment]) -> list[tuple[str, str]]:
    return [(it.name.lower(), str(it.label)) for it in kinds]


class NextStepFilter(FilterSet):  # type: ignore[misc]
    client = of_client("client")
    kind = ChoiceFilter(choices=_codes(Step), method="of_kind", label="Of this kind only.")
    stage = ChoiceFilter(choices=Stage.choices, label="Of contacts on this stage only.")
    leave_out = ChoiceFilter(
        choices=[("customers", "Customers")],
        method="without",
        label="`customers`: whoever bought within a year and was not given it back. Staff and competitors are left out "
        "always, once that was said of them.",
    )

    def of_kind(self, steps: QuerySet[NextStep], name: str, kind: str) -> QuerySet[NextStep]:
        return steps.filter(step=Step[kind.upper()])

    def without(self, steps: QuerySet[NextStep], name: str, whom: str) -> QuerySet[NextStep]:
        return steps.filter(customer=False)


class MomentFilter(FilterSet):  # type: ignore[misc]
    client = of_client("client")
    kind = ChoiceFilter(choices=_codes(Moment), method="of_kind", label="Of this kind only.")

    def of_kind(self, moments: QuerySet[GenuineMoment], name: str, kind: str) -> QuerySet[GenuineMoment]:
        return moments.filter(moment=Moment[kind.upper()])


class WarningFilter(FilterSet):  # type: ignore[misc]
    client = ModelChoiceFilter(
        method="of_whom", queryset=_clients, to_field_name="public_id", label="Of this client only (`cli_…`)."
    )
    practice = ChoiceFilter(choices=[(it.code, it.name) for it in PRACTICES.values()], label="Of this practice only.")
    state = ChoiceFilter(choices=WarningState.choices, label="In this state only.")

    def of_whom(self, warnings: QuerySet[EthicsWarning], name: str, client: Client) -> QuerySet[EthicsWarning]:
        return warnings.filter(selectors.of_client(client.pk))


class FindingFilter(FilterSet):  # type: ignore[misc]
    practice = ChoiceFilter(
        choices=[(it.code, it.name) for it in LOOKED_AT.values()], label="Of this practice, or this advice, only."
    )
    check = ChoiceFilter(
        field_name="check_code", choices=[(it.code, it.name) for it in CHECKS.values()], label="Of this check only."
    )
    answer = ChoiceFilter(choices=Answer.choices, label="With this answer only.")
    since = IsoDateTimeFilter(field_name="end", lookup_expr="gte", label="Of windows that ended then or later only.")
