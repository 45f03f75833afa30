"""Look-ups whose SQL is written once: the same answers as Django's, and never an old one."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Page

from core.models import Notice, Phone
from core.prepared import Prepared
from tests.examples import add

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]


def test_each_value_has_its_place(home):
    add(home, "home.ContentPage", "One", slug="one")
    find = Prepared(lambda slug, depth: Page.objects.filter(depth=depth, slug=slug, live=True), str, int)
    assert [page.title for page in find("one", 3)] == ["One"]
    assert find("one", 4) == find("two", 3) == []
    assert find(home.slug, 2)[0] == Page.objects.get(pk=home.pk)


def test_nothing_of_an_answer_is_kept(home, django_assert_num_queries):
    find = Prepared(Phone.objects.all)
    before = find()
    Phone.objects.update(number="0800 000 999")
    with django_assert_num_queries(1):
        assert [phone.number for phone in find()] == ["0800 000 999"] * len(before)
    assert before and before[0].number != "0800 000 999"


def test_dates_and_empty_fields():
    now = timezone.now()
    for text, start, end in [("past", -2, -1), ("now", -1, 1), ("ever", -1, None), ("later", 1, None)]:
        Notice.objects.create(
            text_en=text,
            show_from=now + datetime.timedelta(hours=start),
            show_until=now + datetime.timedelta(hours=end) if end else None,
        )
    assert {notice.text_en for notice in Notice.current()} == {"now", "ever"}


def test_a_value_that_is_no_parameter_is_refused():
    with pytest.raises(ValueError, match="is not a parameter"):
        Prepared(lambda number: Page.objects.all(), int)(1)
