"""X's posts, as X Analytics exports them (Content). Counts are those of a post's life.

Impressions are our views, replies comments, bookmarks saves, and reposts shares: they are what others see passed on.
X's own Shares (links copied and sent on) are not read, for they are no reposts and no platform else counts them alike.
Date has no hour: a post is taken as published when its day began. Nor are engagements, follows, visits, expands and
clicks read. A cut Post id is taken from the link.

German header names are the labels of X's own program, Japanese ones what public programs read from such files. Dates
and numbers are written as in English in both: “Tue, Jul 14, 2026”. A day in digits alone is not X's, so that the person
has to say what stands first in it.
"""

import re
from typing import Any

from ingestion.formats.presets.preset import Line, Need, Preset

STATUS = re.compile(r"/status(?:es)?/(\d{1,20})(?!\d)")


def read(line: Line) -> dict[str, Any]:
    return {
        "post": line.whole_id("post", STATUS),
        "at": line.exported_at(),
        **line.counts(),
        "described": line.described(),
    }


PRESET = Preset(
    name="x-posts",
    title="X: posts (Analytics → Content)",
    platform="x",
    format="post-counts",
    needs=(Need.CHANNEL, Need.ZONE, Need.EXPORTED_AT),
    columns={
        "post": ("Post id", "Post-ID", "ポストID"),
        "published_at": ("Date", "Datum", "日付"),
        "text": ("Post text", "Post-Text", "ポスト本文"),
        "link": ("Post Link", "Post-Link", "ポストのリンク"),
        "views": ("Impressions", "インプレッション数"),
        "likes": ("Likes", "Gefällt mir", "いいね"),
        "comments": ("Replies", "Antworten", "返信"),
        "shares": ("Reposts", "リポスト"),
        "saves": ("Bookmarks", "Lesezeichen", "ブックマーク"),
    },
    marks=("post", "published_at", "text", "link", "views"),
    first="",
    read=read,
)
