"""Words and stems, and that both databases keep them as they are."""

import pytest
from django.db import connection

from core.indexing import mark
from core.words import fold, stem, stems, words

SAME = {
    "en": [
        "torture tortured torturing tortures",
        "police policing",
        "killing killings killed",
        "woman women",
        "person people",
        "organise organisation organize organizations",
        "survivor survivors survivor's survivors’",
        "forensic Forensics FORENSIC",
        "rehabilitate rehabilitation rehabilitating",
        "café cafe",
        "donate donation donations donor give giving",
        "cop cops police",
    ],
    "sw": [
        "mateso kutesa waliteswa wanatesa aliteswa kuteswa watesaji",
        "wakili mawakili",
        "daktari madaktari",
        "mtoto watoto",
        "mtu watu",
        "kifo vifo",
        "mahakama mahakamani",
        "polisi polisini",
        "kusaidia wanasaidia wanasaidiwa saidia",
        "msaada misaada",
        "shirika mashirika",
        "sheria mwanasheria wanasheria",
        "habari mwanahabari wanahabari",
        "jeraha majeraha",
        "muungano miungano",
        "kijana vijana",
        "uchunguzi kuchunguza wachunguzi",
        "mkimbizi wakimbizi",
        "kituo vituo",
        "gereza magereza gerezani",
        "mshauri washauri ushauri",
        "king'ong'o kingong'o King’ong’o",
        "mwathiriwa waathiriwa muathiriwa kuathiriwa mwathirika waathirika",
        "mwandishi waandishi",
        "mwongozo miongozo",
        "mwakilishi wawakilishi",
        "mwalimu walimu",
        "mwananchi wananchi",
    ],
}
DIFFERENT = {
    "en": ["police politics", "report reporter’s-desk", "medico medical", "unit unity"],
    "sw": ["kila wakili", "kesi kesho", "haki hakimu", "wakili kilimo", "mtu mtoto"],
}


@pytest.mark.parametrize(("language", "group"), [(code, group) for code, groups in SAME.items() for group in groups])
def test_these_are_one_word(language, group):
    assert len({stem(fold(word), language) for word in group.split()}) == 1


@pytest.mark.parametrize(
    ("language", "group"), [(code, group) for code, groups in DIFFERENT.items() for group in groups]
)
def test_these_are_not(language, group):
    assert len({tuple(stems(word, language)) for word in group.split()}) == len(group.split())


def test_words_are_plain_and_in_order():
    assert words("Médico-Legal: the “Unit’s” 2nd report, №5!") == [
        "medico",
        "legal",
        "the",
        "unit",
        "2nd",
        "report",
        "5",
    ]
    assert words("\x00 … ") == []


def test_compounds_are_found_as_one_word_too():
    assert "medicoleg" in stems("Medico-Legal", "en")
    assert stem(fold("medicolegal"), "en") == "medicoleg"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cuts words at what is no letter or digit")
def test_postgresql_finds_every_stem_that_it_is_given():
    texts = ["torture 2024 0800 721401 1e5 0x1f 3d abc123 123abc a1b2c3 medicolegal no5 5e3x 00 x0"]
    tokens = [mark(stem(word, language)) for text in texts for word in words(text) for language in ("en", "sw")]
    with connection.cursor() as cursor:
        for token in tokens:
            cursor.execute("SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s)", [token, f"'{token}'"])
            assert cursor.fetchone()[0], token
