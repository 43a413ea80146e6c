"""Scores, warnings and models as programs read them."""

import base64
import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ingestion.models import Contact, Vendor
from scoring.models import EthicsWarning, Finding, ModelState, ModelVersion, Score, ScoreRun, WarningState
from scoring.services import reviews
from tenants.models import Channel, ChannelRole, Client
from tenants.services import keys
from tests.conftest import Agency, within
from tests.scoring.agency import only


def ask(agency: Agency, address: str) -> Any:
    answer = agency.program().get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def add_contacts(agency: Agency, count: int, **score: Any) -> None:
    """Add contacts who come after the one there is, each with a score."""
    with within(agency):
        same: dict[str, Any] = dict(Score.objects.order_by("id").values()[0])
        for its_own in ("id", "tenant_id", "created_at", "contact_id", "sort_key"):
            del same[its_own]
        for number in range(2, 2 + count):
            contact = Contact.objects.create(
                client=agency.client, kind="handle", platform="instagram", key=f"{number}".encode(), handle=f"p{number}"
            )
            Score.objects.create(contact=contact, **{**same, **score})


def add_client_with_contacts(agency: Agency, count: int) -> None:
    with within(agency):
        same: dict[str, Any] = dict(Score.objects.filter(client=agency.client).order_by("id").values()[0])
        del same["sort_key"]
        client = Client.objects.create(name="Second brand")
        for number in range(1, count + 1):
            contact = Contact.objects.create(
                client=client, kind="handle", platform="x", key=f"{number}".encode(), handle=f"q{number}"
            )
            its_own = {"id": None, "contact_id": contact.pk, "client_id": client.pk}
            Score(**{**same, **its_own}).save(force_insert=True)


def on_the_prior(agency: Agency) -> None:
    with within(agency):
        ScoreRun.objects.update(model=None, prior_version=1)
        nothing = dict.fromkeys(("probability", "low", "high", "lift"))
        Score.objects.update(**nothing, band="", points=12.5)
        ModelVersion.objects.update(state=ModelState.RETIRED, retired_at="2026-05-01T00:00:00Z")
        ModelVersion.objects.create(
            state=ModelState.BELOW_FLOOR, sentence="12 more buyers are needed.", missing=12,
            as_of="2026-05-01T00:00:00Z", target=["purchase"], horizon_days=60,
        )  # fmt: skip


def test_a_score_comes_with_its_reasons_and_what_stands_about_the_client(agency: Agency) -> None:
    (score,) = ask(agency, "/v1/scores")["results"]
    assert score["contact"]["handle"] == "Ours person"
    assert (score["client"], score["basis"], score["basis_reason"]) == (agency.client.public_id, "model", None)
    assert (score["probability"], score["low"], score["high"], score["points"]) == (0.25, 0.125, 0.5, None)
    assert score["reasons"] == [{"code": "recency", "adds": 0.5, "sentence": "Last seen 3 days ago"}]
    assert score["model"] == only(agency, ModelVersion).public_id
    (warning,) = score["warnings"]
    assert (warning["channel"], warning["state"]) == (agency.channel.public_id, "acknowledged")
    assert ask(agency, f"/v1/scores/{score['contact']['id']}") == score


def test_an_explained_warning_stands_no_more(agency: Agency) -> None:
    with within(agency):
        warning = EthicsWarning.objects.get()
        reviews.answer(warning, WarningState.EXPLAINED, by=agency.owner, sentence="A press mention.")
    assert ask(agency, "/v1/scores")["results"][0]["warnings"] == []
    (warning,) = ask(agency, "/v1/warnings?state=explained")["results"]
    assert [it["answer"] for it in warning["answers"]] == ["acknowledged", "explained"]
    assert ask(agency, "/v1/warnings?state=open")["results"] == []


