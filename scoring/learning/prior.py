"""Before there is anything to learn from: the order of the essays, as points.

Like < retweet < text < call < handwritten letter, and five authentic engagements beat a hundred irrelevant likes. The
order is theirs; the magnitudes are ours. A fresh act is worth 1, 3, 25, 35, 50, 71 or 100 points on rungs 1 to 7, a
conversation 50 more: five comments (125) beat a hundred likers (100).
"""

import polars as pl

VERSION = 1
# Nods and pass-ons together, however many.
MOST_FOR_LIKES = 24
PER_RUNG = {3: 22, 4: 10, 5: 15, 6: 21, 7: 29}
PER_CONVERSATION, MOST_CONVERSATIONS = 50, 3


def points(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the points of each person by group: acts, conversation. Who blocked, reported or complained has none."""
    welcome = pl.col("refused") == 0
    likes = pl.min_horizontal(MOST_FOR_LIKES, pl.col("ladder_1") + 2 * pl.col("ladder_2"))
    rungs = pl.sum_horizontal(each * pl.col(f"ladder_{k}") for k, each in PER_RUNG.items())
    talks = PER_CONVERSATION * pl.min_horizontal(MOST_CONVERSATIONS, "conversations_fresh")
    return rows.select(acts=(likes + rungs) * welcome, conversation=talks * welcome)
