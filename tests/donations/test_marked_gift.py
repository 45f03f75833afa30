"""A gift with marked words, from the donor's form through Safaricom's callback to receipt and letter: read nowhere."""

import logging

import pytest
from django.core import mail
from django.db import connection

from core.models import User
from donations import letters, privacy, receipts
from donations.models import Event, Gift, Receipt, ReceiptWords

NAME, BELOVED, EMAIL, PHONE = "Zawadi Markeddonor", "Tumaini Markedbeloved", "markedmail@example.org", "0712 909 678"
SECRETS = ["Zawadi", "Tumaini", "arkeddonor", "arkedbeloved", "markedmail", "712909678"]


@pytest.fixture
def swept(house):
    """What the receipt's paper reads makes rows; here they are committed, so they are taken away again."""
    yield
    ReceiptWords.objects.all().delete()
    User.objects.filter(username="eraser").delete()


def readable():
    """{table: all its cells as one text}."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = " ".join(str(cell) for row in cursor.fetchall() for cell in row)
    return found


def test_who_gave_stands_in_no_table_log_subject_or_address(house, swept, caplog):
    caplog.set_level(logging.DEBUG)
    gift = house.give(
        name=NAME, email=EMAIL, phone=PHONE, wants_receipt="1", dedication="memory", dedicated_to=BELOVED
    )  # fmt: skip
    house.told()
    house.reconcile()
    gift = house.again(gift)
    assert gift.state == "paid"
    assert gift.name.open() == NAME
    receipts.follow_all()
    assert letters.send_due() == ["1 sent, 0 failed"]
    receipt = Receipt.objects.get(gift=gift)
    letter = mail.outbox[-1]
    assert letter.to == [EMAIL]
    seen = {
        **readable(),
        "log": caplog.text,
        "subject": letter.subject,
        "letter": letter.body,
        "address": receipts.link(receipt),
        "file": receipts.file_name(receipt),
    }
    assert len(seen) > 100
    assert str(gift.reference) in seen["donations_gift"]  # the search finds what is there
    assert Event.objects.filter(gift=gift).exists()
    for where, text in seen.items():
        for secret in SECRETS:
            assert secret not in text, (where, secret)

    # And after the donor asked to be forgotten, not with the keys either.
    privacy.erase(gift, User.objects.create_user("eraser"))
    gift = house.again(gift)
    assert not any((gift.name, gift.email, gift.dedicated_to))
    assert not any(event.body for event in Event.objects.filter(attempt__gift=gift))
    assert not any(attempt.phone or attempt.phone_hash for attempt in gift.attempts.all())
    assert [entry.amount for entry in gift.entries.filter(kind="gift")] == [Gift.objects.get(pk=gift.pk).amount]
