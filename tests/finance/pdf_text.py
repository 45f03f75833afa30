"""The words of a PDF as a reader's program would copy them: glyphs, looked up in each font's ToUnicode table."""

import io
import re

import pikepdf

HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


def _table(font):
    """{glyph: text} of a font's ToUnicode CMap."""
    found = {}
    for kind, lines in re.findall(rb"begin(bfchar|bfrange)\s(.*?)end", font.ToUnicode.read_bytes(), re.S):
        for line in lines.strip().splitlines():
            numbers = [bytes.fromhex(number.decode()) for number in HEX.findall(line)]
            if kind == b"bfchar":
                found[int.from_bytes(numbers[0])] = numbers[1].decode("utf-16-be")
            else:
                first, last = int.from_bytes(numbers[0]), int.from_bytes(numbers[1])
                for step in range(last - first + 1):
                    found[first + step] = chr(int.from_bytes(numbers[2]) + step)
    return found


def text_of(data):
    """All text of a PDF (bytes) in one line, blanks as they are."""
    words = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            tables = {name: _table(font) for name, font in page.Resources.Font.items()}
            table = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    table = tables[str(operands[0])]
                elif str(operator) in {"Tj", "TJ"}:
                    parts = operands[0] if str(operator) == "TJ" else operands
                    for part in parts:
                        if isinstance(part, pikepdf.String):
                            raw = bytes(part)
                            words += [table.get(int.from_bytes(raw[at : at + 2]), "") for at in range(0, len(raw), 2)]
                elif str(operator) in {"ET", "Td", "Tm"}:
                    words.append("\n" if str(operator) == "ET" else "")
    return "".join(words)
