"""Tweets, as Twitter Analytics exported them until 2024. Counts are those of a tweet's life.

Impressions are our views, replies comments, retweets shares; there was no count of bookmarks. `time` states its zone.
A cut Tweet id is taken from the permalink. Not read: engagements and their rate, clicks, expands, installs, follows,
media views, and the promoted counts beside them.

Header names in French, Portuguese and Japanese are those that public programs read from such files; likes were called
favorites at first. German ones were not to be had.
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
        "post": ("Tweet id", "Identifiant du Tweet", "id do Tweet", "ツイートID"),
        "link": ("Tweet permalink", "Permalien du Tweet", "link permanente do Tweet", "ツイートの固定リンク"),
        "text": ("Tweet text", "Texte du Tweet", "texto do Tweet", "ツイート本文"),
        "published_at": ("time", "heure", "horário", "時間"),
        "views": ("impressions", "impressões", "インプレッション"),
        "shares": ("retweets", "リツイート"),
        "comments": ("replies", "réponses", "respostas", "返信"),
        "likes": ("likes", "favorites", "J'aime", "favoritos", "いいね"),
    },
    marks=("post", "link", "text", "published_at", "views"),
    read=read,
)
