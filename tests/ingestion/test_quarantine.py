"""Rows that were set aside: mended, tried again, given up, expired; counted under one verdict all the time."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ingestion.models import Contact, Engagement, Rejection
from ingestion.services import quarantine
from tenants import scope
from tenants.models import ApiScope, Channel, Client, Job, JobState, Schedule
from tenants.services import jobs, keys
from tests.conftest import Agency, within
from tests.ingestion.aside import LIST, counts, do_jobs, mean, mend_all_of, put, set_aside, try_again
from tests.ingestion.doors import act, all_of, count, identity_link, send
from tests.ingestion.test_files import again, land, take_in
from tests.tenants.ledger import change as change_job
from tests.tenants.ledger import run

LONG_AGO = "2026-01-01T00:00:00Z"
PAGE = "/admin/ingestion/rejection/"


pytestmark = pytest.mark.django_db(transaction=True)


def test_rows_set_aside_are_listed_whichever_door_they_came_in_by(agency: Agency) -> None:
    send(agency, [act(1, kind="wink")])
    send(agency, [count(channel="instagram/nobody")], "audience-counts")
    file = take_in(agency, b"id,kind,occurred_at,actor.handle\n1,wave,2026-05-01T10:00:00Z,ada\n")
    land(agency, file)
    with within(agency):
        second = Client.objects.create(name="second")

    def codes(**filters: str) -> list[str]:
        answer = agency.program().get(LIST, filters)
        assert answer.status_code == 200, answer.content
        return [it["code"] for it in answer.json()["results"]]

    assert codes() == ["unknown_kind", "unknown_kind", "unknown_channel", "unknown_kind"]
    assert codes(code="unknown_channel") == ["unknown_channel"]
    assert codes(shape="audience-counts") == ["unknown_channel"]
    assert codes(source=agency.source.public_id, shape="engagements") == ["unknown_kind"] * 3
    assert codes(batch=agency.batch.public_id) == ["unknown_kind"]
    assert codes(file=file.public_id) == ["unknown_kind"]
    assert (len(codes(client=agency.client.public_id)), codes(client=second.public_id)) == (4, [])
    first = agency.program().get(LIST).json()["results"][0]
    assert agency.program().get(f"{LIST}/{first['id']}").json() == first
    assert first["batch"] == agency.batch.public_id


@pytest.mark.parametrize("query", ["code=wrong", "source=src_00000000000000000000", "shape=x", "cdoe=unknown_kind"])
def test_a_filter_that_is_wrong_tries_nothing_again(agency: Agency, query: str) -> None:
    assert agency.program().post(f"{LIST}/try-again?limit=1").status_code == 400
    for answer in (agency.program().get(f"{LIST}?{query}"), agency.program().post(f"{LIST}/try-again?{query}")):
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert all_of(agency, Job, "id", kind="try_rows_again") == []


def test_a_mended_row_lands_in_its_own_batch(agency: Agency) -> None:
    batch = send(agency, [act(1), act(2, kind="wink")]).json()["batch"]
    (rejection,) = set_aside(agency)
    answer = put(agency, rejection, act(2))
    assert (answer.status_code, answer.json()["code"], answer.json()["index"]) == (200, "accepted", 1)
    assert counts(agency, batch) == (2, 2, 0, 0)
    assert all_of(agency, Engagement, "delivery__public_id", ext_id="act-2") == [batch]
    assert agency.program().get(f"{LIST}/{rejection.public_id}").status_code == 404
    assert put(agency, rejection, act(2)).status_code == 404


def test_a_row_that_is_still_wrong_says_so_and_is_kept_as_mended(agency: Agency) -> None:
    batch = send(agency, [act(1, kind="wink")]).json()["batch"]
    (rejection,) = set_aside(agency)
    answer = put(agency, rejection, act(1, actor={})).json()
    assert (answer["code"], answer["pointer"]) == ("no_identifier", "/actor")
    (again,) = set_aside(agency)
    assert (again.code, json.loads(again.row)) == ("no_identifier", act(1, actor={}))
    assert put(agency, rejection, b"{").json()["code"] == "unreadable"
    assert put(agency, rejection, b"\xff").json()["code"] == "not_json"
    assert counts(agency, batch) == (1, 0, 0, 1)


def test_a_mended_row_that_repeats_another_is_a_duplicate(agency: Agency) -> None:
    batch = send(agency, [act(1), act(1, text="other")]).json()["batch"]
    (conflict,) = set_aside(agency)
    assert conflict.code == "id_conflict"
    assert put(agency, conflict, act(1, text="other")).json()["code"] == "id_conflict"
    assert len(all_of(agency, Engagement, "id", ext_id="act-1")) == 1, "its own batch has this id already"
    assert put(agency, conflict, act(1)).json()["code"] == "accepted"
    assert counts(agency, batch) == (2, 1, 1, 0)
    assert len(all_of(agency, Engagement, "id", ext_id="act-1")) == 1


def test_a_row_that_is_given_up_is_gone_and_still_counted(agency: Agency) -> None:
    batch = send(agency, [act(1, kind="wink")]).json()["batch"]
    (rejection,) = set_aside(agency)
    assert agency.program().delete(f"{LIST}/{rejection.public_id}").status_code == 204
    assert set_aside(agency) == []
    assert counts(agency, batch) == (1, 0, 0, 1)


def test_a_key_that_may_only_read_changes_nothing(agency: Agency) -> None:
    with within(agency):
        _row, key = keys.issue(name="reader", scopes=[ApiScope.READ])
    send(agency, [act(1, kind="wink")])
    (rejection,) = set_aside(agency)
    program, page = agency.program(key), f"{LIST}/{rejection.public_id}"
    assert program.get(page).status_code == 200
    for answer in (program.put(page, b"{}", content_type="application/json"), program.delete(page)):
        assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert program.post(f"{LIST}/try-again").status_code == 403


def test_what_can_be_used_in_the_meantime_is_used_and_the_rest_says_why(agency: Agency) -> None:
    """T26."""
    batch = send(agency, [count(channel="x/ours"), count(channel="x/nobody")], "audience-counts").json()["batch"]
    with within(agency):
        Channel.objects.create(client=agency.client, platform="x", handle="ours")
    try_again(agency, batch=batch)
    assert counts(agency, batch) == (2, 1, 0, 1)
    assert [(it.index, it.code, it.retry_id) for it in set_aside(agency)] == [(1, "unknown_channel", None)]


def test_links_that_contradicted_are_tried_again_too(agency: Agency) -> None:
    rows = [identity_link(), identity_link(id="l-2", who={"handle": "grace"})]
    batch = send(agency, rows, "identity-links").json()["batch"]
    assert try_again(agency, code="link_conflict").json()["rows"] == 1
    assert counts(agency, batch) == (2, 1, 0, 1)


def test_a_files_rows_are_tried_again_with_its_columns(agency: Agency) -> None:
    lines = ["id,kind,occurred_at,actor.handle,words"]
    lines += [f"{n},{'wink' if n % 2 else 'like'},2026-05-01T10:00:00Z,ada,{n}" for n in range(6)]
    lines.append("7,like,2026-05-01T10:00:00Z,ada")
    file = land(agency, take_in(agency, "\n".join(lines).encode()))
    assert (file.accepted, file.quarantined) == (3, 4)
    mean(agency, "wink", kind="reaction")
    try_again(agency)
    file = again(agency, file)
    assert (file.received, file.accepted, file.quarantined) == (7, 6, 1)
    assert sorted(all_of(agency, Engagement, "words", kind="reaction", ext_id__in="135")) == [1, 3, 5]
    (short,) = set_aside(agency)
    fields = dict(zip(lines[0].split(","), ["7", "like", "2026-05-01T10:00:00Z", "ada", "many"], strict=True))
    assert put(agency, short, fields).json()["pointer"] == "/words"
    assert put(agency, short, fields | {"wrods": "7"}).json()["code"] == "unknown_field"
    assert put(agency, short, fields | {"words": 7}).json()["code"] == "unreadable"
    assert put(agency, short, b'{"id": "7", "id": "8"}').json()["code"] == "duplicate_key"
    assert put(agency, short, fields | {"words": ""}).json()["code"] == "accepted"


def test_a_job_that_is_killed_between_two_batches_goes_on_with_the_rest(agency: Agency) -> None:
    batches = [send(agency, [act(f"{b}-{n}", kind="wink") for n in range(3)]).json()["batch"] for b in range(3)]
    mean(agency, "wink", rung=1)
    with within(agency):
        job = quarantine.try_again(Rejection.objects.filter(delivery__public_id__in=batches))
    mend_all_of(agency, batches[0])  # as far as the first worker came
    change_job(agency, job, state="running", attempt=1, claimed_at=LONG_AGO, lease_until=LONG_AGO)
    assert run(agency, job).attempt == 2
    assert [counts(agency, it) for it in batches] == [(3, 3, 0, 0)] * 3
    assert len(all_of(agency, Engagement, "id", ext_id__startswith="act-")) == 9


def test_bytes_that_are_no_text_are_set_aside_again(agency: Agency) -> None:
    """A Latin-1 row in a file that is UTF-8: tried again it is no failure, and the rows beside it go on."""
    content = "id,kind,occurred_at,actor.handle,text\n2,comment,2026-05-01T10:00:00Z,ada,Grüße aus Köln\n".encode()
    land(agency, take_in(agency, content + b"1,comment,2026-05-01T10:00:00Z,ada,J\xf6rg\n"))
    send(agency, [act(1, kind="wink")])
    mean(agency, "wink", rung=1)
    try_again(agency)
    assert [(it.code, it.retry_id) for it in set_aside(agency)] == [("unreadable", None)]
    (rejection,) = set_aside(agency)
    assert put(agency, rejection, b"[" * 20_000).json()["code"] == "unreadable"
    assert put(agency, rejection, b'{"text": "' + b"x" * 40_000 + b'"}').json()["code"] == "row_too_large"


def test_a_long_row_of_a_file_in_another_script_can_be_tried_again(agency: Agency) -> None:
    lines = f"id,kind,occurred_at,actor.handle,text\n1,wink,2026-05-01T10:00:00Z,ada,{'ж' * 6000}\n"
    file = land(agency, take_in(agency, lines.encode()))
    mean(agency, "wink", rung=1)
    try_again(agency)
    assert again(agency, file).accepted == 1


def test_rows_are_kept_for_thirty_days(agency: Agency) -> None:
    batch = send(agency, [act(1, kind="wink"), act(2, kind="wave")]).json()["batch"]
    with within(agency):
        old, _young = Rejection.objects.filter(delivery__public_id=batch).order_by("index")
        Rejection.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=30))
        assert quarantine.expire() == 1
    assert [it.index for it in set_aside(agency)] == [1]
    assert counts(agency, batch) == (2, 0, 0, 2)


def test_every_agency_is_tidied_at_night(agency: Agency) -> None:
    assert all_of(agency, Schedule, "hour", kind="tidy") == [2]
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        Rejection.objects.update(created_at=timezone.now() - timedelta(days=31))
        job = jobs.enqueue("tidy")
    assert run(agency, job).state == JobState.DONE
    assert all_of(agency, Rejection, "id") == []


def test_a_manager_mends_a_row_on_its_page(agency: Agency) -> None:
    batch = send(agency, [act(1, kind="wink")]).json()["batch"]
    (rejection,) = set_aside(agency)
    page, browser = f"{PAGE}{rejection.id}/change/", agency.browser(agency.member("manager"))
    assert "&quot;wink&quot;" in browser.get(page).content.decode()
    answer = browser.post(page, {"row": json.dumps(act(1, actor={}))}, follow=True)
    assert "Still set aside (no_identifier /actor)" in answer.content.decode()
    answer = browser.post(page, {"row": json.dumps(act(1))}, follow=True)
    assert "Row 1 can be used now" in answer.content.decode()
    assert counts(agency, batch) == (1, 1, 0, 0)


def test_the_list_says_in_short_what_is_wrong(agency: Agency) -> None:
    send(agency, [act(1, kind="wink")])
    page = agency.browser().get(PAGE).content.decode()
    assert "“wink” is no kind we know" in page
    assert "poll_vote" not in page  # all the kinds there are would fill a screen for each row


def test_chosen_rows_are_tried_again_or_given_up(agency: Agency) -> None:
    batch = send(agency, [act(n, kind="wink") for n in range(3)]).json()["batch"]
    one, two, three = set_aside(agency)
    mean(agency, "wink", rung=1)
    browser = agency.browser()
    answer = browser.post(PAGE, {"action": "try_again", "_selected_action": [one.id, two.id]}, follow=True)
    assert "2 rows are tried again" in answer.content.decode()
    do_jobs(agency)
    assert counts(agency, batch) == (3, 2, 0, 1)
    answer = browser.post(PAGE, {"action": "give_up", "_selected_action": [three.id]}, follow=True)
    assert "1 row is given up" in answer.content.decode()
    assert (set_aside(agency), counts(agency, batch)) == ([], (3, 2, 0, 1))


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_others_read_rows_and_change_nothing(agency: Agency, role: str) -> None:
    send(agency, [act(1, kind="wink")])
    (rejection,) = set_aside(agency)
    browser = agency.browser(agency.member(role))
    page = f"{PAGE}{rejection.id}/change/"
    assert "wink" in browser.get(page).content.decode()
    assert browser.post(page, {"row": json.dumps(act(1))}).status_code == 403
    browser.post(PAGE, {"action": "give_up", "_selected_action": [rejection.id]})
    assert len(set_aside(agency)) == 1
    assert all_of(agency, Contact, "id", handle="ada") == []
