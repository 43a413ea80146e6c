"""Every example in the page of the API is sent."""

import json
import os
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from ingestion.formats import envelopes
from ingestion.formats.ladder import KINDS
from ingestion.formats.presets import PRESETS
from ingestion.formats.reading import FORMATS
from tenants import scope
from tenants.models import Channel
from tests.conftest import Agency

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "api.md").read_text()
EXAMPLES = [
    it for it in re.findall(r"^```json ([a-z-]+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL) if it[0] in FORMATS
]

ENVELOPES = re.findall(r"^```json envelope ([a-z-]+) (\S+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
JSON = envelopes.JSON


def test_there_is_an_example_for_every_door() -> None:
    assert [shape for shape, _ in EXAMPLES] == list(FORMATS)


@pytest.mark.parametrize(("shape", "media_type", "body"), [(shape, JSON, body) for shape, body in EXAMPLES] + ENVELOPES)
def test_the_examples_of_the_page_are_accepted(agency: Agency, shape: str, media_type: str, body: str) -> None:
    with scope.of_tenant(agency.tenant.id):
        Channel.objects.create(client=agency.client, platform="instagram", handle="fernleaf.pottery")
    address = f"/v1/{shape}:batch?source={agency.source.public_id}"
    answer = agency.program().post(address, body.encode(), content_type=media_type)
    assert answer.json()["accepted"] > 0
    assert (answer.status_code, answer.json()["quarantine"], answer.json()["duplicate"]) == (202, [], 0)


@pytest.mark.parametrize(
    ("page", "named", "header"),
    [
        ("api.md", "layout", "Kennung,Datum,Konto"),
        ("files.md", "export", "Post ID,Publish time,Likes,Permalink,Reach"),
        ("files.md", "by-hand", "Videotitel,Videolink,Veröffentlichungszeit,Aufrufe insgesamt"),
    ],
)
def test_the_layouts_of_the_pages_read_a_file(agency: Agency, page: str, named: str, header: str) -> None:
    [said] = re.findall(rf"^```json {named}\n(.*?)^```", (DOCS / page).read_text(), flags=re.MULTILINE | re.DOTALL)
    program = agency.program()
    address = f"/v1/imports?source={agency.source.public_id}&name=file.csv"
    file = program.post(address, f"{header}\n".encode(), content_type="text/csv").json()
    look = program.post(f"/v1/imports/{file['id']}/look", said.encode(), content_type="application/json")
    assert (look.status_code, look.json()["problems"]) == (200, [])
    begun = program.post(f"/v1/imports/{file['id']}/begin", said.encode(), content_type="application/json")
    assert begun.status_code == 202


def test_the_page_of_files_lists_the_exports() -> None:
    listed = re.findall(r"^\| `([\w-]+)` \| (.*) \| ([\w-]+) \|$", (DOCS / "files.md").read_text(), flags=re.MULTILINE)
    assert listed == [(it.name, it.title, it.format) for it in PRESETS.values()]


def test_the_schema_says_what_a_row_may_have() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    rows = {name: it for name, it in schema["components"]["schemas"].items() if name.endswith("Row")}
    parts = {"PersonRow", "DescriptionRow", "BaitRow"}
    assert set(rows) == {f"{it.row.__name__}Row" for it in FORMATS.values()} | parts
    assert rows["EngagementRow"]["required"] == ["id", "kind", "occurred_at"]
    assert rows["EngagementRow"]["additionalProperties"] is False
    assert all(kind in rows["EngagementRow"]["properties"]["kind"]["description"] for kind in KINDS)
    bodies = schema["paths"]["/v1/outcomes:batch"]["post"]["requestBody"]["content"]
    array = {"type": "array", "items": {"$ref": "#/components/schemas/OutcomeRow"}, "maxItems": 5000}
    assert bodies["application/json"]["schema"]["oneOf"][0] == array
    assert set(bodies) == set(envelopes.MEDIA_TYPES)


def test_the_schema_is_one() -> None:
    """Valid as OpenAPI, and nothing in it that the generator was unsure of."""
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)


def test_the_schema_says_as_its_version_does_what_may_be_null() -> None:
    """`nullable` is a word of OpenAPI 3.0 and means nothing in 3.1."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert schema["openapi"].startswith("3.1")
    assert '"nullable"' not in json.dumps(schema)
    page = schema["components"]["schemas"]["PaginatedClientList"]["properties"]
    assert page["next"]["type"] == ["string", "null"]
