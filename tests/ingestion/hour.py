"""An hour of requests at every door, drawn from a seed; each, when it is done, says what whoever sent it wrote down."""

import gzip
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from ingestion.errors import CannotEnter
from ingestion.models import Contact, Sender, Source
from ingestion.services import hooks, logged
from tests.conftest import Agency, within
from tests.ingestion import asking
from tests.ingestion.doors import AT, ROWS, act
from tests.ingestion.of_hubspot import changed, event
from tests.ingestion.of_meta import BRAND, comment, instagram
from tests.ingestion.posting import by_hubspot, by_meta, by_standard, make
from tests.ingestion.test_digestion import MAPPING
from tests.ingestion.traffic import GONE, JSON, POOL, Row, Sent, calls, enveloped, first, rows

ANOTHER = "178-another"
# What Meta posts, and what becomes of it; "" is left out, and no row.
KINDS = {"ours": "accepted", "theirs": "accepted", "left out": "", "strange": "quarantined", "gone": "erased",
         "nobody's": "quarantined"}  # fmt: skip
ACCOUNTS = {"theirs": ANOTHER, "nobody's": "178-nobody"}
Task = Callable[[], list[Sent]]


class Hour:
    """All that is sent within the hour: tasks, each of which returns the batches that it sent."""

    def __init__(self, agency: Agency, seed: int) -> None:
        self.agency, self.random, self.source = agency, Random(seed), agency.source.public_id
        self.meta, self.hubspot = (
            make(agency, account=BRAND),
            make(agency, Sender.HUBSPOT, access_token="pat-eu1-canary"),
        )
        self.declared = make(agency, Sender.DECLARED, secret="", mapping=MAPPING)
        with within(agency):
            [self.secret] = hooks.secrets_of(self.declared)
            client = agency.client
            self.other = Source.objects.create(client=client, name="two", kind="platform_api", platform="instagram")
            hooks.make(self.other, sender=Sender.META, secret="app secret", account=ANOTHER)
            self.contact = Contact.objects.exclude(handle__startswith="gone").earliest("id")

    def log(self, shape: str, found: list[Row]) -> list[Sent]:
        return [Sent(self.source, shape, found)]

    def first(self) -> list[Sent]:
        """One row of every shape, which other rows contradict later."""
        return [sent for shape in ROWS for sent in self._posted(shape, [first(shape)], ())]

    def tasks(self) -> list[Task]:
        """Return what is to be done, in an order that is drawn; what is sent again, right behind the first."""
        drawn = [
            *(self.batch(shape) for shape in ROWS for _ in range(5)),
            *(self.segment() for _ in range(8)),
            *(self.comments() for _ in range(10)),
            *(self.deals() for _ in range(8)),
            *(self.orders() for _ in range(8)),
            *(self.file() for _ in range(8)),
            *(self.call(number) for number in range(6)),
            *([task] for task in self.refused()),
            [self.asked],
        ]
        self.random.shuffle(drawn)
        return [task for again in drawn for task in again]

    def batch(self, shape: str) -> list[Task]:
        """One batch at its door, in some envelope; some are compressed, some sent up to three times with a key."""
        found = rows(self.random, shape, 12)
        body, kind, headers = enveloped(self.random, found)
        return self._request(shape, found, body, kind, headers)

    def segment(self) -> list[Task]:
        found, sent = calls(self.random, 8)
        now = datetime.now(UTC)
        if self.random.random() < 0.5:  # relayed: Segment received them itself
            sent = [it | {"receivedAt": now.isoformat()} for it in sent]
        body = json.dumps({"batch": sent, "sentAt": (now - timedelta(seconds=40)).isoformat()}).encode()
        return self._request("engagements", found, body, JSON, {})

    def _request(self, shape: str, found: list[Row], body: bytes, kind: str, headers: dict[str, str]) -> list[Task]:
        if self.random.random() < 0.3:
            body, headers = gzip.compress(body), headers | {"content-encoding": "gzip"}
        times = self.random.choice([1, 1, 2, 3])
        if times > 1:
            headers = headers | {"idempotency-key": f"key-{self.random.random()}"}
        return [lambda: self._posted(shape, found, (body, kind, headers))] * times

    def _posted(self, shape: str, found: list[Row], said: Any) -> list[Sent]:
        body, kind, headers = said or (b"[" + found[0].body + b"]", JSON, {})
        while True:
            answer = self._post(f"{shape}:batch?source={self.source}", body, kind, **headers)
            if answer.status_code != 409:
                break
            time.sleep(0.05)  # the other is being done
        assert answer.status_code == 202, answer.content
        [sent] = self.log(shape, found)
        assert sent.matches(answer.json()), (found, answer.json())
        return [] if answer.headers.get("Idempotent-Replayed") else [sent]

    def _post(self, address: str, body: bytes, kind: str = JSON, **headers: str) -> Any:
        return self.agency.program().post(f"/v1/{address}", body, content_type=kind, headers=headers)

    def comments(self) -> list[Task]:
        """Comments that Meta posts, some of another account that this app is for, too, and some of nobody's."""
        ours: list[Row] = []
        theirs: list[Row] = []
        entries = []
        for _ in range(self.random.randint(1, 6)):
            number, kind = f"{self.random.randrange(POOL)}", self.random.choice([*KINDS, "ours", "ours"])
            change = {
                "left out": {"field": "story_insights", "value": {"media_id": "m"}},
                "strange": {"field": "unheard_of", "value": {"id": number}},
                "gone": _by_gone(comment(number)),
            }.get(kind, comment(number))
            entries.append(instagram(change)["entry"][0] | {"id": ACCOUNTS.get(kind, BRAND)})
            if becomes := KINDS[kind]:
                (theirs if kind == "theirs" else ours).append(Row(b"", becomes, f"comment:{number}"))
        payload = {"object": "instagram", "entry": entries}
        sent = [Sent(self.source, "engagements", ours), Sent(self.other.public_id, "engagements", theirs)]
        return [lambda: self._hooked(by_meta(self.meta, payload), [it for it in sent if it.rows])]

    def deals(self) -> list[Task]:
        numbers = self.random.sample(range(4500, 4510), self.random.randint(1, 4))
        becomes = {4501: "quarantined", 4502: "erased"}
        found = [Row(b"", becomes.get(it, "accepted"), f"deal:{it}") for it in numbers]
        payload = [changed("dealstage", "3760235206", it) for it in (*numbers, *numbers)] + [event("contact.creation")]
        return [lambda: self._hooked(by_hubspot(self.hubspot, payload), self.log("outcomes", found))]

    def orders(self) -> list[Task]:
        found, orders = [], []
        for _ in range(self.random.randint(1, 6)):
            number, kind = self.random.randrange(POOL), self.random.choice(["good", "good", "bad", "gone"])
            who = GONE["email"] if kind == "gone" else f"buyer{number}@person.example"
            paid_at = None if kind == "bad" else AT
            orders.append({"number": number, "paid_at": paid_at, "total": "48.50", "customer": {"email": who}})
            becomes = {"good": "accepted", "bad": "quarantined", "gone": "erased"}[kind]
            found.append(Row(b"", becomes, f"order:{number}"))
        payload = {"orders": orders}
        return [lambda: self._hooked(by_standard(self.declared, payload, self.secret), self.log("outcomes", found))]

    def _hooked(self, answer: Any, sent: list[Sent]) -> list[Sent]:
        assert answer.status_code == 200, answer.content
        return sent

    def file(self) -> list[Task]:
        """A file of acts that mostly came as JSON, too: one a line, or a table."""
        found = [first("engagements"), *rows(self.random, "engagements", 40)]  # a file is known by its first byte
        content = b"\n".join(it.body for it in found)
        if self.random.random() < 0.5:
            found = [it for it in found if it.becomes == "accepted"]
            lines = [_cells(json.loads(it.body)) for it in found]
            lines += ["bad-1,wink,2026-05-01T10:00:00Z,ada", "bad-2,like", "gone-1,like,2026-05-01T10:00:00Z,@Gone"]
            found += [Row(b"", it) for it in ("quarantined", "quarantined", "erased")]
            content = "\n".join(["id,kind,occurred_at,actor.handle", *lines]).encode()
        return [lambda: self._filed(found, content)]

    def _filed(self, found: list[Row], content: bytes) -> list[Sent]:
        taken = self._post(f"imports?source={self.source}&name=acts", content, "text/csv")
        assert taken.status_code == 201, taken.content
        begun = self._post(f"imports/{taken.json()['id']}/begin", b'{"shape": "engagements"}')
        assert begun.status_code == 202, begun.content
        return self.log("engagements", found)

    def call(self, number: int) -> list[Task]:
        """A call that somebody logs by hand, twice: the second time it is declined."""
        at = datetime(2026, 5, 1, 10, number, tzinfo=UTC)

        def by_hand() -> list[Sent]:
            try:
                with within(self.agency):
                    made = logged.log(self.contact, what="call", occurred_at=at, by=self.agency.owner)
                    return [Sent(made.delivery.source.public_id, "engagements", [Row(b"", "accepted", made.public_id)])]
            except CannotEnter:
                return []

        return [by_hand, by_hand]

    def asked(self) -> list[Sent]:
        poll = asking.of_mastodon(self.agency)
        assert asking.ask(self.agency, poll).error_code == ""
        return self.log("engagements", [Row(b"", "accepted", f"notification:{it}") for it in range(4)])

    def refused(self) -> list[Task]:
        """Requests that are refused whole: nobody received a row of them."""
        door = f"engagements:batch?source={self.source}"
        body = json.dumps([act("never")]).encode()

        def gets(status: int, address: str, content: bytes, kind: str = JSON, **headers: str) -> Task:
            def refusal() -> list[Sent]:
                assert self._post(address, content, kind, **headers).status_code == status
                return []

            return refusal

        return [
            gets(400, door, b"["),
            gets(400, door, b"[" * 70 + b"]" * 70),
            gets(400, door, body, **{"content-encoding": "gzip"}),
            gets(400, "engagements:batch", body),
            gets(401, door, body, authorization="Bearer earnest_x"),
            gets(404, "engagements:batch?source=src_00000000000000000000", body),
            gets(413, door, b"[" + b"0," * 5000 + b"0]"),
            gets(415, door, body, "text/csv"),
            self._reuses_a_key,
        ]

    def _reuses_a_key(self) -> list[Sent]:
        [sent] = self._posted("posts", [], (b"[]", JSON, {"idempotency-key": "reused"}))
        other = self._post(f"posts:batch?source={self.source}", b"[5]", JSON, **{"idempotency-key": "reused"})
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        return [sent]


def _cells(said: dict[str, Any]) -> str:
    return ",".join((said["id"], said["kind"], said["occurred_at"], said["actor"]["handle"]))


def _by_gone(change: dict[str, Any]) -> dict[str, Any]:
    return change | {"value": change["value"] | {"from": {"id": "666", "username": GONE["handle"]}}}
