"""What may be sent, in the OpenAPI document: made from the same structs that read it."""

from typing import Any

import msgspec
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from ingestion.formats.json_batch import MOST_ROWS
from ingestion.formats.reading import FORMATS
from tenants.api.schema import ProblemSchema

SOURCE = OpenApiParameter(
    "source", str, required=True, description="The source the rows come from (`src_…`); `/v1/sources` lists them."
)


class BatchSchema(ProblemSchema):
    """Describes the body of a door as an array of the rows that its shape has."""

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any]:
        row = FORMATS[self.view.shape.label].row  # type: ignore[attr-defined]
        (reference,), components = msgspec.json.schema_components([row], ref_template="#/components/schemas/{name}Row")
        for name, schema in components.items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]
                f"{name}Row", ResolvedComponent.SCHEMA, schema, object=name
            )
            self.registry.register_on_missing(component)
        body = {"type": "array", "items": reference, "maxItems": MOST_ROWS}
        return {"content": {"application/json": {"schema": body}}, "required": True}
