"""What is remembered for good must mean the same to versions to come."""

from datetime import UTC, datetime

import msgspec

from ingestion.formats.engagement import Engagement
from ingestion.formats.fact import digest
from ingestion.formats.person import Person, Register

SECRET = b"k" * 32
AT = datetime(2026, 5, 1, 10, tzinfo=UTC)
WHO = (Register(SECRET, "", "instagram", frozenset({"instagram"})).known(Person(handle="ada"), "/actor"), None)
ROW = {"id": "1", "kind": "like", "occurred_at": AT, "actor": {"handle": "ada"}}


def test_a_field_that_comes_later_and_says_nothing_changes_no_digest() -> None:
    later = msgspec.defstruct(
        "Later",
        [("language", str | None, None), ("is_story", bool, False)],
        bases=(Engagement,),
        kw_only=True,
        forbid_unknown_fields=True,
    )
    ours, theirs = (msgspec.convert(ROW, kind) for kind in (Engagement, later))
    assert digest(ours, WHO, SECRET) == digest(theirs, WHO, SECRET)
    assert digest(msgspec.convert(ROW | {"language": "en"}, later), WHO, SECRET) != digest(ours, WHO, SECRET)


def test_nothing_known_and_none_counted_are_two_things() -> None:
    unknown, none = msgspec.convert(ROW, Engagement), msgspec.convert(ROW | {"words": 0}, Engagement)
    assert digest(unknown, WHO, SECRET) != digest(none, WHO, SECRET)


def test_a_digest_is_the_same_as_it_ever_was() -> None:
    """Change this number and every row that anybody sent before becomes a conflict."""
    row = msgspec.convert(ROW | {"text": "Hi", "automated": True, "post": "p"}, Engagement)
    assert digest(row, WHO, SECRET).hex() == "b9c5de016559cc6143e39e351f5abc62"
