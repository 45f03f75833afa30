"""From the amounts to the gift's own page, over HTTP: whatever a browser sends, when and how often."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from donations import limits
from donations.models import Attempt, Gift, MethodStop, Payment, Receipt
from tests.conftest import with_soup
from tests.examples import make_donation_form as make_form
from tests.examples import offer
from tests.finance.books import make_entry
from tests.giving.making import BANK, MPESA

STEP_2 = "/donate/general/"


@pytest.fixture(autouse=True)
def bank(settings, home):
    settings.BANK_ACCOUNT = BANK
    caches["shared"].clear()


@pytest.fixture
def form():
    return make_form()


class Browser:
    """A browser that keeps its cookies and enforces nothing itself: the site must."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

    def get(self, address):
        return with_soup(self.client.get(address))

    def fields(self, page):
        """What the form of a page would send as it stands."""
        found = page.soup.select_one("main form")
        values = {}
        for field in found.select("input[name], select[name]"):
            if field.get("type") == "radio" and not field.has_attr("checked"):
                continue
            option = field.select_one("option[selected]") or field.select_one("option")
            values[field["name"]] = option.get("value", option.text) if option else field.get("value", "")
        return values

    def send(self, page, **changes):
        """Fill in the form of a page and press its button."""
        action = page.soup.select_one("main form")["action"]
        return with_soup(self.client.post(action, {**self.fields(page), **changes}))


@pytest.fixture
def browser():
    return Browser()


def said(response):
    """The mistakes that a page names in its summary."""
    return " ".join(each.get_text(" ") for each in response.soup.select(".errors"))


def test_the_amount_comes_from_step_1_and_can_be_changed(form, browser):
    page = browser.get(STEP_2 + "?amount=KES-500")
    assert browser.fields(page)["amount"] == "500"
    answer = browser.send(page, amount="350")
    assert answer.status_code == 303
    gift = Gift.objects.get()
    assert (gift.amount, gift.currency, gift.method, gift.state, gift.form, gift.fund) == (
        350_00, "KES", "bank", "awaited", form, form.fund,
    )  # fmt: skip
    assert (gift.anonymous, gift.wants_receipt, gift.partner, gift.language) == (True, False, "", "en")
    shown = browser.get(answer["Location"])
    text = shown.soup.main.get_text(" ")
    assert gift.reference in text
    assert "Account: 000 111 222" in text
    assert "KES 350" in text


@pytest.mark.parametrize(
    ("query", "amount", "currency"),
    [
        ("", "", "KES"),
        ("?amount=200", "200", "KES"),
        ("?amount=USD-10", "10", "USD"),
        ("?own=350&currency=USD&amount=KES-200", "350", "USD"),
        ("?own=350&currency=XXX", "350", "KES"),
        ("?amount=KES-<script>", "<script>", "KES"),
        ("?own=%00%ff&amount=&currency=&partner=%3Cb%3E", None, "KES"),
        ("?amount=" + "9" * 5000, "9" * 20, "KES"),
    ],
)
def test_whatever_step_1_sends_is_only_shown(home, browser, query, amount, currency):
    make_form(offers=[offer(), offer("USD", (10,), 5, 1000)])
    page = browser.get(STEP_2 + query)
    assert page.status_code == 200
    fields = browser.fields(page)
    assert fields["currency"] == currency
    assert amount is None or fields["amount"] == amount
    assert not Gift.objects.exists()


def test_a_way_that_takes_another_currency_is_not_the_chosen_one(home, browser, settings):
    for name, setting in MPESA.items():
        setattr(settings, name, setting)
    make_form(offers=[offer(), offer("USD", (10,), 5, 1000)], methods=["mpesa", "bank"])
    assert browser.fields(browser.get(STEP_2 + "?amount=KES-200"))["method"] == "mpesa"
    page = browser.get(STEP_2 + "?amount=USD-10")
    assert browser.fields(page)["method"] == "bank"
    words = said(browser.send(page, method="mpesa"))
    assert "M-Pesa does not take USD" in words and "telephone" not in words


