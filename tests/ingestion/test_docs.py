"""Every example in the page of the API, and in those that speak of it, is executed."""

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from ingestion.formats import envelopes
from ingestion.formats.ladder import KINDS
from ingestion.formats.presets import PRESETS
from ingestion.formats.reading import FORMATS
from ingestion.models import Delivery, Erasure, Rejection
from scoring.models import EthicsWarning, ModelVersion, Score
from tenants import scope
from tenants.models import Channel, ChannelRole
from tests.conftest import Agency, within
from tests.ingestion.doors import act, send
from tests.ingestion.people import erase

DOCS = Path(__file__).resolve().parents[2] / "docs"
# The labels of the examples of each page, all of which a test below takes up.
EXECUTED = {
    "api.md": [*FORMATS, r"envelope \S+ \S+", "layout", "sent", "answered", r"GET \S+", r"refused \S+"],
    "files.md": ["export", "by-hand"],
    "data-dictionary.md": [],
    "runbook.md": [],
}
# What differs from one answer to the next down to its keys.
FREE = {"removed", "families", "quality", "baseline", "report", "data", "circumstances"}


def blocks(label: str, page: str = "api.md") -> list[Any]:
    """Return the examples with a label: their texts, behind the parts of the label in parentheses if there are any."""
    return re.findall(rf"^```json {label}\n(.*?)^```$", (DOCS / page).read_text(), flags=re.MULTILINE | re.DOTALL)


EXAMPLES = blocks(f"({'|'.join(FORMATS)})")
ENVELOPES = blocks(r"envelope ([a-z-]+) (\S+)")
JSON = envelopes.JSON


@pytest.mark.parametrize("page", EXECUTED)
def test_no_example_of_a_page_is_executed_by_no_test(page: str) -> None:
    labels = re.findall(r"^[ >]*```(.*)$", (DOCS / page).read_text(), flags=re.MULTILINE)[::2]
    known = "|".join(EXECUTED[page])
    assert [it for it in labels if not re.fullmatch(f"json ({known})", it)] == []


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
    [said] = blocks(named, page)
    program = agency.program()
    address = f"/v1/imports?source={agency.source.public_id}&name=file.csv"
    file = program.post(address, f"{header}\n".encode(), content_type="text/csv").json()
    look = program.post(f"/v1/imports/{file['id']}/look", said.encode(), content_type="application/json")
    assert (look.status_code, look.json()["problems"]) == (200, [])
    begun = program.post(f"/v1/imports/{file['id']}/begin", said.encode(), content_type="application/json")
    assert begun.status_code == 202


def schema_of_all() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


def unnamed(address: str) -> str:
    """Return an address without its parameters' names: a page may call them otherwise than the schema."""
    return re.sub(r"\{\w+\}", "{}", address)


def test_the_page_names_every_operation() -> None:
    """And no page one that there is not. An address alone is asked for with GET."""
    paths = schema_of_all()["paths"]
    there = {f"{method.upper()} {unnamed(path)}" for path, methods in paths.items() for method in methods}
    assert there - named_in("api.md") == set()
    there |= {"GET /v1/schema", "GET /v1/docs"}
    assert {page.name: named_in(page.name) - there for page in DOCS.glob("*.md") if named_in(page.name) - there} == {}


def named_in(page: str) -> set[str]:
    prose = re.sub(r"^```.*?^```$", "", (DOCS / page).read_text(), flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"((?:[A-Z]+, )*[A-Z]+ +)?(/v1/\w[\w/{}:-]*)", prose)
    return {
        f"{it} {unnamed(address)}" for methods, address in found for it in re.findall(r"[A-Z]+", methods) or ["GET"]
    }


def kind_of(value: Any) -> str:
    """Return what an example has at this place: `con_…` for an id, for all else its kind."""
    if isinstance(value, str):
        moment, named = re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value), re.fullmatch(r"([a-z]{3}_)(…|\w{20})", value)
        return "moment" if moment else named[1] if named else "text"
    return {bool: "yes or no", int: "number", float: "number"}[type(value)]


