"""What is forgotten, and when; erasing a donor; and a marked gift that must be readable nowhere."""

import logging
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings as project
from django.db import connection
from django.utils import timezone
from wagtail.models import Site

from core.models import Record, User
from donations import byhand, letters, privacy, receipts, timed
from donations.models import Attempt, Entry, Event, Gift, Letter, Payment, Receipt, ReceiptWords
from donations.sealed import EMPTY, seal
from tests.finance.books import EMAIL, NAME, PHONE, ago, make_attempt, make_gift
from tests.finance.desk import desk, said  # noqa: F401

pytestmark = pytest.mark.usefixtures("home")


def make_event(gift=None, at=None, **fields):
    fields = {"headers": {"X-Signature": "abc"}, "body": seal(f'{{"PhoneNumber": {PHONE}}}'), **fields}
    return Event.objects.create(provider="mpesa", kind="prompt", gift=gift, received_at=at or timezone.now(), **fields)


def make_payment(gift=None, typed="", at=None, number="NUM1", **fields):
    fields = {"state": "allocated" if gift else "unallocated", "livemode": True, **fields}
    return Payment.objects.create(
        provider="mpesa", number=number, currency="KES", amount=20000, occurred_at=at or timezone.now(), typed=typed,
        gift=gift, created_at=at or timezone.now(), **fields,
    )  # fmt: skip


def test_a_telephone_number_is_whole_only_while_the_attempt_is_open():
    gift = make_gift()
    kept = {state: make_attempt(gift, state=state) for state in Attempt.State.values}
    privacy.purge()
    for state, attempt in kept.items():
        attempt.refresh_from_db()
        assert bool(attempt.phone) == (state in Attempt.OPEN), state
        assert attempt.phone_end == "321"
        assert attempt.phone_hash


def test_the_marks_of_a_telephone_go_too():
    gift, old = make_gift(), make_gift(at=ago(days=70 * 31))
    for of, state in ((gift, "paid"), (old, "paid"), (gift, "unknown")):
        make_attempt(of, state=state)
    Attempt.objects.update(created_at=ago(days=31))
    assert "3 marks of telephones forgotten" in privacy.purge()
    marks = [(each.phone_hash, each.phone_end) for each in Attempt.objects.order_by("pk")]
    assert marks == [("", "321"), ("", ""), ("h" * 64, "321")]
    assert not [line for line in privacy.purge() if "marks" in line]


def test_a_gift_by_hand_for_which_nothing_comes_is_closed_and_its_donor_forgotten():
    gone, entered = (make_gift(state="awaited", method="bank", at=ago(days=61)) for _ in range(2))
    make_gift(state="awaited", method="bank", at=ago(days=59))
    make_attempt(gone, state="accepted", provider="manual")
    make_payment(entered, state="entered")
    assert timed.close() == ["1 gifts by hand cancelled: nothing came"]
    assert timed.close() == []
    privacy.purge()
    found = [(each.state, bool(each.name)) for each in Gift.objects.order_by("pk")]
    assert found == [("cancelled", False), ("awaited", True), ("awaited", True)]
    assert Attempt.objects.get().state == "failed"
    # It came all the same, two months late.
    keeper, approver = User.objects.create_user("keeper"), User.objects.create_user("approver")
    payment = byhand.enter(Gift.objects.get(pk=gone.pk), gone.money, "BANK 9", timezone.now(), keeper)
    byhand.confirm(payment, approver)
    assert Gift.objects.get(pk=gone.pk).state == "paid"


def test_bodies_go_after_thirty_days_whatever_became_of_them():
    old = [make_event(at=ago(days=31), state=state) for state in Event.State.values]
    young = make_event(at=ago(days=29))
    assert f"{len(old)} bodies of events forgotten" in privacy.purge()
    for event in old:
        event.refresh_from_db()
        assert event.body == EMPTY
        assert event.headers == {}
    young.refresh_from_db()
    assert PHONE in young.body.open()
    assert privacy.purge() == []  # the second time there is nothing to do


def test_what_was_typed_at_the_paybill_goes_unless_it_is_a_reference():
    gift = make_gift()
    name = make_payment(typed="FOR JANE DOE", at=ago(days=31), number="N1")
    ours = make_payment(gift, typed=gift.reference.lower(), at=ago(days=31), number="N2")
    fresh = make_payment(typed="FOR JANE DOE", number="N3")
    privacy.purge()
    typed = [Payment.objects.get(pk=payment.pk).typed for payment in (name, ours, fresh)]
    assert typed == ["", gift.reference.lower(), "FOR JANE DOE"]


def test_donors_are_known_for_as_long_as_the_setting_says():
    old, young = make_gift(at=ago(days=100)), make_gift(at=ago(days=50))
    failed, waiting = make_gift(state="failed", at=ago(days=31)), make_gift(state="awaited", at=ago(days=31))
    privacy.purge()
    known = {gift.pk: bool(Gift.objects.get(pk=gift.pk).name) for gift in (old, young, failed, waiting)}
    assert known == {old.pk: True, young.pk: True, failed.pk: False, waiting.pk: True}
    words = ReceiptWords.for_site(Site.objects.get(is_default_site=True))
    words.keep_months = 3
    words.save()
    privacy.purge()
    assert not Gift.objects.get(pk=old.pk).email
    assert Gift.objects.get(pk=young.pk).email
    assert Gift.objects.get(pk=old.pk).amount == old.amount


