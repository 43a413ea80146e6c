"""A batch over the API: read, landed and answered within the request's transaction."""

from collections.abc import Mapping

from ingestion import selectors
from ingestion.formats import envelopes
from ingestion.formats.reading import FORMATS
from ingestion.models import Shape
from ingestion.services import landing


def receive(
    body: bytes,
    *,
    source_id: str,
    shape: Shape,
    media_type: str = envelopes.JSON,
    event: Mapping[str, str] = envelopes.NOT_BESIDE,
) -> landing.Landing:
    """Land the rows of a body from the source of this public id.

    event: the attributes of a CloudEvent that were sent beside its data. Raises UnknownSource, NotJson, TooDeep or
    TooManyRows; then nothing of it is kept.
    """
    source, format_ = selectors.source(source_id), FORMATS[shape.label]
    terms = landing.terms(source, shape)
    batch = envelopes.split(body, now=terms.now, media_type=media_type, event=event)
    return landing.land(envelopes.read(format_, terms, batch), source=source, shape=shape)
