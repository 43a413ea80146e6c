"""Exports as platforms give them: each is known by its header, and each of its lines becomes a row or says why not."""

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats.audience import AudienceCount
from ingestion.formats.csv_file import records
from ingestion.formats.dialect import canonical
from ingestion.formats.presets import PRESETS, Answers, Need, recognise
from ingestion.formats.reading import FORMATS
from ingestion.formats.refusal import RowRefused

EXPORTS = Path(__file__).parent / "exports"
EXPORTED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
AT = "2026-11-20T09:30:00Z"
BERLIN = Answers(channel="instagram/fernleaf.pottery", zone="Europe/Berlin", exported_at=EXPORTED)
CHANGES: list[Callable[[str], str]] = [str.upper, str.lower, str.strip, "\ufeff{}".format]
CHANNEL = {"channel": "instagram/fernleaf.pottery"}


def lines(name: str) -> list[list[str]]:
    content = b"".join(canonical([(EXPORTS / f"{name}.csv").read_bytes()]))
    return [record.cells for record in records(io.BytesIO(content)) if record.cells is not None]


def rows(name: str, answers: Answers = BERLIN) -> Iterator[dict[str, Any] | tuple[str, str]]:
    content = lines(name)
    found = recognise(content)
    assert found is not None
    reader = found.preset.reader(found.names, answers)
    for line in content[found.above + 1 :]:
        try:
            yield reader(dict(zip(found.names, line, strict=True)))
        except RowRefused as refused:
            yield refused.code, refused.pointer


@pytest.mark.parametrize(
    ("export", "preset"),
    [
        ("instagram", "instagram-posts"),
        ("instagram_short", "instagram-posts"),
        ("instagram_french", "instagram-posts"),
        ("facebook", "facebook-posts"),
        ("x_content", "x-posts"),
        ("x_overview", "x-overview"),
        ("twitter", "twitter-posts"),
        ("tiktok", "tiktok-videos"),
        ("linkedin", "linkedin-posts"),
    ],
)
def test_an_export_is_known_by_its_header(export: str, preset: str) -> None:
    found = recognise(lines(export))
    assert found is not None
    assert found.preset is PRESETS[preset]


@given(data=st.data())
def test_order_case_and_strange_columns_do_not_matter(data: st.DataObject) -> None:
    export = data.draw(st.sampled_from(["instagram", "instagram_french", "facebook", "x_content", "twitter", "tiktok"]))
    header = lines(export)[0]
    shuffled = data.draw(st.permutations([*header, "Something new"]))
    changed = [data.draw(st.sampled_from(CHANGES))(it) for it in shuffled]
    found, same = recognise([changed]), recognise([header])
    assert found is not None
    assert same is not None
    assert found.preset is same.preset


@pytest.mark.parametrize(
    "header",
    [
        [],
        ["id", "kind", "occurred_at", "actor.handle"],
        ["Date", "Impressions", "Likes"],
        ["Post ID", "Publish time"],
        ["Post URL", "Post publish date", "Impressions"],
    ],
)
def test_another_file_is_not_taken_for_an_export(header: Sequence[str]) -> None:
    assert recognise([header]) is None


@pytest.mark.parametrize(
    ("header", "preset"),
    [
        ("Identificador de la publicación,Hora de publicación,Enlace permanente,Me gusta,Alcance", "instagram-posts"),
        ("Identificação do post,Horário de publicação,Link permanente,Curtidas,Alcance,Salvamentos", "instagram-posts"),
        ("ID del post,Orario di pubblicazione,Descrizione,Copertura,Mi piace,Commenti", "instagram-posts"),
        ("Identifiant de la publication,ID de la Page,Heure de publication,Vues,Réactions,Partages", "facebook-posts"),
        ("Identificador de la publicación,Título,Hora de publicación,Reacciones,Comentarios", "facebook-posts"),
        ("Identificação do post,Nome da Página,Horário de publicação,Reações,Comentários", "facebook-posts"),
        ("ID del post,Titolo,Orario di pubblicazione,Copertura,Reazioni,Condivisioni", "facebook-posts"),
    ],
)
def test_an_export_of_meta_is_known_in_another_language(header: str, preset: str) -> None:
    found = recognise([header.split(",")])
    assert found is not None
    assert (found.preset.name, found.preset.fits(found.names) > 3) == (preset, True)


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


@pytest.mark.parametrize("export", sorted(it.stem for it in EXPORTS.iterdir()))
def test_every_row_fits_its_shape(export: str) -> None:
    found = recognise(lines(export))
    assert found is not None
    made = [row for row in rows(export) if isinstance(row, dict)]
    assert made
    for row in made:
        assert msgspec.convert(row, FORMATS[found.preset.format].row)


def test_what_the_person_has_yet_to_say_is_listed() -> None:
    preset = PRESETS["instagram-posts"]
    assert preset.lacks(BERLIN) == []
    assert preset.lacks(Answers(channel="")) == [Need.CHANNEL, Need.ZONE, Need.EXPORTED_AT]
    assert list(rows("instagram_short", Answers(channel="c", zone="Europe/Berlin"))) == [("missing", "/at")]
    assert list(rows("instagram_short", Answers(channel="c", exported_at=EXPORTED))) == [
        ("invalid", "/described/published_at")
    ]


def test_a_file_that_was_saved_in_another_manner_is_read_by_what_the_person_says() -> None:
    answers = Answers("c", "Europe/Berlin", EXPORTED, first="day", decimal=",")
    names = ["Post ID", "Publish time", "Permalink", "Likes"]
    cells = ["1", "27.03.2026 06:08", "https://www.instagram.com/p/a/", "12.400"]
    row = PRESETS["instagram-posts"].reader(names, answers)(dict(zip(names, cells, strict=True)))
    assert (row["described"]["published_at"], row["likes"]) == ("2026-03-27T05:08:00Z", 12400)


def test_a_day_in_a_workbook_may_be_a_number() -> None:
    answers = Answers("c", "UTC", EXPORTED)
    reader = PRESETS["x-overview"].reader(["Date", "New follows"], answers, serials=True)
    row = reader({"Date": "46108", "New follows": "3"})
    assert row == {"channel": "c", "at": "2026-03-28T00:00:00Z", "gained": 3, "window": "day"}


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
@given(cells=st.lists(st.text(max_size=30), min_size=12, max_size=12))
def test_no_cells_at_all_make_a_preset_fail(preset: Any, cells: list[str]) -> None:
    names = [called[0] for called in preset.columns.values()][:12]
    reader = preset.reader(names, BERLIN)
    try:
        row = reader(dict(zip(names, cells, strict=False)))
    except RowRefused:
        return
    assert row.get("described", row)["channel"] == BERLIN.channel
