"""The faults of cards, refunds and disputes, by their numbers in docs/giving.md, over HTTP with Paystack's double."""

import datetime
import hashlib
import hmac
import json
import threading

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from donations import alarms, byhand, giving, inbox, ledger, paybill, reconcile, refunds
from donations.doubles.paystack import SECRET
from donations.models import Entry, Event, Gift, Payment, Refund
from donations.money import Money
from donations.paybill import Refused
from donations.providers import http
from donations.providers.base import Listed
from donations.providers.paystack import Paystack
from tests.donations.conftest import in_ledger

PAID = [("gift", 100000)]


def card(house, **more):
    """A gift by card, begun."""
    return house.give("1000", method="card", phone="", **more)


def pay(house, gift, how="success"):
    """The donor is on the payment page."""
    house.cards.order("pay", reference=gift.attempts.get().key.hex, how=how)


@pytest.fixture
def paid(house):
    """A gift by card that is paid."""
    gift = card(house)
    pay(house, gift)
    house.told()
    return house.again(gift)


def signed(event):
    """A webhook's body and headers, signed as Paystack does."""
    body = json.dumps(event).encode()
    return body, {"X-Paystack-Signature": hmac.new(SECRET.encode(), body, hashlib.sha512).hexdigest()}


def success(gift, **more):
    return {"event": "charge.success", "data": {"id": 1, "reference": gift.attempts.get().key.hex,
            "metadata": {"site": gift_site()}, **more}}  # fmt: skip


def gift_site():
    from donations.providers.paystack import our_site

    return our_site()


def test_a_plain_gift_by_card(house, paid):
    assert paid.state == "paid" and in_ledger(paid) == PAID
    fee = Entry.objects.get(kind="fee")
    assert fee.amount == -2900 and ledger.left_of(paid) == 100000
    attempt = paid.attempts.get()
    assert attempt.payment.number == str(house.cards.books()["payments"][0]["id"])


def test_the_checkout_is_paystacks_own_page(house):
    gift = card(house)
    assert gift.state == "open" and giving.checkout_url(gift).startswith(house.cards.url + "/checkout/")
    sent = house.cards.books()["payments"][0]
    assert sent["amount"] == 100000 and sent["reference"] == gift.attempts.get().key.hex
    assert gift.reference.lower() in sent["email"]  # no address of a donor who gave none


def test_declined_and_abandoned(house):
    declined = card(house)
    pay(house, declined, "failed")
    abandoned = card(house)
    house.reconcile()
    assert house.again(declined).state == "failed" and giving.may_retry(house.again(declined))
    assert house.again(abandoned).state == "open"
    abandoned.attempts.update(created_at=timezone.now() - datetime.timedelta(days=2))
    house.reconcile()
    assert house.again(abandoned).state == "failed"
    pay(house, abandoned)  # on a page that was left open for two days
    house.told()
    assert house.again(abandoned).state == "paid" and in_ledger(abandoned) == PAID


def test_01_a_webhook_twice(house):
    house.cards.order("next", [{"webhooks": [{}, {}, {"after": 0.2}]}])
    gift = card(house)
    pay(house, gift)
    house.told()
    assert in_ledger(gift) == PAID
    assert sorted(Event.objects.values_list("state", flat=True)) == ["applied", "duplicate", "duplicate"]


@pytest.mark.parametrize("change", [{"amount": 500}, {"currency": "USD"}])
def test_04_another_amount_or_currency(house, change):
    house.cards.order("next", [change])
    gift = card(house)
    pay(house, gift)
    house.told()
    gift = house.again(gift)
    assert gift.state == "needs_review" and not in_ledger(gift)


def test_07_a_forged_webhook_with_the_right_signature(house):
    """A replayed or stolen signature is no proof either: Paystack is asked."""
    gift = card(house)
    body, headers = signed(success(gift))
    assert house.post("told/card/", body, headers) == 200
    house.told()
    assert house.again(gift).state == "open" and not in_ledger(gift)


def test_10_a_lost_webhook(house):
    house.cards.order("next", [{"webhooks": []}])
    gift = card(house)
    pay(house, gift)
    gift.attempts.update(created_at=timezone.now() - datetime.timedelta(minutes=1))
    reconcile.ask_about_open()
    assert house.again(gift).state == "paid" and in_ledger(gift) == PAID


