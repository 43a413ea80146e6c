"""What the lines of each platform's export become: rows of a shape, or a reason why not."""

import msgspec
import pytest

from ingestion.formats.audience import AudienceCount
from ingestion.formats.presets import recognise
from tests.ingestion.exported import AT, CHANNEL, lines, rows


def test_posts_of_instagram_are_read() -> None:
    assert list(rows("instagram")) == [
        {
            "post": "17900000000000001",
            "at": AT,
            "views": 12400,
            "reach": 9100,
            "likes": 1200,
            "comments": 57,
            "shares": 88,
            "saves": 230,
            "described": {
                **CHANNEL,
                "published_at": "2026-03-27T05:08:00Z",
                "text": "The blue one, glazed twice.\n\nHow many would you like?",
                "permalink": "https://www.instagram.com/p/DAbc123/",
            },
        },
        {
            "post": "17900000000000002",
            "at": "2026-10-26T23:00:00Z",  # as 26 October ends in Berlin, in winter time
            "views": 160,
            "likes": 5,
            "comments": 0,
            "described": {
                **CHANNEL,
                "published_at": "2026-10-25T00:30:00Z",
                "text": "Kiln day",
                "permalink": "https://www.instagram.com/reel/DAbc124/",
            },
        },
        ("ruined_id", "/post"),
        ("invalid", "/described/published_at"),
    ]


def test_the_short_form_counts_at_the_export() -> None:
    [row] = rows("instagram_short")
    assert isinstance(row, dict)
    assert (row["at"], row["views"], row["described"]["published_at"]) == (AT, 12400, "2026-10-03T06:31:00Z")


def test_posts_of_instagram_are_read_in_french() -> None:
    [row] = rows("instagram_french")
    assert row == {
        "post": "17900000000000001",
        "at": AT,
        "views": 1400,
        "reach": 900,
        "likes": 61,
        "shares": 8,
        "saves": 23,
        "described": {
            **CHANNEL,
            "published_at": "2026-05-28T03:06:00Z",
            "text": "Un vase",
            "permalink": "https://www.instagram.com/p/DAbc123/",
        },
        # Comments are in no column that we know in French: unknown, and not 0.
    }


def test_posts_of_facebook_are_read_and_cut_ids_recovered_where_the_link_agrees() -> None:
    assert list(rows("facebook")) == [
        {
            "post": "122158012345678901",
            "at": AT,
            "views": 1250,
            "reach": 900,
            "likes": 50,
            "comments": 4,
            "shares": 3,
            "described": {
                **CHANNEL,
                "published_at": "2026-11-10T20:00:00Z",
                "text": "The whole caption,\nwhich is longer",
                "permalink": "https://www.facebook.com/fernleaf/posts/122158012345678901",
            },
        },
        ("ruined_id", "/post"),
        {
            "post": "122158012345678903",
            "at": AT,
            "reach": 20,
            "described": {
                **CHANNEL,
                "published_at": "2026-11-11T09:00:00Z",
                "text": "Photo update",
                "permalink": "https://www.facebook.com/photo/?fbid=2",
            },
        },
    ]


def test_posts_of_x_are_read() -> None:
    assert list(rows("x_content")) == [
        {
            "post": "2074000000000000001",
            "at": AT,
            "views": 122978,
            "likes": 12,
            "comments": 3,
            "shares": 2,
            "saves": 0,
            "described": {
                **CHANNEL,
                "published_at": "2026-07-13T22:00:00Z",
                "text": "Glazes, by colour\nand by mood",
                "permalink": "https://x.com/fernleaf_pots/status/2074000000000000001",
            },
        },
        ("ruined_id", "/post"),  # 2073999999999999999 is not what 2.07E+18 was cut from
        ("missing", "/post"),
    ]


def test_days_of_x_are_counted_as_they_end() -> None:
    found = list(rows("x_overview"))
    assert found == [
        {**CHANNEL, "at": "2026-03-27T23:00:00Z", "gained": 1041, "lost": 9, "window": "day"},
        {**CHANNEL, "at": "2026-03-28T23:00:00Z", "lost": 0, "window": "day"},
    ]
    assert [msgspec.convert(row, AudienceCount, strict=False).lost for row in found] == [9, 0]


def test_tweets_are_read_and_cut_ids_recovered() -> None:
    assert list(rows("twitter")) == [
        {
            "post": "1768712345678901234",
            "at": AT,
            "views": 341,
            "likes": 7,
            "comments": 1,
            "shares": 2,
            "described": {
                **CHANNEL,
                "published_at": "2024-03-15T18:42:00Z",
                "text": "Two\nlines",
                "permalink": "https://twitter.com/fernleaf_pots/status/1768712345678901234",
            },
        },
        {
            "post": "1768712345678901235",
            "at": AT,
            "views": 5,
            "comments": 0,
            "shares": 0,
            "described": {
                **CHANNEL,
                "published_at": "2024-03-15T18:42:00Z",
                "text": "Cut",
                "permalink": "https://twitter.com/fernleaf_pots/status/1768712345678901235",
            },
        },
    ]


