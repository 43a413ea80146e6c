"""Random traffic of somebody who keeps a log: what was sent to whom, and what is to become of every row."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from ingestion.formats.reading import FORMATS
from tests.ingestion.doors import AT, ROWS, WITH_ID
from tests.ingestion.envelopes import EVENT, EVENTS

VERDICTS = ("accepted", "duplicate", "quarantined", "erased")
# Few, so that most rows come again, by another door or in another envelope.
POOL = 30
LATER = "2026-05-02T10:00:00Z"
GONE = {"handle": "gone", "email": "gone@person.example"}
PEOPLE = {"engagements": "actor", "outcomes": "who", "contact-facts": "who", "identity-links": "who"}
JSON, LINES = "application/json", "application/x-ndjson"


@dataclass(frozen=True)
class Row:
    """One row as it is sent. becomes: of a good one `accepted`, the first time that what it is known by comes."""

    body: bytes
    becomes: str
    known_by: str = ""


@dataclass(frozen=True)
class Sent:
    """One batch, as whoever sent it remembers it."""

    source: str
    shape: str
    rows: Sequence[Row]

    def matches(self, answer: dict[str, Any]) -> bool:
        """Whether the answer gives every row one verdict, and the one that it had to get."""
        at = {"duplicate": answer["duplicates"], "quarantined": answer["quarantine"], "erased": answer["dropped"]}
        given = {it["index"]: verdict for verdict, listed in at.items() for it in listed}
        listed = sum(len(it) for it in at.values())
        verdicts = [given.get(index, "accepted") for index in range(len(self.rows))]
        counted = Counter(verdicts)
        return (
            answer["received"] == len(self.rows)
            and listed == len(given) == sum(it != "accepted" for it in verdicts)
            and all(answer[name] == counted[name] for name in VERDICTS)
            and all(
                verdict == row.becomes or (verdict, row.becomes) == ("duplicate", "accepted")
                for verdict, row in zip(verdicts, self.rows, strict=True)
            )
        )


def added_up(log: Iterable[Sent]) -> dict[tuple[str, str], dict[str, int]]:
    """Return by source and shape how many batches and rows were sent, and what must have become of them."""
    totals: dict[tuple[str, str], Counter[str]] = {}
    seen: set[tuple[str, str, str]] = set()
    for sent in log:
        total = totals.setdefault((sent.source, sent.shape), Counter())
        total.update(batches=1, received=len(sent.rows))
        for row in sent.rows:
            known = (sent.source, sent.shape, row.known_by)
            total["duplicate" if row.becomes == "accepted" and known in seen else row.becomes] += 1
            seen |= {known} if row.becomes == "accepted" else set()
    return {of: {name: total[name] for name in ("batches", "received", *VERDICTS)} for of, total in totals.items()}


def good(shape: str, number: int) -> dict[str, Any]:
    """Return a row that can be used, the same for the same number."""
    names: dict[str, Any] = {"id": f"{shape}-{number}"} if shape in WITH_ID else {"number": number + 1}
    if shape in PEOPLE:
        names[PEOPLE[shape]] = {"handle": f"person{number % 7}"}
    if shape == "identity-links":
        names |= {"who": {"handle": f"person{number}"}, "same_as": {"customer": f"customer{number}"}}
    return ROWS[shape](**names)


def first(shape: str) -> Row:
    """Return the row that comes before all else."""
    return Row(_json(good(shape, 0)), "accepted", "0")


def row(random: Random, shape: str) -> Row:
    """Draw a row: mostly one that can be used."""
    number = random.randrange(POOL)
    said = good(shape, number)
    kind = random.choices(["good", "bad", "conflict", "gone"], [12, 4, 1, 2])[0]
    if kind == "bad":
        return Row(_bad(random, said), "quarantined")
    if kind == "conflict":  # what is numbered 0 came before all else
        other = {FORMATS[shape].moment: LATER} if shape in WITH_ID else {"followers": 11}
        return Row(_json(good(shape, 0) | other), "quarantined")
    if kind == "gone" and shape in PEOPLE:
        name = random.choice(["handle", "email"])
        broken = random.choice([{}, {"unheard_of": 1}])  # whatever else may be wrong with it
        return Row(_json(said | {"id": f"gone-{number}", PEOPLE[shape]: {name: GONE[name]}} | broken), "erased")
    return Row(_json(said), "accepted", f"{number}")


def rows(random: Random, shape: str, most: int) -> list[Row]:
    return [row(random, shape) for _ in range(random.randint(0, most))]


def _bad(random: Random, said: dict[str, Any]) -> bytes:
    return random.choice(
        [
            b"5",
            b"{}",
            _json(said | {"unheard_of": 1}),
            _json(said | {"id": "x" * 33_000}),
            _json(said | {"id": "a\0b"}),
            b'{"id": "twice", ' + _json(said)[1:] if "id" in said else b"[]",
            b'{"id": "half \\ud83d"}',
        ]
    )


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def enveloped(random: Random, found: Sequence[Row]) -> tuple[bytes, str, dict[str, str]]:
    """Return rows as a body in an envelope that is drawn, with its media type and more headers."""
    bodies = [it.body for it in found]
    event = {"specversion": "1.0", "id": str(random.random()), "source": "/shop", "type": "com.example.comment"}
    events = [_json(event)[:-1] + b', "data": ' + it + b"}" for it in bodies]
    forms: list[tuple[bytes, str, dict[str, str]]] = [
        (b"[" + b",".join(bodies) + b"]", JSON, {}),
        (b'{"batch": [' + b", ".join(bodies) + b"]}", JSON, {}),
        (b"\n\n".join(bodies) + b"\n", LINES, {}),
        (b"[" + b",".join(events) + b"]", EVENTS, {}),
    ]
    if len(found) == 1:
        forms += [
            (events[0], EVENT, {}),
            (bodies[0], JSON, {f"ce-{name}": value for name, value in event.items()}),
        ]
    return random.choice(forms)


def calls(random: Random, most: int) -> tuple[list[Row], list[dict[str, Any]]]:
    """Draw calls of Segment's, of acts; return what is to become of them, and them."""
    found, sent = [], []
    for _ in range(random.randint(1, most)):
        number = random.randrange(POOL)
        call: dict[str, Any] = {"messageId": f"call-{number}", "type": "track", "event": "Comment"}
        call |= {"userId": f"user{number % 5}", "timestamp": AT, "properties": {"text": "How much is it?"}}
        kind = random.choices(["good", "bad", "gone"], [6, 2, 1])[0]
        if kind == "bad":
            call |= random.choice([{"type": "identify"}, {"event": "Unheard Of"}, {"userId": None}])
        if kind == "gone":
            call["context"] = {"traits": {"email": GONE["email"]}}
        becomes = {"good": "accepted", "bad": "quarantined", "gone": "erased"}[kind]
        found.append(Row(_json(call), becomes, f"call-{number}"))
        sent.append(call)
    return found, sent
