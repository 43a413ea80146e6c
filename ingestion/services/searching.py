"""What names somebody without being theirs: rows that were set aside, bodies that wait, answers that are remembered."""

from collections.abc import Callable, Collection, Iterator

from django.db import models

from ingestion.formats import layout
from ingestion.formats.naming import Naming
from ingestion.models import HookBody, Rejection
from ingestion.services.landing import IDENTITY
from tenants.models import Answer, Platform
from tenants.models.job import OPEN
from tenants.services.secret import secret_for

ROWS_AT_ONCE = 500


def naming() -> Naming:
    """Return what finds people in texts, for the agency in force."""
    return Naming(secret_for(IDENTITY), Platform.values)


def rejections(client_id: int, keys: Collection[bytes], *, mentions: bool = True) -> Iterator[int]:
    """Yield the row numbers of a client's rows set aside that are about somebody; with mentions, that name them."""
    finds = naming()
    rows = Rejection.objects.filter(delivery__source__client=client_id).order_by("pk")
    asked = ("pk", "row", "detail", "delivery__source__public_id", "delivery__file__layout")
    for pk, row, detail, apart, said in rows.values_list(*asked).iterator(chunk_size=ROWS_AT_ONCE):
        columns = layout.columns_of_people(said) if said else ()
        if (
            any(key in keys for key in finds.named(row, apart=apart, columns=columns))
            or (mentions and any(key in keys for text in (row, detail) for key in finds.mentioned(text, apart=apart)))
        ):  # fmt: skip
            yield pk


def bodies(client_id: int, keys: Collection[bytes]) -> Iterator[int]:
    """Yield the row numbers of the bodies whose jobs have stopped and that name somebody. The others are gone soon."""
    finds = naming()
    stopped = HookBody.objects.filter(hook__source__client=client_id).exclude(job__state__in=OPEN).order_by("pk")
    for pk, body, apart in stopped.values_list("pk", "body", "hook__source__public_id").iterator(chunk_size=1):
        text = bytes(body).decode(errors="replace")
        if any(key in keys for found in (finds.named, finds.mentioned) for key in found(text, apart=apart)):
            yield pk


def answers(client_id: int, keys: Collection[bytes]) -> Iterator[int]:
    """Yield the row numbers of the agency's answers that mention somebody; they do not say whose client's they are."""
    finds = naming()
    for pk, key, body in (
        Answer.objects.order_by("pk").values_list("pk", "key", "body").iterator(chunk_size=ROWS_AT_ONCE)
    ):
        if any(it in keys for text in (key, body) for it in finds.mentioned(text, apart="")):
            yield pk


SEARCHED: dict[type[models.Model], Callable[[int, Collection[bytes]], Iterator[int]]] = {
    Rejection: rejections,
    Answer: answers,
    HookBody: bodies,
}