def differences(shown: Any, answered: Any, place: str = "") -> list[str]:
    """Return where an answer has other fields than its example, or others' kinds of values. Null may stand for any."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        if list(shown) != list(answered):
            return [f"{place}: {list(shown)} is shown for {list(answered)}"]
        inner = [(shown[name], answered[name], f"{place}/{name}") for name in shown if name not in FREE]
    elif isinstance(shown, list) and isinstance(answered, list):
        inner = [(one, another, f"{place}/-") for one in shown for another in answered]
    elif None in (shown, answered) or kind_of(shown) == kind_of(answered):
        inner = []
    else:
        return [f"{place}: {shown} is shown for {answered}"]
    return [it for one in inner for it in differences(*one)]


def of_the_cast(agency: Agency, address: str) -> str:
    """Return an address with an id of the agency in place of its parameter."""
    with within(agency):
        prospect, _ = Channel.objects.get_or_create(
            client=agency.client, platform="instagram", handle="creator", role=ChannelRole.PROSPECT
        )
        ids = {
            "client": agency.client.public_id,
            "channel": agency.channel.public_id,
            "prospect": prospect.public_id,
            "batch": Delivery.objects.latest("id").public_id,
            "row": Rejection.objects.get().public_id,
            "contact": Score.objects.get().contact.public_id,
            "erasure": Erasure.objects.get().public_id,
            "warning": EthicsWarning.objects.get().public_id,
            "model": ModelVersion.objects.get().public_id,
            "job": agency.job.public_id,
        }
    return address.format(**ids)


def validate(said: Any, address: str) -> None:
    """Hold an answer against the schema, which knows, too, what may be null and what stands in an empty list."""
    schema = schema_of_all()
    answers = {unnamed(path): it["get"]["responses"]["200"] for path, it in schema["paths"].items() if "get" in it}
    answer = answers[unnamed(address.partition("?")[0])]["content"]["application/json"]["schema"]
    jsonschema.validate(said, {**answer, "components": schema["components"]})


@pytest.mark.parametrize(("address", "example"), blocks(r"GET (\S+)"))
def test_the_answers_of_the_page_are_what_comes(agency: Agency, address: str, example: str) -> None:
    answer = agency.program().get(of_the_cast(agency, address))
    assert answer.status_code == 200
    assert differences(json.loads(example), answer.json()) == []
    for said in (json.loads(example), answer.json()):
        validate(said, address)


def matches(example: str, answered: Any) -> None:
    """Compare word for word; … stands for an id."""
    assert json.loads(re.sub(r"([a-z]{3}_)\w{20}", r"\1…", json.dumps(answered))) == json.loads(example)


@pytest.mark.django_db(transaction=True)
def test_the_batch_of_the_page_gets_the_verdicts_beside_it(agency: Agency) -> None:
    [sent], [answered] = blocks("sent"), blocks("answered")
    send(agency, [act(1, actor={"handle": "bob"})])
    erase(agency, "bob")
    assert send(agency, dict(EXAMPLES)["engagements"].encode()).json()["accepted"] == 3
    answer = send(agency, sent.encode())
    assert answer.status_code == 202
    matches(answered, answer.json())
    shown = json.loads(dict(blocks(r"GET (\S+)"))["/v1/quarantine/{row}"])
    (row,) = agency.program().get(answer.json()["quarantine_url"]).json()["results"]
    assert {name: value for name, value in row.items() if shown[name] == value}.keys() == {
        "index", "code", "pointer", "detail", "row",
    }  # fmt: skip


def test_the_counts_that_the_page_shows_add_up() -> None:
    shown = [json.loads(it) for it in [*blocks("answered"), *(example for _, example in blocks(r"GET (\S+)"))]]
    rows = [row for it in shown if isinstance(it, dict) for row in it.get("results", [it]) if "received" in row]
    assert len(rows) == 3
    for row in rows:
        assert row["received"] == row["accepted"] + row["duplicate"] + row["quarantined"] + row["erased"]


def test_the_problem_of_the_page_is_what_comes(agency: Agency) -> None:
    [[address, example]] = blocks(r"refused (\S+)")
    answer = agency.program().get(address)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.status_code == answer.json()["status"]
    matches(example, answer.json())


def test_the_page_of_files_lists_the_exports() -> None:
    listed = re.findall(r"^\| `([\w-]+)` \| (.*) \| ([\w-]+) \|$", (DOCS / "files.md").read_text(), flags=re.MULTILINE)
    assert listed == [(it.name, it.title, it.format) for it in PRESETS.values()]


def test_the_schema_says_what_a_row_may_have() -> None:
    schema = schema_of_all()
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
    schema = schema_of_all()
    assert schema["openapi"].startswith("3.1")
    assert '"nullable"' not in json.dumps(schema)
    page = schema["components"]["schemas"]["PaginatedClientList"]["properties"]
    assert page["next"]["type"] == ["string", "null"]
