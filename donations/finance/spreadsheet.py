"""Tables as CSV and XLSX, a row at a time: nothing is kept, so a hundred thousand rows take no more memory than one.

The XLSX is written here, since openpyxl takes longer than a person waits: it is a zip of five short files and the rows.
No cell is ever a formula: a text that a spreadsheet would compute is marked as a text (CSV), or is one by type (XLSX).
"""

import csv
import datetime
import io
import zipfile
from xml.sax.saxutils import escape

from core.records_report import FORMULA

CHUNK = 500  # rows handed on at a time
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # Styles: 0 plain, 1 a time, 2 an amount with two decimals, 3 the heading.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode='
    '"yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="4" applyNumberFormat="1"/>'
    '<xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_EPOCH = datetime.datetime(1899, 12, 30)
# What XML 1.0 cannot hold, not even escaped, and no reader of CSV expects.
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])


class Amount(int):
    """Minor units that are shown as whole units with two decimals."""


def harmless(value):
    """A value as the text of a CSV cell, which no spreadsheet takes for a formula."""
    if isinstance(value, Amount):
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    text = str(value).translate(_FORBIDDEN)
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(heading, rows):
    """Yield the table (bytes, in pieces); `rows` is an iterable of lists. Begins with the mark that Excel wants."""
    yield b"\xef\xbb\xbf"
    for many in _in_chunks([str(cell) for cell in heading], rows):
        text = io.StringIO()
        csv.writer(text).writerows([harmless(cell) for cell in row] for row in many)
        yield text.getvalue().encode()


def _in_chunks(first, rows):
    chunk = [first]
    for row in rows:
        chunk.append(row)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    yield chunk


class _Pipe(io.RawIOBase):
    """What zipfile writes to; `take()` returns it and forgets it."""

    def __init__(self):
        super().__init__()
        self.pieces = []

    def writable(self):
        return True

    def write(self, data):
        self.pieces.append(bytes(data))
        return len(data)

    def take(self):
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)


def _cell(value, style=""):
    if isinstance(value, Amount):
        return f'<c s="2"><v>{value / 100:.2f}</v></c>'
    if isinstance(value, datetime.datetime):
        days = (value.replace(tzinfo=None) - _EPOCH).total_seconds() / 86400
        return f'<c s="1"><v>{days:.8f}</v></c>'
    if isinstance(value, int) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    text = escape(str(value).translate(_FORBIDDEN))
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' if text else "<c/>"


def as_xlsx(heading, rows):
    """Yield the table (bytes, in pieces): amounts are numbers, times are times, everything else is text."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, _HEAD + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            bold = "".join(_cell(str(cell), ' s="3"') for cell in heading)
            sheet.write(f"<row>{bold}</row>".encode())
            chunk = []
            for row in rows:
                chunk.append(f"<row>{''.join(map(_cell, row))}</row>")
                if len(chunk) >= CHUNK:
                    sheet.write("".join(chunk).encode())
                    chunk = []
                    yield pipe.take()
            sheet.write("".join([*chunk, "</sheetData></worksheet>"]).encode())
    yield pipe.take()


FORMATS = {"csv": as_csv, "xlsx": as_xlsx}
