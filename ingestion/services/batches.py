"""A batch over the API: read, landed and answered within the request's transaction."""

from ingestion import selectors
from ingestion.formats import json_batch
from ingestion.formats.reading import FORMATS
from ingestion.models import Shape
from ingestion.services import landing


def receive(body: bytes, *, source_id: str, shape: Shape) -> landing.Landing:
    """Land a JSON array of rows from the source of this public id.

    Raises UnknownSource, NotJson, TooDeep or TooManyRows; then nothing of it is kept.
    """
    source = selectors.source(source_id)
    rows = json_batch.split(body)
    reading = json_batch.read(FORMATS[shape.label], landing.terms(source, shape), rows)
    return landing.land(reading, source=source, shape=shape)
