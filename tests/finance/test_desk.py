"""Finance and the approver at their screens: who sees what, and every action from its form to the record."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from core.models import Record
from core.roles import ADMINISTRATOR, APPROVER, FINANCE, ROLES
from donations import alarms, byhand, inbox, ledger, letters, paybill, receipts, refunds
from donations.finance import actions, month
from donations.finance.filters import start_of
from donations.models import Attempt, Entry, Event, Gift, Letter, Payment, Receipt, Refund
from donations.money import Money
from donations.sealed import seal
from tests.finance.books import (
    EMAIL,
    KINDS,
    NAME,
    PHONE,
    ago,
    make_attempt,
    make_entry,
    make_fund,
    make_gift,
    make_payment,
    one_of_each,
)
from tests.finance.desk import desk, said  # noqa: F401

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.upgrade]


def path_of(obj):
    return f"donations/{obj._meta.model_name}/inspect/{obj.pk}/"


# --- Who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_finance_and_the_approver_see_gifts_and_nobody_else_does(desk):  # noqa: F811
    things = one_of_each()
    walked = 0
    for role in ROLES:
        person = desk(role.name)
        may = role in (FINANCE, APPROVER)
        paths = [f"donations/{name}/" for name in KINDS] + [path_of(thing) for thing in things] + ["gifts/month/"]
        for path in paths:
            answer = person.get(path)
            assert bool(answer.redirect_chain) != may, (role.name, path)
            walked += 1
        menu = person.get("").soup.text + str(person.get("").content)
        assert ("/admin/donations/gift/" in menu) == may, role.name
        assert ("finance_month" in menu or "/admin/gifts/month/" in menu) == may
    assert walked == len(ROLES) * 15


@pytest.mark.one_database
def test_nothing_is_added_changed_or_deleted_by_hand(desk):  # noqa: F811
    things, walked = one_of_each(), 0
    for role in (FINANCE, APPROVER, ADMINISTRATOR):
        person = desk(role.name)
        for thing in things:
            name = thing._meta.model_name
            for path in ("create/", f"edit/{thing.pk}/", f"delete/{thing.pk}/"):
                for method in ("get", "post"):
                    assert person.ask(method, f"donations/{name}/{path}").redirect_chain, (role.name, name, path)
                    walked += 1
    assert walked == 3 * 7 * 3 * 2
    assert Gift.objects.count() == 1


@pytest.mark.once
@pytest.mark.parametrize("action", actions.ACTIONS, ids=lambda action: action.key)
def test_every_action_needs_its_right(desk, action):  # noqa: F811
    """Tried with each role that has not got it: nothing is done, not even shown."""
    things = {type(thing): thing for thing in one_of_each()}
    obj = things[action.model]
    rows, records = Entry.objects.count(), Record.objects.count()
    walked = 0
    for role in ROLES:
        if f"donations.{action.permission}" in role.permissions:
            continue
        person = desk(role.name)
        records = Record.objects.count()
        for method in ("get", "post"):
            answer = person.ask(
                method, f"gifts/{action.key}/{obj.pk}/", {"confirmed": "1", "reason": "because of this"}
            )
            assert answer.redirect_chain[-1][0] == "/admin/", (role.name, answer.redirect_chain)
        walked += 1
    assert walked >= 5
    assert Entry.objects.count() == rows
    assert Record.objects.count() == records


# --- Lists ----------------------------------------------------------------------------------------------------------


def shown(answer):
    return {row["data-object-pk"] for row in answer.soup.select("[data-object-pk]")}


def test_gifts_are_filtered_by_day_in_nairobi_by_fund_method_and_state(desk):  # noqa: F811
    """Fault 42: 21:30 UTC on 31 October is November in Kenya."""
    shelter = make_fund("shelter")
    late = make_gift(at=datetime.datetime(2026, 10, 31, 21, 30, tzinfo=datetime.UTC), fund=shelter)
    early = make_gift(at=datetime.datetime(2026, 10, 31, 20, 30, tzinfo=datetime.UTC), method="card")
    failed = make_gift(state="failed", at=datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC), livemode=False)
    person = desk("Finance")
    for query, wanted in [
        ({}, {late, early, failed}),
        ({"created_at_from": "2026-11-01"}, {late, failed}),
        ({"created_at_to": "2026-10-31"}, {early}),
        ({"created_at_from": "2026-11-01", "created_at_to": "2026-11-01"}, {late}),
        ({"created_at_from": "nonsense"}, {late, early, failed}),
        ({"created_at_from": "0001-01-01", "created_at_to": "9999-12-31"}, {late, early, failed}),
        ({"fund": "shelter"}, {late}),
        ({"method__exact": "card"}, {early}),
        ({"state__exact": "failed", "created_at_from": "2026-11-01"}, {failed}),
        ({"real": "no"}, {failed}),
    ]:
        found = shown(person.get("donations/gift/", **query))
        assert found == {str(gift.pk) for gift in wanted}, query
    # The day's form keeps the other filters.
    page = person.get("donations/gift/", method__exact="card")
    assert page.soup.select_one("form.filter-days input[name=method__exact]")["value"] == "card"


@pytest.mark.parametrize("lookup", ["by__password__startswith=x", "gift__form_token__startswith=x", "nonsense=1"])
def test_a_list_is_narrowed_by_its_filters_alone(desk, lookup):  # noqa: F811
    """Else finance could read passwords' hashes, letter by letter, from whether a row is shown."""
    entry = make_gift(state="paid").entries.get()
    answer = desk("Finance").ask("get", f"donations/entry/?{lookup}")
    assert answer.status_code == 200 and shown(answer) == {str(entry.pk)}


