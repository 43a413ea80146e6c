"""Posts, their counts, facts of people, campaigns and vendors: what lands of each."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.errors import ROW_CODES
from ingestion.models import Campaign, ContactFact, IdentityLink, Post, PostCount, Vendor
from tests.conftest import Agency
from tests.ingestion.doors import (
    AT,
    ROWS,
    all_of,
    campaign,
    change,
    contact_fact,
    post,
    post_count,
    send,
    vendor,
    verdict,
)

HAPPENED = datetime(2026, 5, 1, 10, tzinfo=UTC)
EARLIER = "2026-04-01T10:00:00Z"


def test_a_post_lands_with_what_it_asks_for(agency: Agency) -> None:
    row = post(paid=True, promotion=True, prize=False, bait=["like", "tag"], campaign="spring", permalink="https://x.example/1")  # fmt: skip  # noqa: E501
    send(agency, [row], "posts")
    fields = ("channel_id", "published_at", "known_at", "paid", "automated", "promotion", "price", "prize", "bait",
              "campaign", "permalink")  # fmt: skip
    (landed,) = all_of(agency, Post, *fields, ext_id="post-1")
    assert landed[:2] == (agency.channel.id, HAPPENED)
    assert landed[2] > HAPPENED
    assert landed[3:] == (True, False, True, None, False, ["like", "tag"], "spring", "https://x.example/1")


def test_a_posts_text_says_what_it_asks_for(agency: Agency) -> None:
    text = "GIVEAWAY! Win a mug worth £20: follow us and tag two friends. Shop at https://fernleaf.example"
    send(agency, [post(text=text), post(id="post-2"), post(id="post-3", text=text, prize=False, bait=[])], "posts")
    fields = ("promotion", "price", "link", "question", "prize", "entry", "bait")
    first, second, third = all_of(agency, Post, *fields, ext_id__startswith="post-")
    assert first[1:6] == (True, True, False, True, True)
    assert sorted(first[6]) == ["follow", "tag"]
    assert second == (None,) * 7
    assert (third[4], third[6]) == (False, [])


def test_a_posts_text_is_read_and_what_is_said_of_it_goes_first(agency: Agency) -> None:
    send(agency, [post(text="Which one do you like?"), post(id="post-2", text="Which one?", question=False)], "posts")
    assert all_of(agency, Post, "ext_id", "question", ext_id__startswith="post-") == [
        ("post-1", True),
        ("post-2", False),
    ]


def test_a_count_lands_and_a_count_below_nothing_too(agency: Agency) -> None:
    send(agency, [post_count(views=100, likes=-1), post_count(at=EARLIER, saves=0)], "post-counts")
    landed = all_of(agency, PostCount, "post", "at", "views", "likes", "saves", post="post-1")
    assert landed == [
        ("post-1", HAPPENED, 100, -1, None),
        ("post-1", datetime(2026, 4, 1, 10, tzinfo=UTC), None, 10, 0),
    ]


def test_a_count_makes_the_post_that_it_describes(agency: Agency) -> None:
    described = {"channel": "instagram/ours.handle", "published_at": EARLIER, "paid": True}
    send(agency, [post_count(described=described), post_count(at=EARLIER, described=described)], "post-counts")
    fields = ("channel_id", "paid", "published_at")
    expected = [(agency.channel.id, True, datetime(2026, 4, 1, 10, tzinfo=UTC))]
    assert all_of(agency, Post, *fields, ext_id="post-1") == expected
    send(agency, [post_count(at="2026-05-02T10:00:00Z", described=described | {"paid": False})], "post-counts")
    assert all_of(agency, Post, *fields, ext_id="post-1") == expected  # what was said first


def test_a_posts_own_row_goes_before_what_a_count_said_of_it(agency: Agency) -> None:
    described = {"channel": "instagram/ours.handle", "published_at": EARLIER, "paid": True}
    send(agency, [post_count(described=described)], "post-counts")
    assert verdict(agency, post(paid=False), "posts") == ("accepted", "")
    assert all_of(agency, Post, "paid", "published_at", ext_id="post-1") == [(False, HAPPENED)]
    send(agency, [post_count(at="2026-05-02T10:00:00Z", described=described)], "post-counts")
    assert all_of(agency, Post, "paid", ext_id="post-1") == [False]
    assert verdict(agency, post(paid=False), "posts") == ("duplicate", "/id")


def test_an_export_without_any_count_describes_its_post_all_the_same(agency: Agency) -> None:
    described = {"channel": "instagram/ours.handle", "published_at": EARLIER}
    assert verdict(agency, post_count(likes=None, described=described), "post-counts") == ("accepted", "")
    assert all_of(agency, PostCount, "likes", post="post-1") == [None]


def test_facts_of_a_person_land_one_by_one(agency: Agency) -> None:
    who = {"customer": "17", "email": "ada@person.example"}
    facts = {"industry": "retail", "employees": 12, "newsletter": True, "spend": 1.5}
    assert verdict(agency, contact_fact(who=who, facts=facts), "contact-facts") == ("accepted", "")
    landed = all_of(agency, ContactFact, "name", "value", "at", contact__kind="customer")
    assert sorted(landed) == [
        ("employees", "12", HAPPENED),
        ("industry", "retail", HAPPENED),
        ("newsletter", "true", HAPPENED),
        ("spend", "1.5", HAPPENED),
    ]
    assert all_of(agency, IdentityLink, "kind", contact__kind="customer") == ["email"]
    assert verdict(agency, contact_fact(who=who, facts=facts), "contact-facts") == ("duplicate", "/id")
    change(agency, may_match=False)
    assert verdict(agency, contact_fact(who=who, facts=facts), "contact-facts") == ("duplicate", "/id")
    other = contact_fact(who=who, facts=facts | {"industry": "food"})
    assert verdict(agency, other, "contact-facts") == ("id_conflict", "/id")
    assert verdict(agency, other | {"id": "f-2"}, "contact-facts") == ("accepted", "")


@pytest.mark.parametrize(
    "name",
    [
        "religion",
        "Health_status",
        "trade union",
        "ethnicity",
        "is_pregnant",
        "race",
        "hivStatus",
        "faith",
        "diagnosis_code",
        "isHomosexual",
        "telehealth",
    ],
)
def test_facts_that_the_law_sets_apart_are_not_kept(agency: Agency, name: str) -> None:
    answer = send(agency, [contact_fact(facts={name: "yes"})], "contact-facts").json()
    (refused,) = answer["quarantine"]
    assert (refused["code"], refused["pointer"]) == ("special_category", f"/facts/{name}")
    assert all_of(agency, ContactFact, "name", value="yes") == []


@pytest.mark.parametrize("name", ["industry", "interest: trace", "brace_size", "party_size", "customer_number"])
def test_facts_that_only_sound_a_little_like_them_are_kept(agency: Agency, name: str) -> None:
    assert verdict(agency, contact_fact(facts={name: "yes"}), "contact-facts") == ("accepted", "")


def test_a_campaign_lands_and_is_known_from_its_start(agency: Agency) -> None:
    row = campaign(kind="cause", ends_at="2026-06-01T00:00:00Z", posts=["p-1", "p-2"], donation=500, promotion="49.50", currency="GBP")  # fmt: skip  # noqa: E501
    assert verdict(agency, row, "campaigns") == ("accepted", "")
    (landed,) = all_of(agency, Campaign, ext_id="campaign-1")
    assert (landed.client_id, landed.kind, landed.name, landed.posts) == (
        agency.client.id,
        "cause",
        "Blue mug",
        ["p-1", "p-2"],
    )
    assert (landed.donation, landed.promotion, landed.currency) == (Decimal(500), Decimal("49.5"), "GBP")
    assert (landed.starts_at, landed.known_at, landed.entry_kinds) == (HAPPENED, HAPPENED, ["follow"])
    assert landed.public_id.startswith("cmp_")


def test_a_campaign_that_is_planned_is_known_from_now_on(agency: Agency) -> None:
    assert verdict(agency, campaign(starts_at="2031-05-01T10:00:00Z"), "campaigns") == ("accepted", "")
    (landed,) = all_of(agency, Campaign, ext_id="campaign-1")
    assert HAPPENED < landed.known_at <= landed.created_at


def test_a_vendor_lands_with_promise_price_and_dates(agency: Agency) -> None:
    row = vendor(units=5000, price="39.90", currency="EUR", ends_at="2026-05-08T10:00:00Z")
    assert verdict(agency, row, "vendors") == ("accepted", "")
    fields = ("name", "promise", "units", "price", "currency", "starts_at", "ends_at", "known_at")
    ends = datetime(2026, 5, 8, 10, tzinfo=UTC)
    assert all_of(agency, Vendor, *fields, ext_id="order-1") == [
        ("Reach Ltd", "5,000 followers in a week", 5000, Decimal("39.9"), "EUR", HAPPENED, ends, HAPPENED)
    ]


@pytest.mark.parametrize("shape", ["posts", "post-counts", "contact-facts", "campaigns", "vendors"])
def test_a_repetition_is_a_duplicate_however_it_is_written(agency: Agency, shape: str) -> None:
    row = ROWS[shape]()
    assert verdict(agency, row, shape) == ("accepted", "")
    written = {name: AT.replace("10:00:00Z", "12:00:00+02:00") if value == AT else value for name, value in row.items()}
    assert written != row
    assert verdict(agency, written, shape) == ("duplicate", "/id")


@pytest.mark.parametrize(
    ("shape", "more", "expected"),
    [
        ("posts", {"channel": "instagram/nobody"}, ("unknown_channel", "/channel")),
        ("posts", {"bait": ["stare"]}, ("invalid", "/bait/0")),
        ("posts", {"published_at": None}, ("missing", "/published_at")),
        ("posts", {"published_at": "2199-01-01T00:00:00Z"}, ("in_the_future", "/published_at")),
        ("posts", {"text": "nul\x00"}, ("control_character", "")),
        ("post-counts", {"likes": None}, ("missing", "/views")),
        ("post-counts", {"likes": 1.5}, ("invalid", "/likes")),
        ("post-counts", {"post": "a\u202eb"}, ("control_character", "/post")),
        (
            "post-counts",
            {"described": {"channel": "instagram/nobody", "published_at": AT}},
            ("unknown_channel", "/described/channel"),
        ),
        ("post-counts", {"described": {"published_at": AT}}, ("missing", "/described/channel")),
        (
            "post-counts",
            {"described": {"channel": "instagram/Ours.handle", "published_at": "2026-05-02T00:00:00Z"}},
            ("invalid", "/described/published_at"),
        ),
        ("contact-facts", {"facts": {}}, ("invalid", "/facts")),
        ("contact-facts", {"facts": {"a": None}}, ("invalid", "/facts")),
        ("contact-facts", {"facts": {"a": [1]}}, ("invalid", "/facts")),
        ("contact-facts", {"facts": {" ": 1}}, ("invalid", "/facts")),
        ("contact-facts", {"facts": {"a": 1, "a ": 2}}, ("invalid", "/facts")),
        ("contact-facts", {"facts": {"a": "x" * 301}}, ("invalid", "/facts/a")),
        ("contact-facts", {"facts": {"a\u200b": 1}}, ("control_character", "/facts")),
        ("contact-facts", {"who": {}}, ("no_identifier", "/who")),
        ("campaigns", {"entry_kinds": ["wink"]}, ("unknown_kind", "/entry_kinds")),
        ("campaigns", {"entry_kinds": ["unlike"]}, ("unknown_kind", "/entry_kinds")),
        ("campaigns", {"entry_kinds": []}, ("missing", "/entry_kinds")),
        ("campaigns", {"kind": "party"}, ("invalid", "/kind")),
        ("campaigns", {"ends_at": AT}, ("invalid", "/ends_at")),
        ("campaigns", {"starts_at": "2099-01-01T00:00:00Z"}, ("invalid", "/starts_at")),
        ("campaigns", {"starts_at": "1950-01-01T00:00:00Z"}, ("invalid", "/starts_at")),
        ("campaigns", {"donation": 1}, ("missing", "/currency")),
        ("campaigns", {"promotion": -1, "currency": "EUR"}, ("invalid", "/promotion")),
        ("vendors", {"price": 1}, ("missing", "/currency")),
        ("vendors", {"units": 0}, ("invalid", "/units")),
        ("vendors", {"promise": ""}, ("invalid", "/promise")),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_where(
    agency: Agency, shape: str, more: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert verdict(agency, ROWS[shape](**more), shape) == expected
    assert expected[0] in ROW_CODES


def test_a_plan_does_not_depend_on_when_rows_of_its_source_are_known(agency: Agency) -> None:
    change(agency, known_at_basis="stated")
    assert verdict(agency, campaign(), "campaigns") == ("accepted", "")
