"""What a post begs for, promises and sells."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats import bait
from ingestion.formats.bait import Bait
from ingestion.formats.hearing import Told, told
from tests.ingestion.labelled import labelled

ROWS = [(set(label.split()) - {"-"}, caption) for label, caption in labelled("posts")]


def flags(caption: str) -> set[str]:
    it = told(caption)
    return {name for name in ("promotion", "price", "link", "question", "prize") if getattr(it, name)} | set(it.baits)


@pytest.mark.parametrize(("wanted", "caption"), ROWS)
def test_a_caption_is_known_for_what_it_does(wanted: set[str], caption: str) -> None:
    assert flags(caption) == wanted


def test_bait_is_an_entry_condition_where_a_prize_hangs_on_it() -> None:
    with_prize = told("GIVEAWAY! Like this post and tag a friend to win a mug.")
    assert (with_prize.baits, with_prize.entry) == ((Bait.LIKE, Bait.TAG), True)
    plainly = told("Like this post and tag a friend")
    assert (plainly.baits, plainly.entry) == ((Bait.LIKE, Bait.TAG), False)
    prize_alone = told("We are giving away three vases, come and say hello")
    assert (prize_alone.prize, prize_alone.entry) == (True, False)


def test_an_invitation_to_answer_is_bait_only_for_a_prize() -> None:
    assert told("Which one do you use? Tell us in the comments.").baits == ()
    assert told("Tell us in the comments to win one").baits == (Bait.COMMENT,)


def test_disguise_hides_no_bait() -> None:
    assert told("𝗟𝗶𝗸𝗲 𝘁𝗵𝗶𝘀 𝗽𝗼𝘀𝘁").baits == told("lіkе thіs pоst").baits == (Bait.LIKE,)


def test_an_empty_caption_does_nothing() -> None:
    assert told("") == Told(False, False, False, False, False, (), False)


@given(st.text(min_size=1, max_size=12))
def test_any_caption_is_read_and_soon(piece: str) -> None:
    begun = time.process_time()
    told((piece * 32_768)[:32_768])
    assert time.process_time() - begun < 2


def test_the_longest_caption_that_nearly_fits_takes_no_time() -> None:
    said = [phrase for table in bait.ASKS.values() for phrase in table] + [*bait.PRIZE, *bait.PROMOTION]
    nearly = " ".join(" ".join(part.split("|")[0] for part in phrase.split()[:-1]) for phrase in said)
    begun = time.process_time()
    told(nearly.replace(".", "")[:32_768] * (1 + 32_768 // len(nearly)))
    assert time.process_time() - begun < 2