@pytest.mark.parametrize("query", ["receipt/?year=x", "refund/?in_panel__exact=x"])
def test_what_no_filter_offers_finds_nothing(desk, query):  # noqa: F811
    one_of_each()
    answer = desk("Finance").ask("get", f"donations/{query}")
    assert answer.status_code == 200 and not shown(answer)


def test_gifts_are_found_by_reference_amount_and_the_provider_s_number(desk):  # noqa: F811
    gift, other = make_gift(amount=120050), make_gift(amount=300)
    make_attempt(gift, provider_id="ws_CO_123")
    make_payment(gift, "allocated", number="NLJ7RT61SV")
    make_payment(gift, "allocated", number="NLJ7RT61SW")
    person = desk("Finance")
    loose = f"{gift.reference[:4]}-{gift.reference[4:]}".lower()
    for typed in (gift.reference, loose, "nlj7rt61sv", "ws_CO_123", "1200.50", "KES 1,200.50"):
        assert shown(person.get("donations/gift/", q=typed)) == {str(gift.pk)}, typed
    assert shown(person.get("donations/gift/", q="3")) == {str(other.pk)}
    assert shown(person.get("donations/gift/", q="' OR 1=1 --\x00")) == set()
    assert shown(person.get("donations/payment/", q="NLJ7RT61SV")) == {
        str(Payment.objects.get(number="NLJ7RT61SV").pk)}  # fmt: skip
    assert shown(person.get("donations/entry/", q="1,200.50")) == {str(gift.entries.get().pk)}


