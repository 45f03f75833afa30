"""What run_due does for giving: bounded queries, two at once, and telling finance, once."""

import datetime
import io
import threading

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import due
from donations import alarms, giving, inbox, reconcile, timed
from donations.models import Attempt, Entry, Event, Gift


def open_gifts(house, number):
    """So many open gifts that the double knows as paid, and of which nobody was told."""
    same = {"fund": house.form.fund, "currency": "KES", "amount": 20000, "method": "mpesa", "livemode": False}
    gifts = [Gift(form_token=f"many-{number}-{place}", **same) for place in range(number)]
    gifts = Gift.objects.bulk_create(gifts)
    told = house.mpesa.order("paid", [{"amount": 200, "reference": gift.reference} for gift in gifts])
    Attempt.objects.bulk_create(
        [Attempt(gift=gift, provider="mpesa", method="mpesa", state="accepted", provider_id=number_)
         for gift, number_ in zip(gifts, told, strict=True)]
    )  # fmt: skip


def queries_for(house, number):
    open_gifts(house, number)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert reconcile.ask_about_open(everything=True) == {"paid": number}
    return len(queries)


def test_reconciling_many_takes_as_many_queries_as_reconciling_few(house):
    assert queries_for(house, 5) == queries_for(house, 80)
    assert Entry.objects.count() == 85
    with CaptureQueriesContext(connection) as queries:
        reconcile.prove_payments()
    assert len(queries) < 85 * 34  # each number of the list is brought in by itself, once, with its receipt and letter
    with CaptureQueriesContext(connection) as queries:
        reconcile.prove_payments()
    assert len(queries) < 15


def test_two_reconcile_at_once(house):
    open_gifts(house, 20)
    together = threading.Barrier(2)

    def run():
        together.wait(10)
        call_command("reconcile", stdout=io.StringIO())
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert Entry.objects.count() == 20 and Gift.objects.filter(state="paid").count() == 20


def test_reconcile_prints_what_differs(house):
    house.mpesa.order("by-hand", amount=350, reference="?")
    said = io.StringIO()
    call_command("reconcile", stdout=said)
    assert "payments: 1" in said.getvalue() and said.getvalue().endswith("0 differences\n")
    with pytest.raises(Exception, match="--day"):
        call_command("reconcile", day="yesterday")


def test_nothing_stays_open_for_over_an_hour_untold(house, people):
    house.mpesa.order("next", [{"after": 60}])
    gift = house.give()
    house.post(f"told/d/{gift.attempts.get().path_token}/", b"junk")
    inbox.apply_waiting()
    now = timezone.now()
    mail.outbox.clear()
    told = alarms.tell_finance(now)
    assert told == ["1 message of a provider could not be applied"]  # the event that cannot be read
    later = now + datetime.timedelta(minutes=61)
    assert len(alarms.tell_finance(later)) == 1  # the gift that is open
    assert alarms.tell_finance(later) == []  # told once
    bodies = [message.body for message in mail.outbox]
    assert sorted({address for message in mail.outbox for address in message.to}) == [
        "faith@example.org",
        "grace@example.org",
    ]
    assert len(bodies) == 4
    assert all(gift.reference not in body and "0712" not in body for body in bodies)
    house.mpesa.order("reset")


def test_a_gift_that_is_tried_again_after_a_day_does_not_hang_at_once(house):
    house.mpesa.order("next", [{"code": "1032"}, {"callbacks": [], "query": ["pending"] * 9}])
    gift = house.give()
    house.told()
    old = timezone.now() - datetime.timedelta(days=1)
    Gift.objects.update(created_at=old)
    Attempt.objects.update(created_at=old)
    giving.retry(house.again(gift), "0712 345 678")
    assert house.again(gift).state == "open" and not alarms.hanging()["gifts"].exists()
    assert alarms.hanging(timezone.now() + datetime.timedelta(hours=1, minutes=1))["gifts"].get() == gift


def test_awaited_gifts_are_no_alarm(house, people):
    house.give(method="bank", phone="")
    assert alarms.tell_finance(timezone.now() + datetime.timedelta(days=30)) == []


def test_the_jobs_are_registered_and_run(house):
    names = [name for name in due.JOBS if name.startswith("giving")]
    assert len(names) >= 5
    gift = house.give()
    house.mpesa.settled()
    for name in names:
        due.JOBS[name].function()
    assert house.again(gift).state == "paid"
    assert timed and not Event.objects.filter(state="stored").exists()


def test_a_provider_that_is_down_is_left_alone_for_the_run(house, settings):
    open_gifts(house, 10)
    settings.MPESA_URL = "http://127.0.0.1:9"
    assert reconcile.ask_about_open(everything=True) == {"mpesa does not answer": 1}
    assert Attempt.objects.filter(state="accepted").count() == 10  # a time-out is no answer


def test_what_is_wrong_between_us_and_a_provider_is_mailed_to_administrators_once_an_hour(house, settings):
    """Fault 37 and the result codes of our own: donors are told that we have been told."""
    settings.ADMINS = [("admin", "admin@example.org")]
    settings.MPESA_SECRET = "wrong"
    for _ in range(3):
        house.give()
    assert not mail.outbox  # no donor waits for a mail server
    lines = timed.tell_administrators()
    assert lines == ["M-Pesa gives no access token (HTTP 400)."]
    (letter,) = mail.outbox
    assert letter.to == ["admin@example.org"]
    assert lines[0] in letter.body
    house.give()
    assert timed.tell_administrators() == []
    assert len(mail.outbox) == 1
