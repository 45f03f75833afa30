"""Receipts: numbers without gaps, PDF/UA, the check page, the signed link; always what the ledger says."""

import datetime
import io
import re

import pikepdf
import pytest
from django.core import mail, signing
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from core.models import Record
from core.models.record import NotChanged
from donations import letters, receipts
from donations.models import Entry, Gift, Letter, Receipt, ReceiptCount, ReceiptWords
from donations.sealed import EMPTY, seal
from donations.signals import gift_paid, gift_returned
from tests.finance.books import EMAIL, NAME, make_entry, make_gift
from tests.finance.pdf_text import text_of

pytestmark = pytest.mark.usefixtures("home")


def issued(**fields):
    return receipts.follow(make_gift(**fields).pk)


def link_of(receipt):
    return receipts.link(receipt).removeprefix("http://localhost:8000")


def test_numbers_have_no_gap_and_are_never_used_again(monkeypatch):
    """Fault 44."""
    first, second = issued(), issued()
    with pytest.raises(RuntimeError), monkeypatch.context() as broken:
        broken.setattr(letters, "write", lambda *args: (_ for _ in ()).throw(RuntimeError))
        receipts.follow(make_gift().pk)  # fails after the number was taken
    third = issued()
    make_entry(second.gift, -second.gift.amount, kind="refund")
    receipts.follow(second.gift_id)
    fourth = issued()
    year = receipts.local(timezone.now()).year
    assert [str(receipt) for receipt in (first, second, third, fourth)] == [f"{year}/0000{n}" for n in (1, 2, 3, 4)]
    assert Receipt.objects.get(pk=second.pk).is_void
    for destroy in (second.delete, Receipt.objects.all().delete):
        with pytest.raises(NotChanged):
            destroy()


def test_the_year_is_nairobi_s_and_begins_at_one(monkeypatch):
    """Fault 42: half past nine in the evening of 31 December UTC is the new year in Kenya."""
    old = issued()
    new_year = datetime.datetime(2031, 12, 31, 21, 30, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: new_year)
    assert str(issued(at=new_year)) == "2032/00001"
    assert old.year != 2032


def test_tests_are_numbered_apart_and_say_so():
    real, test = issued(), issued(livemode=False)
    assert real.number == test.number == 1
    assert str(test).startswith("TEST ")
    assert "no money has moved" in text_of(receipts.pdf(test))
    assert "no money has moved" not in text_of(receipts.pdf(real))


@pytest.mark.parametrize(
    "fields",
    [{"anonymous": True}, {"name": EMPTY}, {"wants_receipt": False}, {"state": "failed"}, {"entry": False}],
    ids=["anonymous", "no name", "not wanted", "failed", "not in the ledger"],
)
def test_who_gets_none(fields):
    gift = make_gift(**fields)
    assert receipts.follow(gift.pk) is None
    receipts.follow_all()
    assert not Receipt.objects.exists()
    assert not ReceiptCount.objects.exists()


def test_each_gift_has_one_however_often_it_is_asked_for():
    gift = make_gift()
    assert {receipts.follow(gift.pk).pk for _ in range(3)} == {Receipt.objects.get().pk}
    assert Letter.objects.count() == 1


def test_the_entry_brings_the_receipt_once_it_is_committed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        gift = make_gift()
        gift_paid.send(Gift, gift=gift)
        assert not Receipt.objects.exists()
    assert Receipt.objects.get().gift == gift
    with django_capture_on_commit_callbacks(execute=True):
        make_entry(gift, -gift.amount, kind="refund")
        gift_returned.send(Gift, gift=gift, left=0)
    assert Receipt.objects.get().is_void
    assert Record.objects.get(action="receipt.voided").object_id == str(gift.receipt.pk)


def test_what_could_not_be_made_at_once_is_made_later(monkeypatch, django_capture_on_commit_callbacks):
    """Fault 40, the receipt: the gift stays."""
    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr(receipts, "_issue", lambda gift: (_ for _ in ()).throw(OSError("disk")))
        gift = make_gift()
        gift_paid.send(Gift, gift=gift)
    assert not Receipt.objects.exists()
    assert Entry.objects.get().gift == gift
    assert receipts.follow_all() == ["1 made or changed"]
    assert receipts.follow_all() == []
    assert Receipt.objects.get().number == 1


def test_a_part_that_went_back_is_shown_and_the_receipt_stands():
    receipt = issued(amount=100000)
    make_entry(receipt.gift, -30000, kind="refund")
    make_entry(receipt.gift, -500, kind="fee")
    receipt = receipts.follow(receipt.gift_id)
    assert not receipt.is_void
    words = text_of(receipts.pdf(receipt))
    for amount in ("KES 1,000", "KES -300", "KES 700"):
        assert amount in words
    assert "KES 695" not in words  # what it cost is not the donor's business


