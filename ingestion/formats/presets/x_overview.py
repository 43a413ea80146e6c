"""X's account by days, as X Analytics exports it (Overview): how many followed and unfollowed.

A day is counted when it is over, in the account's zone; that of the export is not, and is set aside for it. X does not
say how many follow. Not read: impressions and all that is of posts, which X content has by post.

Names in German and Japanese are from where those of X content are. Date stays English in some of such files.
"""

from typing import Any

from ingestion.formats.presets.preset import Line, Need, Preset


def read(line: Line) -> dict[str, Any]:
    return {
        "channel": line.answers.channel,
        "at": line.end_of_day("day"),
        "gained": line.count("gained"),
        "lost": line.count("lost"),
        "window": "day",
    }


PRESET = Preset(
    name="x-overview",
    title="X: follows by day (Analytics → Overview)",
    platform="x",
    format="audience-counts",
    needs=(Need.CHANNEL, Need.ZONE),
    columns={
        "day": ("Date", "Datum", "日付"),
        "gained": ("New follows", "Neue Follower*innen", "新しいフォロー"),
        "lost": ("Unfollows", "Entfolgungen", "フォロー解除"),
    },
    marks=("day", "gained", "lost"),
    never=("Post id", "Post-ID", "ポストID"),
    read=read,
)