def test_step_2_is_kept_by_nobody_and_its_cookie_reaches_nothing_else(form, browser):
    page = browser.get(STEP_2)
    assert page["Cache-Control"] == "no-store"
    (cookie,) = page.cookies.values()
    assert (cookie.key, cookie["path"], cookie["samesite"], cookie["httponly"]) == ("form", STEP_2, "Lax", True)
    assert not cookie["max-age"]
    assert not cookie["expires"]
    assert page.soup.select_one('meta[name="robots"]')["content"] == "noindex"


@pytest.mark.parametrize("live", [True, False])
def test_every_page_of_a_test_says_so(form, browser, settings, live):
    settings.GIVING_LIVE = live
    page = browser.get(STEP_2 + "?amount=KES-200")
    shown = browser.get(browser.send(page)["Location"])
    pages = [page, shown]
    assert [("Test mode" in each.content.decode()) for each in pages] == [not live] * 2
    assert Gift.objects.get().livemode == live


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": ""}, "Type the amount"),
        *(
            ({"amount": wrong}, "Amount:")
            for wrong in ("0", "-5", "1e3", "1_000", "٢٠٠", "1000000000000", "100.5", "abc")
        ),
        ({"amount": "49"}, "KES 50"),
        ({"amount": "250001"}, "KES 250,000"),
        ({"email": "somebody"}, "E-mail address:"),
        ({"email": "donor@example.org."}, "E-mail address:"),
        ({"email": "a@b.c\nBcc: d@e.f"}, "E-mail address:"),
        ({"name": ""}, "A receipt needs your name"),
        ({"dedication": "memory"}, "Of whom?:"),
        ({"dedicated_to": "A friend"}, "Of whom?:"),
        ({"name": "x" * 101}, "Your name:"),
    ],
)
def test_a_mistake_is_said_in_words_beside_the_field_and_nothing_is_lost(form, browser, changes, words):
    """Fault 23 among them: no such amount is ever taken."""
    typed = {"amount": "500", "name": "A donor", "email": "donor@example.org", **changes}
    answer = browser.send(browser.get(STEP_2), **typed)
    assert answer.status_code == 200
    assert words in said(answer)
    assert answer.soup.select_one(".errors[tabindex='-1']").has_attr("autofocus"), "read first, without a script too"
    fields = browser.fields(answer)
    assert {name: fields[name] for name in typed} == typed
    for link in answer.soup.select(".errors a"):
        field = answer.soup.select_one(link["href"])
        assert field["aria-invalid"] == "true"
        assert field.find_parent("details") is None or field.find_parent("details").has_attr("open")
        assert any(
            answer.soup.find(id=name).get_text().strip() in link.get_text()
            for name in field["aria-describedby"].split()
            if name.endswith("error")
        )
    assert not Gift.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"currency": "USD"}, {"currency": ""}, {"fund": "other"}, {"fund": ""}, {"method": "mpesa"}, {"method": "x"}],
)
def test_what_no_page_of_ours_offers_is_refused(form, browser, changes):
    """Fault 22."""
    answer = browser.send(browser.get(STEP_2), amount="500", **changes)
    assert answer.status_code == 400
    assert said(answer)
    assert not Gift.objects.exists()


def test_amounts_of_an_older_page_are_good_within_the_limits_of_today(form, browser):
    """Fault 24."""
    page = browser.get(STEP_2 + "?amount=KES-200")
    form.offers = [offer(amounts=(1000,), minimum=100)]
    form.save()
    assert browser.send(page).status_code == 303
    other = Browser()
    page = other.get(STEP_2 + "?amount=KES-200")
    form.offers = [offer(amounts=(1000,), minimum=500)]
    form.save()
    assert "KES 500" in said(other.send(page))
    assert Gift.objects.count() == 1


def test_a_way_that_was_stopped_in_the_meantime_takes_nothing(browser, settings):
    make_form(methods=["bank", "cash"])
    settings.CASH_PLACE = "Our office"
    page = browser.get(STEP_2 + "?amount=KES-200")
    MethodStop.objects.create(method="bank")
    answer = browser.send(page, method="bank")
    assert answer.status_code == 400
    assert not Gift.objects.exists()
    assert browser.send(answer, method="cash").status_code == 303