def test_on_the_prior_a_score_says_what_is_missing(agency: Agency) -> None:
    on_the_prior(agency)
    (score,) = ask(agency, "/v1/scores")["results"]
    assert (score["basis"], score["points"], score["model"]) == ("prior", 12.5, None)
    assert score["basis_reason"] == "12 more buyers are needed."
    assert [score[name] for name in ("probability", "low", "high", "lift", "band")] == [None] * 5


def test_scores_come_in_the_order_of_who_means_it_most(agency: Agency) -> None:
    add_contacts(agency, 6, stage="engaged")
    with within(agency):
        Score.objects.filter(contact__handle="p4").update(probability=0.26)
    seen, address = [], "/v1/scores?limit=3"
    while address:
        page = ask(agency, address)
        seen += [score["contact"]["handle"] for score in page["results"]]
        address = page["next"]
    first, *equals = seen
    assert (first, equals) == ("p4", ["Ours person", "p2", "p3", "p5", "p6", "p7"]), "equals as they became known"
    assert len(ask(agency, "/v1/scores?stage=engaged&band=some")["results"]) == 6
    assert ask(agency, "/v1/scores?band=strong")["results"] == []
    assert [it["contact"]["handle"] for it in ask(agency, "/v1/scores?handle=p3")["results"]] == ["p3"]
    with within(agency):
        empty = Client.objects.create(name="Without contacts")
    assert ask(agency, f"/v1/scores?client={empty.public_id}")["results"] == []
    assert len(ask(agency, f"/v1/scores?client={agency.client.public_id}")["results"]) == 7


