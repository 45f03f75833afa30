"""The export: chosen columns, no donors, no formulas, streamed; read back by other people's readers."""

import csv
import datetime
import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from core.models import Record
from donations.finance import export, ledger_export, spreadsheet
from donations.finance.spreadsheet import Amount
from donations.models import Entry, Gift, Payment
from tests.finance.books import EMAIL, NAME, make_entry, make_fund, make_gift
from tests.finance.desk import desk, said  # noqa: F401

NASTY = [
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "<b>&\"'",
    "é … ñ",
    "\x00\x0b\ud800",
    " lead",
    "",
    "1e5",
]


def of_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def of_xlsx(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def made(kind, heading, rows):
    return b"".join(spreadsheet.FORMATS[kind](heading, rows))


def test_no_cell_is_ever_a_formula():
    rows = [[text] for text in NASTY]
    for (cell,) in of_csv(made("csv", ["text"], rows))[1:]:
        assert not cell.startswith(spreadsheet.FORMULA)
    data = made("xlsx", ["text"], rows)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    found = [row[0].value or "" for row in sheet.iter_rows(min_row=2)]
    expected = [text.replace("\x00\x0b\ud800", "").replace("\r", "\n") for text in NASTY]
    assert [text.strip("\t\n ") for text in found] == [text.strip("\t\n ") for text in expected]


def test_amounts_and_times_are_numbers_that_a_spreadsheet_can_add():
    moment = datetime.datetime(2026, 11, 26, 23, 59, 59)
    rows = [[Amount(120050), Amount(-5), Amount(0), moment, 7]]
    assert of_csv(made("csv", list("abcde"), rows))[1] == ["1200.50", "-0.05", "0.00", "2026-11-26 23:59:59", "7"]
    found = of_xlsx(made("xlsx", list("abcde"), rows))[1]
    assert found[:3] == [1200.5, -0.05, 0]
    assert found[3] == moment
    assert found[4] == 7
    with zipfile.ZipFile(io.BytesIO(made("xlsx", list("abcde"), rows))) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize(("model", "table"), [(Gift, export), (Entry, ledger_export)])
def test_every_field_is_either_exported_or_kept(model, table):
    """A new field fails here until somebody has decided."""
    fields = {field.name for field in model._meta.concrete_fields}
    known = {"gift": "gift"} if model is Entry else {}
    assert fields - table.KEPT - set(table.COLUMNS) - set(known) == set()
    assert not table.KEPT & set(table.COLUMNS)


def test_the_sums_are_the_ledger_s(home):
    gift = make_gift(amount=100000)
    for kind, amount in [("fee", -2500), ("refund", -30000), ("correction", 100), ("dispute", -600)]:
        make_entry(gift, amount, kind=kind)
    for number in ("NLJ7RT61SV", "NLJ7RT61SW"):
        Payment.objects.create(
            provider="mpesa", number=number, currency="KES", amount=1, occurred_at=gift.created_at, state="allocated",
            livemode=True, gift=gift,
        )  # fmt: skip
    make_gift(amount=7)
    rows = [dict(zip(export.heading(), row, strict=True)) for row in export.rows(Gift.objects.all())]
    assert [row["reference"] for row in rows][1] == gift.reference
    row = rows[1]
    wanted = {
        "amount meant": 100000,
        "came": 100000,
        "fees": -2500,
        "refunded": -30000,
        "corrected": 100,
        "disputed": -600,
    }
    assert {name: row[name] for name in wanted} == wanted
    assert row["provider's number"] == "NLJ7RT61SV NLJ7RT61SW"
    assert (rows[0]["came"], rows[0]["fees"], rows[0]["provider's number"]) == (7, 0, "")


def test_pages_of_rows_meet_without_a_gap(home, monkeypatch):
    monkeypatch.setattr(export, "AT_ONCE", 2)
    gifts = [make_gift(amount=amount) for amount in range(1, 6)]
    assert [row[0] for row in export.rows(Gift.objects.all())] == [gift.reference for gift in reversed(gifts)]
    assert list(export.rows(Gift.objects.filter(pk=0))) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_finance_exports_what_the_list_shows(desk, kind):  # noqa: F811
    fund = make_fund("shelter")
    wanted = make_gift(fund=fund, amount=120050)
    make_gift()
    answer = desk("Finance").get("donations/gift/", fund=fund.code, export=kind)
    data = b"".join(answer.streaming_content)
    rows = of_csv(data) if kind == "csv" else of_xlsx(data)
    assert len(rows) == 2
    assert wanted.reference in rows[1]
    assert answer["Content-Type"] == spreadsheet.CONTENT_TYPES[kind]
    assert NAME not in str(rows)
    assert EMAIL not in str(rows)
    row = Record.objects.get(action="export")
    assert row.detail == {"what": "/admin/donations/gift/", "format": kind, "chosen": {"fund": "shelter"}}


def test_times_are_nairobi_s(desk):  # noqa: F811
    """Fault 42."""
    make_gift(at=datetime.datetime(2026, 10, 31, 21, 30, tzinfo=datetime.UTC))
    answer = desk("Finance").get("donations/gift/", export="csv")
    assert "2026-11-01 00:30:00" in b"".join(answer.streaming_content).decode()


def test_the_ledger_is_exported_too(desk):  # noqa: F811
    gift = make_gift(amount=500)
    answer = desk("Finance").get("donations/entry/", export="csv")
    rows = of_csv(b"".join(answer.streaming_content))
    assert rows[1][rows[0].index("amount")] == "5.00"
    assert gift.reference in rows[1]


def test_exporting_is_a_right_of_its_own(desk):  # noqa: F811
    make_gift()
    approver = desk("Approver")
    assert "export=csv" not in str(approver.get("donations/gift/").soup)
    answer = approver.get("donations/gift/", export="csv")
    assert answer.redirect_chain
    assert "permission" in said(answer)
    assert not Record.objects.filter(action="export").exists()
    assert desk("Finance").get("donations/receipt/", export="csv").status_code == 404


def test_a_hundred_thousand_rows_take_the_memory_of_a_few():
    rows = ([f"R{number}", Amount(number), datetime.datetime(2026, 1, 1), "x" * 30] for number in range(100_000))
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in spreadsheet.as_xlsx(list("abcd"), rows))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 500_000
    assert peak < 5_000_000
