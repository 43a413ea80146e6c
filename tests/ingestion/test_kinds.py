"""A source's own words for acts get their meaning, and what was set aside for them lands."""

from typing import Any

import pytest

from ingestion.models import Engagement, KindMapping, Rejection
from tests.conftest import Agency, within
from tests.ingestion.aside import counts, mean, try_again
from tests.ingestion.doors import act, all_of, send

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_word_that_is_unknown_today_and_known_tomorrow_is_replayed_whole(agency: Agency) -> None:
    """T26."""
    batch = send(agency, [act(n, kind="Wink") for n in range(30)] + [act("good")]).json()["batch"]
    assert counts(agency, batch) == (31, 1, 0, 30)
    mean(agency, "wink", kind="reaction")
    answer = try_again(agency, code="unknown_kind", source=agency.source.public_id)
    assert (answer.status_code, answer.json()["rows"]) == (202, 31)  # the cast's own row winks too
    assert counts(agency, batch) == (31, 31, 0, 0)
    assert set(all_of(agency, Engagement, "kind", "rung", ext_id__startswith="act-")) == {
        ("reaction", 1),
        ("comment", 3),
    }
    assert all_of(agency, Rejection, "id") == []


def test_a_word_may_stand_on_a_rung_and_keeps_its_name(agency: Agency) -> None:
    mean(agency, "product_added", rung=2)
    assert send(agency, [act(1, kind="Product_Added")]).json()["accepted"] == 1
    assert all_of(agency, Engagement, "kind", "rung", "nature", ext_id="act-1") == [("Product_Added", 2, 1)]


def test_a_meaning_that_changed_makes_no_conflict_of_a_repetition(agency: Agency) -> None:
    mean(agency, "wink", rung=2)
    row = act(1, kind="wink")
    send(agency, [row])
    with within(agency):
        KindMapping.objects.update(rung=1)
    assert send(agency, [row]).json()["duplicate"] == 1


def test_a_word_means_something_in_its_source_only(agency: Agency, other: Agency) -> None:
    mean(other, "wink", rung=2)
    assert send(agency, [act(1, kind="wink")]).json()["quarantined"] == 1


def test_a_manager_gives_words_their_meaning_on_the_sources_page(agency: Agency) -> None:
    page = f"/admin/ingestion/source/{agency.source.id}/change/"
    form: dict[str, Any] = {
        "name": "Ours source", "known_at_basis": "received", "known_after_days": 0, "may_match": "on",
        "kinds-TOTAL_FORMS": 3, "kinds-INITIAL_FORMS": 0,
        "kinds-0-word": " Wink ", "kinds-0-kind": "reaction", "kinds-0-rung": "",
        "kinds-1-word": "product_added", "kinds-1-kind": "", "kinds-1-rung": "2",
    }  # fmt: skip
    browser = agency.browser(agency.member("manager"))
    for word, kind, rung, sentence in [
        ("Like", "", "1", "is known here already"),
        ("wave", "", "", "Choose what it is, or on which rung"),
        ("wave", "like", "2", "Choose what it is, or on which rung"),
        ("wink", "like", "", "has a meaning already"),
    ]:
        more = {"kinds-2-word": word, "kinds-2-kind": kind, "kinds-2-rung": rung}
        answer = browser.post(page, form | more)
        assert answer.status_code == 200, word
        assert sentence in answer.content.decode()
    assert browser.post(page, form | {"kinds-TOTAL_FORMS": 2}).status_code == 302
    found = [it for it in all_of(agency, KindMapping, "word", "kind", "rung") if it[0] != "Ours word"]
    assert sorted(found) == [("Wink", "reaction", None), ("product_added", "", 2)]


def test_capitals_make_no_difference_to_a_kind(agency: Agency) -> None:
    assert send(agency, [act(1, kind="Like")]).json()["accepted"] == 1
    assert all_of(agency, Engagement, "kind", ext_id="act-1") == ["like"]
