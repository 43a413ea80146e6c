"""A signature by which texts that are nearly the same are known to be, when the texts themselves are long gone.

MinHash (Broder 1997) over runs of five bytes: of all runs in a text, the one that comes first in each of 64 shuffled
orders; of its number one byte is kept (Li and König 2010). Two texts share a byte as often as they share their runs.

Runs of five bytes, because comments are short: with one word of six to ten changed, 90 % of texts are still found, and
62 % by runs of three words; a run of bytes also suits scripts that put no space between words. 64 orders, because the
estimate is then off by .05 (.07 with 32, .035 with 128). The numbers below, and the plain form of `wording`, are fixed
for good: signatures are stored.
"""

from hashlib import shake_128

import numpy as np
from numpy.typing import NDArray

from ingestion.formats.wording import ENDS

SIZE = 64  # bytes of a signature
ALIKE = 0.6  # the similarity from which on two texts are nearly the same; unrelated ones stay below .4
LONGEST = 32_768  # bytes; more are not looked at
_PAD = "\1\2\3"  # eight bytes are taken at each place, of which three are shifted out
_THREE_BYTES, _HALF = np.uint64(24), np.uint64(32)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads what is close together
_ORDERS = np.frombuffer(shake_128(b"earnest likeness 1").digest(4 * SIZE), "<u4") | np.uint32(1)
_BY_CHANCE = 1 / 256


def signature(words: list[str]) -> bytes | None:
    """Return the 64 bytes of a text, or None where there is next to nothing. words: in their plain form.

    Signs and repeated letters do not count: "Sooo good!!!" has the signature of "so good".
    """
    said = " ".join(word for word in words if word not in ENDS)
    letters = np.frombuffer(f"\n {said} {_PAD}".encode(errors="surrogatepass")[:LONGEST], np.uint8)
    once = letters[1:][letters[1:] != letters[:-1]]
    if len(once) < 8:
        return None
    runs: NDArray[np.uint64] = np.ndarray(len(once) - 7, "<u8", once, strides=(1,)) << _THREE_BYTES
    spread = ((runs * _SPREAD) >> _HALF).astype(np.uint32)
    first: NDArray[np.uint32] = np.minimum.reduce(spread[:, None] * _ORDERS, axis=0)
    return first.astype("<u4", copy=False).tobytes()[1::4]


def similarity(one: bytes, other: bytes) -> float:
    """Return which share of their runs two texts have in common, from 0 to 1, give or take .05.

    Equal signatures mean the same text but for case, accents, signs and disguise.
    """
    equal = sum(a == b for a, b in zip(one, other, strict=True)) / SIZE
    return max(0.0, (equal - _BY_CHANCE) / (1 - _BY_CHANCE))
