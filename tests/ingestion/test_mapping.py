"""A person's columns become the fields of a shape: proposed by their names, looked over, and then the same for all."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import LayoutRefused
from ingestion.formats import layout
from ingestion.formats.mapping import SYNONYMS, Mapping, Origin, problems, suggest
from ingestion.formats.reading import FORMATS
from ingestion.formats.refusal import RowRefused

ENGAGEMENTS = FORMATS["engagements"]
OUTCOMES = FORMATS["outcomes"]
FIELDS = {
    "id": Origin(column="ID"),
    "kind": Origin(column="Aktion"),
    "occurred_at": Origin(column="Datum"),
    "actor.handle": Origin(column="Konto"),
    "actor.platform": Origin(constant="instagram"),
}
GERMAN = Mapping(
    format="engagements",
    fields=FIELDS,
    zone="Europe/Berlin",
    first="day",
    decimal=",",
)
CELLS = {"ID": "7", "Aktion": "like", "Datum": "14.07.2026 18:42", "Konto": "ada"}
HEADER = list(CELLS)
CUT = "A spreadsheet program has cut this id to “{}”. Import the file as the platform gave it, unopened."


def refused(mapping: Mapping, cells: dict[str, str]) -> tuple[str, str, str]:
    with pytest.raises(RowRefused) as wrong:
        mapping.reader()(cells)
    return wrong.value.code, wrong.value.pointer, wrong.value.detail


def test_a_row_is_as_json_of_the_shape_would_have_it() -> None:
    row = GERMAN.reader()(CELLS)
    assert row == {
        "id": "7",
        "kind": "like",
        "occurred_at": "2026-07-14T16:42:00Z",
        "actor": {"handle": "ada", "platform": "instagram"},
    }
    assert msgspec.convert(row, ENGAGEMENTS.row) is not None


def test_what_a_cell_does_not_say_is_left_out() -> None:
    mapping = Mapping(
        format="audience-counts",
        fields={name: Origin(column=name) for name in ("channel", "followers", "gained", "lost")}
        | {"window": Origin(constant="Day")},
    )
    assert mapping.reader()({"channel": "cha_1", "followers": "", "gained": "-", "lost": "0"}) == {
        "channel": "cha_1",
        "lost": 0,
        "window": "day",
    }


def test_values_have_the_types_of_their_fields() -> None:
    fields = ("digit_share", "has_avatar", "created_on", "bio_length", "sampled_at")
    mapping = Mapping(
        format="profile-samples",
        fields={name: Origin(column=name) for name in fields},
        zone="Europe/Berlin",
        first="day",
        decimal=",",
    )
    cells = ["0,25", "ja", "4.5.2019", "1.024", "2026-05-01"]
    assert mapping.reader()(dict(zip(fields, cells, strict=True))) == {
        "digit_share": 0.25,
        "has_avatar": True,
        "created_on": "2019-05-04",
        "bio_length": 1024,
        "sampled_at": "2026-04-30T22:00:00Z",
    }


def test_an_amount_stays_exact() -> None:
    mapping = Mapping(format="outcomes", fields={"value": Origin(column="Summe")}, decimal=",")
    assert mapping.reader()({"Summe": "1.204,10 €"}) == {"value": "1204.10"}


def test_a_day_in_a_workbook_may_be_a_number() -> None:
    row = GERMAN.reader(serials=True)(CELLS | {"Datum": "46108.25"})
    assert row["occurred_at"] == "2026-03-27T05:00:00Z"


@pytest.mark.parametrize(
    ("changed", "code", "pointer", "sentence"),
    [
        ({"Datum": "07/14/2026"}, "invalid", "/occurred_at", "“07/14/2026” contradicts that the day stands first."),
        ({"Datum": "46108"}, "invalid", "/occurred_at",
         "Expected a day or a moment, found “46108”. Write it as 2026-11-01T10:00:00Z."),
        ({"ID": "1.22E+17"}, "ruined_id", "/id", CUT.format("1.22E+17")),
        ({"Konto": "1E+05"}, "ruined_id", "/actor/handle", CUT.format("1E+05")),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_used_is_named(changed: dict[str, str], code: str, pointer: str, sentence: str) -> None:
    assert refused(GERMAN, CELLS | changed) == (code, pointer, sentence)


def test_a_text_that_looks_like_a_cut_id_is_a_text() -> None:
    mapping = Mapping(format="engagements", fields={"text": Origin(column="text")})
    assert mapping.reader()({"text": " 1.2E+05 "}) == {"text": "1.2E+05"}


def test_a_mapping_is_saved_as_json_and_read_back() -> None:
    saved = msgspec.json.encode(GERMAN)
    assert msgspec.json.decode(saved, type=Mapping) == GERMAN
    assert msgspec.json.decode(saved)["fields"]["actor.platform"] == {"constant": "instagram"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(saved.replace(b'"zone"', b'"zoom"'), type=Mapping)


def suggested(header: list[str], shape: str = "engagements") -> dict[str, str]:
    return {name: origin.column for name, origin in suggest(header, FORMATS[shape]).fields.items()}


def test_the_names_of_the_fields_are_taken_first() -> None:
    header = ["User", "ID", "Kind", "occurred at", "Actor.Handle", "Type", "Text", "who knows"]
    assert suggested(header) == {
        "id": "ID",
        "kind": "Kind",
        "occurred_at": "occurred at",
        "actor.handle": "Actor.Handle",
        "text": "Text",
    }


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Event ID", "Type", "Timestamp", "Username", "Message", "Post ID"],
         {"id": "Event ID", "kind": "Type", "occurred_at": "Timestamp", "actor.handle": "Username", "post": "Post ID",
          "text": "Message"}),
        (["\ufeffKennung", "Art", "DATUM", "Benutzername", "Kommentar", "E-Mail-Adresse"],
         {"id": "\ufeffKennung", "kind": "Art", "occurred_at": "DATUM", "actor.handle": "Benutzername",
          "text": "Kommentar", "actor.email": "E-Mail-Adresse"}),
    ],
)  # fmt: skip
def test_what_people_call_the_fields_is_known(header: list[str], expected: dict[str, str]) -> None:
    assert suggested(header) == expected


def test_a_channel_is_guessed_only_where_a_row_needs_one() -> None:
    assert suggested(["Channel", "Date", "Followers"], "audience-counts")["channel"] == "Channel"
    assert "channel" not in suggested(["Event ID", "Type", "Timestamp", "Username", "Channel", "Kanal"])


def test_an_order_is_understood_in_german() -> None:
    assert suggested(["Bestellnummer", "Bestelldatum", "Kundennummer", "Summe", "Währung"], "outcomes") == {
        "id": "Bestellnummer",
        "occurred_at": "Bestelldatum",
        "who.customer": "Kundennummer",
        "value": "Summe",
        "currency": "Währung",
    }


GERMAN_VIDEOS = "Videotitel,Videolink,Veröffentlichungszeit,Gesamtzahl der Likes,Kommentare,Geteilt,Aufrufe insgesamt"
FRENCH_VIDEOS = "Titre de la vidéo,Lien de la vidéo,Heure de publication,J'aime,Commentaires,Partages,Total de vues"
SPANISH_VIDEOS = (
    "Título del vídeo,Enlace del vídeo,Hora de publicación,Me gusta,Comentarios,Compartidos,Visualizaciones"
)


@pytest.mark.parametrize("header", [GERMAN_VIDEOS, FRENCH_VIDEOS, SPANISH_VIDEOS])
def test_an_export_in_an_unknown_language_is_proposed_by_the_names_of_its_columns(header: str) -> None:
    names = header.split(",")
    fields = ("described.text", "described.permalink", "described.published_at", "likes", "comments", "shares", "views")
    meant = layout.suggest([names], names, None)
    assert isinstance(meant, Mapping)
    assert (meant.format, suggested(names, "post-counts")) == ("post-counts", dict(zip(fields, names, strict=True)))
    assert layout.problems(meant, names) == [
        "Nothing says “post”, which every row needs.",
        "Nothing says “at”, which every row needs.",
        "Nothing says “described.channel”, which a row needs that says anything of “described”.",
    ]


@pytest.mark.parametrize("column", ["Description", "Beschreibung", "Permalink", "Channel", "Link"])
def test_a_post_is_described_only_where_a_column_says_when_it_was_published(column: str) -> None:
    names = ["Post ID", "Date", "Views", column]
    meant = layout.suggest([names], names, None)
    assert isinstance(meant, Mapping)
    assert {name: it.column for name, it in meant.fields.items()} == {"post": "Post ID", "at": "Date", "views": "Views"}
    assert layout.problems(meant, names) == []
    published = suggested([*names, "Published"], "post-counts")
    assert next(name for name, it in published.items() if it == column).startswith("described.")


def test_a_column_that_is_named_in_full_is_never_passed_over() -> None:
    meant = suggest(["post", "at", "views", "described.text"], FORMATS["post-counts"])
    assert meant.fields["described.text"] == Origin(column="described.text")


def test_the_channel_of_a_whole_file_is_said_where_the_shape_has_it() -> None:
    for shape, field in (("post-counts", "described.channel"), ("posts", "channel"), ("audience-counts", "channel")):
        meant = layout.answered(Mapping(format=shape, fields={}), {"channel": "tiktok/fernleaf"})
        assert isinstance(meant, Mapping)
        assert meant.fields == {field: Origin(constant="tiktok/fernleaf")}


@pytest.mark.parametrize("shape", ["post-counts", "audience-counts", "contact-facts", "identity-links"])
def test_when_a_file_was_exported_is_the_moment_of_all_its_rows(shape: str) -> None:
    meant = layout.answered(Mapping(format=shape, fields={}), {"exported_at": "2026-11-20T09:30:00Z"})
    assert isinstance(meant, Mapping)
    assert meant.fields == {"at": Origin(constant="2026-11-20T09:30:00Z")}


@pytest.mark.parametrize("shape", ["outcomes", "contact-facts", "campaigns", "vendors", "identity-links"])
def test_a_channel_is_not_said_of_rows_that_have_none(shape: str) -> None:
    with pytest.raises(LayoutRefused) as wrong:
        layout.answered(Mapping(format=shape, fields={}), {"channel": "tiktok/fernleaf", "zone": "Europe/Berlin"})
    assert str(wrong.value) == f"“channel” cannot be said of {shape}: their rows have no such field."


def test_what_is_said_of_a_whole_file_leaves_the_rest_as_it_was() -> None:
    meant = layout.answered(GERMAN, {"channel": "instagram/fernleaf", "decimal": "."})
    fields = FIELDS | {"channel": Origin(constant="instagram/fernleaf")}
    assert meant == msgspec.structs.replace(GERMAN, fields=fields, decimal=".")
    with pytest.raises(
        LayoutRefused, match="“exported_at” cannot be said of engagements: their rows have no such field"
    ):
        layout.answered(GERMAN, {"exported_at": "2026-11-20T09:30:00Z"})


def test_an_address_of_a_post_is_no_yes_or_no() -> None:
    assert suggested(["ID", "Post URL", "Published"], "posts") == {
        "id": "ID",
        "permalink": "Post URL",
        "published_at": "Published",
    }


def test_a_video_s_title_is_not_what_somebody_said() -> None:
    assert "text" not in suggested(["ID", "Videotitel", "Benutzername"])


def test_counts_are_understood() -> None:
    assert suggested(["Datum", "Kanal", "Abonnenten", "Neue Follower", "Zeitraum"], "audience-counts") == {
        "at": "Datum",
        "channel": "Kanal",
        "followers": "Abonnenten",
        "gained": "Neue Follower",
        "window": "Zeitraum",
    }


def test_whom_an_act_was_for_is_never_guessed() -> None:
    assert "target.handle" not in suggested(["Username", "User", "Account", "handle"])
    assert suggested(["target.handle"]) == {"target.handle": "target.handle"}


@given(header=st.lists(st.sampled_from([word for words in SYNONYMS.values() for word in words]), max_size=12))
def test_no_column_is_used_twice(header: list[str]) -> None:
    for shape in FORMATS:
        used = list(suggested(header, shape).values())
        assert len(used) == len(set(used))
        assert set(used) <= set(header)


def test_a_mapping_without_fault_has_no_problems() -> None:
    assert problems(GERMAN, HEADER, ENGAGEMENTS) == []


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"fields": {k: v for k, v in FIELDS.items() if k != "id"}}, ["Nothing says “id”, which every row needs."]),
        ({"fields": {k: v for k, v in FIELDS.items() if "actor" not in k}},
         ["Nothing names a person, such as actor.handle or target.handle."]),
        ({"fields": FIELDS | {"mood": Origin(constant="good")}}, ["engagements have no field “mood”."]),
        ({"fields": FIELDS | {"post": Origin(column="Beitrag")}},
         ["The file has no column “Beitrag”, from which “post” should come."]),
        ({"fields": FIELDS | {"post": Origin()}}, ["Say for “post” either a column or what it is in all rows."]),
        ({"fields": FIELDS | {"post": Origin("ID", "p")}},
         ["Say for “post” either a column or what it is in all rows."]),
        ({"zone": "Berlin"}, ["There is no zone called “Berlin”. Write it as Europe/Berlin."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_sentences(changes: dict[str, Any], sentences: list[str]) -> None:
    assert problems(msgspec.structs.replace(GERMAN, **changes), HEADER, ENGAGEMENTS) == sentences


def test_lists_and_facts_are_read_from_cells() -> None:
    campaigns = suggest(["posts", "entry_kinds", "name"], FORMATS["campaigns"])
    assert campaigns.reader()({"posts": "1; 2|3", "entry_kinds": "follow, comment", "name": " Win it "}) == {
        "posts": ["1", "2", "3"],
        "entry_kinds": ["follow", "comment"],
        "name": "Win it",
    }
    facts = suggest(["Since", "facts.industry", "handle", "hobby"], FORMATS["contact-facts"])
    assert sorted(facts.fields) == ["facts.industry", "who.handle"]
    assert facts.reader()({"facts.industry": "Retail", "handle": "ada", "hobby": "tea"}) == {
        "facts": {"industry": "Retail"},
        "who": {"handle": "ada"},
    }


def test_to_whom_somebody_is_linked_is_named_in_full() -> None:
    found = suggest(["handle", "same_as.customer", "customer"], FORMATS["identity-links"])
    assert {name: it.column for name, it in found.fields.items()} == {
        "who.handle": "handle",
        "who.customer": "customer",
        "same_as.customer": "same_as.customer",
    }


def test_a_mapping_for_another_shape_is_a_problem() -> None:
    assert problems(GERMAN, HEADER, OUTCOMES)[0] == "The mapping is for engagements, not for outcomes."


@given(cells=st.fixed_dictionaries(dict.fromkeys(HEADER, st.text(max_size=20))))
def test_no_cells_at_all_make_it_fail(cells: dict[str, str]) -> None:
    try:
        row = GERMAN.reader()(cells)
    except RowRefused:
        return
    assert row["actor"]["platform"] == "instagram"
