"""A gift from the page to the thanks, in a real browser, on the real server, with the doubles of M-Pesa and Paystack."""

import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser.house import CHECKOUT, Site, environment
from tests.browser.probes import Watch, axe, too_wide

pytestmark = pytest.mark.browser
SLOW = 40_000  # milliseconds for what a provider's answer has to reach first
WORDS = {
    "en": {
        "home": "/", "give": "Give", "now": "Give now", "phone": "M-Pesa telephone number", "thanks": "Thank you",
        "look": "See whether it has arrived", "next": "What happens now",
    },
    "sw": {
        "home": "/sw/", "give": "Changia", "now": "Changia sasa", "phone": "Nambari ya simu ya M-Pesa",
        "thanks": "Asante", "look": "Angalia kama umefika", "next": "Kinachofuata sasa",
    },
}  # fmt: skip


def start_double(name, folder):
    """Start one double as a program of its own; returns (process, its address)."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"donations.doubles.{name}", "--port", "0"],
        cwd=CHECKOUT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, next(word for word in process.stdout.readline().split() if word.startswith("http"))


@pytest.fixture(scope="module")
def partner():
    """Another organisation's website at localhost; `pages` are its pages by path."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.server.pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.pages, server.url = {}, f"http://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def giving(tmp_path_factory, partner):
    """The site with both doubles behind it, and one partner that may show the form."""
    folder = tmp_path_factory.mktemp("giving")
    daraja, mpesa = start_double("daraja", folder)
    paystack, cards = start_double("paystack", folder)
    settings = {"DARAJA_DOUBLE": mpesa, "PAYSTACK_DOUBLE": cards, "GIVING_PARTNERS": f"friends={partner.url}"}
    try:
        with Site(folder / "var", **settings) as site:
            site.cards = cards
            yield site
    finally:
        for process in (daraja, paystack):
            process.terminate()
            process.wait(10)


@pytest.fixture(autouse=True)
def not_limited(giving):
    """Each test begins with no prompt counted."""
    giving.sql("DELETE FROM shared_cache")


NUMBERS = iter(range(712_100_000, 712_999_000, 7))


def a_number():
    """A telephone number that no other test uses; it does not end in a result code."""
    return f"0{next(NUMBERS)}"


def looked_at(page):
    """What axe finds at the top of the page, where the bar with the helpline covers nothing."""
    page.evaluate("scrollTo(0, 0)")
    return axe(page)


def gifts(site):
    """(amount, state, method, partner, language) of all gifts, the newest first."""
    return site.sql("SELECT amount, state, method, partner, language FROM donations_gift ORDER BY id DESC")


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("script", [False, True], ids=["without a script", "with a script"])
def test_two_hundred_shillings_by_mpesa_at_360_pixels(giving, visitor, language, script):
    page = visitor(giving, 360, 640, java_script_enabled=script)
    watch, words = Watch(page, giving), WORDS[language]
    begun = time.monotonic()
    page.goto(words["home"])
    widget = page.locator("form.give").first
    widget.get_by_text("KES 200", exact=True).click()
    button = widget.locator("button[type=submit]")
    expect(button).to_have_text(f"{words['give']} KES 200" if script else words["give"])
    assert page.context.cookies() == []
    button.click()
    expect(page.get_by_label(re.compile("^(Amount|Kiasi)$"))).to_have_value("200")
    page.get_by_label(words["phone"]).fill(a_number())
    assert not too_wide(page, 320, 360)
    problems = looked_at(page) if script else []
    page.get_by_role("button", name=words["now"]).click()
    expect(page.locator("h1")).to_have_text(words["next"])
    problems += looked_at(page) if script else []
    if script:
        expect(page.locator("h1")).to_have_text(words["thanks"], timeout=SLOW)
        problems += looked_at(page)
    else:
        until = time.monotonic() + SLOW / 1000
        while page.locator("h1").inner_text() != words["thanks"] and time.monotonic() < until:
            time.sleep(1)
            page.get_by_role("link", name=words["look"]).click()
        expect(page.locator("h1")).to_have_text(words["thanks"])
    assert time.monotonic() - begun < 60
    assert gifts(giving)[0] == (200_00, "paid", "mpesa", "", language)
    assert not [*problems, *watch.problems()]


