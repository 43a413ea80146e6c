"""The form that says how a file is read: which column is which field, or what an export does not tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from ingestion.formats import layout
from ingestion.formats.layout import Export
from ingestion.formats.mapping import FACTS, Mapping, Origin, fields_of, needed_of
from ingestion.formats.presets import PRESETS
from ingestion.formats.reading import FORMATS
from ingestion.models import FileImport, Shape
from ingestion.services.layouts import Look
from tenants.models import Channel

ROWS = [
    ("Rows of one kind", [(shape.label, shape.label.replace("-", " ")) for shape in Shape]),
    ("Exports of platforms", [(it.name, it.title) for it in PRESETS.values()]),
]
FIRST = [("", "—"), ("day", "the day (27/03/2026)"), ("month", "the month (03/27/2026)")]
DECIMAL = [(".", "a point (1,204.50)"), (",", "a comma (1.204,50)")]


@dataclass(frozen=True)
class Place:
    """One field of the shape on the page: the choice of its column, and what it is in all rows."""

    name: str
    said: str
    is_needed: bool
    column: BoundField
    same: BoundField


class ReadForm(forms.Form):
    """What its rows are and, of a table, how they are read. `was`: for which of them the rest of the form is."""

    was = forms.CharField(widget=forms.HiddenInput)
    rows = forms.ChoiceField(
        label="Its rows are",
        choices=ROWS,
        widget=UnfoldAdminSelectWidget,
        help_text="After another choice press “Show again”: the page then asks for what that needs.",
    )

    def __init__(self, data: Any = None, *, file: FileImport, look: Look) -> None:
        rows = look.layout.preset if isinstance(look.layout, Export) else str(look.shape.label)
        super().__init__(data, initial={"rows": rows, "was": rows})
        self.look = look
        if look.sheets:
            self.fields["sheet"] = _choice("Sheet", [(it, it) for it in look.sheets], look.sheet or look.sheets[0])
        if look.layout is not None:
            self._ask_for_manner(look.layout)
        if isinstance(look.layout, Mapping):
            self._ask_for_columns(look.layout)
        if isinstance(look.layout, Export):
            self._ask_for_export(look.layout, file)

    def _ask_for_manner(self, meant: layout.Layout) -> None:
        zone = forms.CharField(
            label="Zone",
            required=False,
            initial=meant.zone,
            widget=UnfoldAdminTextInputWidget(attrs={"list": "zones", "autocomplete": "off"}),
            help_text="In which the file writes moments that state none, such as Europe/Berlin.",
        )
        self.fields |= {
            "zone": zone,
            "first": _choice("First in 03/04/2026 stands", FIRST, meant.first, required=False),
            "decimal": _choice("The decimal mark is", DECIMAL, meant.decimal),
        }

    def _ask_for_columns(self, meant: Mapping) -> None:
        columns = [("", "— not in the file —"), *((name, name) for name in self.look.names)]
        for name in fields_of(FORMATS[meant.format].row):
            if name == FACTS:
                continue
            origin = meant.fields.get(name, Origin())
            self.fields[f"column:{name}"] = _choice("", columns, origin.column, required=False)
            self.fields[f"same:{name}"] = forms.CharField(
                required=False, initial=origin.constant, widget=UnfoldAdminTextInputWidget
            )
            # They stand in a table, which has no room for two labels a row.
            self.fields[f"column:{name}"].widget.attrs["aria-label"] = f"{name}: its column"
            self.fields[f"same:{name}"].widget.attrs["aria-label"] = f"{name}: the same in every row"
        if FACTS in fields_of(FORMATS[meant.format].row):
            for number, column in enumerate(self.look.names):
                self.fields[f"fact:{number}"] = forms.BooleanField(
                    label=column,
                    required=False,
                    initial=_fact(column) in meant.fields,
                    widget=UnfoldBooleanSwitchWidget,
                )

    def _ask_for_export(self, meant: Export, file: FileImport) -> None:
        of_client = Channel.objects.filter(client=file.source.client_id, platform=PRESETS[meant.preset].platform)
        channels = [(it.public_id, f"{it.platform}/{it.handle}") for it in of_client]
        first = channels[0][0] if len(channels) == 1 else ""
        lacking = "" if channels else " The client has none there yet: add it first (Clients → Channels)."
        self.fields["channel"] = _choice("Channel", [("", "Choose one"), *channels], meant.channel or first)
        self.fields["channel"].help_text = f"Whose export it is; no column says so.{lacking}"
        if not layout.is_told(meant, "exported_at"):
            return
        self.fields["exported_at"] = forms.DateTimeField(
            label="Exported",
            initial=timezone.localtime(file.created_at).strftime("%Y-%m-%dT%H:%M"),
            widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
            help_text="When somebody downloaded it from the platform: that is when its posts were counted.",
        )

    @property
    def places(self) -> Iterator[Place]:
        """The fields of the shape, those first that every row needs."""
        assert isinstance(self.look.layout, Mapping)
        row = FORMATS[self.look.layout.format].row
        needed = needed_of(row)
        known = [(name.split(".")[0] in needed, name, it) for name, it in fields_of(row).items() if name != FACTS]
        for is_needed, name, field in sorted(known, key=lambda it: not it[0]):
            yield Place(name, field.said, is_needed, self[f"column:{name}"], self[f"same:{name}"])

    @property
    def facts(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("fact:")]

    @property
    def of_whole_file(self) -> list[BoundField]:
        """What is said once of the file."""
        names = ("rows", "sheet", "channel", "zone", "exported_at", "first", "decimal")
        return [self[name] for name in names if name in self.fields]

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"]).strip()
        if zone and zone not in available_timezones():
            raise forms.ValidationError("There is no such zone. Write it as Europe/Berlin.")
        return zone

    def said(self) -> layout.Layout | None:
        """Return what was filled in; None where there is nothing to say but what the rows are."""
        meant, said = self.look.layout, self.cleaned_data
        if meant is None:
            return None
        manner = {"zone": said["zone"], "first": said["first"], "decimal": said["decimal"]}
        if isinstance(meant, Export):
            return Export(preset=meant.preset, channel=said["channel"], exported_at=said.get("exported_at"), **manner)
        fields = {}
        for name in fields_of(FORMATS[meant.format].row):
            column, same = said.get(f"column:{name}", ""), said.get(f"same:{name}", "")
            if column or same:
                fields[name] = Origin(column=column, constant=same)
        for number, column in enumerate(self.look.names):
            if said.get(f"fact:{number}"):
                fields[_fact(column)] = Origin(column=column)
        return Mapping(format=meant.format, fields=fields, **manner)


def _fact(column: str) -> str:
    return column if column.startswith(f"{FACTS}.") else f"{FACTS}.{column}"


def _choice(label: str, choices: list[tuple[str, str]], initial: str, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, initial=initial, required=required, widget=UnfoldAdminSelectWidget
    )
