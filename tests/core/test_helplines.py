"""A helpline of others goes live only with the day on which it was checked, whatever the road."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from core.models import Helpline
from tests.examples import add, block, translate

pytestmark = [pytest.mark.django_db, pytest.mark.upgrade]

CHECKED = datetime.date(2026, 1, 5)


@pytest.fixture
def draft(db):
    """A helpline that nobody has checked."""
    return Helpline.objects.create(name="Other line", phone="1195", description="Violence at home.", live=False)


def is_live(helpline):
    return Helpline.objects.get(pk=helpline.pk).live


def test_it_can_be_saved_as_a_draft(draft):
    draft.save_revision()
    assert not is_live(draft)


def test_it_does_not_go_live_by_save(draft):
    draft.live = True
    with pytest.raises(ValidationError, match="only with the day"):
        draft.save()
    assert not is_live(draft)


def test_it_does_not_go_live_by_creation(db):
    with pytest.raises(ValidationError):
        Helpline.objects.create(name="Other line", phone="1195", description="D")


def test_it_does_not_go_live_by_publishing_a_revision(draft):
    with pytest.raises(ValidationError):
        draft.save_revision().publish()
    assert not is_live(draft)


def test_it_does_not_go_live_by_the_publish_button(draft, admin_client):
    address = reverse("wagtailsnippets_core_helpline:edit", args=[draft.pk])
    form = {"name": "Other line", "phone": "1195", "description": "D", "checked_on": "", "source_url": "", "url": ""}
    response = admin_client.post(address, {**form, "action-publish": "1"})
    assert response.status_code == 200
    assert "only with the day" in response.content.decode()
    assert not is_live(draft)
    admin_client.post(address, {**form, "checked_on": "2026-01-05", "action-publish": "1"})
    assert is_live(draft)


def test_it_does_not_go_live_by_schedule(draft):
    draft.go_live_at = timezone.now() + datetime.timedelta(hours=1)
    revision = draft.save_revision()
    revision.publish()
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now())
    call_command("run_due")
    assert not is_live(draft)


def test_its_translation_does_not_go_live_either(draft, home):
    kiswahili = Locale.objects.get(language_code="sw")
    source, _created = TranslationSource.update_or_create_from_instance(draft)
    translation = Translation.objects.create(source=source, target_locale=kiswahili)
    with pytest.raises(ValidationError):
        translation.save_target(publish=True)
    assert not Helpline.objects.filter(live=True).exists()


def test_it_goes_live_when_checked(draft):
    draft.checked_on = CHECKED
    draft.save_revision().publish()
    assert is_live(draft)


def test_the_block_lists_checked_ones_with_their_day(home, kiswahili_home, draft, get):
    page = add(home, "home.ContentPage", "Others", slug="others", body=[block("helplines", heading="Lines", intro="")])
    translate(page, slug="wengine")
    live = Helpline.objects.create(name="Live line", phone="0800 22 00 00", description="English.", checked_on=CHECKED)
    twin = live.copy_for_translation(kiswahili_home.locale)
    twin.description, twin.live = "Kiswahili.", True
    twin.save()
    (item,) = get("/others/").soup.select("main .page-list li")
    assert [link["href"] for link in item.select("a[href^=tel]")] == ["tel:0800220000"]
    assert "Checked on 5 January 2026" in item.get_text()
    assert "English." in item.get_text()
    (item,) = get("/sw/wengine/").soup.select("main .page-list li")
    assert "Kiswahili." in item.get_text()
    assert not item.has_attr("lang")
