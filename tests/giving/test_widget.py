"""Step 1 wherever it stands: on pages, in the header, in partners' frames; absent where nothing can be given."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Site

from core.models import Menu, Wording
from donations.models import DonationForm, MethodStop
from tests.conftest import with_soup
from tests.examples import add, block, make_donation_form, offer, translate
from tests.giving.making import BANK, MPESA

INSTEAD = "<p>Call us and ask.</p>"


@pytest.fixture(autouse=True)
def bank(settings, home):
    settings.BANK_ACCOUNT = BANK


@pytest.fixture
def form():
    return make_donation_form()


@pytest.fixture
def page(home, form):
    """A page with two forms on it, the second of which has nothing to show instead."""
    menu = Menu.objects.create(
        title="Menu", action=[{"type": "give", "value": {"text": "Give", "form": form.pk, "page": None}}]
    )
    wording = Wording.for_site(Site.objects.get(is_default_site=True))
    wording.menu = menu
    wording.save()
    body = [
        block("donation_form", heading="Give here", form=form.pk, instead=INSTEAD),
        block("donation_form", heading="Or here", form=form.pk, instead=""),
    ]
    return add(home, "home.ContentPage", "Give", slug="give", body=body)


def test_several_forms_on_a_cached_page_without_token_cookie_or_script_of_others(page, get):
    answer = get("/give/")
    forms = answer.soup.select("main form.give")
    assert [(each["method"], each["action"]) for each in forms] == [("get", "/donate/general/")] * 2
    assert len({each.select_one("[id]")["id"] for each in forms}) == 2
    assert not answer.cookies
    assert answer["Cache-Control"].startswith("public")
    assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert [each["value"] for each in forms[0].select('[name="amount"]')] == ["KES-200", "KES-500"]
    assert "Cookie" not in answer.get("Vary", "")


def test_what_it_offers_comes_from_the_form(home, get):
    presets = [{"amount": 1000, "line": "What it does", "source": "Accounts 2025"}]
    offers = [offer(), offer("USD", (10,), own_amount=False)]
    offers[0]["value"]["presets"] = presets
    made = make_donation_form(offers=offers, words="<p>About us.</p>")
    add(home, "home.ContentPage", "Give", slug="give", body=[block("donation_form", heading="H", form=made.pk)])
    section = get("/give/").soup.select_one(".giving")
    text = section.get_text(" ")
    for words in ("About us.", "KES 1,000", "What it does (Accounts 2025)", "USD 10", "Kenyan shillings", "US dollars"):
        assert words in text
    assert section.select_one('[name="own"]')
    assert section.select_one('input[name="currency"]')["value"] == "KES"  # none may be typed in dollars
    assert section.select_one(".give__switch").has_attr("disabled")  # a script switches it on


GONE = {
    "no way is set up": lambda form, settings: setattr(settings, "BANK_ACCOUNT", ""),
    "no key seals what donors write": lambda form, settings: setattr(settings, "SEALING_KEYS", []),
    "somebody stopped it": lambda form, settings: MethodStop.objects.create(method="bank"),
    "the form is not published": lambda form, settings: DonationForm.objects.update(live=False),
    "its time has not come": lambda form, settings: DonationForm.objects.update(
        active_from=timezone.now() + timedelta(days=1)
    ),
    "its time is over": lambda form, settings: DonationForm.objects.update(active_to=timezone.now()),
    "its fund is not active": lambda form, settings: type(form.fund).objects.update(active=False),
    "its way is not its own": lambda form, settings: DonationForm.objects.update(methods=["cash"]),
}


@pytest.mark.parametrize("why", GONE)
def test_widget_and_give_action_are_absent_and_the_page_says_how_to_ask(page, get, form, settings, why):
    before = get("/give/").soup
    assert before.select_one(".top__action")["href"] == "/donate/general/"
    assert len(before.select(".giving")) == 2
    GONE[why](form, settings)
    after = get("/give/").soup
    assert not after.select(".giving, form.give, .top__action")
    assert [heading.text for heading in after.select("main h2")] == ["Give here"]
    assert "Call us and ask." in after.main.get_text()


def test_header_leads_to_the_page_that_editors_chose(page, get, form):
    Menu.objects.update(
        action=[{"type": "give", "value": {"text": "", "form": form.pk, "page": page.pk}}],
    )
    action = get("/").soup.select_one(".top__action")
    assert (action["href"], action.text) == ("/give/", "Support our work")


def test_each_language_has_its_own_words_and_falls_back_to_the_others(page, get, form, kiswahili_home):
    translate(page, slug="changia")
    soup = get("/sw/changia/").soup
    section = soup.select_one(".giving")
    assert section["lang"] == "en"
    assert section.form["action"] == "/sw/mchango/general/"
    twin = make_donation_form(language="sw", title="Saidia", translation_key=form.translation_key)
    section = get("/sw/changia/").soup.select_one(".giving")
    assert not section.has_attr("lang")
    twin.live = False
    twin.save()
    assert get("/sw/changia/").soup.select_one(".giving")["lang"] == "en"


@pytest.mark.parametrize("live", [True, False])
def test_test_mode_is_said_where_the_form_stands(page, get, settings, live):
    settings.GIVING_LIVE = live
    assert ("Test mode" in get("/give/").soup.main.get_text()) != live


# --- Frames ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def partners(settings):
    settings.GIVING_PARTNERS = {"friends": "https://friends.example.org", "others": "https://others.example.org"}


def test_a_frame_holds_the_amounts_alone_for_one_site_alone(form, partners, get):
    answer = get("/donate/general/frame/friends/")
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == "https://friends.example.org"
    assert policy["default-src"] == "'none'"
    assert "X-Frame-Options" not in answer
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies
    found = answer.soup.select_one("form")
    assert (found["target"], found["method"], found["action"]) == ("_top", "get", "/donate/general/")
    assert found.select_one('[name="partner"]')["value"] == "friends"
    assert not answer.soup.select("header, footer, nav")


def test_frames_of_strangers_and_of_closed_forms(form, partners, get):
    get("/donate/general/frame/strangers/", status=404)
    get("/donate/nothing/frame/friends/", status=404)
    MethodStop.objects.create(method="bank")
    soup = get("/donate/general/frame/friends/").soup
    assert not soup.select("form")
    assert soup.a["target"] == "_top"


def test_only_the_frame_may_be_shown_by_others(form, partners, get):
    for address in ("/", "/donate/general/"):
        answer = get(address)
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    ("url", "origin"),
    [("https://api.paystack.co", "https://checkout.paystack.com"), ("http://127.0.0.1:8123", "http://127.0.0.1:8123")],
)
def test_giving_pages_may_send_the_browser_to_the_checkout_and_no_other_page_may(form, get, settings, url, origin):
    settings.PAYSTACK_URL = url
    assert f"form-action 'self' {origin}" in get("/donate/general/")["Content-Security-Policy"]
    assert "form-action 'self';" in get("/")["Content-Security-Policy"] + ";"


# --- In the admin ---------------------------------------------------------------------------------------------------


def edit(form):
    return f"/admin/snippets/donations/donationform/edit/{form.pk}/"


def test_the_form_shows_its_address_its_code_and_the_partners_line(form, partners, admin_client):
    soup = with_soup(admin_client.get(edit(form))).soup
    text = soup.get_text(" ")
    assert "http://localhost:8000/donate/general/" in text
    assert '<iframe src="http://localhost:8000/donate/general/frame/friends/" title="Support our work" ' in text
    assert soup.select_one(f'img[src="/admin/giving/form/{form.pk}/qr.svg"]')


def test_the_qr_code_can_be_read(form, admin_client, client):
    import segno
    from PIL import Image

    from donations.reach import address_of

    png = admin_client.get(f"/admin/giving/form/{form.pk}/qr.png")
    assert png["Content-Type"] == "image/png"
    picture = Image.open(BytesIO(png.content)).convert("1")
    code = segno.make(address_of(form), error="m", micro=False)
    size = code.symbol_size(scale=10, border=4)
    assert picture.size == size
    # Module for module what the standard's encoder makes of the address.
    for row, modules in enumerate(code.matrix):
        for column, dark in enumerate(modules):
            assert bool(picture.getpixel(((column + 4) * 10 + 5, (row + 4) * 10 + 5))) != bool(dark)
    svg = admin_client.get(f"/admin/giving/form/{form.pk}/qr.svg")
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg.content.startswith(b"<?xml")
    assert admin_client.get(f"/admin/giving/form/{form.pk}/qr.gif").status_code == 404
    assert client.get(f"/admin/giving/form/{form.pk}/qr.svg").status_code == 302


def test_what_is_missing_is_said_on_the_form_the_dashboard_and_the_page_of_ways(form, admin_client, settings):
    settings.BANK_ACCOUNT = ""
    for address in (edit(form), "/admin/"):
        text = with_soup(admin_client.get(address)).soup.get_text(" ")
        assert "Bank transfer is not offered: the server's settings lack BANK_ACCOUNT." in text
    assert "BANK_ACCOUNT" in admin_client.get("/admin/giving/ways/").content.decode()
    settings.BANK_ACCOUNT = BANK
    assert "Nobody can give" not in admin_client.get("/admin/").content.decode()


def test_the_switch_stops_a_way_and_is_recorded(form, admin_client, admin_user, get):
    from core.models import Record

    admin_client.post("/admin/giving/ways/", {"method": "bank", "stop": "", "reason": "Cards are tried out"})
    stop = MethodStop.objects.get()
    assert (stop.method, stop.reason, stop.by) == ("bank", "Cards are tried out", admin_user)
    assert not get("/donate/general/").soup.select("main form")
    admin_client.post("/admin/giving/ways/", {"method": "bank", "stop": ""})  # twice is once
    admin_client.post("/admin/giving/ways/", {"method": "nothing", "stop": ""})
    assert MethodStop.objects.count() == 1
    admin_client.post("/admin/giving/ways/", {"method": "bank", "start": ""})
    assert get("/donate/general/").soup.select("main form")
    actions = Record.objects.filter(action__startswith="giving.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["giving.stopped", "giving.started"]


def test_only_who_may_stops_a_way(db, client, django_user_model):
    from django.contrib.auth.models import Permission

    writer = django_user_model.objects.create_user("writer", "writer@example.org", "a long sentence")
    writer.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(writer)
    client.post("/admin/giving/ways/", {"method": "bank", "stop": ""})
    assert not MethodStop.objects.exists()


@pytest.mark.parametrize("mode", ["", "details"])
def test_editors_see_a_preview_before_anything_is_published_or_set_up(form, admin_client, settings, mode):
    from wagtail.test.utils.form_data import nested_form_data, streamfield  # noqa: F401

    settings.BANK_ACCOUNT = ""
    form.live = False
    form.save()
    response = form.make_preview_request(preview_mode=mode)
    text = with_soup(response).soup.main.get_text(" ")
    assert response.status_code == 200
    assert "Support our work" in text
    assert ("KES 200" in text) == (mode == "")
    empty = DonationForm(title="A draft", code="draft", locale=form.locale)
    assert empty.make_preview_request(preview_mode=mode).status_code == 200


@pytest.mark.parametrize("lacking", ["fund", "offers", "methods"])
def test_a_form_without_what_is_needed_can_be_a_draft_but_not_live(form, lacking):
    from django.core.exceptions import ValidationError

    setattr(form, lacking, None if lacking == "fund" else [])
    with pytest.raises(ValidationError) as refused:
        form.save()
    assert set(refused.value.message_dict) == {lacking}
    form.live = False
    form.save()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"minimum": 300, "maximum": 200}, "maximum"),
        ({"presets": [{"amount": 20}]}, "presets"),
        ({"presets": [], "own_amount": False}, "presets"),
    ],
)
def test_amounts_that_make_no_sense_are_refused(value, where):
    from wagtail.blocks.struct_block import StructBlockValidationError

    from donations.offers import OfferBlock

    offer_block = OfferBlock()
    whole = {"currency": "KES", "presets": [{"amount": 200}], "own_amount": True, "minimum": 50, "maximum": 1000}
    assert offer_block.clean(offer_block.to_python(whole))
    with pytest.raises(StructBlockValidationError) as refused:
        offer_block.clean(offer_block.to_python({**whole, **value}))
    assert set(refused.value.block_errors) == {where}


def test_what_an_amount_does_needs_a_source():
    from wagtail.blocks.struct_block import StructBlockValidationError

    from donations.offers import PresetBlock

    preset = PresetBlock()
    with pytest.raises(StructBlockValidationError):
        preset.clean(preset.to_python({"amount": 200, "line": "A day of counselling"}))
    assert preset.clean(preset.to_python({"amount": 200, "line": "A day of counselling", "source": "Accounts 2025"}))


def test_mpesa_is_not_offered_for_dollars(home, get, settings):
    for name, value in MPESA.items():
        setattr(settings, name, value)
    settings.BANK_ACCOUNT = ""
    make_donation_form(methods=["mpesa"], offers=[offer("USD", (10,))])
    assert not get("/donate/general/").soup.select("main form")


def test_a_code_that_was_published_stays(home):
    """It stands on partners' pages and in printed QR codes: no editor can break them all by one letter."""
    form = make_donation_form()
    form.code = "other"
    form.full_clean()
    form.save()
    form.save_revision().publish()
    form.refresh_from_db()
    form.code = "third"
    with pytest.raises(ValidationError, match="partners use it"):
        form.full_clean()
    form.code = "other"
    form.full_clean()
