"""Every example in the page of the API is sent."""

import os
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from ingestion.formats.ladder import KINDS
from tenants import scope
from tenants.models import Channel
from tests.conftest import Agency
from tests.ingestion.doors import send

PAGE = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text()
EXAMPLES = re.findall(r"^```json ([a-z-]+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_there_is_an_example_for_every_door() -> None:
    assert [shape for shape, _ in EXAMPLES] == ["engagements", "outcomes", "audience-counts", "profile-samples"]


@pytest.mark.parametrize(("shape", "body"), EXAMPLES)
def test_the_examples_of_the_page_are_accepted(agency: Agency, shape: str, body: str) -> None:
    with scope.of_tenant(agency.tenant.id):
        Channel.objects.create(client=agency.client, platform="instagram", handle="fernleaf.pottery")
    answer = send(agency, body.encode(), shape)
    assert (answer.status_code, answer.json()["quarantine"], answer.json()["duplicate"]) == (202, [], 0)


def test_the_schema_says_what_a_row_may_have() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    rows = {name: it for name, it in schema["components"]["schemas"].items() if name.endswith("Row")}
    assert set(rows) == {"EngagementRow", "OutcomeRow", "AudienceCountRow", "ProfileSampleRow", "PersonRow"}
    assert rows["EngagementRow"]["required"] == ["id", "kind", "occurred_at"]
    assert rows["EngagementRow"]["additionalProperties"] is False
    assert all(kind in rows["EngagementRow"]["properties"]["kind"]["description"] for kind in KINDS)
    body = schema["paths"]["/v1/outcomes:batch"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"type": "array", "items": {"$ref": "#/components/schemas/OutcomeRow"}, "maxItems": 5000}


def test_the_schema_is_one() -> None:
    """Valid as OpenAPI, and nothing in it that the generator was unsure of."""
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)