def test_a_form_whose_time_is_over_takes_nothing_and_says_whom_to_ask(form, browser):
    page = browser.get(STEP_2 + "?amount=KES-200")
    form.active_to = timezone.now() - timedelta(minutes=1)
    form.save()
    for answer in (browser.send(page), browser.get(STEP_2)):
        assert "0800 000 123" in answer.soup.main.get_text()
        assert not answer.soup.select("main form")
    assert not Gift.objects.exists()


def test_a_gift_that_was_begun_before_the_form_closed_is_found_again(form, browser):
    page = browser.get(STEP_2 + "?amount=KES-200")
    gift = browser.send(page)["Location"]
    form.active_to = timezone.now()
    form.save()
    assert browser.send(page)["Location"] == browser.get(STEP_2)["Location"] == gift
    closed = Browser().get(STEP_2)
    assert closed.status_code == 200 and not closed.cookies
    Gift.objects.update(state="paid")
    assert browser.get(STEP_2).status_code == 200 and browser.send(page)["Location"] == gift


def test_unknown_and_never_published_forms_are_not_there(browser, home):
    assert browser.get("/donate/nothing/").status_code == 404
    assert browser.get("/donate/gift/6b1e5f0a-0000-4000-8000-000000000000/").status_code == 404
    assert browser.get("/donate/gift/6b1e5f0a-0000-4000-8000-000000000000/state/").status_code == 404


# --- Back, reload, double click, two tabs, lost cookies --------------------------------------------------------------


def test_the_same_form_sent_again_is_the_same_gift(form, browser):
    """Fault 21: double click, back and again, two tabs."""
    page, other_tab = browser.get(STEP_2 + "?amount=KES-200"), browser.get(STEP_2 + "?amount=KES-500")
    first = browser.send(page)
    again, tab = browser.send(page, amount="700"), browser.send(other_tab)
    assert first["Location"] == again["Location"] == tab["Location"]
    assert Gift.objects.get().amount == 200_00


def test_back_to_the_form_while_the_gift_is_awaited_leads_on_to_it(form, browser):
    gift = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    assert browser.get(STEP_2 + "?amount=KES-200")["Location"] == gift


def test_a_character_that_no_database_takes_is_a_mistake_like_any_other(browser, failed_request):
    page = browser.get(STEP_2 + "?amount=KES-200")
    for name in ("fund", "partner", "currency", "amount", "method", "name", "email", "dedication", "dedicated_to"):
        assert browser.send(page, **{name: "x\0"}).status_code in (200, 400), name
    assert browser.send(browser.get(failed_request), phone="0712\0345678").status_code == 200
    assert Gift.objects.count() == Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "is_new"),
    [("amount=KES-500", True), ("own=750&currency=KES", True), ("amount=KES-200", False),
     ("own=200.00&currency=KES", False), ("own=200&currency=KES", False), ("own=what&currency=KES", True), ("", False)],
)  # fmt: skip
def test_another_amount_while_a_bank_transfer_is_awaited_is_another_gift(form, browser, query, is_new):
    """Who chooses KES 500 is not told how to pay the KES 200 of last week, which may be somebody else's."""
    gift = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    page = browser.get(f"{STEP_2}?{query}")
    if not is_new:
        assert page["Location"] == gift
        return
    assert browser.send(page, amount="500")["Location"] != gift
    assert Gift.objects.count() == 2


def test_another_amount_while_a_prompt_is_open_leads_to_the_prompt(form, browser):
    gift = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    Gift.objects.update(state="open")
    assert browser.get(STEP_2 + "?amount=KES-500")["Location"] == gift


