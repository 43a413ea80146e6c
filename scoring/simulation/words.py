"""What people say, and what they are called. Nobody real is meant: handles are words and a number."""

from collections.abc import Mapping, Sequence

import numpy as np

from scoring.simulation.columns import Texts

FIRST = ("amber", "brisk", "cedar", "dapper", "early", "fluffy", "gentle", "hazel", "indigo", "jolly", "kind", "little",
         "mossy", "noble", "olive", "plain", "quiet", "rusty", "silver", "tidy", "velvet", "windy")  # fmt: skip
SECOND = ("acorn", "badger", "candle", "drum", "ember", "feather", "garden", "harbour", "island", "jigsaw", "kettle",
          "lantern", "meadow", "needle", "otter", "pebble", "quill", "river", "saddle", "teacup", "willow")  # fmt: skip
SOUND_BITES = ("Lovely", "Wow", "Nice!", "Beautiful", "Love", "😍", "🔥🔥", "Great", "Yes!", "Want")
ENTRIES = ("win", "me", "Me!", "done", "Entered", "🤞", "@{friend}", "@{friend}", "please")
COMMENTS = (
    "The {thing} looks lovely",
    "We use our {thing} every single day and it still makes me smile",
    "My sister would like the {thing} so much",
    "That {thing} is the best you have made so far, well done",
    "Saw the {thing} at a friend's last week and cannot stop thinking of it",
    "Good to see how it is made",
)
QUESTIONS = (
    "How much is the {thing}?",
    "Is the {thing} coming back soon?",
    "Do you send the {thing} to Ireland, and how long does it take?",
    "Which {thing} would you take for a family of five?",
    "Is there a {thing} in green?",
)
HELP = (
    "It is on their page, two rows down, I got mine there",
    "I had the same, it goes away after a few days",
    "Ask them, they always answer within a day",
    "Mine came on Tuesday and the {thing} is just as on the picture",
)
MESSAGES = (
    "Hello, I am looking for a {thing} as a present for the end of the month. Could you tell me what you still have?",
    "Thank you for the quick answer, I measured it at home and the {thing} would fit. I will write after the weekend.",
    "We talked about the {thing} at the market. Do you have two that go together, and may I come and see them?",
    "Is the {thing} still to be had?",
    "The {thing} came today and it is even nicer than I had hoped, thank you",
)
COMPLAINTS = (
    "The {thing} came broken and nobody answers",
    "I waited three weeks for the {thing}, that is too long",
)
ANSWERS = (
    "Thank you, that makes our day",
    "It is on our page, and we send it within two days",
    "There will be more of the {thing} in two weeks, shall we keep one for you?",
    "Do come by, we are there from ten to five and the kettle is on",
)
PHRASES = {
    "sound bites": SOUND_BITES, "entries": ENTRIES, "comments": COMMENTS, "questions": QUESTIONS, "help": HELP,
    "messages": MESSAGES, "complaints": COMPLAINTS, "answers": ANSWERS,
}  # fmt: skip


# People seldom say the same thing twice in the same words; whoever does is taken to have pasted it.
OPENINGS = ("", "Hello! ", "Hi again. ", "Good morning! ", "Evening all. ", "By the way: ", "So, ", "Just passing by. ",
            "Long time no see. ", "Rainy day here. ")  # fmt: skip
ENDINGS = ("", " Thanks!", " Cheers", " Greetings from Leeds", " Have a good week", " Take care", " See you soon",
           " Best wishes", " Thank you so much", " All the best")  # fmt: skip
VARIED = {"comments", "questions", "help", "messages", "complaints"}


def texts(things: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return what may be said of a brand's things, by occasion. `{friend}` is left for who is tagged."""
    said = {
        occasion: [phrase.replace("{thing}", thing) for phrase in phrases for thing in things]
        for occasion, phrases in PHRASES.items()
    }
    for occasion in VARIED:
        said[occasion] = [
            opening + phrase + ending for phrase in said[occasion] for opening in OPENINGS for ending in ENDINGS
        ]
    return said


def handles(random: np.random.Generator, count: int) -> Texts:
    """Return so many different handles; none says who somebody is in the simulation."""
    first, second = random.choice(FIRST, count), random.choice(SECOND, count)
    return np.array([f"{a}.{b}{n}" for a, b, n in zip(first, second, random.permutation(count), strict=True)])