def test_the_lists_take_the_same_queries_for_three_rows_and_for_thirty(desk, django_assert_max_num_queries):  # noqa: F811
    person, counts = desk("Finance"), []
    for number in (3, 27):
        for _ in range(number):
            receipt_gift = make_gift()
            make_payment(receipt_gift, "allocated", number=f"N{receipt_gift.pk}")
        with django_assert_max_num_queries(60) as captured:
            person.get("donations/gift/")
            person.get("donations/payment/")
            person.get("donations/entry/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_story_tells_everything_in_order_and_no_name(desk):  # noqa: F811
    gift = make_gift(method="bank", state="awaited", at=ago(hours=3))
    finance, approver = desk("Finance"), desk("Approver")
    finance.act("enter", gift, number="BANK 77", amount="200", day=str(timezone.localdate()), note="")
    approver.act("confirm", Payment.objects.get())
    finance.act("refund", gift, amount="50", reason="asked by the donor")
    page = finance.get(path_of(gift))
    steps = [step.text for step in page.soup.select(".story li")]
    order = ["Begun", "Entered money", "Confirmed money", "Asked for a refund"]
    places = [next(at for at, step in enumerate(steps) if word in step) for word in order]
    assert places == sorted(places)
    assert any("BANK 77" in step for step in steps)
    assert any("Asked for a refund" in step and "KES 50" in step for step in steps)  # never in minor units
    assert "KES -50" in finance.get(path_of(gift.refunds.get())).soup.h1.text
    assert any(finance.user.username in step for step in steps)
    for secret in (NAME, EMAIL, PHONE):
        assert secret not in page.content.decode()


def test_receipts_are_filtered_by_whether_they_are_valid(desk):  # noqa: F811
    valid, void = make_gift(), make_gift()
    for gift in (valid, void):
        receipts.follow(gift.pk)
    make_entry(void, -void.amount, kind="refund")
    receipts.follow(void.pk)
    person = desk("Finance")
    assert shown(person.get("donations/receipt/", void="yes")) == {str(void.receipt.pk)}
    assert shown(person.get("donations/receipt/", void="no", fund="general")) == {str(valid.receipt.pk)}


# --- Actions --------------------------------------------------------------------------------------------------------


def test_nothing_is_done_before_it_is_confirmed(desk):  # noqa: F811
    gift = make_gift(amount=100000)
    person = desk("Finance")
    page = person.ask("post", f"gifts/refund/{gift.pk}/", {"amount": "250", "reason": "asked by the donor"})
    assert "KES 250" in page.soup.select_one(".finance-action__sentence").text
    assert not Refund.objects.exists()
    for name, value in (("amount", "250"), ("reason", "asked by the donor")):
        assert page.soup.select_one(f"input[name={name}]")["value"] == value


def test_a_refund_is_asked_by_one_and_approved_by_another_and_closed_with_its_number(desk):  # noqa: F811
    gift = make_gift(amount=100000)
    make_attempt(gift)
    both = desk("Finance", "Approver")
    assert "waits for approval" in said(both.act("refund", gift, amount="250", reason="asked by the donor"))
    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.asked_by) == (25000, "asked", both.user)
    assert "somebody else" in said(both.act("approve", refund))
    refund.refresh_from_db()
    assert refund.state == "asked"
    assert desk("Finance").act("approve", refund).redirect_chain[-1][0] == "/admin/"
    approver = desk("Approver")
    approver.act("approve", refund)
    refund.refresh_from_db()
    assert refund.state == "pending"  # M-Pesa's are reversed in the portal
    assert not Entry.objects.filter(kind="refund").exists()
    both.act("refund-done", refund, number="REV123")
    entry = Entry.objects.get(kind="refund")
    assert entry.amount == -25000
    assert "cannot be done now" in said(approver.act("approve", refund))
    assert list(Record.objects.filter(action__startswith="refund").order_by("pk").values_list("action", flat=True)) == [
        "refund.asked", "refund.approved", "refund.done"]  # fmt: skip


@pytest.mark.parametrize("amount", ["1001", "0", "-5", "1e3", "1_000", "١٠", "", "5.5.5"])
def test_a_refund_of_nothing_sensible_or_more_than_is_left_is_told_in_words(desk, amount):  # noqa: F811
    gift = make_gift(amount=100000)
    page = desk("Finance").act("refund", gift, amount=amount, reason="asked by the donor")
    assert not Refund.objects.exists()
    assert said(page)


def test_a_payment_is_allocated_to_a_gift_by_its_reference(desk):  # noqa: F811
    payment, gift = make_payment(), make_gift(state="awaited", method="mpesa")
    person = desk("Finance")
    assert "no gift with this reference" in said(person.act("allocate", payment, reference="XXXXXXXX"))
    person.act("allocate", payment, reference=gift.reference.lower())
    gift.refresh_from_db()
    assert gift.state == "paid"
    assert Entry.objects.get().gift == gift
    assert Receipt.objects.get().gift == gift
    assert "cannot be done now" in said(person.act("allocate", payment, reference=gift.reference))
    assert Record.objects.filter(action="payment.allocated").count() == 1