def test_another_gift_is_begun_when_it_is_asked_for(form, browser):
    shown = browser.get(browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"])
    again = next(link["href"] for link in shown.soup.select("main a") if "another=" in link["href"])
    page = browser.get(again)
    assert browser.fields(page)["amount"] == "200"
    assert browser.fields(browser.get(again))["amount"] == "200"
    second = browser.send(browser.get(again))["Location"]
    assert browser.get(again)["Location"] == second  # "back" and reload: the other gift is begun already
    assert Gift.objects.count() == 2


def test_a_new_gift_after_one_that_is_over(form, browser):
    browser.send(browser.get(STEP_2 + "?amount=KES-200"))
    Gift.objects.update(state="paid")
    assert browser.send(browser.get(STEP_2 + "?amount=KES-500")).status_code == 303
    assert sorted(Gift.objects.values_list("amount", flat=True)) == [200_00, 500_00]


def test_another_browser_with_the_same_address_begins_its_own(form, browser):
    browser.send(browser.get(STEP_2 + "?amount=KES-200"))
    friend = Browser()
    assert friend.get(STEP_2 + "?amount=KES-200").status_code == 200
    assert friend.send(friend.get(STEP_2 + "?amount=KES-200")).status_code == 303
    assert Gift.objects.count() == 2


@pytest.mark.parametrize("lost", ["cookie", "token", "both wrong"])
def test_without_cookie_or_token_nothing_is_begun_and_nothing_typed_is_lost(form, browser, lost):
    page = browser.get(STEP_2 + "?amount=KES-200")
    if lost == "cookie":
        browser.client.cookies.clear()
    changes = {"csrfmiddlewaretoken": "x" * 64} if lost != "cookie" else {}
    answer = browser.send(page, name="A donor", **changes)
    assert answer.status_code == 403
    assert "Nothing was sent yet" in said(answer)
    assert browser.fields(answer)["name"] == "A donor"
    assert not Gift.objects.exists()
    assert browser.send(answer).status_code == 303


def test_another_site_can_not_send_the_form(form, browser):
    fields = browser.fields(browser.get(STEP_2 + "?amount=KES-200"))
    answer = browser.client.post(STEP_2, fields, headers={"origin": "https://evil.example.org"})
    assert answer.status_code == 403
    assert not Gift.objects.exists()


def test_a_script_is_told_where_to_go(form, browser):
    fields = browser.fields(browser.get(STEP_2 + "?amount=KES-200"))
    answer = browser.client.post(STEP_2, fields, headers={"accept": "application/json"})
    assert answer.json() == {"to": f"/donate/gift/{Gift.objects.get().uuid}/"}


# --- What is kept and shown -----------------------------------------------------------------------------------------


def test_what_a_donor_writes_is_kept_sealed_and_shown_nowhere(form, browser):
    answer = browser.send(
        browser.get(STEP_2),
        amount="1,500",
        name="Jane Example",
        email="jane@example.org",
        dedication="memory",
        dedicated_to="John Example",
    )
    gift = Gift.objects.get()
    assert (gift.name.open(), gift.email.open(), gift.dedicated_to.open()) == (
        "Jane Example", "jane@example.org", "John Example",
    )  # fmt: skip
    assert (gift.anonymous, gift.wants_receipt, gift.dedication, gift.amount) == (False, True, "memory", 1500_00)
    shown = browser.get(answer["Location"]).content.decode()
    assert not re.search("Jane|John|jane@", shown + answer["Location"])


def test_state_for_the_page_that_waits(form, browser):
    address = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    answer = browser.get(address + "state/")
    assert answer.json() == {"state": "awaited"}
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("paid", "Thank you"),
        ("awaited", "How to pay"),
        ("open", "What happens now"),
        ("unknown", "Please do not pay again"),
        ("needs_review", "Please do not pay again"),
        ("failed", "Not paid"),
        ("cancelled", "Not paid"),
    ],
)
def test_every_state_is_told_in_words(form, browser, state, words):
    address = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    Gift.objects.update(state=state)
    page = browser.get(address)
    assert words in page.soup.main.get_text()
    assert "None" not in page.soup.main.get_text()
    assert page["Cache-Control"] == "no-store"
    assert page.soup.select_one("[data-poll]") is not None or state not in ("open", "unknown")


@pytest.mark.parametrize("state", ["unknown", "needs_review"])
def test_what_is_in_doubt_is_not_begun_again_from_the_page_that_says_not_to_pay(form, browser, state):
    address = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    Gift.objects.update(state=state)
    assert not [link for link in browser.get(address).soup.select("main a") if "another" in link["href"]]


