"""The organisation's name, as others spell it, leads home."""

import pytest

from tests.examples import add, make_facts
from tests.search.conftest import once_for_all

pytestmark = pytest.mark.django_db


def named(home, kiswahili_home):
    make_facts(name="Independent Medico-Legal Unit", short_name="IMLU")
    home.title, home.summary = "First page", "Help for survivors."
    home.save()
    add(home, "home.ContentPage", "Legal advice", summary="Of a unit.")


@pytest.fixture(scope="module")
def imlu(django_db_setup, django_db_blocker):
    with once_for_all(django_db_blocker, named):
        yield


@pytest.mark.parametrize(
    "words",
    [
        "Independent Medical Legal Unit",
        "Independent Medico Legal Unit",
        "Independent Medico-Legal Unit (IMLU)",
        "independant medico-legal unit",
        "Indepedent",
        "Indepedent Medical Legal Unit Kenya",
        "the independent medical-legal unit",
        "imlu",
        "IMLU Kenya",
        "ilmu",
    ],
)
def test_the_name_however_it_is_spelt_leads_home(imlu, find, words):
    assert find(words)[:1] == ["First page"]
    assert find(words, "/sw/tafuta/")[:1] == ["Example Unit kwa Kiswahili"]


@pytest.mark.parametrize("words", ["legal unit", "legal advice", "unit", "Kenya"])
def test_other_words_of_the_name_do_not(imlu, find, words):
    assert "First page" not in find(words)


def test_the_short_name_beside_other_words_is_understood(imlu, find):
    assert find("imlu advice") == ["Legal advice"]
