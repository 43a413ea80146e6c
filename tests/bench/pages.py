"""A page of scores over HTTP, against a bare view of the same rows."""

from collections.abc import Callable

from django.db import transaction

from scoring import selectors
from tenants import scope
from tests.bench import data
from tests.bench.harness import Line, Say, noise, ratio, take_turns, timed
from tests.bench.servers import Web

LIMIT = 50
DEEP = 200
AT_ONCE = 20


def measure(of: data.Agency, port: int, *, blocks: int, say: Say) -> list[Line]:
    web, client = Web(port, of.key), of.clients[0].public_id
    deep = min(DEEP, of.contacts // data.CLIENTS * 9 // 10 // LIMIT)
    bare = f"/v1/bench/scores?client={client}&limit={LIMIT}"
    ours = f"/v1/scores?client={client}&limit={LIMIT}"
    arms = {
        "bare": _asking(web, bare),
        "bare again": _asking(web, bare),
        "bare, deep": _asking(web, f"{bare}&after={_last(of, (deep - 1) * LIMIT)}"),
    }
    is_there = web.ask("GET", ours)[0] != 404
    if is_there:
        assert _persons(web, ours) == _persons(web, bare)
        arms["page"] = _asking(web, ours)
        arms["deep"] = _asking(web, _page(web, ours, deep))
    seconds = take_turns(arms, blocks=blocks, say=lambda said: say(f"pages: {said}"))
    note = "" if is_there else "not measured: no such endpoint"
    return [
        noise("a page of 50 scores, bare view", seconds["bare again"], seconds["bare"]),
        Line("a page of 50 scores over HTTP", "a bare view of the same, requests/s",
             ratio(seconds["bare"], seconds["page"]) if is_there else None, 0.4, note=note),
        Line(f"page {deep} of scores over HTTP", "page 1",
             ratio(seconds["deep"], seconds["page"]) if is_there else None, 2, "less", note=note),
        Line(f"page {deep} of the bare view", "page 1", ratio(seconds["bare, deep"], seconds["bare"])),
    ]  # fmt: skip


def _asking(web: Web, address: str) -> Callable[[], float]:
    """Return an arm that asks for a page several times over one connection."""

    def ask() -> None:
        for _ in range(AT_ONCE):
            web.get(address)

    def arm() -> float:
        web.connect_anew()
        return timed(ask)

    return arm


def _last(of: data.Agency, place: int) -> str:
    """Return sort key and contact of the score at a place of the first client, from 1."""
    with scope.of_tenant(of.tenant_id), transaction.atomic():
        score = selectors.scores().filter(client=of.clients[0]).order_by("sort_key", "contact_id")[place - 1]
    return f"{score.sort_key!r},{score.contact_id}"


def _page(web: Web, address: str, number: int) -> str:
    """Return the address of a page, by following `next` to it as anybody has to."""
    web.connect_anew()
    for _ in range(number - 1):
        following = web.get(address)["next"]
        address = following[following.index("/v1/") :]
    return address


def _persons(web: Web, address: str) -> int:
    web.connect_anew()
    return len(web.get(address)["results"][:LIMIT])
