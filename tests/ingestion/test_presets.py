"""Exports as platforms give them: each is known by its header, and each of its lines becomes a row or says why not."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats.headers import plain
from ingestion.formats.presets import PRESETS, Answers, Need, Preset, recognise
from ingestion.formats.reading import FORMATS
from ingestion.formats.refusal import RowRefused
from tests.ingestion.exported import BERLIN, EXPORTED, EXPORTS, lines, rows

CHANGES: list[Callable[[str], str]] = [str.upper, str.lower, str.strip, "\ufeff{}".format]


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
        ("instagram_swedish", "instagram-posts"),
        ("facebook_swedish", "facebook-posts"),
        ("x_content_german", "x-posts"),
        ("x_content_japanese", "x-posts"),
        ("x_overview_german", "x-overview"),
        ("twitter_french", "twitter-posts"),
        ("tiktok_swedish", "tiktok-videos"),
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
        ["Datum", "Gefällt mir", "Antworten"],
        ["Videotitel", "Videolink", "Veröffentlichungszeit", "Aufrufe"],
        ["Publiceringstid", "Gilla-markeringar", "Kommentarer", "Delningar"],
        ["id", "kind", "occurred_at", "actor.handle"],
        ["Date", "Impressions", "Likes"],
        ["Post ID", "Publish time"],
        ["Post URL", "Post publish date", "Impressions"],
        ["Post-ID", "Datum", "Post-Text", "Link", "Impressions", "Likes"],
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
        ("id do Tweet,link permanente do Tweet,texto do Tweet,horário,impressões,respostas,favoritos", "twitter-posts"),
        ("ツイートID,ツイートの固定リンク,ツイート本文,時間,インプレッション,リツイート,返信,いいね", "twitter-posts"),
        ("Tweet id,Tweet permalink,Tweet text,time,impressions,retweets,replies,favorites", "twitter-posts"),
    ],
)
def test_an_export_is_known_in_another_language(header: str, preset: str) -> None:
    found = recognise([header.split(",")])
    assert found is not None
    assert (found.preset.name, found.preset.fits(found.names) > 3) == (preset, True)


@pytest.mark.parametrize(
    "header",
    [
        "Datum,Impressions,Neue Follower*innen,Entfolgungen,Antworten",
        "Date,インプレッション数,新しいフォロー,フォロー解除,返信",
    ],
)
def test_days_of_x_are_known_in_another_language(header: str) -> None:
    found = recognise([header.split(",")])
    assert found is not None
    assert (found.preset.name, found.preset.fits(found.names)) == ("x-overview", 3)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_no_name_stands_for_two_columns(preset: Preset) -> None:
    names = [name for called in preset.columns.values() for name in {plain(it) for it in called}]
    assert len(names) == len(set(names))


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


@pytest.mark.parametrize("day", ["03.04.2026", "03/04/2026"])
def test_a_day_that_x_does_not_write_so_is_never_guessed(day: str) -> None:
    names = ["Post-ID", "Datum", "Post-Text", "Post-Link", "Impressions"]
    cells = dict(zip(names, ["2074000000000000001", day, "Vase", "https://x.com/a/status/2074000000000000001", "12"],
                     strict=True))  # fmt: skip
    with pytest.raises(RowRefused, match="Say whether the day or the month stands first") as wrong:
        PRESETS["x-posts"].reader(names, BERLIN)(cells)
    assert wrong.value.pointer == "/described/published_at"
    for first, published_at in (("day", "2026-04-02T22:00:00Z"), ("month", "2026-03-03T23:00:00Z")):
        answers = msgspec.structs.replace(BERLIN, first=first)
        assert PRESETS["x-posts"].reader(names, answers)(cells)["described"]["published_at"] == published_at


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