@pytest.mark.parametrize("answer", ["500", "503", "html", "half"])
def test_15_initialize_is_no_answer(house, answer):
    house.cards.order("next", [{"answer": answer}])
    gift = card(house)
    assert gift.state == "unknown"
    gift.attempts.update(created_at=timezone.now() - datetime.timedelta(days=2))
    house.reconcile()
    assert house.again(gift).state == "failed"


@pytest.mark.parametrize("answer", ["hang", "slow"])
def test_16_a_provider_that_hangs(house, answer, monkeypatch):
    monkeypatch.setattr(http, "DEADLINE", 1)
    house.cards.order("next", [{"answer": answer, "pay": "success", "webhooks": []}])
    gift = card(house)
    assert gift.state == "unknown"
    house.reconcile()
    assert house.again(gift).state == "paid"


@pytest.mark.parametrize("answers", [["pending"], ["500"], ["html", "half"]])
def test_verify_takes_its_time(house, answers):
    house.cards.order("next", [{"verify": answers}])
    gift = card(house)
    pay(house, gift)
    for _ in range(3):
        house.told()
        house.reconcile()
    assert house.again(gift).state == "paid" and in_ledger(gift) == PAID


def test_gifts_that_paystack_never_answers_about_do_not_keep_the_others_waiting(house):
    house.cards.order("plan", verify=["500"] * 50, webhooks=[])
    for _number in range(reconcile.GIVE_UP_ASKING):
        card(house)
    house.cards.order("plan", verify=[], webhooks=[])
    gift = card(house)
    pay(house, gift)
    for _ in range(2):
        reconcile.ask_about_open(everything=True)
    assert house.again(gift).state == "paid"


def test_a_card_that_failed_is_tried_again_when_no_key_opens_the_address(house, settings):
    gift = card(house, name="A donor", email="donor@example.org", wants_receipt=True)
    pay(house, gift, "failed")
    house.reconcile()
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]
    assert giving.checkout_url(giving.retry(house.again(gift)))


