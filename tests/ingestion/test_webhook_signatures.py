"""A body counts as whose it says it is only with the right signature; anything else is refused without a noise."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats.webhooks import signatures

BODY = b'{"object":"page","entry":[]}'
# The example of GitHub's documentation, whose header is signed in the same way as Meta's.
HELLO = b"Hello, World!"
SECRET = "It's a Secret to Everybody"
SIGNED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
# The example of the reference implementations of Standard Webhooks.
TEST = b'{"test": 2432232314}'
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OF_STANDARD = {
    "message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": "1614265330",
    "signatures": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
SENT = datetime.fromtimestamp(1614265330, UTC)
MILLISECONDS = "1614265330000"
OLD_AND_NEW = ["old", "new"]
WRONG = ["", "sha256=", "sha256=zz", "v1,", "v1", ",", "\x00", "\ud83d", "é", "v1,a=b", "=" * 500]
WRONG_TIMES = ["", " ", "x", "-1614265330", "1_614_265_330", "١٦١٤٢٦٥٣٣٠", "1614265330.5", "9" * 5000, "1e9", "\ud83d"]


def mac(secret: str, message: bytes) -> bytes:
    return hmac.new(secret.encode(), message, sha256).digest()


def of_hubspot(uri: str, secret: str = "new", body: bytes = BODY, sent: str = MILLISECONDS) -> str:
    return b64encode(mac(secret, b"POST" + uri.encode() + body + sent.encode())).decode()


def by_hubspot(signature: str, *, uri: str, timestamp: str = MILLISECONDS, now: datetime = SENT) -> bool:
    return signatures.hubspot(
        BODY, method="POST", uri=uri, signature=signature, timestamp=timestamp, secrets=OLD_AND_NEW, now=now
    )


def by_standard(body: bytes = TEST, secrets: tuple[str, ...] = (WHSEC,), now: datetime = SENT, **other: str) -> bool:
    return signatures.standard(body, secrets=secrets, now=now, **(OF_STANDARD | other))


def test_metas_signature_is_checked_against_a_published_example() -> None:
    assert signatures.meta(HELLO, signature=SIGNED, secrets=[SECRET]) is True
    assert signatures.meta(HELLO + b"\n", signature=SIGNED, secrets=[SECRET]) is False
    assert signatures.meta(HELLO, signature=SIGNED.removeprefix("sha256="), secrets=[SECRET]) is False


def test_standard_webhooks_are_checked_against_the_published_example() -> None:
    assert by_standard() is True
    assert by_standard(secrets=(WHSEC.removeprefix("whsec_"),)) is True
    assert by_standard(body=TEST + b" ") is False
    assert by_standard(message_id="msg_other") is False
    assert by_standard(timestamp="1614265331") is False


def test_xs_signature_is_in_base64() -> None:
    right = "sha256=" + b64encode(mac("new", BODY)).decode()
    assert signatures.x(BODY, signature=right, secrets=OLD_AND_NEW) is True
    assert signatures.x(BODY, signature="sha256=" + mac("new", BODY).hex(), secrets=OLD_AND_NEW) is False


@pytest.mark.parametrize("secret", OLD_AND_NEW)
def test_either_secret_is_right_while_one_replaces_the_other(secret: str) -> None:
    uri = "https://earnest.example/hooks/1"
    assert signatures.meta(BODY, signature=f"sha256={mac(secret, BODY).hex()}", secrets=OLD_AND_NEW) is True
    assert by_hubspot(of_hubspot(uri, secret), uri=uri) is True
    assert by_standard(secrets=("whsec_b3RoZXI=", WHSEC)) is True


def test_one_of_several_signatures_suffices() -> None:
    right = OF_STANDARD["signatures"]
    assert by_standard(signatures=f"v1a,{'A' * 88} v1,AAAA {right}") is True
    assert by_standard(signatures=right.replace("v1,", "v2,")) is False


def test_no_secret_is_no_way_in() -> None:
    empty = f"sha256={mac('', BODY).hex()}"
    assert signatures.meta(BODY, signature=empty, secrets=[""]) is False
    assert signatures.meta(BODY, signature=empty, secrets=[]) is False
    unsigned = hmac.new(b"", b"m.1614265330." + TEST, sha256).digest()
    for secret in ("", "whsec_", "whsec_a", "whsec_é", "whsec_\ud83d"):
        assert by_standard(secrets=(secret,), message_id="m", signatures=f"v1,{b64encode(unsigned).decode()}") is False


@pytest.mark.parametrize(
    ("sent", "signed"),
    [
        ("https://earnest.example/hooks/1", "https://earnest.example/hooks/1"),
        ("https://earnest.example/h?a=x%3Ay%2Fz&b=%28c%29", "https://earnest.example/h?a=x:y/z&b=(c)"),
        (
            "https://earnest.example/h?a=%3a%2f%3f%40%21%24%27%28%29%2a%2c%3b",
            "https://earnest.example/h?a=:/?@!$'()*,;",
        ),
        ("https://earnest.example/h?a=b%20c%26d%3De%25", "https://earnest.example/h?a=b%20c%26d%3De%25"),
        ("https://earnest.example/h?a=%253A", "https://earnest.example/h?a=%253A"),
    ],
)
def test_hubspot_signs_the_address_with_its_own_list_of_characters_decoded(sent: str, signed: str) -> None:
    assert by_hubspot(of_hubspot(signed), uri=sent) is True


def test_another_address_method_or_body_is_another_signature() -> None:
    uri = "https://earnest.example/hooks/1"
    assert by_hubspot(of_hubspot(uri), uri=uri + "/") is False
    assert by_hubspot(of_hubspot(uri), uri=uri.replace("https", "http")) is False
    assert by_hubspot(of_hubspot(uri, body=b"{}"), uri=uri) is False
    other = {"method": "PUT", "uri": uri, "signature": of_hubspot(uri), "timestamp": MILLISECONDS}
    assert signatures.hubspot(BODY, **other, secrets=OLD_AND_NEW, now=SENT) is False


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_what_is_older_than_five_minutes_is_refused(seconds: int, good: bool) -> None:
    uri, now = "https://earnest.example/hooks/1", SENT + timedelta(seconds=seconds)
    assert by_hubspot(of_hubspot(uri), uri=uri, now=now) is good
    assert by_standard(now=now) is good


@pytest.mark.parametrize("wrong", WRONG)
def test_a_signature_that_is_none_is_wrong(wrong: str) -> None:
    assert signatures.meta(BODY, signature=wrong, secrets=OLD_AND_NEW) is False
    assert signatures.x(BODY, signature=wrong, secrets=OLD_AND_NEW) is False
    assert by_hubspot(wrong, uri="https://earnest.example/") is False
    assert by_standard(signatures=wrong) is False


@pytest.mark.parametrize("wrong", WRONG_TIMES)
def test_a_time_that_is_none_is_wrong(wrong: str) -> None:
    uri = "https://earnest.example/hooks/1"
    signed = b64encode(mac("new", b"POST" + uri.encode() + BODY + wrong.encode(errors="replace"))).decode()
    assert by_hubspot(signed, uri=uri, timestamp=wrong) is False
    assert by_standard(timestamp=wrong) is False


def test_metas_question_is_answered_with_its_own_words() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "tok-é", "hub.challenge": "0115"}
    assert signatures.meta_challenge(asked, tokens=["other", "tok-é"]) == "0115"
    assert signatures.meta_challenge(asked | {"hub.mode": "unsubscribe"}, tokens=["tok-é"]) is None
    assert signatures.meta_challenge(asked | {"hub.verify_token": ""}, tokens=["tok-é", ""]) is None
    assert signatures.meta_challenge({}, tokens=["tok-é"]) is None


def test_xs_challenge_is_answered_with_the_secret() -> None:
    right = "sha256=" + b64encode(mac("new", b"challenge")).decode()
    assert signatures.x_challenge("challenge", secret="new") == {"response_token": right}


@given(body=st.binary(max_size=40), given=st.text(max_size=40), other=st.text(max_size=40))
def test_whatever_comes_is_refused_and_nothing_is_raised(body: bytes, given: str, other: str) -> None:
    assert signatures.meta(body, signature=given, secrets=OLD_AND_NEW) is False
    assert signatures.x(body, signature=given, secrets=OLD_AND_NEW) is False
    assert signatures.meta_challenge({"hub.mode": given, "hub.verify_token": other}, tokens=OLD_AND_NEW) is None
    sent = {"method": other, "uri": given, "signature": other, "timestamp": given}
    assert signatures.hubspot(body, **sent, secrets=[given, other], now=SENT) is False
    named = {"message_id": given, "timestamp": other, "signatures": given}
    assert signatures.standard(body, **named, secrets=[given, other], now=SENT) is False
