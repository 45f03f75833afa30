"""Facts are entered once: a change shows everywhere, and what is not known leaves no trace."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from core.models import Facts, Phone, SocialLink
from tests.core.schema_org import organisation
from tests.examples import FACTS, HELPLINE, add, block, make_facts, translate

pytestmark = pytest.mark.django_db

ELSEWHERE = {"hours_sw", "since_year", "press_email"}  # facts that the English contact page does not show


@pytest.fixture
def contact(home, kiswahili_home):
    body = [block("helpline", heading="Call us", text=""), block("contact_details", heading="Details")]
    page = add(home, "home.ContactPage", "Contact", slug="contact", body=body)
    translate(page, slug="mawasiliano")
    return page


def test_a_changed_number_shows_everywhere(contact, get):
    facts = make_facts()
    facts.phones.set([Phone(kind="helpline", number="0800 999 999", international="+254 20 999", toll_free=True)])
    facts.save()
    response = get("/contact/")
    for place in (".help-bar", "main .contact", "main .helpline", ".foot"):
        assert "0800 999 999" in response.soup.select_one(place).get_text(), place
    assert organisation(response)["contactPoint"]["telephone"] == "+254 20 999"
    assert HELPLINE not in response.content.decode()
    assert "0800 999 999" in get("/nothing/", 404).soup.main.get_text()


@pytest.mark.parametrize(
    "value", [value for name, value in FACTS.items() if name not in {"hours_sw", "since_year", "press_email"}]
)
def test_every_fact_reaches_the_contact_page(contact, get, value):
    make_facts(**FACTS)
    response = get("/contact/")
    assert value in response.soup.body.get_text() or response.soup.select(f'main a[href="{value}"]')


def test_structured_data_has_the_facts(contact, get):
    facts = make_facts(**FACTS)
    facts.social_links.set([SocialLink(name="A network", url="https://example.org/us")])
    facts.save()
    found = organisation(get("/contact/"))
    assert found["name"] == "Example Medico-Legal Unit"
    assert found["foundingDate"] == "1993"
    assert found["email"] == "office@example.org"
    assert found["address"]["streetAddress"] == "Example House, Example Road"
    assert found["sameAs"] == ["https://example.org/us"]


def test_hours_and_labels_speak_the_readers_language(contact, get):
    facts = make_facts(hours_en="Weekdays", hours_sw="Siku za kazi")
    facts.phones.set([Phone(number="1", label_en="Office", label_sw="Ofisi")])
    facts.save()
    english, kiswahili = (get(address).soup.main.get_text() for address in ("/contact/", "/sw/mawasiliano/"))
    assert ("Weekdays" in english, "Office" in english) == (True, True)
    assert ("Siku za kazi" in kiswahili, "Ofisi" in kiswahili) == (True, True)
    assert "Weekdays" not in kiswahili


@pytest.mark.parametrize(
    ("number", "international", "local", "abroad"),
    [
        ("0800 721 401", "", "tel:0800721401", "tel:0800721401"),
        ("020 123", "+254 (20) 123", "tel:020123", "tel:+25420123"),
    ],
)
def test_numbers_can_be_called(number, international, local, abroad):
    phone = Phone(number=number, international=international)
    assert (phone.local_uri, phone.uri) == (local, abroad)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "08OO 721 401"),
        ("number", "call us"),
        ("number", "020 445/9"),
        ("international", "0800 721 401"),
        ("international", "+254 20 l23"),
    ],
)
def test_a_number_that_cannot_be_dialled_is_refused_in_the_admin(admin_client, field, value):
    """A letter O in place of a nought would be a helpline that nobody reaches, on every page at once."""
    facts = make_facts()
    rows = {
        "kind": "helpline",
        "number": "0800 000 123",
        "international": "",
        "label_en": "",
        "label_sw": "",
        "ORDER": "1",
    }
    form = {
        "name": "Unit",
        "short_name": "U",
        "exit_url": "https://example.org/",
        **{f"phones-0-{name}": part for name, part in {**rows, field: value}.items()},
        **{f"{name}-{part}_FORMS": "0" for name in ("phones", "social_links") for part in ("INITIAL", "TOTAL")},
        "phones-TOTAL_FORMS": "1",
    }
    url = reverse("wagtailsettings:edit", args=["core", "facts", facts.site_id])
    answer = admin_client.post(url, form)
    sentence = "Digits and spaces only" if field == "number" else "A plus sign, then digits"
    assert answer.status_code == 200 and sentence in answer.content.decode()
    answer = admin_client.post(url, {**form, f"phones-0-{field}": "+254 20 000 0000"})
    assert answer.status_code == 302
    assert Facts.objects.get().phones.filter(**{field: "+254 20 000 0000"}).exists()


def test_follow_us_appears_only_with_links(contact, get):
    assert "Follow us" not in get("/contact/").content.decode()
    facts = make_facts()
    facts.social_links.set([SocialLink(name="A network", url="https://example.org/us")])
    facts.save()
    soup = get("/contact/").soup
    assert "Follow us" in soup.body.get_text()
    assert "me" in soup.select_one('a[href="https://example.org/us"]')["rel"]


def test_empty_facts_leave_no_hole(contact, get):
    Facts.objects.all().delete()
    for address in ("/contact/", "/sw/mawasiliano/", "/", "/nothing/"):
        soup = get(address, 404 if address == "/nothing/" else 200).soup
        for element in soup.select("main p, main ul, main address, main h2, footer p, footer ul, footer h2, aside p"):
            assert element.get_text(strip=True), f"an empty {element.name} on {address}"
        assert not soup.select('a[href=""], a[href="tel:"], a[href="mailto:"]')
        assert not soup.select('a[href^="tel:"]')
        for element in soup.select("main section, aside"):
            assert element.get_text(strip=True) != "How to reach us", f"a heading with nothing below it on {address}"
            assert element.get_text(strip=True), f"an empty {element.name} on {address}"
    assert "contactPoint" not in organisation(get("/contact/"))
    assert "sameAs" not in organisation(get("/contact/"))


@pytest.mark.parametrize(("known", "shown"), [({}, []), ({"hours_en": "Weekdays"}, ["Details"])])
def test_blocks_without_a_fact_leave_the_page_and_its_contents_list(home, get, known, shown):
    Facts.objects.all().delete()
    if known:
        Facts.objects.create(site=home.get_site(), **known)
    sections = [block("section", heading=f"Part {number}", text="Words") for number in range(4)]
    facts = [block("helpline", heading="Call us"), block("contact_details", heading="Details")]
    page = add(home, "home.ContentPage", "Page", body=[*sections, *facts])
    soup = get(page.url).soup
    wanted = ["Part 0", "Part 1", "Part 2", "Part 3", *shown]
    assert [entry.get_text() for entry in soup.select(".contents li")] == wanted
    assert [heading.get_text() for heading in soup.select("main h2")] == wanted


@pytest.mark.parametrize("sensitive", [True, False])
def test_without_a_helpline_the_bar_holds_the_way_out_alone(home, get, sensitive):
    Facts.objects.all().delete()
    page = add(home, "home.ContentPage", "Page", sensitive=sensitive, seo_title="Notes")
    bars = get(page.url).soup.select(".help-bar")
    assert [bar["aria-label"] for bar in bars] == (["Leave this page"] if sensitive else [])
    assert all(bar.select_one("a.leave[href]") for bar in bars)


@pytest.mark.upgrade
def test_editors_see_what_is_missing(contact, admin_client):
    make_facts(email="office@example.org")
    contact.to_be_supplied = "The gate's colour\nThe floor"
    contact.save()
    text = admin_client.get(reverse("to_be_supplied")).content.decode()
    for words in ("The gate&#x27;s colour", "The floor", "postal address", "links to social media", "from abroad"):
        assert words in text
    assert "<li>e-mail</li>" not in text


@pytest.mark.upgrade
def test_the_report_says_where_one_is(home, admin_client):
    soup = BeautifulSoup(admin_client.get(reverse("to_be_supplied")).content, "html.parser")
    assert soup.h1.get_text(strip=True) == "To be supplied"
    crumbs = soup.select("[data-breadcrumbs-next] li, [data-controller=w-breadcrumbs] li")
    assert crumbs[-1].get_text(strip=True) == "To be supplied"
    assert soup.select_one("header svg.icon-help")


@pytest.mark.upgrade
def test_facts_can_be_edited_in_the_admin(contact, admin_client, get):
    facts = make_facts()
    facts.phones.get().delete()
    address = reverse("wagtailsettings:edit", args=["core", "facts", facts.site_id])
    assert admin_client.get(address).status_code == 200
    form = {
        "name": "Renamed Unit", "short_name": "RU", "exit_url": "https://example.org/",
        "phones-TOTAL_FORMS": 1, "phones-INITIAL_FORMS": 0, "phones-MIN_NUM_FORMS": 0, "phones-MAX_NUM_FORMS": 9,
        "phones-0-kind": "helpline", "phones-0-number": "0800 777", "phones-0-toll_free": "on", "phones-0-ORDER": 1,
        "social_links-TOTAL_FORMS": 0, "social_links-INITIAL_FORMS": 0,
        "social_links-MIN_NUM_FORMS": 0, "social_links-MAX_NUM_FORMS": 9,
    }  # fmt: skip
    assert admin_client.post(address, form).status_code == 302
    soup = get("/contact/").soup
    assert "Renamed Unit" in soup.header.get_text()
    assert soup.title.string == "Contact – RU"
    assert get("/search/").soup.title.string == "Search – RU"
    assert "0800 777" in soup.select_one(".help-bar").get_text()
    assert Facts.last_known() == {"name": "Renamed Unit", "helpline": "0800 777", "exit_url": "https://example.org/"}


def test_a_removed_number_leaves_the_error_page_too(home):
    facts = make_facts()
    assert Facts.last_known()["helpline"] == HELPLINE
    facts.phones.get().delete()
    assert Facts.last_known()["helpline"] == ""
