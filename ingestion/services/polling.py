"""Accounts that are asked what happened, again and again, each by one job.

Poll ──► ask ──► page ──► rows, and where to go on ──► landing      in one transaction a page
          ▲                                             │
          └────────── the same job, five minutes later ◄┘
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from ingestion import selectors
from ingestion.errors import AskedTwice, TokenRefused, TooMuch
from ingestion.formats import envelopes
from ingestion.formats.reading import FORMATS
from ingestion.formats.webhooks.page import Page, Place
from ingestion.models import Asked, Poll, Shape, Source
from ingestion.outbound.bluesky import BlueskyAccount
from ingestion.outbound.mastodon import MastodonAccount
from ingestion.outbound.web import ENTER_ANOTHER, web
from ingestion.services import asking, landing
from tenants.errors import WrongState
from tenants.services import clock, jobs
from tenants.services.secret import seal, unseal

EVERY = timedelta(minutes=5)
# What is left comes with the next turn.
MOST_PAGES = 20
ACCOUNTS: dict[str, type[MastodonAccount | BlueskyAccount]] = {
    Asked.MASTODON: MastodonAccount,
    Asked.BLUESKY: BlueskyAccount,
}
NO_SECRET = f"What the account is asked with was forgotten, or it was sealed with another SECRET_KEY. {ENTER_ANOTHER}"


def make(source: Source, *, platform: str, server: str, token: str, handle: str = "") -> Poll:
    """Have an account asked from now on. token: an access token, or Bluesky's app password."""
    poll = Poll(source=source, platform=platform, server=server, handle=handle, secrets=seal({"token": token}))
    poll.save(force_insert=True)
    poll.job = jobs.enqueue("ask_platform", {"poll": poll.pk}, dedupe_key=poll.public_id)
    poll.save(update_fields=["job"])
    return poll


# Whoever changes an account touches its job first, as a worker does that lands a page: neither waits for the other in a
# circle, and who asks with what was in force before leaves nothing behind.


def take_token(poll: Poll, token: str) -> None:
    """Take another token, and ask with it at once. What was asked of another account with it begins anew."""
    if poll.enabled and poll.job:
        jobs.restart(poll.job)
    poll.secrets, poll.error_code, poll.error = seal({"token": token}), "", ""
    poll.save(update_fields=["secrets", "error_code", "error"])


def ask_now(poll: Poll) -> bool:
    """Ask at once, also after the token was refused. Return whether: not where it is off, or being asked."""
    return bool(poll.enabled and poll.job and jobs.hurry(poll.job))


def switch(poll: Poll, *, enabled: bool) -> None:
    """Stop asking, or go on where it was."""
    if poll.job and enabled:
        jobs.restart(poll.job)
    elif poll.job:
        with suppress(WrongState):  # it has stopped by itself
            jobs.cancel(poll.job)
    poll.enabled = enabled
    poll.save(update_fields=["enabled"])


def forget(poll: Poll) -> None:
    """Stop asking, and forget what it is asked with."""
    switch(poll, enabled=False)
    poll.secrets = b""
    poll.save(update_fields=["secrets"])


def remove(poll: Poll) -> None:
    """Let go of an account of which nothing has landed. Raises WrongState."""
    switch(poll, enabled=False)
    if Poll.objects.get(pk=poll.pk).landed:
        raise WrongState("Something has landed of this account; switch it off instead.")
    poll.delete()


def ask(work: jobs.Work) -> None:
    """Ask for what is new and land it, page by page; then wait. Raises what stops it."""
    with work.reading():
        poll = selectors.polls().filter(pk=work.args["poll"], enabled=True).first()
        now = clock.now()
    if poll is None:
        return
    asking.ask(
        work,
        lambda: _ask(work, poll),
        rows=Poll.objects.filter(pk=poll.pk),
        silent=now - (poll.answered_at or poll.created_at),
        every=EVERY,
        noting={"asked_at": Now()},
    )


def _ask(work: jobs.Work, poll: Poll) -> None:
    secrets = unseal(poll.secrets)
    if not secrets:
        raise TokenRefused(NO_SECRET)
    account = ACCOUNTS[poll.platform](
        web(), server=poll.server, handle=poll.handle, account=poll.account, secrets=secrets
    )
    with work.reading():
        if selectors.polls().filter(**_whose(poll), account=account.id).exclude(pk=poll.pk).exists():
            raise AskedTwice
    place = poll.place if account.id == poll.account else {}
    for turn in range(1, MOST_PAGES + 1):
        page = _page(account, place)
        place = page.place
        with work.reading():
            terms = landing.terms(poll.source, Shape.ENGAGEMENTS)
        written = [row.written for row in page.rows if not row.left_out]
        reading = envelopes.read(FORMATS[Shape.ENGAGEMENTS.label], terms, envelopes.Batch(written))
        is_end = page.is_last or turn == MOST_PAGES
        with work.pausing(EVERY) if is_end else work.step(turn * 100 // MOST_PAGES):
            if written:
                landing.land(reading, source=poll.source, shape=Shape.ENGAGEMENTS)
            Poll.objects.filter(pk=poll.pk).update(
                account=account.id,
                handle=account.handle,
                place=place,
                landed=F("landed") + len(written),
                left_out=F("left_out") + len(page.rows) - len(written),
                has_more=not page.is_last,
                asked_at=Now(),
                answered_at=Now(),
                error_code="",
                error="",
                **({} if account.secrets == secrets else {"secrets": seal(account.secrets)}),
            )
        if is_end:
            return


def _whose(poll: Poll) -> dict[str, Any]:
    """Return what an account's id is of, and where it lands."""
    return {"source": poll.source_id, "platform": poll.platform, "server": poll.server}


def _page(account: MastodonAccount | BlueskyAccount, place: Place) -> Page:
    """Return the page at a place, and where it is too much to be read the half of it, down to one event alone."""
    limit = account.most_at_once
    while True:
        try:
            return account.page(place, limit)
        except TooMuch:
            if limit == 1:
                raise
            limit //= 2
