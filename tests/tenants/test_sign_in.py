"""Signing in, the lock, and passwords by mail."""

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory

from tenants import scope
from tenants.admin.sign_in import client_address
from tenants.services import members
from tests.conftest import PASSWORD, Agency, make_agency, sow


class CountingHasher(MD5PasswordHasher):
    """Takes a while, as hashing in earnest does, so that tries overlap; and counts the passwords it compares."""

    algorithm = "counting"
    compared = 0

    def verify(self, password: str, encoded: str) -> bool:
        type(self).compared += 1
        time.sleep(0.05)
        return super().verify(password, encoded)


def try_to_sign_in(browser: Browser, email: str, password: str) -> HttpResponse:
    return browser.post("/admin/login/", {"username": email, "password": password})  # type: ignore[return-value]


def test_the_right_password_lets_in(agency: Agency) -> None:
    assert try_to_sign_in(Browser(), agency.owner.email.upper(), PASSWORD).status_code == 302


def test_the_lock_holds_after_five_wrong_passwords(agency: Agency) -> None:
    browser = Browser()
    for _ in range(4):
        assert try_to_sign_in(browser, agency.owner.email, "wrong").status_code == 200
    assert try_to_sign_in(browser, agency.owner.email, "wrong").status_code == 429
    locked = try_to_sign_in(browser, agency.owner.email, PASSWORD)
    assert locked.status_code == 429
    assert "locked for 15 minutes" in locked.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_lock_holds_for_many_at_once(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.tenants.test_sign_in.CountingHasher"]
    agency = sow("Ours")
    CountingHasher.compared = 0
    all_ready = Barrier(12)

    def guess(_number: int) -> int:
        try:
            all_ready.wait(10)
            return try_to_sign_in(Browser(), agency.owner.email, "wrong").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        answers = Counter(pool.map(guess, range(12)))
    assert answers == {200: 4, 429: 8}
    assert CountingHasher.compared == 5


def test_five_spellings_of_an_address_are_five_tries(agency: Agency) -> None:
    email, browser = agency.owner.email, Browser()
    for spelling in (email, email.upper(), f" {email}", email.title(), f"{email} "):
        try_to_sign_in(browser, spelling, "wrong")
    assert try_to_sign_in(browser, email, PASSWORD).status_code == 429


def test_the_lock_of_one_account_leaves_the_others_alone(agency: Agency, other: Agency) -> None:
    for _ in range(6):
        try_to_sign_in(Browser(), agency.owner.email, "wrong")
    assert try_to_sign_in(Browser(), other.owner.email, PASSWORD).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_lock_outlives_the_rolled_back_transaction_of_a_refusal() -> None:
    """The lock answers 429, which rolls back; counted in the database the count would go with it."""
    agency = make_agency("Ours")
    for _ in range(8):
        try_to_sign_in(Browser(), agency.owner.email, "wrong")
    assert try_to_sign_in(Browser(), agency.owner.email, PASSWORD).status_code == 429


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(agency: Agency) -> None:
    def answer(email: str) -> str:
        text = try_to_sign_in(Browser(), email, "wrong").content.decode()
        return re.sub(r'(value="[^"]*"|nonce-\S+)', "", text)

    assert answer("nobody@nowhere.example") == answer(agency.owner.email)


def test_a_person_who_is_switched_off_is_not_let_in(agency: Agency) -> None:
    browser = agency.browser()
    agency.owner.is_active = False
    agency.owner.save()
    assert try_to_sign_in(Browser(), agency.owner.email, PASSWORD).status_code == 200
    assert browser.get("/admin/tenants/client/").status_code == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(settings: Any, proxies: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert client_address(RequestFactory().get("/", headers={"x-forwarded-for": forwarded})) == expected


def link_in_mail() -> str:
    (sent,) = mail.outbox
    found = re.search(r"http://testserver(/admin/password/\S+)", str(sent.body))
    assert found is not None
    return found.group(1)


def test_an_invited_person_sets_a_password_by_mail_joins_and_works(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        members.invite(email="new@person.example", role="viewer")
    browser = Browser()
    browser.post("/admin/password/", {"email": "New@Person.example"})
    form = browser.get(link_in_mail(), follow=True)
    typed = {"new_password1": "correct-horse-battery", "new_password2": "correct-horse-battery"}
    done = browser.post(form.redirect_chain[-1][0], typed, follow=True)
    assert "Your password is set" in done.content.decode()
    assert try_to_sign_in(browser, "new@person.example", "correct-horse-battery").status_code == 302
    assert "Join Ours agency" in browser.get("/admin/", follow=True).content.decode()
    browser.post("/admin/choose/", {"agency": agency.tenant.public_id})
    assert "Ours brand" in browser.get("/admin/tenants/client/").content.decode()


def test_a_link_opens_once(agency: Agency) -> None:
    Browser().post("/admin/password/", {"email": agency.owner.email})
    link = link_in_mail()
    browser = Browser()
    page = browser.get(link, follow=True)
    typed = {"new_password1": "correct-horse-battery", "new_password2": "correct-horse-battery"}
    browser.post(page.redirect_chain[-1][0], typed)
    assert "used already or is too old" in Browser().get(link, follow=True).content.decode()


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(agency: Agency) -> None:
    known = Browser().post("/admin/password/", {"email": agency.owner.email}, follow=True)
    unknown = Browser().post("/admin/password/", {"email": "nobody@nowhere.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert len(mail.outbox) == 1


def test_a_weak_password_is_refused_with_a_reason(agency: Agency) -> None:
    browser = Browser()
    browser.post("/admin/password/", {"email": agency.owner.email})
    page = browser.get(link_in_mail(), follow=True)
    answer = browser.post(page.redirect_chain[-1][0], {"new_password1": "short", "new_password2": "short"})
    assert "too short" in answer.content.decode()