def test_an_unproven_payment_is_decided_by_the_approver_who_looks_into_the_portal(desk):  # noqa: F811
    true, forged = make_payment(state="unproven"), make_payment(state="unproven", number="MADEUP0001")
    finance, approver = desk("Finance"), desk("Approver")
    assert finance.act("seen", true).redirect_chain[-1][0] == "/admin/"
    buttons = approver.get(path_of(true)).soup.select_one(".finance-actions").text
    assert "Seen in M-Pesa's portal" in buttons
    approver.act("seen", true)
    approver.act("never-seen", forged, reason="The portal has no such number.")
    true.refresh_from_db()
    forged.refresh_from_db()
    assert (true.state, true.confirmed_by) == ("unallocated", approver.user)
    assert (forged.state, forged.note) == ("refused", "The portal has no such number.")
    assert Record.objects.filter(action__in=["payment.seen", "payment.refused"]).count() == 2
    assert "cannot be done now" in said(approver.act("seen", forged))


def test_a_payment_that_nobody_knows_becomes_an_anonymous_gift(desk):  # noqa: F811
    payment, fund = make_payment(), make_fund()
    desk("Finance").act("make-gift", payment, fund=fund.pk)
    gift = Gift.objects.get()
    assert (gift.anonymous, gift.state, gift.amount) == (True, "paid", payment.amount)
    assert not Receipt.objects.exists()


def test_a_gift_by_hand_is_entered_by_finance_and_confirmed_by_the_approver(desk):  # noqa: F811
    fund = make_fund()
    data = {
        "method": "cheque", "fund": fund.pk, "currency_code": "KES", "amount": "1,500", "number": "CHQ 000123",
        "day": str(timezone.localdate()), "name": NAME, "email": EMAIL, "language": "sw", "note": "",
    }  # fmt: skip
    both = desk("Finance", "Approver")
    page = both.ask("post", "gifts/enter-by-hand/", data)
    assert "KES 1,500" in page.soup.select_one(".finance-action__sentence").text
    assert not Gift.objects.exists()
    both.ask("post", "gifts/enter-by-hand/", {**data, "confirmed": "1"})
    gift, payment = Gift.objects.get(), Payment.objects.get()
    assert (gift.state, payment.state) == ("awaited", "entered")
    assert not Entry.objects.exists()
    assert "somebody else" in said(both.act("confirm", payment))
    desk("Approver").act("confirm", payment)
    gift.refresh_from_db()
    assert gift.state == "paid"
    assert Entry.objects.get().amount == 150000
    if not Receipt.objects.exists():  # made when the transaction ends, which a test's never does
        receipts.follow_all()
    letters.send_due()
    assert mail.outbox[0].to == [EMAIL]
    # The same cheque twice is refused, and leaves no gift behind.
    page = both.ask("post", "gifts/enter-by-hand/", {**data, "confirmed": "1"})
    assert "entered already" in said(page)
    assert Gift.objects.count() == 1


def test_an_entry_by_hand_can_be_refused(desk):  # noqa: F811
    gift, finance = make_gift(method="cash", state="awaited"), desk("Finance")
    byhand.enter(gift, Money(20000, "KES"), "BOOK 1", timezone.now(), finance.user)
    desk("Approver").act("refuse", Payment.objects.get(), reason="It is not in the receipt book.")
    assert Payment.objects.get().state == "refused"
    assert not Entry.objects.exists()


def test_confirming_money_for_a_gift_that_has_been_paid_meanwhile_says_so(desk):  # noqa: F811
    gift, approver = make_gift(method="bank", state="awaited"), desk("Approver")
    byhand.enter(gift, Money(20000, "KES"), "FT 9", timezone.now(), desk("Finance").user)
    page = f"gifts/confirm/{Payment.objects.get().pk}/"
    shown = approver.get(page).soup.main.text
    assert "paid already" not in shown and "was meant" not in shown and str(timezone.localdate()) in shown
    Gift.objects.update(amount=15000)
    assert "KES 150 was meant" in approver.get(page).soup.main.text
    Gift.objects.update(state="paid")  # from a phone, by its reference
    assert "paid already" in approver.get(page).soup.main.text


