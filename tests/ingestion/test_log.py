"""What is logged while somebody comes in, is looked for, shown and erased: nothing of them."""

import hmac
import io
import json
import logging
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from config.logging import LineFormatter
from ingestion.models import Contact
from tests.conftest import Agency
from tests.ingestion.asking import ask, landed, now, of_mastodon
from tests.ingestion.doors import act, all_of, send
from tests.ingestion.handed_over import begin, hand_over
from tests.ingestion.of_accounts import Mastodon
from tests.ingestion.of_meta import comment, instagram
from tests.ingestion.people import CANARY, nothing_waits, shows
from tests.ingestion.platforms import Platform, Says
from tests.ingestion.posting import by_meta, digest, make, post
from tests.ingestion.test_erasure import WHO, everywhere
from tests.ingestion.test_files import open_jobs
from tests.ingestion.test_webhook_mastodon import ADA, notice
from tests.scoring.agency import work_off
from tests.tenants.ledger import run

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = f"Where is {CANARY}?"


@pytest.fixture(params=["INFO", "DEBUG"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the product's own handler writes where LOG_LEVEL is so."""
    [handler] = [it for it in logging.root.handlers if isinstance(it.formatter, LineFormatter)]
    assert isinstance(handler, logging.StreamHandler)
    loggers = [logging.root, logging.getLogger("django")]
    levels = [it.level for it in loggers]
    written = io.StringIO()
    usual = handler.setStream(written)
    for it in loggers:
        it.setLevel(request.param)
    yield written
    handler.setStream(usual)
    for it, level in zip(loggers, levels, strict=True):
        it.setLevel(level)


def posted(agency: Agency) -> None:
    """Rows, those that cannot be used and what is no row among them, and posts to a webhook."""
    everywhere(agency)
    again = act(CANARY, actor=WHO, text="another")
    assert send(agency, [again, act("bad", kind=CANARY)]).json()["quarantined"] == 2
    assert send(agency, json.dumps(TEXT).encode()).status_code == 400
    about: dict[str, Any] = {"from": {"id": WHO["external_id"], "username": CANARY}, "text": TEXT}
    said = comment(**about)
    hook, unreadable = make(agency, account=""), TEXT.encode()
    assert by_meta(hook, instagram(said)).status_code == 200
    digest(agency)
    assert by_meta(hook, instagram(said), secret="another").status_code == 403
    signed = hmac.new(b"app secret", unreadable, sha256).hexdigest()
    assert post(hook, unreadable, **{"x-hub-signature-256": f"sha256={signed}"}).status_code == 200
    (job,) = open_jobs(agency, "digest_hook")
    assert run(agency, job).error_code == "not_json"


def imported(agency: Agency) -> None:
    """A file with a row that lands and one that does not, and a file that is none."""
    header = "id,kind,occurred_at,actor.handle,actor.email,actor.name,text\n"
    cells = f"2026-05-01T10:00:00Z,{CANARY},{WHO['email']},{WHO['name']},{TEXT}"
    begun = begin(agency, hand_over(agency, f"{header}f-1,comment,{cells}\nf-2,wink,{cells}\n".encode()))
    assert (begun["accepted"], begun["quarantined"]) == (1, 1)
    file = hand_over(agency, f"{CANARY},{TEXT}\n".encode())
    look = agency.program().post(f"/v1/imports/{file['id']}/begin", b"{}", content_type="application/json")
    assert look.status_code == 400


def asked(agency: Agency, mastodon: Mastodon) -> None:
    """An account that is asked for what they did, and a server that answers something else."""
    mastodon.notices = [notice("follow", ADA | {"username": CANARY, "acct": f"{CANARY}@tea.example"})]
    poll = of_mastodon(agency)
    ask(agency, poll)
    assert len(landed(agency)) == 1
    mastodon.fails = Says({"error": TEXT}, 404)
    ask(agency, poll)
    assert now(agency, poll).error_code == "answer_unusable"


def looked_for(agency: Agency) -> None:
    """By whatever they are known by, in the API and in the admin, well and badly."""
    program, browser = agency.program(), agency.browser()
    for address, status in [
        (f"/v1/people?handle={CANARY}", 200),
        (f"/v1/people?email={WHO['email']}", 200),
        (f"/v1/people?customer={WHO['customer']}", 200),
        (f"/v1/scores?handle={CANARY}", 200),
        (f"/v1/people?hanlde={CANARY}", 400),
        (f"/v1/nothing?handle={CANARY}", 404),
    ]:
        assert program.get(address).status_code == status, address
    assert program.post(f"/v1/people?handle={CANARY}").status_code == 405
    for page in ("contact", "outcome", "rejection"):
        assert browser.get(f"/admin/ingestion/{page}/?q={CANARY}").status_code == 200
    assert browser.get(f"/admin/ingestion/nothing/?q={CANARY}").status_code == 404


def shown_and_erased(agency: Agency) -> None:
    """Whoever goes by one of their names, one after the other."""
    nothing_waits(agency)
    program = agency.program()
    for handle in (CANARY, f"{CANARY}@tea.example"):
        while found := program.get(f"/v1/people?handle={handle}").json()["results"]:
            page = f"/v1/people/{found[0]['id']}"
            assert program.post(f"{page}/export").status_code == 202
            (job,) = open_jobs(agency, "export_person")
            assert run(agency, job).state == "done"
            assert program.delete(page).status_code == 202
    work_off(agency)
    assert all_of(agency, Contact, "id", handle__contains=CANARY) == []
    assert send(agency, [act("later", actor=WHO, text=TEXT)]).json()["erased"] == 1


def test_nothing_of_them_is_ever_logged(agency: Agency, pots: Platform, mastodon: Mastodon, log: io.StringIO) -> None:
    """T88: not while they are here, and so not afterwards either."""
    posted(agency)
    imported(agency)
    asked(agency, mastodon)
    looked_for(agency)
    shown_and_erased(agency)
    written = log.getvalue()
    for line in ("Bad Request: /v1/engagements:batch", "Bad Request: /v1/people\n", "Not Found: /v1/nothing\n",
                 "declined: ", "Not Found: /admin/ingestion/nothing/\n"):  # fmt: skip
        assert line in written, line
    assert [it for it in written.splitlines() if shows(it)] == []
