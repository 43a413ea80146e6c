"""Clients and channels examined by the night, and all that is then said of a warning, for whoever may read it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.models import Contact
from scoring.integrity.catalog import PRACTICES
from scoring.models import EthicsWarning, Finding
from tests.conftest import Agency, within
from tests.ingestion.doors import send
from tests.scoring.agency import ask, work_off

DAY = timedelta(days=1)  # quarters begin by the agency's clock
QUARTER, AFTER = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
LATER = AFTER + timedelta(days=8)
A_REQUEST = 4000


def deliver(agency: Agency, rows: list[dict[str, Any]], shape: str = "engagements") -> None:
    """Send rows as a program does, some thousands at a time; all can be used."""
    for begin in range(0, len(rows), A_REQUEST):
        part = rows[begin : begin + A_REQUEST]
        answer = send(agency, part, shape).json()
        assert answer["accepted"] == len(part), answer["quarantine"][:1]


def watch(agency: Agency, as_of: datetime) -> None:
    """Do a night's watch as of a moment."""
    ask(agency, "watch", as_of=as_of.isoformat())
    assert {job.state for job in work_off(agency)} == {"done"}


def found(agency: Agency, practice: str) -> dict[str, Finding]:
    """Return what the checks of a client's practice said of the quarter and its months, of each the last."""
    with within(agency):
        answers = Finding.objects.filter(practice=practice, client=agency.client, start__gte=QUARTER - DAY)
        return {it.check_code: it for it in answers.order_by("id")}


def opened(agency: Agency) -> list[EthicsWarning]:
    """Return the warnings, without the one that every agency of the tests has."""
    with within(agency):
        since = EthicsWarning.objects.filter(start__gte=QUARTER - 400 * DAY)
        return list(since.select_related("client", "channel__client").order_by("id"))


def told(agency: Agency, warning: EthicsWarning, *, names: Iterable[str]) -> dict[str, Any]:
    """Return a warning as programs read it, once it has all that a warning has to say, and nothing says who.

    names: parts of handles and of ids, of which whoever was sent bears one. Looked at is whatever tells of it: the
    warning and the findings over the API, the warning's page, and the pages of its findings and of all of them.
    """
    with within(agency):
        ids = list(Contact.objects.values_list("public_id", flat=True))
        assert len(ids) > 100, "nobody is there whose name could show"
    program, browser = agency.program(), agency.browser()
    said: dict[str, Any] = program.get(f"/v1/warnings/{warning.public_id}").json()
    practice = PRACTICES[warning.practice]
    assert re.match(rf"{re.escape(str(warning.subject))}, \d+ \w+ \d{{4}} to \d+ \w+ \d{{4}}: .*\d", said["headline"])
    assert said["points"], "what confirmed it"
    for sentence in said["points"]:
        assert re.search(r"\d", sentence), sentence
    assert said["explanations"] == list(practice.explanations)
    assert said["advice"] == practice.advice
    assert said["law"][-1] == "This note is information and no legal finding."
    page = f"/admin/scoring/ethicswarning/{warning.pk}/change/"
    whose = f"channels/{warning.channel.public_id}" if warning.channel else f"clients/{warning.whose.public_id}"
    with within(agency):
        findings = list(Finding.objects.filter(practice=warning.practice, start=warning.start, end=warning.end))
    pages = [page, "/admin/scoring/ethicswarning/", "/admin/scoring/finding/?all="]
    pages += [f"/admin/scoring/finding/{it.pk}/change/" for it in findings]
    read = {it: browser.get(it, follow=True) for it in pages}
    read |= {it: program.get(it) for it in (f"/v1/warnings/{warning.public_id}", f"/v1/{whose}/findings")}
    for address, answer in read.items():
        assert answer.status_code == 200, address
        shown = answer.content.decode()
        assert not [it for it in (*names, *ids) if it in shown], address
    shown = read[page].content.decode()
    for sentence in (said["headline"], said["agreement"], said["advice"], *said["points"], *said["explanations"]):
        assert _as_html(sentence) in shown, sentence
    for plot in said["plots"]:
        assert _as_html(plot["title"]) in shown
    assert shown.count("<figure") == len(said["plots"])
    assert not [it for it in names if it in str([finding.seen for finding in findings])]
    return said


def _as_html(sentence: str) -> str:
    return sentence.replace("&", "&amp;").replace("'", "&#x27;").replace('"', "&quot;")