def test_real_money_is_not_entered_as_a_tests(desk, settings):  # noqa: F811
    """The entry would be a test's, and what came at the bank in no total."""
    settings.GIVING_LIVE = True
    gift, person = make_gift(method="bank", state="awaited", livemode=False), desk("Finance")
    sent = {"number": "FT 9", "amount": "200", "day": str(timezone.localdate())}
    assert "This gift is a test" in said(person.act("enter", gift, **sent))
    settings.GIVING_LIVE = False
    person.act("enter", gift, **sent)
    assert not Payment.objects.get().livemode


def test_a_payment_that_is_allocated_to_a_paid_gift_takes_no_mark_away(desk):  # noqa: F811
    disputed, doubtful = make_gift(method="card", review="disputed"), make_gift(state="needs_review", review="doubtful")
    person = desk("Finance")
    for number, gift in (("NLJ7RT61SV", disputed), ("NLJ7RT61SW", doubtful)):
        person.act("allocate", make_payment(number=number), reference=gift.reference)
        gift.refresh_from_db()
    assert (disputed.review, doubtful.review, doubtful.state) == ("disputed", "", "paid")


def test_what_was_refused_is_entered_again_with_the_banks_same_number(desk):  # noqa: F811
    gift, finance, approver = make_gift(method="bank", state="awaited"), desk("Finance"), desk("Approver")
    typed = {"day": str(timezone.localdate()), "number": "FT 123", "note": ""}
    finance.act("enter", gift, amount="250", **typed)
    approver.act("refuse", Payment.objects.get(), reason="The statement has 200.")
    finance.act("enter", gift, amount="200", **typed)
    approver.act("confirm", Payment.objects.get(number="FT 123"))
    assert [(entry.amount, entry.reference) for entry in Entry.objects.all()] == [(20000, "manual/FT 123")]
    assert Payment.objects.get(state="refused").number.startswith("FT 123 #")


@pytest.mark.parametrize("typed", ["ft 123", "FT123", "TXMPESA001", " txmpesa001 "])
def test_a_number_is_entered_once_however_it_is_typed_and_not_when_mpesa_has_told_of_it(desk, typed):  # noqa: F811
    finance = desk("Finance").user
    byhand.enter(make_gift(method="bank", state="awaited"), Money(20000, "KES"), "FT 123", timezone.now(), finance)
    make_payment(number="TXMPESA001")
    with pytest.raises(paybill.Refused, match="entered already"):
        byhand.enter(make_gift(method="cash", state="awaited"), Money(20000, "KES"), typed, timezone.now(), finance)


def test_a_correction_is_an_entry_of_its_own_and_never_leaves_less_than_nothing(desk):  # noqa: F811
    gift, person = make_gift(amount=20000), desk("Finance")
    page = person.act("correct", gift, direction="less", amount="300", reason="Typed with a nought too many.")
    assert "more than is left" in said(page)
    person.act("correct", gift, direction="less", amount="20", reason="Typed with a nought too many.")
    assert [entry.amount for entry in gift.entries.order_by("pk")] == [20000, -2000]
    assert Record.objects.get(action="gift.corrected").person == person.user.username
    assert "at least 10" in said(person.act("correct", gift, direction="more", amount="1", reason="no"))


def test_a_receipt_is_sent_again_with_the_same_number(desk):  # noqa: F811
    receipt, person = receipts.follow(make_gift().pk), desk("Finance")
    letters.send_due()
    person.act("resend", receipt.gift)
    person.act("resend-receipt", receipt)
    letters.send_due()
    assert {message.subject for message in mail.outbox} == {f"Receipt {receipt}"}
    assert len(mail.outbox) == 3
    assert Record.objects.filter(action="receipt.resent").count() == 2
    assert Receipt.objects.count() == 1