@pytest.mark.parametrize(
    "query", ["client=cli_00000000000000000000", "client=7", "stage=fan", "band=hot", "clint=cli_1"]
)
def test_a_filter_that_cannot_be_is_the_callers_mistake(agency: Agency, query: str) -> None:
    answer = agency.program().get(f"/v1/scores?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"


def test_the_number_of_queries_does_not_grow_with_the_lists(agency: Agency) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            ask(agency, address)
        return len(captured)

    ask(agency, "/v1/scores")  # notes the key's first use
    at_one = [queries("/v1/scores"), queries("/v1/warnings")]
    add_contacts(agency, 3)
    with within(agency):
        warning = EthicsWarning.objects.get()
        for place in (24_245, 24_246):
            for finding in Finding.objects.filter(place=24_244):
                finding.pk, finding.place = None, place
                finding.save(force_insert=True)
            EthicsWarning.objects.create(
                channel=agency.channel, practice=warning.practice, version=1, window="month", place=place,
                start=warning.start, end=warning.end, families=warning.families,
            )  # fmt: skip
        for number in range(3):
            Vendor.objects.create(
                client=agency.client, name=f"Reach {number}", promise="Reach", starts_at=warning.start,
                known_at=warning.start,
            )  # fmt: skip
    found = ask(agency, "/v1/warnings")["results"]
    assert [len(it["context"]) for it in found] == [3, 3, 3]
    assert [queries("/v1/scores"), queries("/v1/warnings")] == at_one
    on_the_prior(agency)
    at_three = queries("/v1/scores")
    with within(agency):
        Score.objects.exclude(contact__handle="Ours person").delete()
    assert queries("/v1/scores") == at_three


def test_a_warning_gives_its_evidence_and_no_raw_numbers(agency: Agency) -> None:
    (warning,) = ask(agency, "/v1/warnings")["results"]
    assert warning["headline"].startswith("Ours.handle (Instagram), 1 April 2020 to 30 April 2020: 540 followers")
    assert warning["state"] == WarningState.ACKNOWLEDGED
    assert warning["points"]
    assert warning["explanations"]
    assert warning["not_tested"]
    assert warning["context"] == []
    assert "16 CFR 465.8" in warning["law"][0]
    assert "seen" not in json.dumps(warning)
    assert "@agency.example" not in json.dumps(warning)
    whole = ask(agency, f"/v1/warnings/{warning['id']}")
    (growth,) = whole.pop("plots")
    assert whole == warning
    assert growth["points"] == [
        {
            "at": "1 April 2020 to 30 April 2020",
            "start": "2020-04-01T00:00:00Z",
            "end": "2020-05-01T00:00:00Z",
            "after": None,
            "value": 540,
            "usual": 40,
            "low": 20,
            "high": 60,
            "marked": True,
        }
    ]


def test_the_family_s_q_is_told_as_the_sentence_tells_it(agency: Agency) -> None:
    with within(agency):
        EthicsWarning.objects.update(families={"engagement": 1.3e-22, "profiles": 0.0123})
    assert ask(agency, "/v1/warnings")["results"][0]["families"] == {"engagement": 0.001, "profiles": 0.012}


def test_warnings_are_narrowed_to_a_client(agency: Agency) -> None:
    with within(agency):
        other = Client.objects.create(name="Without warnings")
    assert len(ask(agency, f"/v1/warnings?client={agency.client.public_id}")["results"]) == 1
    assert ask(agency, f"/v1/warnings?client={other.public_id}")["results"] == []


def test_what_stands_about_a_creator_who_is_vetted_is_not_the_client_s(agency: Agency) -> None:
    with within(agency):
        Channel.objects.update(role=ChannelRole.PROSPECT)
    assert ask(agency, "/v1/scores")["results"][0]["warnings"] == []
    for query in ("", "?client=", "?client=&state=acknowledged"):
        assert ask(agency, f"/v1/warnings{query}")["results"] == [], "creators are in no list of all"
    (warning,) = ask(agency, f"/v1/warnings?client={agency.client.public_id}")["results"]
    assert warning["channel"]["role"] == "prospect"
    assert warning["headline"].startswith("Ours.handle (Instagram), a prospect's channel and not the client's own, 1 ")
    assert [it["role"] for it in ask(agency, "/v1/clients")["results"][0]["channels"]] == ["prospect"]


def test_clients_come_one_after_the_other_and_the_cursor_knows_no_row_number(agency: Agency) -> None:
    add_contacts(agency, 2)
    add_client_with_contacts(agency, 3)
    seen, address = [], "/v1/scores?limit=2"
    while address:
        page = ask(agency, address)
        seen += [(score["client"], score["contact"]["handle"]) for score in page["results"]]
        address = page["next"]
        if address:
            (cursor,) = parse_qs(urlsplit(address).query)["cursor"]
            assert base64.urlsafe_b64decode(cursor.split(":")[0] + "==").decode().startswith('["cli_')
    assert [handle for _, handle in seen] == ["Ours person", "p2", "p3", "q1", "q2", "q3"]
    assert len({client for client, _ in seen[:3]}) == len({client for client, _ in seen[3:]}) == 1


LISTS = ["clients", "jobs", "sources", "batches", "imports", "scores", "warnings", "models"]


@pytest.mark.parametrize("other_list", LISTS)
def test_a_cursor_leads_on_in_its_own_list_only(agency: Agency, other_list: str) -> None:
    add_contacts(agency, 2)
    with within(agency):
        Client.objects.create(name="Second")
    for of in ("scores", "clients"):
        cursor = ask(agency, f"/v1/{of}?limit=1")["next"].split("?")[1]
        expected = 200 if of == other_list else 400
        assert agency.program().get(f"/v1/{other_list}?{cursor}").status_code == expected


def test_a_reason_that_went_with_a_new_version_breaks_no_list(agency: Agency) -> None:
    with within(agency):
        Score.objects.update(reasons=[["astrology", 0.5, 3.0]], discounts=[["sound_bites", 2]])
    (score,) = ask(agency, "/v1/scores")["results"]
    assert score["reasons"][0]["sentence"] == "Something that is not told any more"
    assert score["discounts"] == [
        {"code": "sound_bites", "count": 2, "sentence": "2 replies of one word count as a nod each"}
    ]


def test_a_model_that_came_after_the_run_is_said_to_be_coming(agency: Agency) -> None:
    on_the_prior(agency)
    with within(agency):
        ModelVersion.objects.filter(state=ModelState.RETIRED).update(state=ModelState.PROMOTED, retired_at=None)
    assert "the scores by it are being made" in ask(agency, "/v1/scores")["results"][0]["basis_reason"]


def test_a_model_says_what_came_of_it(agency: Agency) -> None:
    (model,) = ask(agency, "/v1/models")["results"]
    assert (model["state"], model["verdict"]) == ("promoted", "Better than recency alone.")
    assert ask(agency, f"/v1/models/{model['id']}") == model


def test_a_key_that_may_only_send_reads_no_scores(agency: Agency) -> None:
    with within(agency):
        _row, text = keys.issue(name="Sends", scopes=["ingest"])
    for path in ("/v1/scores", "/v1/warnings", "/v1/models"):
        answer = agency.program(text).get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")


def test_whoever_only_shows_loads_nothing_that_computes() -> None:
    """Half a second and 50 MB for each web process."""
    loaded = "import django, sys; django.setup(); import config.urls; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert {"scoring.api.views", "scoring.learning.words"} <= set(done.stdout.split())
    assert not {"numpy", "polars", "scipy", "sklearn"} & set(done.stdout.split())


def test_what_checks_answered_is_told_with_what_could_not_be_tested(agency: Agency) -> None:
    with within(agency):
        window = Finding.objects.get(check_code="growth", place=24_244)
        window.pk, window.place, window.check_code = None, 24_245, "profile_mixture"
        window.answer, window.why, window.p = "not_applicable", "few_profiles", None
        window.effect = window.low = window.high = None
        window.seen = {"new": 3, "earlier": 400, "needed": 170}
        window.save(force_insert=True)
    address = f"/v1/channels/{agency.channel.public_id}/findings"
    assert len(ask(agency, address)["results"]) == 3
    (lacking,) = ask(agency, f"{address}?answer=not_applicable")["results"]
    assert (lacking["check"], lacking["q"]) == ("profile_mixture", None)
    assert lacking["sentence"].endswith("there are fewer than 10 and 400.")
    assert ask(agency, f"{address}?check=growth&practice=bought_followers")["results"][0]["answer"] == "found"
    assert ask(agency, f"{address}?since=2020-05-01T00:00:01Z")["results"] == []
    first = ask(agency, f"{address}?limit=2")
    following = ask(agency, first["next"].removeprefix("http://testserver"))
    assert len(first["results"]) + len(following["results"]) == 3
    assert ask(agency, f"/v1/clients/{agency.client.public_id}/findings")["results"] == []


BOUGHT = ("bought_followers", 1)


def test_how_often_a_rule_was_wrong_is_told_by_what_people_decided(agency: Agency) -> None:
    (rules,) = [it for it in ask(agency, "/v1/practices") if (it["practice"], it["rules_version"]) == BOUGHT]
    assert (rules["rules_version"], rules["warnings"], rules["decided"], rules["rate"]) == (1, 1, 0, None)
    with within(agency):
        warning = EthicsWarning.objects.get()
        for place, state in enumerate((WarningState.CONFIRMED, WarningState.RESOLVED, WarningState.DISMISSED), 1):
            EthicsWarning.objects.create(
                channel=agency.channel, practice=warning.practice, version=1, window="month", place=place, state=state,
                start=warning.start, end=warning.end, families=warning.families,
            )  # fmt: skip
    (rules,) = [it for it in ask(agency, "/v1/practices") if (it["practice"], it["rules_version"]) == BOUGHT]
    assert (rules["warnings"], rules["decided"], rules["false"]) == (4, 3, 1)
    assert rules["low"] < rules["rate"] < rules["high"]
    assert rules["rate"] == pytest.approx(1 / 3)
    page = agency.browser().get("/admin/scoring/ethicswarning/").content.decode()
    assert "of 3 warnings that people decided on, 1 turned out organic (33 %, 8 to 75 %)" in page
