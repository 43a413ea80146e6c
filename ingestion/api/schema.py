"""What may be sent, in the OpenAPI document: made from the same structs that read it."""

from typing import Any

import msgspec
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from ingestion.formats import envelopes
from ingestion.formats.json_batch import MOST_ROWS
from ingestion.formats.reading import FORMATS
from tenants.api.schema import ProblemSchema

SOURCE = OpenApiParameter(
    "source", str, required=True, description="The source the rows come from (`src_…`); `/v1/sources` lists them."
)


class BatchSchema(ProblemSchema):
    """Describes the body of a door: the rows that its shape has, by themselves or in an envelope."""

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any]:
        row = self._row()
        rows = {"type": "array", "items": row, "maxItems": MOST_ROWS}
        batch = {"type": "object", "required": ["batch"], "properties": {"batch": rows}}
        event = {"type": "object", "required": ["specversion", "id", "source", "type", "data"],
                 "properties": {"specversion": {"const": "1.0"}, "id": {"type": "string"}, "source": {"type": "string"},
                                "type": {"type": "string"}, "time": {"type": "string", "format": "date-time"},
                                "data": row}}  # fmt: skip
        bodies: dict[str, Any] = {
            envelopes.JSON: {"oneOf": [rows, batch]},
            **{name: {"type": "string", "description": "One row a line."} for name in envelopes.LINES},
            envelopes.EVENT: event,
            envelopes.EVENTS: {"type": "array", "items": event, "maxItems": MOST_ROWS},
        }
        return {"content": {name: {"schema": schema} for name, schema in bodies.items()}, "required": True}

    def _row(self) -> dict[str, Any]:
        row = FORMATS[self.view.shape.label].row  # type: ignore[attr-defined]
        (reference,), components = msgspec.json.schema_components([row], ref_template="#/components/schemas/{name}Row")
        for name, schema in components.items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]
                f"{name}Row", ResolvedComponent.SCHEMA, schema, object=name
            )
            self.registry.register_on_missing(component)
        return reference