def test_a_letter_that_was_given_up_is_listed_and_tried_again(desk):  # noqa: F811
    receipts.follow(make_gift().pk)
    Letter.objects.update(state="given_up", last_error="TimeoutError", tries=8)
    person, letter = desk("Finance"), Letter.objects.get()
    assert "letter to a donor could not be sent" in person.get("gifts/month/").soup.text
    assert "TimeoutError" in person.get("donations/letter/", state__exact="given_up").soup.text
    person.act("letter-again", letter)
    assert letters.send_due() == ["1 sent, 0 failed"]


def test_a_letter_that_can_never_be_sent_is_left_with_a_reason(desk):  # noqa: F811
    receipts.follow(make_gift().pk)
    Letter.objects.update(state="given_up", last_error="SMTPRecipientsRefused", tries=8)
    person, letter = desk("Finance"), Letter.objects.get()
    assert shown(person.get("donations/letter/", needs="yes")) == {str(letter.pk)}
    person.act("letter-leave", letter, reason="The address does not exist; printed instead.")
    assert "letter to a donor could not be sent" not in person.get("gifts/month/").soup.text
    assert not shown(person.get("donations/letter/", needs="yes"))
    assert Record.objects.get(action="letter.left").detail["reason"].startswith("The address")
    person.act("letter-again", letter)  # after all
    assert letters.send_due() == ["1 sent, 0 failed"]


@pytest.mark.parametrize("reason", [letters.NO_RECEIPT, letters.NO_VOID_RECEIPT, letters.NO_ADDRESS])
def test_a_letter_that_lost_its_reason_needs_nobody(desk, reason):  # noqa: F811
    """As when a gift was returned before its receipt had left."""
    Letter.objects.create(gift=make_gift(), kind="receipt", state="given_up", last_error=reason)
    assert "could not be sent" not in desk("Finance").get("gifts/month/").soup.text


@pytest.mark.parametrize("state", ["unmatched", "malformed", "contradicting", "stored"])
def test_what_a_provider_told_is_looked_into_and_closed(desk, state):  # noqa: F811
    """Else one forged confirmation would stand on the page of the month for ever."""
    event = Event.objects.create(provider="mpesa", kind="prompt", state=state, received_at=ago(hours=2))
    person = desk("Finance")
    assert "1 message of a provider" in person.get("gifts/month/").soup.text
    assert "Close" in person.get(path_of(event)).soup.select_one(".finance-actions, form, main").text
    person.act("event-looked-into", event, reason="Somebody sent nonsense to our address.")
    event.refresh_from_db()
    assert event.state == state and event.looked_at
    assert "message of a provider" not in person.get("gifts/month/").soup.text
    assert Record.objects.get(action="event.looked-into").detail["reason"].startswith("Somebody")
    assert "cannot be done now" in said(person.act("event-looked-into", event, reason="And once more, please."))


def test_an_event_has_the_books_time_on_its_page_as_in_the_list(desk):  # noqa: F811
    at = datetime.datetime(2026, 10, 31, 21, 30, tzinfo=datetime.UTC)
    event = Event.objects.create(provider="mpesa", kind="prompt", received_at=at)
    page = desk("Finance").get(path_of(event)).soup
    assert "2026-11-01 00:30:00" in page.text and "2026-10-31" not in page.text


def test_an_event_that_was_closed_while_it_waited_comes_back_if_it_is_wrong(desk):  # noqa: F811
    event = Event.objects.create(provider="mpesa", kind="prompt", received_at=ago(hours=2))
    inbox.looked_into(event, desk("Finance").user, "M-Pesa does not answer today.")
    assert not alarms.hanging()["events"].exists()
    inbox.end(event, Event.State.MALFORMED)
    assert alarms.hanging()["events"].get() == event


def test_a_refund_by_hand_that_cannot_be_sent_back_makes_the_gift_whole_again(desk):  # noqa: F811
    gift = make_gift(amount=100000)
    make_attempt(gift)
    finance, approver = desk("Finance"), desk("Approver")
    finance.act("refund", gift, amount="250", reason="asked by the donor")
    refund = Refund.objects.get()
    assert "cannot be done now" in said(finance.act("refund-failed", refund, reason="The line has been closed."))
    approver.act("approve", refund)
    finance.act("refund-failed", refund, reason="The line has been closed.")
    refund.refresh_from_db()
    assert (refund.state, refund.result) == ("failed", "The line has been closed.")
    assert not Entry.objects.filter(kind="refund").exists() and ledger.refundable(gift) == 100000
    assert Record.objects.get(action="refund.failed").person == finance.user.username
    assert "refund is approved" not in finance.get("gifts/month/").soup.text