def test_28_a_refund_twice(house, paid, people):
    finance, approver = people
    refund = refunds.ask(paid, 40000, "a wrong amount was typed", finance)
    together, refused = threading.Barrier(3), []

    def approve():
        together.wait(10)
        try:
            refunds.approve(refund, approver)
        except Refused:
            refused.append(1)
        connection.close()

    threads = [threading.Thread(target=approve) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    house.told()
    house.reconcile()
    assert len(refused) == 2
    assert in_ledger(paid) == [*PAID, ("refund", -40000)]
    assert house.cards.books()["totals"] == {"KES": 60000} and len(house.cards.books()["refunds"]) == 1


def test_28_its_answer_is_lost(house, paid, people, monkeypatch):
    house.cards.order("plan", {"refund": "half"})
    for payment in house.cards.books()["payments"]:
        assert payment["status"] == "success"
    gift = card(house)
    pay(house, gift)
    house.told()
    refund = refunds.approve(refunds.ask(gift, 100000, "asked by the donor", people[0]), people[1])
    assert refund.state == "unknown"
    house.told()
    house.reconcile()
    assert Refund.objects.get(pk=refund.pk).state == "done"
    assert in_ledger(gift) == [*PAID, ("refund", -100000)] and len(house.cards.books()["refunds"]) == 1


def test_28_two_that_look_for_a_lost_refund_at_once(house, people, monkeypatch):
    """Both find none at Paystack; the first one asks for it and gets no answer: the other one must not ask too."""
    house.cards.order("plan", {"refund": "half"})
    gift = card(house)
    pay(house, gift)
    house.told()
    refund = refunds.ask(gift, 40000, "a wrong amount was typed", people[0])
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    Refund.objects.filter(pk=refund.pk).update(state="unknown", approved_by=people[1], approved_at=long_ago)
    ask, inside = Paystack.ask_refund, []

    def ask_refund(self, refund, attempt):
        news = ask(self, refund, attempt)
        if not inside:
            inside.append(1)
            reconcile.follow_refunds()  # the other process, meanwhile
        return news

    monkeypatch.setattr(Paystack, "ask_refund", ask_refund)
    reconcile.follow_refunds()
    house.told()
    assert len(house.cards.books()["refunds"]) == 1
    assert in_ledger(gift) == [*PAID, ("refund", -40000)]


def test_29_of_a_gift_that_was_paid_twice_each_payment_goes_back(house, people):
    gift = card(house)
    pay(house, gift, "failed")
    house.reconcile()
    first, second = giving.retry(house.again(gift)).attempts.order_by("pk")
    for attempt in (second, first):
        house.cards.order("pay", reference=attempt.key.hex, how="success")
    house.told()
    for reason in ("it was paid twice", "and then all of it"):
        assert refunds.approve(refunds.ask(gift, 100000, reason, people[0]), people[1]).state == "done"
    assert house.cards.books()["totals"] == {"KES": 0} and ledger.left_of(gift) == 0


def test_29_of_a_gift_that_was_paid_by_card_and_by_hand_each_payment_goes_back(house, paid, people):
    paybill.listed([Listed("SKE52PAWT9", paid.money, timezone.now(), paid.reference)])
    paybill.allocate(Payment.objects.get(number="SKE52PAWT9"), paid, people[0])
    asked = [refunds.ask(paid, 100000, reason, people[0]) for reason in ("it was paid twice", "and then all of it")]
    assert [refunds.approve(refund, people[1]).state for refund in asked] == ["done", "pending"]
    assert [refunds.is_by_hand(refund) for refund in asked] == [False, True]


def test_29_more_than_is_left(house, paid, people):
    finance, approver = people
    with pytest.raises(Refused):
        refunds.ask(paid, 100001, "too much of it", finance)
    first = refunds.ask(paid, 70000, "a part of it", finance)
    with pytest.raises(Refused):
        refunds.ask(paid, 30001, "more than is left", finance)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database itself
        Refund.objects.create(gift=paid, currency="KES", amount=30001, reason="by another road")
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.entry("refund", paid, -100001, "refund/x", "manual").save()
    with pytest.raises(Refused):
        refunds.approve(first, finance)  # by the one who asked
    refunds.refuse(first, approver)
    refunds.ask(paid, 100000, "now all of it", finance)


def test_30_a_refund_that_fails_in_the_end(house, paid, people):
    house.cards.order("plan", {"refund": "pending"})
    gift = card(house)
    pay(house, gift)
    house.told()
    refund = refunds.approve(refunds.ask(gift, 100000, "asked by the donor", people[0]), people[1])
    assert refund.state == "pending" and ledger.refundable(gift) == 0
    house.cards.order("refund", id=refund.provider_id, status="failed")
    house.told()
    assert Refund.objects.get(pk=refund.pk).state == "failed"
    assert ledger.refundable(gift) == 100000 and in_ledger(gift) == PAID
    again = refunds.approve(refunds.ask(gift, 100000, "asked once more", people[0]), people[1])
    house.cards.order("refund", id=again.provider_id, status="processed")
    house.told()
    assert in_ledger(gift) == [*PAID, ("refund", -100000)]


def test_31_a_dispute_after_a_refund(house, paid, people):
    refunds.approve(refunds.ask(paid, 60000, "asked by the donor", people[0]), people[1])
    house.told()
    reference = paid.attempts.get().key.hex
    number = house.cards.order("dispute", reference=reference)["id"]
    house.told()
    assert "disputes" in house.again(paid).review and ledger.left_of(paid) == 40000
    for _ in range(2):
        house.cards.order("dispute", reference=reference, id=number, event="charge.dispute.resolve",
                          status="resolved", resolution="merchant-accepted")  # fmt: skip
        house.told()
    assert in_ledger(paid) == [("dispute", -40000), *PAID, ("refund", -60000)] and ledger.left_of(paid) == 0


def test_31_a_lost_dispute_that_names_no_amount_is_looked_into(house, paid):
    house.cards.order("dispute", reference=paid.attempts.get().key.hex, event="charge.dispute.resolve",
                      status="resolved", resolution="merchant-accepted", amount=0)  # fmt: skip
    house.told()
    assert in_ledger(paid) == PAID and "how much" in house.again(paid).review


@pytest.mark.parametrize("lost", [False, True])
def test_31_a_dispute_and_the_refund_that_pays_it_are_one_entry(house, paid, lost):
    """Paystack shows a lost dispute among its refunds too: that is how one is found whose webhook was lost."""
    reference = paid.attempts.get().key.hex
    if lost:
        house.cards.order("told-at", url="http://127.0.0.1:9/")
    number = house.cards.order("dispute", reference=reference, event="charge.dispute.resolve", status="resolved",
                               resolution="merchant-accepted", amount=30000)["id"]  # fmt: skip
    house.cards.order("panel-refund", reference=reference, amount=30000, dispute=number)
    for _ in range(2):
        house.told()
        reconcile.compare(timezone.localdate())
    assert in_ledger(paid) == [("dispute", -30000), *PAID] and not Refund.objects.exists()


@pytest.mark.parametrize(("resolution", "entries", "review"), [
    ("auto-accepted", [("dispute", -30000)], ""),  # nobody has answered in time
    ("something-new", [], "who has won"),
])  # fmt: skip
def test_31_a_dispute_that_ends_by_itself_or_in_a_way_we_do_not_know(house, paid, resolution, entries, review):
    house.cards.order("dispute", reference=paid.attempts.get().key.hex, event="charge.dispute.resolve",
                      status="resolved", resolution=resolution, amount=30000)  # fmt: skip
    house.told()
    assert in_ledger(paid) == [*entries, *PAID] and review in house.again(paid).review


def test_31_a_dispute_that_is_won(house, paid):
    house.cards.order("dispute", reference=paid.attempts.get().key.hex, event="charge.dispute.resolve",
                      status="resolved", resolution="declined")  # fmt: skip
    house.told()
    assert in_ledger(paid) == PAID


def test_31_a_refund_of_what_a_dispute_took_meanwhile_keeps_no_other_waiting(house, people):
    house.cards.order("plan", {"refund": "pending"})
    gifts = [card(house), card(house)]
    for gift in gifts:
        pay(house, gift)
    house.told()
    asked = [refunds.approve(refunds.ask(gift, 100000, "asked by the donor", people[0]), people[1]) for gift in gifts]
    house.cards.order("dispute", reference=gifts[1].attempts.get().key.hex, event="charge.dispute.resolve",
                      status="resolved", resolution="merchant-accepted", amount=70000)  # fmt: skip
    house.told()
    house.cards.order("told-at", url="http://127.0.0.1:9/")
    reconcile.follow_refunds()  # still under way
    assert "2 refunds are approved and not ended" in alarms.tell_finance(timezone.now() + alarms.HANGS)
    for refund in asked:
        house.cards.order("refund", id=refund.provider_id, status="processed")
    reconcile.follow_refunds()
    assert [Refund.objects.get(pk=refund.pk).state for refund in asked] == ["done", "done"]
    assert in_ledger(gifts[0]) == [*PAID, ("refund", -100000)]
    assert in_ledger(gifts[1]) == [("dispute", -70000), *PAID, ("refund", -30000)]
    assert "more than was left" in house.again(gifts[1]).review


def test_31_a_refund_of_what_a_dispute_took_is_not_begun(house, paid, people):
    refund = refunds.ask(paid, 100000, "asked by the donor", people[0])
    Refund.objects.filter(pk=refund.pk).update(state="approved", approved_by=people[1])  # and the process died
    ledger.entry("dispute", paid, -70000, "dispute/1", "paystack").save()
    reconcile.follow_refunds()
    refund.refresh_from_db()
    assert (refund.state, refund.result) == ("failed", "no longer left")
    assert not house.cards.books()["refunds"] and ledger.refundable(paid) == 30000


def test_32_in_the_panel_while_the_same_was_asked_for_here(house, paid, people):
    """Who should have approved it did it in the panel: the money has gone, and what was asked for never will."""
    asked = refunds.ask(paid, 70000, "asked by the donor", people[0])
    house.cards.order("panel-refund", reference=paid.attempts.get().key.hex, amount=70000)
    assert house.told() == {"applied": 1}
    assert in_ledger(paid) == [*PAID, ("refund", -70000)] and not house.again(paid).review
    asked.refresh_from_db()
    assert (asked.state, asked.result) == ("failed", "no longer left") and ledger.refundable(paid) == 30000


@pytest.mark.parametrize("how", ["told", "lost"])
def test_32_a_refund_in_the_panel(house, paid, how):
    if how == "lost":
        house.cards.order("told-at", url="http://127.0.0.1:9/")
    house.cards.order("panel-refund", reference=paid.attempts.get().key.hex, amount=30000)
    house.told()
    if how == "lost":
        assert any("made in the panel" in line for line in reconcile.compare(timezone.localdate()))
        reconcile.compare(timezone.localdate())
    assert in_ledger(paid) == [*PAID, ("refund", -30000)] and Refund.objects.get().in_panel


def test_32_a_gift_keeps_all_that_it_was_marked_with(house, paid):
    """What is told of a refund was asked for before the gift was settled: its mark stays."""
    Gift.objects.filter(pk=paid.pk).update(review="it was paid twice")
    refunds._review(paid, "more is to go back than is left")
    assert house.again(paid).review == "it was paid twice\nmore is to go back than is left"


@pytest.mark.parametrize("order", [{"signature": "wrong"}, {"body": '{"event":"charge.success","data":{}}'}])
def test_33_a_webhook_with_a_wrong_secret_or_altered(house, order):
    house.cards.order("next", [{"webhooks": [order]}])
    gift = card(house)
    pay(house, gift)
    house.told()
    assert house.cards.books()["sent"][-1] == 400
    assert not Event.objects.exists() and not in_ledger(gift)
    assert house.post("told/card/", b"{}") == 400


def test_34_a_replay(house, paid):
    event = Event.objects.get()
    body, headers = signed(json.loads(event.body.open()))
    assert house.post("told/card/", body, headers) == 200  # the same news again, if not the same bytes
    house.told()
    assert in_ledger(paid) == PAID


@pytest.mark.parametrize("amount", [30000, 100000])
def test_35_a_refund_before_the_gift(house, amount):
    """Paystack calls a payment of which all went back “reversed”: it came all the same."""
    house.cards.order("next", [{"webhooks": [{"after": 1}]}])
    gift = card(house)
    pay(house, gift)
    house.cards.order("panel-refund", reference=gift.attempts.get().key.hex, amount=amount)
    while not inbox.apply_waiting():
        pass
    house.told()
    assert in_ledger(gift) == [*PAID, ("refund", -amount)]
    assert (house.again(gift).state, house.again(gift).review) == ("paid", "")
    assert not any("not here" in line or "not in the list" in line for line in reconcile.compare(timezone.localdate()))


def test_35_a_lost_dispute_before_the_gift(house):
    house.cards.order("next", [{"webhooks": []}])
    gift = card(house)
    pay(house, gift)
    house.cards.order("dispute", reference=gift.attempts.get().key.hex, event="charge.dispute.resolve",
                      status="resolved", resolution="auto-accepted", amount=100000)  # fmt: skip
    house.told()
    assert in_ledger(gift) == [("dispute", -100000), *PAID] and house.again(gift).state == "paid"


def test_36_another_sites_event(house, paid):
    body, headers = signed(
        {"event": "charge.success", "data": {"id": 7, "reference": "shop-1", "metadata": {"site": "shop.example"}}}
    )
    assert house.post("told/card/", body, headers) == 200
    house.told()
    assert Event.objects.latest("pk").state == "ignored"


def test_37_a_clock_that_is_wrong(house, caplog, monkeypatch):
    import time

    true_time = time.time
    monkeypatch.setattr(http.time, "time", lambda: true_time() + 600)
    card(house)
    assert "clock" in caplog.text


def test_39_live_and_test_money(house):
    house.cards.order("next", [{"domain": "live"}])
    gift = card(house)
    pay(house, gift)
    house.told()
    gift = house.again(gift)
    assert gift.state == "needs_review" and not in_ledger(gift)


def test_test_gifts_are_in_no_total(house, paid):
    assert ledger.totals() == {}
    Entry.objects.all().count()
    gift = Gift.objects.create(form_token="real", fund=house.form.fund, currency="KES", amount=100, method="cash",
                               livemode=True)  # fmt: skip
    ledger.entry("gift", gift, 100, "manual/1", "manual").save()
    assert ledger.totals() == {("general", "cash", "KES", "gift"): 100}


def test_by_hand_two_people(house, people):
    finance, approver = people
    gift = house.give("5000", method="bank", phone="")
    assert gift.state == "awaited" and house.again(gift).attempts.get().state == "accepted"
    payment = byhand.enter(gift, Money(500000, "KES"), "FT26 330", timezone.now(), finance)
    assert not in_ledger(gift)
    with pytest.raises(Refused):
        byhand.confirm(payment, finance)
    with pytest.raises(Refused):
        byhand.enter(gift, Money(500000, "KES"), " FT26  330 ", timezone.now(), finance)
    byhand.confirm(payment, approver)
    with pytest.raises(Refused):
        byhand.confirm(payment, approver)
    assert in_ledger(gift) == [("gift", 500000)] and house.again(gift).state == "paid"
    refund = refunds.approve(refunds.ask(gift, 500000, "asked by the donor", finance), approver)
    assert refund.state == "pending"
    refunds.done_by_hand(refund, "FT26 331", finance)
    with pytest.raises(Refused):
        refunds.done_by_hand(refund, "FT26 332", finance)
    assert in_ledger(gift) == [("gift", 500000), ("refund", -500000)]
