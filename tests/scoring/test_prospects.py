"""What people do on a prospect's posts says nothing of the client's brand, in whatever order it comes in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.db.models.functions import Now
from polars.testing import assert_frame_equal

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion import selectors
from ingestion.models import Source
from ingestion.selectors import frames
from scoring.features.catalog import NAMES_IN_ORDER
from scoring.features.matrix import matrix
from scoring.learning.labels import Goal, labelled
from scoring.models import ModelState, ModelVersion
from scoring.services import facts, matching
from tenants.models import Channel, ChannelRole
from tests.conftest import Agency, within
from tests.ingestion.doors import act, change, outcome, post, post_count, send
from tests.ingestion.people import contact_called
from tests.scoring.agency import ask, begun, do, forget_the_cast, only, past, shown

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
CREATOR = "instagram/creator"
KINDS = ("view", "like", "unlike", "share", "comment", "direct_message", "call", "complaint")
# What random acts of a year cannot leave as it was.
MOVED = {"recency", "qualified", "ladder_1", "ladder_2", "ladder_3", "ladder_4", "ladder_6", "qualified_days",
         "turns_5", "questions", "answered", "refused"}  # fmt: skip


@pytest.fixture
def vetting(agency: Agency) -> Agency:
    """The agency, with a creator who is being vetted for its client, and rows that were known when they happened."""
    with within(agency):
        Channel.objects.create(client=agency.client, platform="instagram", handle="creator", role=ChannelRole.PROSPECT)
    change(agency, known_at_basis="lagged")
    return agency


def role(agency: Agency, role: ChannelRole) -> None:
    with within(agency):
        Channel.objects.filter(handle="creator").update(role=role)


def posts(agency: Agency) -> None:
    rows = [post(id="own"), post(id="theirs", channel=CREATOR)]
    assert send(agency, rows, "posts").json()["accepted"] == 2


def rows_of(agency: Agency) -> pl.DataFrame:
    """Return the matrix of everybody, as scoring and learning have it."""
    with within(agency):
        return matrix(facts.known(before=NOW), NOW)


def acts_of(agency: Agency) -> int:
    with within(agency):
        return frames.acts(known_before=LATER).height - 1  # the cast's


def random_acts(seed: int, on: str | None, count: int = 120) -> list[dict[str, Any]]:
    """A year of three people on one post: of all kinds, in threads, each third answered by the brand."""
    random, rows = np.random.default_rng(seed), []
    for number in range(count):
        who = {"handle": f"person{random.integers(3)}"}
        row = act(
            f"{on}-{number}", actor=who, post=on, kind=str(random.choice(KINDS)),
            occurred_at=(NOW - timedelta(hours=float(random.uniform(1, 365 * 24)))).isoformat(),
        )  # fmt: skip
        if row["kind"] in ("comment", "direct_message"):
            row |= {"text": f"how much is number {number}, and is there any left?", "thread": f"{on}-{number % 7}"}
        rows.append(row)
        if number % 3 == 0:
            rows.append(
                act(f"{on}-{number}-back", actor=None, target=who, direction="outbound", kind="reply", words=9, post=on,
                    thread=row.get("thread"), in_reply_to=row["id"],
                    occurred_at=(NOW - timedelta(minutes=30)).isoformat())
            )  # fmt: skip
    return rows


def moved(before: pl.DataFrame, after: pl.DataFrame) -> set[str]:
    """Return the features in which two matrices of the same people differ."""
    assert before["person"].to_list() == after["person"].to_list()
    return {name for name in NAMES_IN_ORDER if not before[name].equals(after[name])}


@pytest.mark.parametrize("seed", range(3))
def test_the_same_rows_change_features_on_an_owned_channel_and_none_on_a_prospects(vetting: Agency, seed: int) -> None:
    posts(vetting)
    send(vetting, random_acts(seed, on="own", count=40))
    bought = [
        outcome(n, who={"handle": f"person{n}"}, occurred_at=(NOW - Goal().horizon / 2).isoformat()) for n in range(4)
    ]
    send(vetting, bought, "outcomes")
    before = rows_of(vetting)
    assert before.height == 4
    sent = random_acts(seed + 100, on="theirs")
    assert send(vetting, sent).json()["accepted"] == len(sent)
    assert_frame_equal(rows_of(vetting), before)
    role(vetting, ChannelRole.OWNED)
    hired = rows_of(vetting)
    assert moved(before, hired) >= MOVED
    role(vetting, ChannelRole.PROSPECT)
    assert_frame_equal(rows_of(vetting), before)


def test_whoever_was_seen_there_only_is_in_no_score_stage_label_or_model(vetting: Agency) -> None:
    posts(vetting)
    talk = [{"text": f"how much is the {colour} one?", "post": "theirs"} for colour in ("blue", "red", "grey", "black")]
    send(vetting, [act(n, occurred_at=f"2026-05-0{n + 1}T10:00:00Z", thread=f"{n}", **it) for n, it in enumerate(talk)])
    send(vetting, [act("bob", actor={"handle": "bob"}, post="own")])
    bob, ada = contact_called(vetting, "bob").pk, contact_called(vetting, "ada").pk

    def scored() -> dict[str, str]:
        with within(vetting):
            ModelVersion.objects.filter(state=ModelState.PROMOTED).update(state=ModelState.RETIRED, retired_at=Now())
        for job in begun(vetting):
            do(vetting, job)
        return {it.contact.handle: it.stage for it in shown(vetting)} | {"Ours person": ""}

    def to_learn_from() -> set[int]:
        with within(vetting):
            known = facts.known(before=LATER)
        return set(labelled(matrix(known, NOW), known, NOW, Goal())["person"])

    assert scored() == {"bob": "passer-by", "Ours person": ""}
    assert bob in to_learn_from()
    assert ada not in to_learn_from()
    role(vetting, ChannelRole.OWNED)
    assert scored() == {"bob": "passer-by", "ada": "engaged", "Ours person": ""}
    assert ada in to_learn_from()


@pytest.mark.parametrize("first", ["acts", "posts"])
@pytest.mark.parametrize("shape", ["posts", "post-counts"])
def test_acts_that_come_before_the_post_they_name_count_until_it_is_known(
    vetting: Agency, first: str, shape: str
) -> None:
    described = {"channel": CREATOR, "published_at": "2026-04-01T10:00:00Z"}
    its_post = {
        "posts": post(id="theirs", **described),
        "post-counts": post_count(post="theirs", described=described),
    }
    rows = [act(1, post="theirs"), act(2, post="theirs", kind="like"), act(3, post="own"), act(4), act(5, post="else")]
    if first == "posts":
        send(vetting, [its_post[shape]], shape)
    assert send(vetting, rows).json()["accepted"] == 5
    if first == "acts":
        assert acts_of(vetting) == 5
        send(vetting, [its_post[shape]], shape)
    assert acts_of(vetting) == 3


def test_an_act_without_a_post_says_itself_with_whom(vetting: Agency) -> None:
    with within(vetting):
        creator, own = Channel.objects.get(handle="creator"), vetting.channel
    mine = f"{own.platform}/{own.handle}"
    rows = [act(1, kind="follow", channel=CREATOR), act(2, kind="follow", channel=mine), act(3, kind="follow")]
    assert send(vetting, rows).json()["accepted"] == 3
    again = send(vetting, [rows[0] | {"channel": creator.public_id}, rows[2] | {"channel": mine}]).json()
    assert (again["duplicate"], [it["code"] for it in again["quarantine"]]) == (1, ["id_conflict"])
    unknown = send(vetting, [act(4, channel="instagram/nobody")]).json()["quarantine"]
    assert [(it["code"], it["pointer"]) for it in unknown] == [("unknown_channel", "/channel")]
    assert acts_of(vetting) == 2
    with within(vetting):
        assert selectors.acts_on_prospects(known_before=LATER) == 1
        known = selectors.known_of([contact_called(vetting, "ada")], most=9)
    assert {it.ext_id: vars(it)["prospect"] for it in known.acts} == {"act-1": "creator", "act-2": None, "act-3": None}
    role(vetting, ChannelRole.OWNED)
    assert acts_of(vetting) == 3


def test_an_id_of_a_post_holds_in_its_source_and_its_agency(vetting: Agency, other: Agency) -> None:
    posts(vetting)
    with within(vetting):
        shop = Source.objects.create(client=vetting.client, name="Shop", kind="own_system", platform="instagram")
    with within(other):
        Channel.objects.filter(pk=other.channel.pk).update(role=ChannelRole.PROSPECT)
    send(other, [post(id="own", channel="instagram/Stranger.handle")], "posts")
    send(vetting, [act(1, post="theirs")], source=shop)
    send(vetting, [act(1, post="own"), act(2, post="theirs")])
    assert acts_of(vetting) == 2
    send(other, [act(1, post="own"), act(2, post="theirs")])
    assert acts_of(other) == 1


def test_who_was_seen_there_only_is_not_matched(vetting: Agency) -> None:
    posts(vetting)
    send(vetting, [act(1, post="theirs")])
    send(vetting, [outcome(1)], "outcomes")

    def matched() -> tuple[int, int]:
        with within(vetting):
            (rate,) = matching.rates()
        return rate.matched - 1, rate.waiting  # the cast's own is matched

    assert matched() == (0, 1)
    role(vetting, ChannelRole.OWNED)
    assert matched() == (1, 0)


def test_a_contacts_page_says_what_was_done_there(vetting: Agency) -> None:
    posts(vetting)
    send(vetting, [act(1, post="theirs"), act(2, post="own", kind="like"), act(3, kind="share")])
    ada = contact_called(vetting, "ada")

    def page() -> str:
        return vetting.browser().get(f"/admin/ingestion/contact/{ada.pk}/change/").content.decode()

    assert page().count("on the account of creator, a prospect: counts for nothing") == 1
    with within(vetting):
        known = selectors.known_of([ada], most=9)
        there: dict[str, Any] = {it.ext_id: vars(it)["prospect"] for it in known.acts}
    assert there == {"act-1": "creator", "act-2": None, "act-3": None}
    role(vetting, ChannelRole.OWNED)
    assert "a prospect" not in page()


def test_a_model_does_not_learn_from_them_and_says_how_many_there_were(mine: Agency) -> None:
    forget_the_cast(mine)
    source = past(mine)
    with within(mine):
        Channel.objects.create(client=mine.client, platform="instagram", handle="creator", role=ChannelRole.PROSPECT)
    as_of = datetime.now(UTC).isoformat()
    do(mine, ask(mine, "retrain", as_of=as_of))
    before = only(mine, ModelVersion)
    long_ago = (datetime.now(UTC) - timedelta(days=300)).isoformat()
    send(mine, [post(id="theirs", channel=CREATOR, published_at=long_ago)], "posts", source=source)
    seen_there = [act(n, actor={"handle": f"fan{n}"}, post="theirs", occurred_at=long_ago) for n in range(50)]
    assert send(mine, seen_there, source=source).json()["accepted"] == 50

    def learnt() -> ModelVersion:
        do(mine, ask(mine, "retrain", as_of=as_of))
        with within(mine):
            return ModelVersion.objects.latest("id")

    after = learnt()
    assert (before.data["acts_on_prospects_left_out"], after.data["acts_on_prospects_left_out"]) == (0, 50)
    assert after.data["rows"] == before.data["rows"]
    role(mine, ChannelRole.OWNED)
    hired = learnt()
    assert hired.data["acts_on_prospects_left_out"] == 0
    assert sum(hired.data["rows"].values()) > sum(before.data["rows"].values())


# --- Integrity: the client's own followers are judged by what they do with the client


def test_what_followers_do_there_is_nothing_that_they_do_with_the_client(vetting: Agency) -> None:
    posts(vetting)
    at = "2026-05-02T10:00:00Z"
    rows = [act(1, kind="follow"), act(2, kind="follow", channel=CREATOR, actor={"handle": "bob"})]
    send(vetting, [*rows, act(3, kind="like", post="theirs", occurred_at=at)])
    place: dict[str, Any] = {"client_id": vetting.client.pk, "platform": "instagram", "known_before": LATER}
    span: dict[str, Any] = {"since": datetime(2026, 5, 1, 1, tzinfo=UTC), "until": LATER, "within": timedelta(days=14)}

    def read() -> tuple[list[bool], datetime | None]:
        with within(vetting):
            return sorted(frames.followers(**place, **span)["acted"]), frames.acts_until(**place)

    assert read() == ([False], datetime(2026, 5, 1, tzinfo=UTC))  # until the cast's comment
    role(vetting, ChannelRole.OWNED)
    assert read() == ([False, True], datetime(2026, 5, 2, 10, tzinfo=UTC))
