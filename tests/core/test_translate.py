"""“Translate this page” begins a draft: nobody reads English words at a Kiswahili address."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from tests.examples import add, section

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]


def test_a_new_translation_is_a_draft(home, kiswahili_home, admin_client, get, django_capture_on_commit_callbacks):
    page = add(home, "home.ContentPage", "A page", slug="a-page", body=[section()])
    kiswahili = Locale.objects.get(language_code="sw")
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin_client.post(
            reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": [kiswahili.pk]}
        )
    assert answer.status_code == 302
    translation = page.get_translation(kiswahili)
    assert not translation.live
    get("/sw/a-page/", 404)
    assert not get("/a-page/").soup.select('link[hreflang="sw"]')
