"""How tests send rows in envelopes, and a call and an event that can be used."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.conftest import Agency
from tests.ingestion.doors import AT

HAPPENED = datetime(2026, 5, 1, 10, tzinfo=UTC)
EVENT = "application/cloudevents+json"
EVENTS = "application/cloudevents-batch+json"


def post(agency: Agency, body: Any, kind: str = "application/json", shape: str = "engagements", **headers: str) -> Any:
    address = f"/v1/{shape}:batch?source={agency.source.public_id}"
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return agency.program().post(address, body, content_type=kind, headers=headers)


def counts(answer: Any) -> tuple[int, int, int]:
    shown = answer.json()
    return shown["accepted"], shown["duplicate"], shown["quarantined"]


def call(number: object = 1, **more: Any) -> dict[str, Any]:
    it = {"messageId": f"m-{number}", "type": "track", "event": "Comment", "userId": "17", "timestamp": AT}
    return it | {"properties": {"text": "How much is it?", "browser": "no field of ours"}} | more


def event(number: object = 1, **more: Any) -> dict[str, Any]:
    data = {"actor": {"handle": "ada"}, "words": 4}
    it = {"specversion": "1.0", "id": f"e-{number}", "source": "/shop", "type": "com.example.comment", "time": AT}
    return it | {"data": data} | more