@pytest.mark.parametrize("keys", [[Fernet.generate_key().decode()], []])
def test_where_the_key_is_missing_everybody_is_told_in_words(desk, client, settings, keys):  # noqa: F811
    gift = make_gift()
    receipt, person = receipts.follow(gift.pk), desk("Finance")
    link = receipts.link(receipt)
    settings.SEALING_KEYS = keys
    assert "lacks the key" in said(person.act("donor", gift))
    assert "lacks the key" in said(person.act("receipt-pdf", receipt))
    assert not Record.objects.filter(action__in=["donor.seen", "receipt.fetched"]).exists()
    asked = person.ask("post", "gifts/forget-by-email/", {"email": EMAIL})
    assert "1 gift cannot be read" in asked.soup.text
    page = client.get(urlsplit(link).path)
    assert page.status_code == 503 and "in our books" in page.text


def test_erasing_a_donor_leaves_the_amounts_and_nothing_else():
    """Fault 43."""
    gift, other = make_gift(dedicated_to=seal(NAME), dedication="memory"), make_gift()
    attempt = make_attempt(gift, state="accepted")
    event, twin = make_event(attempt=attempt), make_event(gift)
    twin_s = make_event(duplicate_of=twin, state="duplicate")
    payment = make_payment(gift, typed="FROM " + NAME)
    # Told of before somebody allocated the payment, and somebody else's.
    early, others = (
        make_event(body=seal(f'{{"TransID": "{number}", "FirstName": "{NAME}"}}'), state="applied")
        for number in ("num1", "N9")
    )
    receipt = receipts.follow(gift.pk)
    person = User.objects.create_user("fin")
    before = list(Entry.objects.values())
    privacy.erase(gift, person)
    gift.refresh_from_db()
    assert not any((gift.name, gift.email, gift.dedicated_to))
    attempt.refresh_from_db()
    assert not any((attempt.phone, attempt.phone_hash, attempt.phone_end))
    for one in (event, twin, twin_s, early):
        one.refresh_from_db()
        assert not one.body
        assert not one.headers
    assert Event.objects.get(pk=others.pk).body
    payment.refresh_from_db()
    assert payment.typed == ""
    assert list(Entry.objects.values()) == before
    assert Receipt.objects.get().pk == receipt.pk
    assert letters.send_due() == []
    assert Letter.objects.get().state == Letter.State.GIVEN_UP
    row = Record.objects.get(action="donor.erased")
    assert (row.person, row.object_id) == ("fin", str(gift.pk))
    assert NAME not in str(row.detail)
    assert Gift.objects.get(pk=other.pk).name.open() == NAME
    assert [found.pk for found in privacy.gifts_of(f" {EMAIL.upper()} ")[0]] == [other.pk]


def everything_stored():
    """Every cell of every table, as text: (table, text)."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table not in connection.introspection.table_names():
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield table, " ".join(str(cell) for cell in row)


def test_a_marked_gift_can_be_read_nowhere(caplog, settings, client):
    """All that a donor may tell, from the beginning to the purge: in no table, no log, no file but the letter's own."""
    caplog.set_level(logging.DEBUG)
    gift = make_gift(dedicated_to=seal("Marked-Beloved"), dedication="honour")
    make_attempt(gift, state="accepted")
    make_event(gift)
    receipt = receipts.follow(gift.pk)
    settings.EMAIL_BACKEND = "tests.finance.test_letters.Refusing"
    letters.send_due()
    client.get(receipts.link(receipt).removeprefix("http://localhost:8000"))
    client.get("/receipt/check/", {"code": receipt.code})
    privacy.purge()
    privacy.erase(gift, User.objects.create_user("fin"))
    secrets = [NAME, EMAIL, PHONE, PHONE[3:], "Marked", "Zawadi", "zawadi"]
    walked = 0
    for table, text in everything_stored():
        walked += 1
        for secret in secrets:
            assert secret not in text, (table, secret)
    assert walked > 200
    for secret in secrets:
        assert secret not in caplog.text
    files = [path for path in project.VAR_DIR.rglob("*") if path.is_file() and ".sqlite3" not in path.name]
    for path in files:
        for secret in secrets:
            assert secret.encode() not in path.read_bytes(), path


def test_nothing_readable_is_stored_even_before_anything_is_forgotten():
    gift = make_gift(dedicated_to=seal("Marked-Beloved"))
    make_attempt(gift, state="accepted")
    make_event(gift)
    receipts.follow(gift.pk)
    for table, text in everything_stored():
        for secret in (NAME, EMAIL, PHONE, "Marked"):
            assert secret not in text, table
    assert PHONE in Attempt.objects.get().phone.open()


def test_the_period_cannot_be_none(home):
    words = ReceiptWords.for_site(Site.objects.get(is_default_site=True))
    words.keep_months = 0
    with pytest.raises(Exception, match="greater than or equal to 1"):
        words.full_clean()
