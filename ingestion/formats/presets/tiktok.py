"""TikTok's videos, as TikTok Studio exports them (Content). Counts are those of a video's life.

The id is in the link. Favorites are our saves. Not read: play time, watch time, share of those who watched to the end.

Swedish header names are those that public programs read from such files; in German, French and others none were to be
had.
"""

import re
from typing import Any

from ingestion.formats.presets.preset import Line, Need, Preset

VIDEO = re.compile(r"tiktok\.com/\S{0,200}?(?:video|photo)/(\d{1,20})(?!\d)")


def read(line: Line) -> dict[str, Any]:
    return {
        "post": line.id_in_link("link", VIDEO),
        "at": line.exported_at(),
        **line.counts(),
        "described": line.described(),
    }


PRESET = Preset(
    name="tiktok-videos",
    title="TikTok: videos (Studio → Content)",
    platform="tiktok",
    format="post-counts",
    needs=(Need.CHANNEL, Need.ZONE, Need.EXPORTED_AT),
    columns={
        "text": ("Video title", "Videotitel"),
        "link": ("Video link", "Videolänk"),
        "published_at": ("Post time", "Publiceringstid"),
        "likes": ("Total likes", "Gilla-markeringar"),
        "comments": ("Total comments", "Kommentarer"),
        "shares": ("Total shares", "Delningar"),
        "views": ("Total views", "Videovisningar"),
        "saves": ("Add to favorites", "Lägg till i Favoriter"),
    },
    marks=("link", "published_at", "views"),
    read=read,
)