@pytest.fixture
def failed_request(browser, settings):
    """The address of a gift whose request to the telephone failed."""
    for name, value in MPESA.items():
        setattr(settings, name, value)
    make_form(methods=["mpesa", "bank"])
    address = browser.send(browser.get(STEP_2 + "?amount=KES-200&method=bank"))["Location"]
    Gift.objects.update(state="failed", method="mpesa")
    Attempt.objects.update(state="failed")
    return address


def test_a_request_that_failed_can_be_paid_by_hand_where_a_paybill_takes_the_reference(
    browser, settings, failed_request
):
    lines = [line.get_text() for line in browser.get(failed_request).soup.select("main .lines li")]
    gift = Gift.objects.get()
    assert lines == ["Business number: 600000", f"Account number: {gift.reference}", "Amount: 200"]
    settings.MPESA_TILL = "123456"  # a till takes no reference
    assert not browser.get(failed_request).soup.select("main .lines li")
    settings.MPESA_TILL = ""
    for state in ("open", "unknown", "paid"):
        Gift.objects.update(state=state)
        assert not browser.get(failed_request).soup.select("main .lines li"), state


def test_a_failed_gift_says_not_to_pay_again_while_a_payment_by_hand_for_it_is_looked_at(browser, failed_request):
    payment = Payment.objects.create(
        provider="mpesa", number="TBYHAND001", currency="KES", amount=20000, occurred_at=timezone.now(),
        state="unproven", gift=Gift.objects.get(), livemode=False,
    )  # fmt: skip
    for state, words in {"unproven": "not pay again", "unallocated": "not pay again", "refused": "Pay Bill"}.items():
        Payment.objects.update(state=state)
        page = browser.get(failed_request)
        assert words in page.soup.main.get_text(), state
        assert bool(page.soup.select("main form")) == (state == "refused")
        assert bool(page.soup.select_one("[data-poll]")) == (state != "refused")
    assert payment.gift.state == "failed"


def test_the_language_is_switched_without_losing_amount_and_way(home, kiswahili_home, browser):
    make_form(offers=[offer(), offer("USD", (10,), 5, 1000)])
    switch = browser.get(STEP_2 + "?amount=USD-10").soup.select_one(".languages a")["href"]
    assert switch.startswith("/sw/mchango/general/?")
    fields = browser.fields(browser.get(switch))
    assert (fields["amount"], fields["currency"], fields["method"]) == ("10", "USD", "bank")
    typed = {"amount": "7", "email": "nowhere", "name": "Jane Example"}
    wrong = browser.send(browser.get(STEP_2 + "?amount=USD-10"), **typed)
    switch = wrong.soup.select_one(".languages a")["href"]
    assert browser.fields(browser.get(switch))["amount"] == "7"
    assert "nowhere" not in switch
    assert "Jane" not in switch


def test_the_thanks_are_the_editors(browser):
    make_form(thanks="<p>Asante sana.</p>")
    address = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    Gift.objects.update(state="paid")
    assert "Asante sana." in browser.get(address).soup.main.get_text()


def test_a_gift_that_was_returned_is_not_thanked_for(form, browser):
    address = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    gift = Gift.objects.get()
    Gift.objects.update(state="paid", paid_at=timezone.now())
    make_entry(gift, 200_00)
    make_entry(gift, -150_00, kind="refund")
    page = browser.get(address)
    assert page.soup.h1.text == "Thank you" and page.soup.select_one("main dd").text == "KES 50"
    make_entry(gift, -50_00, kind="refund")
    page = browser.get(address)
    assert page.soup.h1.text == "Returned" and "returned, whole" in page.soup.main.text
    assert "Thank you" not in page.soup.main.text


def test_who_was_to_pay_more_than_came_is_thanked_for_what_came(form, browser):
    address = browser.send(browser.get(STEP_2 + "?amount=KES-200"))["Location"]
    assert browser.get(address).soup.select_one("main dd").text == "KES 200"
    Gift.objects.update(state="paid", paid_at=timezone.now())
    make_entry(Gift.objects.get(), 80_00)
    assert browser.get(address).soup.select_one("main dd").text == "KES 80"


