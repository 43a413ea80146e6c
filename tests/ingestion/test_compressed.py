"""Compressed bodies are inflated as far as a body may be long, and no further."""

import gzip
import json
import time
import zlib

import pytest

from tests.conftest import Agency
from tests.ingestion.doors import act
from tests.ingestion.envelopes import counts, post


def test_a_compressed_body_lands(agency: Agency) -> None:
    body = json.dumps([act(1)]).encode()
    assert counts(post(agency, gzip.compress(body), **{"content-encoding": "gzip"})) == (1, 0, 0)
    halves = gzip.compress(body[:10]) + gzip.compress(body[10:])
    assert counts(post(agency, halves, **{"content-encoding": "GZIP"})) == (0, 1, 0)


def test_a_compressed_body_is_inflated_to_five_megabytes_and_no_further(agency: Agency) -> None:
    """T32."""
    bomb = gzip.compress(b" " * 100_000_000) * 50  # five gigabytes, which is what as long a body can hold
    assert 4_800_000 < len(bomb) < 5 * 1024 * 1024
    answer = post(agency, bomb, **{"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (413, "expanded_too_large")
    full = b"[" + b" " * (5 * 1024 * 1024 - 2) + b"]"
    assert counts(post(agency, gzip.compress(full), **{"content-encoding": "gzip"})) == (0, 0, 0)
    answer = post(agency, gzip.compress(full + b" "), **{"content-encoding": "gzip"})
    assert answer.json()["code"] == "expanded_too_large"


@pytest.mark.parametrize(
    "body",
    [b"[]", gzip.compress(b"[]")[:-4], gzip.compress(b"[]") + b"more", zlib.compress(b"[]"), gzip.compress(b"") * 1001],
    ids=["plain", "cut", "with more behind", "zlib", "too many members"],
)
def test_what_is_not_wholly_compressed_is_refused(agency: Agency, body: bytes) -> None:
    answer = post(agency, body, **{"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_gzip")


def test_a_compressed_body_of_thousands_of_empty_members_takes_no_time(agency: Agency) -> None:
    began = time.perf_counter()
    assert post(agency, gzip.compress(b"") * 250_000, **{"content-encoding": "gzip"}).status_code == 400
    assert time.perf_counter() - began < 3  # some milliseconds; half a minute where all of them were opened


def test_another_way_to_compress_is_refused_in_words(agency: Agency) -> None:
    answer = post(agency, b"x", **{"content-encoding": "br"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "gzip" in answer.json()["detail"]