def test_a_card_is_paid_on_the_providers_page_and_the_policy_lets_the_browser_go_there(giving, visitor):
    for script in (False, True):
        page = visitor(giving, 360, 640, java_script_enabled=script)
        watch = Watch(page, giving)
        page.goto("/donate/general/?amount=KES-500&method=card")
        expect(page.get_by_label("M-Pesa telephone number")).to_be_hidden()
        page.get_by_role("button", name="Give now").click()
        page.wait_for_url(f"{giving.cards}/checkout/**")
        assert not [each for each in watch.problems() if "another origin" not in each]
        page.get_by_role("button", name="Pay", exact=True).click()
        page.wait_for_url(f"{giving.url}/donate/gift/**")
        until = time.monotonic() + SLOW / 1000
        while page.locator("h1").inner_text() != "Thank you" and time.monotonic() < until:
            time.sleep(1)
            page.reload()
        expect(page.locator("h1")).to_have_text("Thank you")
        assert gifts(giving)[0][:3] == (500_00, "paid", "card")


def test_many_presses_at_once_are_one_gift(giving, visitor):
    """Fault 21, against the server's two processes."""
    page = visitor(giving, java_script_enabled=False)
    page.goto("/donate/general/?amount=KES-300&method=bank")
    fields = page.locator("main form").evaluate("form => new URLSearchParams(new FormData(form)).toString()")
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies(page.url))
    before, together = len(gifts(giving)), threading.Barrier(6)

    def press(_):
        connection = HTTPConnection("localhost", giving.port, timeout=60)
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Origin": giving.url}
        together.wait(20)
        connection.request("POST", "/donate/general/", fields, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers["Location"]

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(press, range(6)))
    assert len(answers) == 1 and answers.pop()[0] == 303
    assert len(gifts(giving)) == before + 1


def test_by_bank_with_a_reference_to_quote(giving, visitor):
    page = visitor(giving, 360, 640, java_script_enabled=False)
    page.goto("/give/")
    widget = page.locator("form.give").first
    widget.get_by_label("Another amount").fill("1,500")
    widget.get_by_role("button").click()
    page.get_by_text("Bank transfer", exact=True).click()
    page.get_by_role("button", name="Give now").click()
    expect(page.locator("h1")).to_have_text("How to pay")
    expect(page.locator("main")).to_contain_text("Account: 000 000 000")
    assert gifts(giving)[0][:3] == (1500_00, "awaited", "bank")
    reference = giving.sql("SELECT reference FROM donations_gift ORDER BY id DESC LIMIT 1")[0][0]
    expect(page.locator("main")).to_contain_text(reference)
    before = page.url
    page.reload()
    assert page.url == before
    page.go_back()  # the details are not kept: the browser asks for them, and is led on to the gift
    expect(page.locator("h1")).to_have_text("How to pay")


def test_a_wrong_pin_is_said_kindly_and_can_be_tried_again(giving, visitor):
    page = visitor(giving, 360, 640, java_script_enabled=False)
    page.goto("/donate/general/?amount=KES-350")
    page.get_by_label("M-Pesa telephone number").fill("0712 342 001")  # the double's way to say: wrong PIN
    page.get_by_role("button", name="Give now").click()
    until = time.monotonic() + SLOW / 1000
    while page.locator("h1").inner_text() != "Not paid" and time.monotonic() < until:
        time.sleep(1)
        page.get_by_role("link", name="See whether it has arrived").click()
    expect(page.locator("main")).to_contain_text("The M-Pesa PIN was not right.")
    expect(page.locator("main .lines")).to_contain_text("Business number: 600999")
    page.get_by_label("M-Pesa telephone number").fill("abc")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".errors")).to_contain_text("Kenyan mobile number")
    page.get_by_label("M-Pesa telephone number").fill(a_number())
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("h1")).to_have_text("What happens now")
    assert len(gifts(giving)) == len(set(giving.sql("SELECT id FROM donations_gift")))
    attempts = giving.sql("SELECT count(*) FROM donations_attempt WHERE gift_id = (SELECT max(id) FROM donations_gift)")
    assert attempts == [(2,)]


