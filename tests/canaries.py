"""A row in every table of an agency. The canary stands in every text of them: where it shows, something leaked."""

import json
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from ingestion.models import (
    Automation,
    Contact,
    Delivery,
    Erasure,
    Export,
    Insider,
    LoggedAct,
    Shape,
    Source,
    Tombstone,
)
from ingestion.services import batches
from scoring.models import (
    Aim,
    Artefact,
    BandChange,
    ClientRun,
    EthicsWarning,
    Feedback,
    Finding,
    Hindsight,
    ModelAct,
    ModelState,
    ModelVersion,
    RunState,
    Score,
    ScoreRun,
    WarningState,
)
from scoring.services import reviews
from tenants.models import Channel, Client, Job, User
from tenants.services import answers


def deliver(source: Source, canary: str) -> Delivery:
    """Send a row of every shape, and one that is set aside; return the batch that the latter is in."""
    happened = "2026-05-01T00:00:00Z"
    who = {"handle": f"{canary} person", "email": f"{canary}@person.example"}
    rows: dict[Shape, list[dict[str, object]]] = {
        Shape.OUTCOMES: [{"id": f"{canary} outcome", "kind": "lead", "occurred_at": happened, "who": who}],
        Shape.AUDIENCE_COUNTS: [{"channel": f"instagram/{canary}.handle", "at": happened, "followers": 5}],
        Shape.PROFILE_SAMPLES: [
            {
                "channel": f"instagram/{canary}.handle",
                "cohort_from": "2026-04-01T00:00:00Z",
                "cohort_to": happened,
                "sampled_at": happened,
                "number": 1,
                "followers": 5,
                "method": f"{canary} method",
            }
        ],
        Shape.POSTS: [{"id": f"{canary} post", "channel": f"instagram/{canary}.handle", "published_at": happened}],
        Shape.POST_COUNTS: [{"post": f"{canary} post", "at": happened, "likes": 5}],
        Shape.CONTACT_FACTS: [{"who": who, "at": happened, "facts": {f"{canary} fact": canary}}],
        Shape.CAMPAIGNS: [
            {"id": f"{canary} campaign", "kind": "paid", "name": f"{canary} campaign", "starts_at": happened}
        ],
        Shape.VENDORS: [
            {"id": f"{canary} vendor", "name": f"{canary} vendor", "promise": "5,000 followers", "starts_at": happened}
        ],
        Shape.IDENTITY_LINKS: [
            {"id": f"{canary} link", "who": who, "same_as": {"customer": f"{canary} customer"}, "at": happened}
        ],
        Shape.ENGAGEMENTS: [
            {"id": f"{canary} act", "kind": "comment", "occurred_at": happened, "actor": who, "text": f"{canary} text"},
            {"id": f"{canary} bad row", "kind": "wink", "occurred_at": happened, "actor": who},
        ],
    }
    for shape, sent in rows.items():
        landing = batches.receive(json.dumps(sent).encode(), source_id=source.public_id, shape=shape)
    asked = answers.Asked("POST /v1/engagements:batch", f"{canary} answered", b"digest")
    answers.keep(asked, status=202, body=json.dumps({"said": f"{canary} answer"}))
    return landing.delivery


def enter_by_hand(channel: Channel, batch: Delivery, canary: str) -> None:
    """Make what members enter by hand: a call with the agency's one contact, automation, a handle to leave out."""
    client = channel.client
    LoggedAct.objects.create(
        client=client, contact=Contact.objects.get(), delivery=batch, what="call", occurred_at=batch.created_at
    )
    Automation.objects.create(
        client=client, channel=channel, what=f"{canary} welcome messages", disclosed=True,
        disclosed_where=f"{canary} bio", accountable=f"{canary} accountable", starts_at=batch.created_at,
    )  # fmt: skip
    Insider.objects.create(
        client=client, platform="instagram", handle=f"{canary} colleague", key=canary.encode(), why="staff"
    )


def ask_for_somebody(client: Client, job: Job, canary: str) -> None:
    """Make what comes of people's requests: an archive of the agency's one contact, and somebody else's erasure."""
    now = timezone.now()
    Export.objects.create(
        contact=Contact.objects.get(), job=job, content=f"{canary} archive".encode(), finished_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    erasure = Erasure.objects.create(
        client=client, job=job, contacts=1, removed={"ingestion_contact": 1}, finished_at=now
    )
    Tombstone.objects.create(client=client, erasure=erasure, key=canary.encode())


def score_somebody(job: Job, canary: str) -> None:
    """Make a model that is in use, and a run with the score of the agency's one contact, of whom something was said."""
    stored = Artefact.objects.create(digest=b"digest", signature=b"signature", content=b"content")
    now = timezone.now()
    model = ModelVersion.objects.create(
        state=ModelState.PROMOTED, sentence="Better than recency alone.", as_of=now, target=["purchase"],
        horizon_days=60, recipe="logistic", artefact=stored, promoted_at=now,
    )  # fmt: skip
    ModelAct.objects.create(version=model, act="promoted", sentence="Canary sentence")
    Aim.objects.create()
    run = ScoreRun.objects.create(
        state=RunState.CURRENT, as_of=now, expires_at=now, model=model, job=job, clients=1, clients_done=1, contacts=1
    )
    contact = Contact.objects.get()
    Score.objects.create(
        run=run, client_id=contact.client_id, contact=contact, probability=0.25, low=0.125, high=0.5, lift=1.0,
        band="some", rank=50, stage="acquaintance", trend="steady", reasons=[["recency", 0.5, 3.0]],
        discounts=[], step=1, step_since=now, step_due_at=now, step_values=[2, 3], moment=8, moment_at=now,
        moment_values=[1, 0],
    )  # fmt: skip
    Hindsight.objects.create(
        version=model, as_of=now, days=7, seen_at=now, contacts=1, positives=0, sentence="There was none before.",
        report={"deciles": [], "expected": {"said": 0.25, "came": 0, "ratio": None, "drifted": False}},
    )  # fmt: skip
    Feedback.objects.create(contact=contact, not_a_lead=False, sentence=f"{canary} sentence")
    ClientRun.objects.create(run=run, client_id=contact.client_id, mean=0.25, worths=[0.25], ranks=[50.0])
    BandChange.objects.create(contact=contact, run=run, at=now, was="none", became="some", lift=1.0)


def warn_of(channel: Channel, owner_email: str, canary: str) -> None:
    """Make a warning of long ago that was answered, with what it speaks of."""
    window = {
        "channel": channel, "practice": "bought_followers", "version": 1, "window": "month", "place": 24_244,
        "start": datetime(2020, 4, 1, tzinfo=UTC), "end": datetime(2020, 5, 1, tzinfo=UTC),
    }  # fmt: skip
    Finding.objects.create(
        check_code="growth", answer="found", n=12, effect=500.0, low=480.0, high=520.0,
        seen={"window": "month", "gained": 540, "usual": 40.0, "low": 20.0, "high": 60.0}, **window,
    )  # fmt: skip
    Finding.objects.create(
        check_code="cohort_engagement", answer="not_found", n=40, effect=1.0, low=0.5, high=1.5, p=0.5, q=0.5,
        seen={"new": 40, "new_acted": 20, "earlier": 100, "earlier_acted": 50, "most_ratio": 0.5}, **window,
    )  # fmt: skip
    warning = EthicsWarning.objects.create(families={"engagement": 0.01}, **window)
    by = User.objects.get(email=owner_email)
    reviews.answer(warning, WarningState.ACKNOWLEDGED, by=by, sentence=f"{canary} sentence")
