"""Each rule that reads words, on a list of texts: hits, misses and false alarms are counted, and are in the document.

After a change that is meant, `RULE_TABLE=write pytest tests/rules/test_rule_texts.py` writes the table of
docs/before-publishing.md anew; read what differs and commit it.
"""

import os

import pytest
from django.conf import settings

from core.models import ProtectedName
from core.rules import BLOCKING, RULES
from core.rules.names import digest_of, words_of
from core.rules.reading import Reading
from tests.rules.texts import LISTED, TEXTS

DOCUMENT = settings.BASE_DIR / "docs" / "before-publishing.md"
BEGIN, END = "<!-- rules -->\n", "<!-- /rules -->\n"
BY_KEY = {rule.key: rule for rule in RULES}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def listed():
    for name in LISTED:
        words = [word for word, _start, _end in words_of(name)]
        ProtectedName.objects.create(digest=digest_of(words), words=len(words))


def wrong(key):
    """(texts in which the rule misses something, texts in which it finds something that is none)."""
    rule = BY_KEY[key]()

    def finds(text):
        return bool(rule.findings(Reading.of_text(text, is_help=True)))

    texts = TEXTS[key]
    return [text for text in texts["found"] if not finds(text)], [text for text in texts["left"] if finds(text)]


@pytest.mark.parametrize("key", TEXTS)
def test_few_are_wrong(key):
    missed, alarms = wrong(key)
    assert len(missed) <= 0.2 * len(TEXTS[key]["found"]), missed
    assert len(alarms) <= 0.2 * len(TEXTS[key]["left"]), alarms


def test_blocking_rules_alarm_less_than_one_in_ten():
    """What blocks must seldom be wrong: people learn to work round it."""
    keys = [key for key in TEXTS if BY_KEY[key].severity == BLOCKING]
    assert sum(len(wrong(key)[1]) for key in keys) <= 0.1 * sum(len(TEXTS[key]["left"]) for key in keys)


def table():
    lines = [
        "| rule | what happens | why | texts with it: found | texts without it: false alarms |",
        "|---|---|---|---|---|",
    ]
    for rule in RULES:
        happens = ("blocks; a publisher may let it pass" if rule.can_be_overridden else "blocks") * (
            rule.severity == BLOCKING
        )
        found = left = "looks at fields, not words"
        if rule.key in TEXTS:
            texts, (missed, alarms) = TEXTS[rule.key], wrong(rule.key)
            found = f"{len(texts['found']) - len(missed)} of {len(texts['found'])}"
            left = f"{len(alarms)} of {len(texts['left'])}"
        lines.append(f"| {rule.title} (`{rule.key}`) | {happens or 'warns'} | {rule.reason} | {found} | {left} |")
    mistakes = [
        f"- `{key}` {what}: {text}"
        for key in TEXTS
        for what, texts in zip(("misses", "false alarm"), wrong(key), strict=True)
        for text in texts
    ]
    return "\n".join([*lines, "", "Wrong on the list:", "", *mistakes]) + "\n"


def test_the_document_counts_them():
    text = DOCUMENT.read_text()
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    if os.environ.get("RULE_TABLE") == "write":
        DOCUMENT.write_text(before + BEGIN + table() + END + after)
    assert DOCUMENT.read_text() == before + BEGIN + table() + END + after


def test_every_rule_says_why_and_what_to_do():
    assert len(BY_KEY) == len(RULES) == 15
    for rule in RULES:
        assert rule.key and str(rule.title) and str(rule.reason) and str(rule.hint)
