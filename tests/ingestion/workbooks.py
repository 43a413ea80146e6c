"""Workbooks made by hand, so that a test can make them as odd as it needs."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def parts(sheets: Mapping[str, str], shared: str = "") -> dict[str, str]:
    """Return the parts of a workbook, by their names. Style 1 is a day, style 2 a moment."""
    listed = "".join(f'<sheet name="{name}" sheetId="{it}" r:id="r{it}"/>' for it, name in enumerate(sheets, 1))
    related = "".join(
        f'<Relationship Id="r{it}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{it}.xml"/>'
        for it in range(1, len(sheets) + 1)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}'
        f'<Relationship Id="s" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="t" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="22"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        **{
            f"xl/worksheets/sheet{it}.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            for it, body in enumerate(sheets.values(), 1)
        },
    }


def packed(files: Iterable[tuple[str, str | bytes]], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files:
            archive.writestr(name, content)
    out.seek(0)
    return out


def book(*rows: str, shared: str = "") -> io.BytesIO:
    return packed(parts({"Posts": "".join(rows)}, shared).items())
