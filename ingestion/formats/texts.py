"""What is taken from a text before it is let go: how many words, and whether it asks."""

import re

# Control characters, and those that turn or hide what follows: in an identifier they make two look like one.
_TURNING = "\xad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\U000e0000-\U000e007f"
TURNING = re.compile(f"[{_TURNING}]")
INVISIBLE = re.compile(f"[\x00-\x1f\x7f-\x9f{_TURNING}]")
LINK_OR_MENTION = re.compile(r"(?:https?://|www\.)\S+|[@\uff20][\w.]+", re.IGNORECASE)
# Whatever stands between blanks and has a letter or digit in it. Emoji are neither. (One look at each character: a
# pattern that could start anywhere in a run would take minutes over a long row of exclamation marks.)
WORD = re.compile(r"(?:^|(?<=\s))(?:[^\w\s]|_)*[^\W_]")
# Scripts written without spaces between words: Thai to Khmer, kana, Han. Half a character count is close to the number
# of words (a Chinese or Japanese word has two characters on average), and one sentence is not one word.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
QUESTION_MARKS = ("?", "\uff1f", "\u061f")  # Latin, full-width, Arabic


def said(text: str) -> str:
    """Return the text without links and mentions.

    >>> said("@ada see https://fernleaf.example/?id=4 please").split()
    ['see', 'please']
    """
    if text.isascii() and "@" not in text and "/" not in text and "www." not in text.lower():
        return text  # most are
    return LINK_OR_MENTION.sub(" ", text)


def spelt(text: str) -> str:
    """Return the text with what would turn or hide its writing spelt out.

    >>> spelt("blue\\u202egum")
    'blueU+202Egum'
    """
    return TURNING.sub(lambda found: f"U+{ord(found[0]):04X}", text)


def words(text: str) -> int:
    """Return how many words there are in what was `said`; emoji are none.

    >>> words("Great pot! 😍"), words("😍😍"), words("多少钱一个")
    (2, 0, 3)
    """
    if text.isascii():
        return len(WORD.findall(text))
    unspaced = UNSPACED.findall(text)
    return len(WORD.findall(UNSPACED.sub(" ", text))) + sum((len(run) + 1) // 2 for run in unspaced)


def asks(text: str) -> bool:
    """Whether there is a question mark, of any script, in what was `said`.

    >>> asks("How much is it?"), asks("Great pot!")
    (True, False)
    """
    return any(mark in text for mark in QUESTION_MARKS)
