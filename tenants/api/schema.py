"""The OpenAPI document: what every operation may answer, errors included."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


class PlaceSerializer(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField()
    detail = serializers.CharField()
    pointer = serializers.CharField(help_text="JSON pointer into what was sent; empty for the whole.")


class ProblemSerializer(serializers.Serializer[dict[str, Any]]):
    """An RFC 9457 problem document, sent as application/problem+json."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable; programs may switch on it.")
    detail = serializers.CharField(help_text="A sentence for people.")
    errors = PlaceSerializer(many=True)  # type: ignore[assignment] # the serializer has a property of this name


class ProblemSchema(AutoSchema):
    """Adds the problem document to every operation as its answer to whatever goes wrong."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        component = self.resolve_serializer(ProblemSerializer, direction)
        bodies["default"] = {
            "description": "A problem",
            "content": {"application/problem+json": {"schema": component.ref}},
        }
        return bodies

    def get_tags(self) -> list[str]:
        return [self.path.strip("/").split("/")[1].removesuffix(":batch")]
