"""Instagram's posts, as Meta Business Suite exports them (Insights → Content), with or without the column Date.

Where Date names a day, the counts are that day's and counted as it ends; “Lifetime” (or “Total”, “Global”) are those of
the post's life until the export. An empty count is one that Meta does not tell.

A Post ID that a spreadsheet program has cut is lost: the link holds another id than Meta's. Not read: account,
duration, post type, data comment, follows. `paid` is in no column.

Header names in French, Spanish, Portuguese, Italian and Swedish are those that public programs read from such files. No
German file was to be found, and a name that is guessed may read a wrong column, so there are none.
"""

from typing import Any

from ingestion.formats.presets.preset import Line, Need, Preset

# What both exports of Meta call alike.
SHARED = {
    "post": (
        "Post ID",
        "Identifiant de la publication",
        "Identificador de la publicación",
        "Identificação do post",
        "ID del post",
        "Publicerings-id",
    ),
    "published_at": (
        "Publish time",
        "Heure de publication",
        "Hora de publicación",
        "Horário de publicação",
        "Orario di pubblicazione",
        "Publiceringstid",
    ),
    "link": ("Permalink", "Permalien", "Enlace permanente", "Link permanente", "Permalänk"),
    "text": ("Description", "Descrição", "Descrizione", "Beskrivning"),
    "day": ("Date", "Data", "Datum"),
    "views": ("Views", "Vues", "Visualizaciones", "Visualizações", "Visningar"),
    "reach": ("Reach", "Couverture", "Alcance", "Copertura", "Räckvidd"),
    "comments": ("Comments", "Comentarios", "Comentários", "Commenti", "Kommentarer"),
    "shares": (
        "Shares",
        "Partages",
        "Veces que se ha compartido",
        "Veces que se compartió",
        "Compartilhamentos",
        "Condivisioni",
        "Delningar",
    ),
}
PAGE = (
    "Page ID",
    "Page name",
    "ID de la Page",
    "Nom de la page",
    "Nombre de la página",
    "Nome da Página",
    "Sid-id",
    "Sidnamn",
)
REACTIONS = ("Reactions", "Réactions", "Reacciones", "Reações", "Reazioni", "Reaktioner")


def counted_at(line: Line) -> str:
    """Return when the counts of a line are of: the end of the day it names, else the export."""
    day = line.text("day") or ""
    return line.end_of_day("day") if any(it.isdigit() for it in day) else line.exported_at()


def read(line: Line) -> dict[str, Any]:
    return {
        "post": line.whole_id("post"),
        "at": counted_at(line),
        **line.counts(),
        "described": line.described(),
    }


PRESET = Preset(
    name="instagram-posts",
    title="Instagram: posts (Meta Business Suite)",
    platform="instagram",
    format="post-counts",
    needs=(Need.CHANNEL, Need.ZONE, Need.EXPORTED_AT),
    columns={
        **SHARED,
        "likes": ("Likes", "Mentions J'aime", "Me gusta", "Curtidas", "Mi piace", "Gilla-markeringar"),
        "saves": ("Saves", "Enregistrements", "Veces guardado", "Veces que se guardó", "Salvamentos", "Sparade objekt"),
    },
    marks=("post", "published_at", "likes"),
    never=(*PAGE, *REACTIONS),
    read=read,
)