def test_a_donor_without_an_address_gets_the_paper_from_finance(desk):  # noqa: F811
    receipt, person = receipts.follow(make_gift(email=seal("")).pk), desk("Finance")
    assert "Fetch the receipt" in str(person.get(path_of(receipt)).content)
    assert not Record.objects.filter(action="receipt.fetched").exists()
    answer = person.act("receipt-pdf", receipt)
    assert answer.content.startswith(b"%PDF") and "no-store" in answer["Cache-Control"]
    assert Record.objects.get(action="receipt.fetched").person == person.user.username
    Gift.objects.update(name=seal(""))
    assert "cannot be done now" in said(person.act("receipt-pdf", receipt))


def test_a_receipt_by_mail_needs_a_name_at_the_desk_too(desk):  # noqa: F811
    """Else the address would be kept for nothing."""
    page = desk("Finance").ask("post", "gifts/enter-by-hand/", {
        "method": "cash", "fund": make_fund().pk, "currency_code": "KES", "amount": "500", "number": "R 17",
        "day": datetime.date.today().isoformat(), "email": EMAIL, "language": "en"})  # fmt: skip
    assert "needs the donor" in page.soup.text
    assert not page.soup.select("input[name=confirmed]")


def test_who_the_donor_is_is_shown_only_when_asked_and_that_is_recorded(desk):  # noqa: F811
    gift, person = make_gift(), desk("Finance")
    assert NAME not in person.ask("get", f"gifts/donor/{gift.pk}/").content.decode()
    assert not Record.objects.filter(action="donor.seen").exists()
    page = person.act("donor", gift)
    assert NAME in page.soup.text
    assert EMAIL in page.soup.text
    row = Record.objects.get(action="donor.seen")
    assert row.person == person.user.username
    assert NAME not in str(row.detail)
    assert "no-store" in page["Cache-Control"]


def test_a_donor_is_forgotten_by_reference_and_by_address(desk):  # noqa: F811
    gift, second, other = make_gift(), make_gift(), make_gift(email=seal("other@example.org"))
    person = desk("Finance")
    person.act("forget", gift)
    assert not Gift.objects.get(pk=gift.pk).name
    page = person.ask("post", "gifts/forget-by-email/", {"email": "nobody@example.org"})
    assert "No gift" in said(page)
    page = person.ask("post", "gifts/forget-by-email/", {"email": EMAIL})
    assert second.reference in page.soup.text
    assert other.reference not in page.soup.text
    person.ask("post", "gifts/forget-by-email/", {"email": EMAIL, "confirmed": "1"})
    assert not Gift.objects.get(pk=second.pk).name
    assert Gift.objects.get(pk=other.pk).name
    assert Record.objects.filter(action="donor.erased").count() == 2
    assert Entry.objects.count() == 3
    for role in ("Approver", "Administrator", "Publisher"):
        assert desk(role).ask("post", "gifts/forget-by-email/", {"email": EMAIL}).redirect_chain


def test_a_gift_that_hangs_is_closed_with_a_reason(desk):  # noqa: F811
    gift = make_gift(state="unknown", at=ago(hours=2))
    attempt = make_attempt(gift, state="unknown")
    desk("Finance").act("looked-into", gift, reason="The provider has no trace of it.")
    gift.refresh_from_db()
    attempt.refresh_from_db()
    assert (gift.state, attempt.state) == ("cancelled", Attempt.State.FAILED)
    assert Record.objects.get(action="gift.looked-into").detail["reason"] == "The provider has no trace of it."


# --- The month ------------------------------------------------------------------------------------------------------


