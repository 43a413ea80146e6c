"""Files of `manage.py evaluate`: what they become as rows, and what is said of wrong ones."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.evaluation import community, deals, web

TWO = [["m1", "2018-01-31", "social"], ["m2", "2018-02-28 10:00:00", ""]]


def file(path: Path, *rows: list[str]) -> Path:
    with path.open("w", newline="") as content:
        csv.writer(content).writerows(rows)
    return path


def leads(folder: Path, *rows: list[str], header: str = "mql_id,first_contact_date,origin") -> Path:
    return file(folder / "leads.csv", header.split(","), *(rows or TWO))


def won(folder: Path, *rows: list[str], header: str = "mql_id,won_date") -> Path:
    return file(folder / "deals.csv", header.split(","), *rows)


def test_leads_become_facts_and_deals_outcomes(tmp_path: Path) -> None:
    came, closed = deals.read(leads=leads(tmp_path), deals=won(tmp_path, ["m1", "2018-03-01 08:00:00"]))
    assert list(deals._as_facts(came)) == [
        ["who.customer", "at", "facts.origin"],
        ["m1", "2018-01-31T00:00:00+00:00", "social"],
        ["m2", "2018-02-28T10:00:00+00:00", ""],
    ]
    assert list(deals._as_outcomes(came, closed))[1:] == [
        ["lead m1", "lead", "2018-01-31T00:00:00+00:00", "m1"],
        ["lead m2", "lead", "2018-02-28T10:00:00+00:00", "m2"],
        ["won m1", "purchase", "2018-03-01T08:00:00+00:00", "m1"],
    ]


@pytest.mark.parametrize(("last", "judged"), [("2018-09-01", (2018, 3, 1)), ("2018-04-20", (2018, 2, 20))])
def test_the_window_that_judges_begins_after_the_last_lead_if_deals_are_known_so_long(
    tmp_path: Path, last: str, judged: tuple[int, int, int]
) -> None:
    came, closed = deals.read(leads=leads(tmp_path), deals=won(tmp_path, ["m1", last]))
    assert deals.judged_from(came, closed, timedelta(days=60)) == datetime(*judged, tzinfo=UTC)


def test_leads_and_deals_that_cannot_be_used_are_refused_in_a_sentence(tmp_path: Path) -> None:
    def evaluate(came: Path, closed: Path) -> None:
        call_command("evaluate", "deals", "--leads", str(came), "--deals", str(closed))

    good = leads(tmp_path)
    with pytest.raises(CommandError, match=r"No mql_id of deals\.csv is one of leads\.csv"):
        evaluate(good, won(tmp_path, ["x", "2018-03-01"]))
    with pytest.raises(CommandError, match="No row has a day in won_date"):
        evaluate(good, won(tmp_path, ["m1", "soon"]))
    with pytest.raises(CommandError, match="it lacks won_date"):
        evaluate(good, won(tmp_path, ["m1", "2018-03-01"], header="mql_id,won"))
    bare = leads(tmp_path, ["m1", "2018-01-31"], header="mql_id,first_contact_date")
    with pytest.raises(CommandError, match="nothing to tell by"):
        evaluate(bare, won(tmp_path, ["m1", "2018-03-01"]))
    with pytest.raises(CommandError, match="There is no file"):
        evaluate(good, tmp_path / "none.csv")


def pages(folder: Path, *rows: list[str]) -> Path:
    return file(folder / "pages.csv", ["visitor", "ts", "event"], *rows)


def test_pages_become_acts_and_purchases_outcomes(tmp_path: Path) -> None:
    seen = pages(
        tmp_path,
        ["v1", "2025-02-23T00:00:01.750Z", "product_added_to_cart"],
        ["v1", "2025-02-23T00:01:01.750Z", "checkout_completed"],
    )
    assert web.read(csv=seen) == datetime(2025, 2, 23, 0, 1, 1, 750_000, tzinfo=UTC)
    assert list(web._as_acts(seen))[1:] == [["1", "product_added_to_cart", "2025-02-23T00:00:01.750Z", "v1"]]
    assert list(web._as_outcomes(seen))[1:] == [["2", "purchase", "2025-02-23T00:01:01.750Z", "v1"]]


def test_pages_that_cannot_be_used_are_refused_in_a_sentence(tmp_path: Path) -> None:
    cart, view = ["v1", "2025-02-23T00:00:01Z", "product_added_to_cart"], ["v1", "2025-02-23T00:00:01Z", "page_viewed"]
    for rows, said in (
        ([["v1", "yesterday", "page_viewed"]], "has a moment in ts"),
        ([view], "is product_added_to_cart: without carts"),
        ([cart], "is checkout_completed: without purchases"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("evaluate", "web", "--csv", str(pages(tmp_path, *rows)))


def test_messages_become_acts_between_members_and_an_answer_is_one_once(tmp_path: Path) -> None:
    (tmp_path / "sent.txt").write_text("1 2 1082040961\n2 1 1082040970\n2 1 1082040980\n\n")
    acts = community.read(csv=tmp_path / "sent.txt", sender="sender", receiver="receiver", time="time")
    header, *rows = community._as_acts(acts, passed_on=False)
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(it["kind"], it["actor.customer"], it["target.customer"], it["in_reply_to"]) for it in told] == [
        ("follow", "1", "", ""),
        ("direct_message", "1", "2", ""),
        ("follow", "2", "", ""),
        ("direct_message", "2", "1", "1"),
        ("direct_message", "2", "1", ""),
    ]
    assert [row[2] for row in list(community._as_counts(acts))[1:]] == ["2"]


def test_what_is_passed_on_is_an_act_on_a_post(tmp_path: Path) -> None:
    shared = file(
        tmp_path / "shares.csv", ["who", "what", "when"], ["b", "p", "2021-06-16"], ["a", "p", "1623865591.0"]
    )
    acts = community.read(csv=shared, sender="who", receiver="", time="when", post="what")
    made = [row for row in community._as_acts(acts, passed_on=True) if row[1] == "repost"]
    assert [(row[4], row[6]) for row in made] == [("b", "p"), ("a", "p")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("sent.txt", "1 2\n", "Line 1 of sent.txt has 2 words; expected three"),
        ("sent.txt", "", "No row of sent.txt has a time"),
        ("sent.csv", "sender,to\n1,2\n", "it lacks receiver, time"),
        ("sent.csv", "sender,receiver,time\n1,2,soon\n", "expected seconds since 1970"),
    ],
)
def test_messages_that_cannot_be_used_are_refused_in_a_sentence(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(CommandError, match=said):
        call_command("evaluate", "community", "--csv", str(tmp_path / name))
