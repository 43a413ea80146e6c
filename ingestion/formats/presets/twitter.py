"""Tweets, as Twitter Analytics exported them until 2024. Counts are those of a tweet's life.

Impressions are our views, replies comments, retweets shares; there was no count of bookmarks. `time` states its zone.
A cut Tweet id is taken from the permalink. Not read: engagements and their rate, clicks, expands, installs, follows,
media views, and the promoted counts beside them.
"""

from typing import Any

from ingestion.formats.presets.preset import Line, Need, Preset
from ingestion.formats.presets.x_content import STATUS


def read(line: Line) -> dict[str, Any]:
    return {
        "post": line.whole_id("post", STATUS),
        "at": line.exported_at(),
        **line.counts(),
        "described": line.described(),
    }


PRESET = Preset(
    name="twitter-posts",
    title="Twitter: tweets (until 2024)",
    platform="x",
    format="post-counts",
    needs=(Need.CHANNEL, Need.EXPORTED_AT),
    columns={
        "post": ("Tweet id",),
        "link": ("Tweet permalink",),
        "text": ("Tweet text",),
        "published_at": ("time",),
        "views": ("impressions",),
        "shares": ("retweets",),
        "comments": ("replies",),
        "likes": ("likes",),
    },
    marks=("post", "link", "text", "published_at", "views"),
    read=read,
)