def test_a_dispute_that_is_won_makes_it_valid_again():
    receipt = issued()
    make_entry(receipt.gift, -receipt.gift.amount, kind="dispute")
    assert receipts.follow(receipt.gift_id).is_void
    assert "No longer valid" in text_of(receipts.pdf(Receipt.objects.get()))
    make_entry(receipt.gift, receipt.gift.amount, kind="dispute")
    assert not receipts.follow(receipt.gift_id).is_void


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_paper_is_accessible_and_in_the_donor_s_language(language):
    receipt = issued(language=language, name=seal("#let x = *A* $Donor$ [<b>] \\ @ref"))
    data = receipts.pdf(receipt)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.Lang == language
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert str(receipt.number) in metadata["dc:title"]
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
    words = text_of(data)
    assert "#let x = *A* $Donor$ [<b>] \\ @ref" in words  # data, never markup
    assert ("Received from" in words) == (language == "en")
    assert ("Imepokelewa kutoka kwa" in words) == (language == "sw")
    assert "Example Medico-Legal Unit" in words


@pytest.mark.parametrize("name", ["አበበ ቢቂላ", "李明 \U000f0000", "a\x07b\ufffe"])
def test_a_name_in_any_script_gets_a_receipt(name):
    assert receipts.pdf(issued(name=seal(name))).startswith(b"%PDF")


def test_words_about_tax_are_off_until_they_are_switched_on_whole():
    receipt = issued()
    words = ReceiptWords.for_site(Site.objects.get(is_default_site=True))
    words.pin, words.certificate, words.tax_en = "P000000000X", "KRA/EX/1", "Deductible."
    words.save()
    assert "P000000000X" not in text_of(receipts.pdf(receipt))
    words.tax_on = True
    with pytest.raises(Exception, match="both languages"):
        words.full_clean()
    words.tax_sw = "Inapunguza kodi."
    words.full_clean()
    words.save()
    assert "P000000000X" in text_of(receipts.pdf(receipt))
    assert Record.objects.filter(action="setting.changed").latest("pk").detail["tax_on"] == [False, True]
    assert "P000000000X" not in text_of(receipts.pdf(issued(livemode=False)))


def test_the_link_brings_the_paper_and_nothing_else(get, client):
    receipt = issued()
    address = link_of(receipt)
    answer = get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert NAME in text_of(answer.content)
    assert not answer.cookies
    for secret in (NAME, EMAIL, "Zawadi"):
        assert secret not in address
        assert secret not in answer["Content-Disposition"]
    assert client.post(address).status_code == 405
    for wrong in (address[:-3] + "xx/", reverse("receipt", args=["x"]), reverse("receipt", args=["1:2:3"])):
        get(wrong, status=404)


def test_an_old_link_and_a_forgotten_donor_are_told_in_words(get, monkeypatch):
    receipt = issued()
    address = link_of(receipt)
    get(address)
    with monkeypatch.context() as later:
        later.setattr(signing.time, "time", lambda: timezone.now().timestamp() + 91 * 86400)
        assert "has run out" in get(address, status=410).soup.main.text
    receipt.gift.name = EMPTY
    receipt.gift.save()
    assert "forgotten who gave" in get(address, status=410).soup.main.text


def test_anybody_can_check_a_receipt_but_learns_nobody_s_name(get):
    receipt = issued(amount=120050)
    page = get(reverse("receipt_check"), data={"code": f" {receipts.spaced(receipt.code).upper()} "})
    words = page.soup.main.text
    assert "ours, and valid" in words
    assert page.soup.select_one(".flow dl.facts")  # as on the page of a gift
    for fact in (str(receipt), "KES 1,200.50"):
        assert fact in words
    for secret in (NAME, EMAIL, receipt.gift.reference):
        assert secret not in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"]
    assert not page.cookies
    make_entry(receipt.gift, -120050, kind="refund")
    receipts.follow(receipt.gift_id)
    assert "no longer valid" in get(reverse("receipt_check"), data={"code": receipt.code}).soup.main.text
    for typed in ("0" * 16, "xyz", "<script>", receipt.code + "0", "\x00", "é" * 80):
        assert "no receipt with this code" in get(reverse("receipt_check"), data={"code": typed}).soup.main.text
    assert "no receipt" not in get(reverse("receipt_check")).soup.main.text


def test_the_letter_carries_the_paper_and_names_nobody_in_its_subject():
    receipt = issued(language="sw")
    assert letters.send_due() == ["1 sent, 0 failed"]
    letter = mail.outbox[0]
    assert letter.to == [EMAIL]
    assert letter.subject == f"Risiti {receipt}"
    name, content, kind = letter.attachments[0]
    assert (name, kind) == (receipts.file_name(receipt), "application/pdf")
    assert NAME in text_of(content)
    assert re.search(r"http://localhost:8000/sw/\S+", letter.body)
    assert NAME not in letter.body
    assert letters.send_due() == []
