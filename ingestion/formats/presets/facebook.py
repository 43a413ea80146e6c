"""Facebook's posts, as Meta Business Suite exports them (Insights → Content). Counts are those of a post's life.

Reactions are our likes. The caption is the longer of Title and Description: which one holds it depends on the post's
type. A Post ID that a spreadsheet program has cut is taken from the link where the link's number agrees with it; a
reel's does not, for it is the video's.

Not read: page, duration, post type, labels, clicks, seconds viewed, negative feedback, earnings, and what of views and
reach was organic or boosted. `paid` is in no column that Meta fills.
"""

import re
from typing import Any

from ingestion.formats.presets.instagram import PAGE, REACTIONS, SHARED, counted_at
from ingestion.formats.presets.preset import Line, Need, Preset

NUMBER = re.compile(r"facebook\.com/\S{0,200}?(?:posts/|fbid=|videos/|permalink/)(\d{8,20})(?!\d)")


def read(line: Line) -> dict[str, Any]:
    captions = [it for name in ("title", "text") if (it := line.text(name))]
    return {
        "post": line.whole_id("post", NUMBER),
        "at": counted_at(line),
        **line.counts(),
        "described": line.described(max(captions, key=len, default=None)),
    }


PRESET = Preset(
    name="facebook-posts",
    title="Facebook: posts (Meta Business Suite)",
    platform="facebook",
    format="post-counts",
    needs=(Need.CHANNEL, Need.ZONE, Need.EXPORTED_AT),
    columns={**SHARED, "likes": REACTIONS, "title": ("Title", "Título", "Titolo", "Titel"), "page": PAGE},
    marks=("post", "published_at", "likes"),
    read=read,
)
