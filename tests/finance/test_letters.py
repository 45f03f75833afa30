"""The queue of letters: sent once, tried again ever later, then given up in sight of a person; errors name nobody."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.core.management import call_command
from django.utils import timezone

from donations import letters, receipts
from donations.models import Entry, Letter, Receipt
from donations.sealed import EMPTY
from tests.finance.books import EMAIL, make_entry, make_gift

pytestmark = pytest.mark.usefixtures("home")


class Refusing(locmem.EmailBackend):
    """A mail server that refuses, and says whom."""

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such user " + EMAIL.encode())})


@pytest.fixture
def letter():
    receipts.follow(make_gift().pk)
    return Letter.objects.get()


@pytest.fixture
def clock(monkeypatch):
    """`clock(minutes)` moves the time on."""
    moved = [datetime.timedelta()]
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + moved[0])
    return lambda minutes: moved.__setitem__(0, moved[0] + datetime.timedelta(minutes=minutes))


def test_a_refused_letter_is_tried_ever_later_and_then_given_up(letter, settings, clock, caplog):
    """Fault 40: the mail fails, the gift and the number stay."""
    settings.EMAIL_BACKEND = "tests.finance.test_letters.Refusing"
    waits = []
    for _ in range(20):
        letter.refresh_from_db()
        if letter.state != Letter.State.WAITING:
            break
        assert letters.send_due() == ["0 sent, 1 failed"]
        assert letters.send_due() == []  # not due yet
        letter.refresh_from_db()
        waits.append(round((letter.due_at - timezone.now()).total_seconds() / 60))
        clock(waits[-1] + 1)
    assert letter.state == Letter.State.GIVEN_UP
    assert letter.tries == len(letters.DELAYS) + 1
    assert waits[: len(letters.DELAYS)] == letters.DELAYS == sorted(letters.DELAYS)
    assert letter.last_error == "SMTPRecipientsRefused"
    assert EMAIL not in caplog.text
    assert Entry.objects.get().amount == letter.gift.amount
    number = str(Receipt.objects.get())

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    letters.again(letter)
    assert letters.send_due() == ["1 sent, 0 failed"]
    assert number in mail.outbox[0].subject  # the same number


def test_a_pdf_that_fails_is_no_reason_to_lose_the_letter(letter, monkeypatch, clock):
    with monkeypatch.context() as broken:
        broken.setattr(receipts, "pdf", lambda receipt: 1 / 0)
        assert letters.send_due() == ["0 sent, 1 failed"]
    clock(letters.DELAYS[0] + 1)
    assert letters.send_due() == ["1 sent, 0 failed"]


def test_two_processes_do_not_both_send_one_letter(letter, monkeypatch):
    """The other one has claimed it after this one had read the queue."""
    claim = letters._claim

    def too_late(mine, now):
        claim(Letter.objects.get(pk=mine.pk), now)
        return claim(mine, now)

    monkeypatch.setattr(letters, "_claim", too_late)
    assert letters.send_due() == []
    assert not mail.outbox


def test_one_bad_letter_does_not_stop_the_others(monkeypatch):
    first, second = make_gift(), make_gift()
    for gift in (first, second):
        receipts.follow(gift.pk)
    real = receipts.pdf
    monkeypatch.setattr(receipts, "pdf", lambda receipt: 1 / 0 if receipt.gift_id == first.pk else real(receipt))
    assert letters.send_due() == ["1 sent, 1 failed"]


def test_a_letter_without_an_address_or_a_reason_is_given_up(letter):
    type(letter.gift).objects.update(email=EMPTY)
    letters.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.last_error) == (Letter.State.GIVEN_UP, letters.NO_ADDRESS)
    assert letters.write(type(letter.gift).objects.get(), "receipt") is None


def test_a_donor_is_told_that_a_receipt_became_void(letter):
    gift = letter.gift
    letters.send_due()
    make_entry(gift, -gift.amount, kind="refund")
    receipts.follow(gift.pk)
    letters.send_due()
    assert "no longer valid" in mail.outbox[1].body
    assert not mail.outbox[1].attachments


def test_a_receipt_that_became_void_before_it_was_sent_is_not_sent(letter):
    make_entry(letter.gift, -letter.gift.amount, kind="refund")
    receipts.follow(letter.gift_id)
    assert letters.send_due() == ["1 sent, 1 failed"]
    assert [bool(message.attachments) for message in mail.outbox] == [False]


def test_run_due_does_it_all(django_capture_on_commit_callbacks):
    make_gift()
    call_command("run_due", verbosity=0)
    assert Receipt.objects.count() == 1
    assert len(mail.outbox) == 1