def test_the_month_adds_up_by_fund_method_and_currency_and_counts_no_test(desk):  # noqa: F811
    """Faults 42 and 39: Nairobi's months, real money alone."""
    first = datetime.datetime(2026, 9, 30, 21, 0, tzinfo=datetime.UTC)  # 1 October, 00:00 in Nairobi
    shelter = make_fund("shelter")
    gift = make_gift(amount=100000, at=first, fund=shelter)
    make_entry(gift, -2500, kind="fee", at=first)
    make_entry(gift, -30000, kind="refund", at=first + datetime.timedelta(days=1))
    make_gift(amount=50000, at=first + datetime.timedelta(days=3), method="card")
    make_gift(amount=1000, at=first, currency="USD")
    make_gift(amount=77700, at=first - datetime.timedelta(seconds=1))  # September
    make_gift(amount=88800, at=first + datetime.timedelta(days=31))  # November
    make_gift(amount=99900, at=first, livemode=False)
    found = {code: (funds, methods, all_) for code, funds, methods, all_ in month.tables(month.Month(2026, 10))}
    assert list(found) == ["KES", "USD"]
    funds, methods, all_ = found["KES"]
    assert {row["label"]: str(row["net"]) for row in funds} == {"Shelter": "KES 675", "General": "KES 500"}
    assert {row["label"]: str(row["gave"]) for row in methods} == {"M-Pesa": "KES 1,000", "Card": "KES 500"}
    assert (str(all_["gave"]), str(all_["back"]), str(all_["fees"])) == ("KES 1,500", "KES -300", "KES -25")
    assert month.by_day(month.Month(2026, 10), "KES") == {1: 100000, 4: 50000}
    page = desk("Approver").get("gifts/month/", month="2026-10")
    for amount in ("KES 1,175", "KES 1,000", "KES -300", "USD 10"):
        assert amount in page.soup.text
    for amount in ("777", "888", "999"):
        assert amount not in page.soup.select_one(".month").text
    assert len(page.soup.select("rect.plot__bar")) == 3
    assert page.soup.select_one("svg[role=img] title").text


def test_the_months_plot_has_room_for_a_million(desk):  # noqa: F811
    make_gift(amount=100_000_000)
    drawn = desk("Finance").get("gifts/month/").soup.select_one(".plot svg")
    left, _top, wide, _high = map(int, drawn["viewbox"].split())
    word = drawn.find("text", string="KES 1,000,000")
    assert int(word["x"]) + 7 * len(word.text) < left + wide  # a character of 11 units is up to 7 wide


def test_the_month_has_a_before_and_no_after(desk):  # noqa: F811
    page = desk("Finance").get("gifts/month/", month="2026-13'")
    links = [link["href"] for link in page.soup.select(".month__nav a")]
    assert links == [f"?month={month.this_month().previous}"]
    assert month.Month(2026, 12).next == month.Month(2027, 1)
    assert month.Month(2026, 1).previous == month.Month(2025, 12)
    assert month.Month(2028, 2).days == 29
    assert month.Month(2026, 11).since == start_of(datetime.date(2026, 11, 1))


def test_what_needs_a_person_is_said_with_its_number_and_leads_there(desk):  # noqa: F811
    make_gift(state="open", at=ago(hours=2))
    make_gift(state="open", at=ago(minutes=20))
    make_gift(state="needs_review")
    make_payment()
    make_payment(make_gift(state="awaited"), "entered", number="N2")
    gift = make_gift()
    refunds.ask(gift, 100, "asked by the donor", desk("Finance").user)
    Event.objects.create(provider="mpesa", kind="prompt", state="contradicting")
    person = desk("Approver")
    needs = {" ".join(item.text.split()).split()[0] + " " + item.a["href"]: item.a["href"]
             for item in person.get("gifts/month/").soup.select(".month__needs li")}  # fmt: skip
    assert len(needs) == 5
    for line, address in needs.items():
        assert len(shown(person.get(address.removeprefix("/admin/")))) == int(line.split()[0]), address
    dashboard = person.get("").soup.text
    assert "2 gifts hang for" in dashboard
    assert "1 payment belongs to" in dashboard
    assert "gifts hang" not in desk("Publisher").get("").soup.text