def test_double_click_and_two_tabs(giving, visitor):
    before = len(gifts(giving))
    page = visitor(giving, 360, 640, java_script_enabled=False)
    page.goto("/donate/general/?amount=KES-230")
    other = page.context.new_page()
    other.goto("/donate/general/?amount=KES-240")
    number = a_number()
    for tab in (page, other):
        tab.get_by_label("M-Pesa telephone number").fill(number)
    page.get_by_role("button", name="Give now").dblclick()
    expect(page.locator("h1")).to_have_text("What happens now")
    other.get_by_role("button", name="Give now").click()
    expect(other.locator("h1")).to_have_text(re.compile("What happens now|Thank you"))
    assert page.url == other.url
    assert len(gifts(giving)) == before + 1
    assert gifts(giving)[0][0] == 230_00


def test_a_lost_connection_loses_nothing(giving, visitor):
    before = len(gifts(giving))
    page = visitor(giving, 360, 640)
    page.goto("/donate/general/?amount=KES-260")
    page.get_by_label("M-Pesa telephone number").fill(a_number())
    page.context.set_offline(True)
    page.get_by_role("button", name="Give now").click()
    expect(page.get_by_role("status").filter(has_text="There is no connection")).to_be_visible()
    assert len(gifts(giving)) == before
    page.context.set_offline(False)
    page.get_by_role("button", name="Give now").click()
    expect(page.locator("h1")).to_have_text("What happens now")
    page.context.set_offline(True)  # and while it waits
    time.sleep(4)
    page.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("Thank you", timeout=SLOW)
    assert len(gifts(giving)) == before + 1


@pytest.mark.parametrize("script", [False, True], ids=["without a script", "with a script"])
def test_mistakes_are_named_and_what_was_typed_stays(giving, visitor, script):
    page = visitor(giving, 360, 640, java_script_enabled=script)
    page.goto("/donate/general/?amount=KES-20")
    page.get_by_label("M-Pesa telephone number").fill("12")
    page.get_by_text("Name, receipt by e-mail").click()
    page.get_by_label("Your name").fill("A donor")
    page.get_by_label("E-mail address").fill("nowhere")
    page.get_by_role("button", name="Give now").click()
    summary = page.locator(".errors")
    expect(summary.get_by_role("link")).to_have_count(3)
    expect(summary).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("A donor")
    expect(page.get_by_label("E-mail address")).to_be_visible()
    if script:
        found = axe(page)
        page.emulate_media(color_scheme="dark")
        assert not [*found, *axe(page)]
    summary.get_by_role("link", name=re.compile("telephone")).click()
    assert page.evaluate("document.activeElement.id") == "id_phone" if script else page.url.endswith("#id_phone")


def test_the_whole_way_by_keyboard(giving, visitor):
    page = visitor(giving, 1280, 800)
    page.goto("/give/")
    first = page.locator("form.give").first.locator("input[type=radio]").first
    first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("form.give").first.locator("button")).to_have_text("Give KES 500")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Amount", exact=True)).to_have_value("500")
    page.get_by_label("Amount", exact=True).focus()
    page.keyboard.press("Tab")  # to the ways: M-Pesa is chosen
    page.keyboard.press("Tab")
    page.keyboard.type(a_number())
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("What happens now")


