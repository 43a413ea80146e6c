"""A person's posts on LinkedIn, as creator analytics export them (the sheet TOP POSTS, or that sheet as CSV).

Above the header stand a sentence and an empty line. Two lists of up to 50 posts lie side by side, each sorted for
itself, so the two posts of a line are not the same. Read is the list of impressions, which are our views; they can be
negative, and are kept so. The list of engagements is not read: it adds up reactions, comments, reposts and clicks. A
line that has only that list is set aside.

The id is in the link, with what it is an id of: urn:li:activity:7400000000000000001. Header names in another language
than English were not to be had.
"""

import re
from typing import Any

from ingestion.formats.presets.preset import Line, Need, Preset

URN = re.compile(r"(activity|share|ugcPost)(?::|%3A|-)(\d{15,20})(?!\d)", re.IGNORECASE)
KINDS = {"activity": "activity", "share": "share", "ugcpost": "ugcPost"}


def read(line: Line) -> dict[str, Any]:
    link = line.text("link")
    found = URN.search(link or "")
    return {
        "post": line.named(f"urn:li:{KINDS[found[1].lower()]}:{found[2]}" if found else ""),
        "at": line.exported_at(),
        **line.counts(),
        "described": line.described(),
    }


PRESET = Preset(
    name="linkedin-posts",
    title="LinkedIn: a person's top posts",
    platform="linkedin",
    format="post-counts",
    needs=(Need.CHANNEL, Need.ZONE, Need.EXPORTED_AT),
    columns={
        "other": ("Post URL",),
        "link": ("Post URL (2)",),
        "published_at": ("Post publish date (2)",),
        "views": ("Impressions",),
    },
    marks=("other", "link", "published_at", "views"),
    sheet="TOP POSTS",
    read=read,
)