def test_videos_of_tiktok_have_their_id_in_the_link() -> None:
    assert list(rows("tiktok")) == [
        {
            "post": "7412345678901234567",
            "at": AT,
            "views": 18400,
            "likes": 1200,
            "comments": 48,
            "shares": 31,
            "saves": 40,
            "described": {
                **CHANNEL,
                "published_at": "2026-08-02T17:05:00Z",
                "text": "Throwing, slowly",
                "permalink": "https://www.tiktok.com/@fernleaf.pottery/video/7412345678901234567",
            },
        },
        ("missing", "/post"),
    ]


@pytest.mark.parametrize(
    ("export", "text"), [("x_content_german", "Drei Glasuren"), ("x_content_japanese", "釉薬を三つ")]
)
def test_posts_of_x_are_read_in_other_languages(export: str, text: str) -> None:
    [row] = rows(export)
    assert row == {
        "post": "2074000000000000001",
        "at": AT,
        "views": 12978,
        "likes": 12,
        "comments": 3,
        "shares": 2,
        "saves": 7,
        "described": {
            **CHANNEL,
            "published_at": "2026-07-13T22:00:00Z",
            "text": text,
            "permalink": "https://x.com/fernleaf_pots/status/2074000000000000001",
        },
    }


def test_days_of_x_are_counted_in_german() -> None:
    assert list(rows("x_overview_german")) == [
        {**CHANNEL, "at": "2026-03-27T23:00:00Z", "gained": 41, "lost": 9, "window": "day"}
    ]


def test_tweets_are_read_in_french() -> None:
    assert list(rows("twitter_french")) == [
        {
            "post": "1768712345678901234",
            "at": AT,
            "views": 341,
            "likes": 7,
            "comments": 1,
            "shares": 2,
            "described": {
                **CHANNEL,
                "published_at": "2018-03-15T18:42:00Z",
                "text": "Un vase",
                "permalink": "https://twitter.com/fernleaf_pots/status/1768712345678901234",
            },
        }
    ]


def test_exports_are_read_in_swedish() -> None:
    [video], [post], [day] = rows("tiktok_swedish"), rows("instagram_swedish"), rows("facebook_swedish")
    assert video == {
        "post": "7412345678901234567",
        "at": AT,
        "views": 18400,
        "likes": 1200,
        "comments": 48,
        "shares": 31,
        "saves": 40,
        "described": {
            **CHANNEL,
            "published_at": "2026-08-02T17:05:02Z",
            "text": "Dreja, långsamt",
            "permalink": "https://www.tiktok.com/@fernleaf.pottery/video/7412345678901234567",
        },
    }
    assert post == {
        "post": "17900000000000001",
        "at": AT,
        "views": 1400,
        "reach": 900,
        "likes": 61,
        "comments": 5,
        "shares": 8,
        "saves": 23,
        "described": {
            **CHANNEL,
            "published_at": "2026-03-27T05:08:00Z",
            "text": "En vas",
            "permalink": "https://www.instagram.com/p/DAbc123/",
        },
    }
    assert day == {
        "post": "122158012345678901",
        "at": "2026-07-02T22:00:00Z",  # as 2 July ends in Berlin: such a file has a line for each day
        "reach": 900,
        "likes": 50,
        "comments": 4,
        "shares": 3,
        "described": {
            **CHANNEL,
            "published_at": "2026-06-30T22:15:00Z",
            "text": "Öppet hus",
            "permalink": "https://www.facebook.com/fernleaf/posts/122158012345678901",
        },
    }


def test_posts_of_linkedin_are_read_from_the_list_of_impressions() -> None:
    assert recognise(lines("linkedin")).above == 1  # type: ignore[union-attr]
    assert list(rows("linkedin")) == [
        {
            "post": "urn:li:activity:7400000000000000002",
            "at": AT,
            "views": 1358,
            "described": {
                **CHANNEL,
                "published_at": "2026-02-13T23:00:00Z",
                "permalink": "https://www.linkedin.com/feed/update/urn:li:activity:7400000000000000002",
            },
        },
        {
            "post": "urn:li:activity:7400000000000000004",
            "at": AT,
            "views": -3,
            "described": {
                **CHANNEL,
                "published_at": "2026-02-14T23:00:00Z",
                "permalink": "https://www.linkedin.com/posts/fernleaf-pottery_glazes-activity-7400000000000000004-xYz1"
                "?utm_source=share",
            },
        },
        ("missing", "/post"),
    ]