def test_the_receipt_is_on_the_page_on_the_day_of_the_gift(form, browser):
    typed = {"amount": "500", "name": "Jane Example", "email": "jane@example.org"}
    address = browser.send(browser.get(STEP_2), **typed)["Location"]
    gift = Gift.objects.get()
    assert "receipt/" not in browser.get(address).content.decode()
    Gift.objects.update(state="paid", paid_at=timezone.now())
    Receipt.objects.create(gift=gift, year=2026, number=1, language="en")
    page = browser.get(address)
    assert any("/receipt/" in link["href"] for link in page.soup.select("main a"))
    assert "Jane" not in page.content.decode()
    Gift.objects.update(paid_at=timezone.now() - timedelta(days=2))
    assert "/receipt/" not in browser.get(address).content.decode()


def test_kiswahili(form, browser, kiswahili_home):
    make_form(language="sw", title="Saidia kazi yetu", translation_key=form.translation_key)
    page = browser.get("/sw/mchango/general/?amount=KES-200")
    assert page.soup.html["lang"] == "sw"
    assert page.soup.h1.text == "Saidia kazi yetu"
    assert "Kazi yetu yote" in page.soup.main.get_text()
    answer = browser.send(page)
    assert answer["Location"].startswith("/sw/mchango/gift/")
    gift = Gift.objects.get()
    assert (gift.language, gift.form.locale.language_code) == ("sw", "sw")
    assert browser.get(answer["Location"]).soup.html["lang"] == "sw"


# --- Limits ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def phones(settings):
    for name, value in MPESA.items():
        setattr(settings, name, value)
    return make_form(methods=["mpesa"])


def test_three_requests_an_hour_for_one_telephone(phones):
    """Prompt-bombing: each from another browser, the number written in other ways, another amount each time."""
    ways_to_write = ["0712 345 678", "+254712345678", "254-712-345-678", "0712345678", "712 345 678"]
    answers = []
    for place, number in enumerate(ways_to_write):
        someone = Browser()
        answers.append(someone.send(someone.get(STEP_2), amount=str(200 + place), phone=number))
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429, 429]
    assert "within an hour" in said(answers[3])
    assert answers[3]["Retry-After"] == "3600"
    assert answers[3].soup.select_one("#id_phone")["value"] == "0712345678"
    assert Attempt.objects.count() == 3
    other = Browser()
    assert other.send(other.get(STEP_2), amount="200", phone="0722 000 000").status_code == 303


def test_a_number_is_nowhere_but_sealed(phones, browser):
    browser.send(browser.get(STEP_2), amount="200", phone="0712 345 678")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM shared_cache")
        kept = str(cursor.fetchall())
    assert "giving-" in kept
    assert "712345678" not in kept
    assert "127.0.0.1" not in kept
    assert "712345678" not in str(Attempt.objects.values())


def test_limits_of_a_network(form, monkeypatch):
    monkeypatch.setattr(limits, "ADDRESS", limits.Limit("address", 2, 600))
    answers = []
    for _place in range(3):
        someone = Browser()
        answers.append(someone.send(someone.get(STEP_2), amount="200"))
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "ten minutes" in said(answers[-1])


@pytest.mark.parametrize("name", ["FORM", "ALL"])
def test_limits_of_a_form_and_of_the_site_alarm_once(form, monkeypatch, name, roles_people, mailoutbox):
    monkeypatch.setattr(limits, name, limits.Limit(name.lower(), 2, 600))
    answers = []
    for _place in range(5):
        someone = Browser()
        answers.append(someone.send(someone.get(STEP_2), amount="200"))
    assert [answer.status_code for answer in answers] == [303, 303, 429, 429, 429]
    assert sorted(mail.to[0] for mail in mailoutbox) == ["approver@example.org", "finance@example.org"]
    assert "/admin/giving/ways/" in mailoutbox[0].body
    assert "general" not in mailoutbox[0].subject


@pytest.fixture
def roles_people(db):
    from django.contrib.auth.models import Group

    from core.models import User
    from core.roles import APPROVER, FINANCE

    for role in (FINANCE, APPROVER):
        user = User.objects.create_user(role.key, f"{role.key}@example.org", "a long sentence")
        user.groups.add(Group.objects.get_or_create(name=role.name)[0])