def test_several_forms_on_a_page_and_an_own_amount_takes_back_a_chosen_one(giving, visitor):
    page = visitor(giving, 360, 640)
    page.goto("/give/")
    shillings, dollars = page.locator("form.give").all()
    shillings.get_by_text("KES 500", exact=True).click()
    dollars.get_by_text("USD 25", exact=True).click()
    expect(shillings.locator("button")).to_have_text("Give KES 500")
    expect(dollars.locator("button")).to_have_text("Give USD 25")
    shillings.get_by_label("Another amount").fill("350")
    expect(shillings.locator("button")).to_have_text("Give KES 350")
    expect(shillings.locator("input[type=radio]:checked")).to_have_count(0)
    shillings.get_by_text("KES 200", exact=True).click()
    expect(shillings.get_by_label("Another amount")).to_have_value("")
    dollars.locator("button").click()
    page.wait_for_url(re.compile(r"/donate/abroad/\?amount=USD-25"))
    expect(page.get_by_label("Amount", exact=True)).to_have_value("25")


# --- On a partner's page ---------------------------------------------------------------------------------------------


def framed(site, code="general", prefix=""):
    """The partner's one line, as the admin shows it, but with the site at 127.0.0.1: another site than localhost."""
    line = site.run_python(
        "import django; django.setup()\n"
        "from donations.models import DonationForm\nfrom donations.reach import frame_of\n"
        f"form = DonationForm.objects.get(code={code!r}, locale__language_code={'sw' if prefix else 'en'!r})\n"
        "print(frame_of(form, 'friends'))"
    )
    return re.sub(r"http://localhost:\d+", f"http://127.0.0.1:{site.port}", line.strip())


def test_a_partner_shows_the_amounts_and_the_rest_has_the_whole_window(giving, partner, visitor):
    """127.0.0.1 in a page of localhost is another site; third-party cookies are blocked."""
    partner.pages["/"] = f"<!doctype html><html lang=en><title>A partner</title><h1>Friends</h1>{framed(giving)}</html>"
    page = visitor(giving, 360, 640)
    blocked = page.context.new_cdp_session(page)
    blocked.send("Network.enable")
    blocked.send(
        "Network.setCookieControls",
        {
            "enableThirdPartyCookieRestriction": True,
            "disableThirdPartyCookieMetadata": True,
            "disableThirdPartyCookieHeuristics": True,
        },
    )
    page.goto(partner.url + "/")
    frame = page.frame_locator("iframe")
    frame.get_by_text("KES 200", exact=True).click()
    assert page.context.cookies() == []
    frame.get_by_role("button").click()
    page.wait_for_url(re.compile(rf"http://127.0.0.1:{giving.port}/donate/general/"))
    assert page.evaluate("top === self")
    page.get_by_label("M-Pesa telephone number").fill(a_number())
    page.get_by_role("button", name="Give now").click()
    expect(page.locator("h1")).to_have_text("What happens now")
    assert gifts(giving)[0][3] == "friends"


def test_no_other_site_may_show_it_nor_anything_but_the_amounts(giving, partner, visitor):
    partner.pages["/stranger"] = framed(giving)
    partner.pages["/details"] = f'<iframe src="http://127.0.0.1:{giving.port}/donate/general/"></iframe>'
    page = visitor(giving)
    stranger = f"http://127.0.0.1:{partner.server_port}/stranger"  # the same page, on a site that is not on the list
    for address in (stranger, partner.url + "/details"):
        said = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(address)
        page.wait_for_timeout(1000)
        assert page.frame_locator("iframe").locator("form").count() == 0, address
        assert any("frame-ancestors" in text for text in said), said


@pytest.mark.parametrize(("code", "prefix"), [("general", ""), ("general", "/sw"), ("abroad", ""), ("abroad", "/sw")])
def test_the_height_of_the_frame_fits(giving, partner, visitor, code, prefix):
    line = framed(giving, code, prefix)
    height = int(re.search(r'height="(\d+)"', line)[1])
    partner.pages["/height"] = (
        f"<!doctype html><html lang=en><title>A partner</title><body style='margin:0'>{line}</html>"
    )
    for width in (300, 320, 360, 600, 1000):
        page = visitor(giving, width, 900, java_script_enabled=False)
        page.goto(partner.url + "/height")
        shown = page.frames[1]
        needed = shown.locator(".giving").bounding_box()["height"]
        assert needed <= height, f"{width}: {needed} > {height}"
        page.context.close()
