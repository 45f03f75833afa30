"""Links to drafts: one revision, an end, revocable, nothing kept; made by those who may, and in the record."""

import datetime
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from core.models import Record
from desk.models import ShareLink
from desk.sharing import forget_ended
from tests.doors.approvals import make, press, write

pytestmark = pytest.mark.django_db


def share(client, page, **sent):
    """Make a link in the screen; returns (the answer, the link's address or "")."""
    response = client.post(f"/admin/desk/share/{page.pk}/", {"hours": "24", **sent})
    field = BeautifulSoup(response.content, "lxml").select_one("#address")
    return response, urlsplit(field["value"]).path if field else ""


@pytest.fixture
def draft(home, person):
    page = make(home, "opinion", "On a draft")
    write(page, person("Writer"), summary="First words.")
    return page


def test_shows_one_revision_and_no_other(draft, at_desk, person, client):
    _response, address = share(at_desk("Publisher"), draft)
    write(draft, person("Writer"), summary="Later words.")
    shown = client.get(address)
    assert shown.status_code == 200
    assert "First words." in shown.text
    assert "Later words." not in shown.text
    assert "shown to you until" in shown.text


def test_what_is_typed_on_is_not_written_over_it(draft, at_desk, person, client):
    """The editor saves over a person's last draft while they type."""
    revision = draft.revisions.get()
    _response, address = share(at_desk("Publisher"), draft)
    page = revision.as_object()
    page.summary = "Later words."
    page.save_revision(user=person("Writer"), overwrite_revision=revision)
    assert "First words." in client.get(address).text


def test_is_kept_by_nobody_and_never_indexed(draft, at_desk, client):
    _response, address = share(at_desk("Publisher"), draft)
    shown = client.get(address)
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["CDN-Cache-Control"] == "no-store"
    assert shown.headers["X-Accel-Expires"] == "0"
    assert "noindex" in shown.headers["X-Robots-Tag"]
    assert not shown.cookies
    assert "Content-Security-Policy" in shown.headers
    assert address not in client.get("/sitemap.xml").text


def test_lasts_a_day_by_default(draft, at_desk, client):
    screen = BeautifulSoup(at_desk("Publisher").get(f"/admin/desk/share/{draft.pk}/").content, "lxml")
    assert screen.select_one("#hours option[selected]")["value"] == "24"
    _response, address = share(at_desk("Publisher"), draft)
    link = ShareLink.objects.get()
    assert abs(link.ends_at - timezone.now() - datetime.timedelta(hours=24)) < datetime.timedelta(minutes=1)
    ShareLink.objects.update(ends_at=timezone.now() - datetime.timedelta(seconds=1))
    ended = client.get(address)
    assert ended.status_code == 410
    assert "First words." not in ended.text
    assert ended.headers["Cache-Control"] == "no-store"


def test_is_at_the_public_site_s_address(draft, at_desk):
    response = at_desk("Publisher").post(
        f"/admin/desk/share/{draft.pk}/", {"hours": "24"}, headers={"host": "127.0.0.1"}
    )
    address = BeautifulSoup(response.content, "lxml").select_one("#address")["value"]
    assert address.startswith(draft.get_site().root_url + "/draft/")


def test_is_revoked(draft, at_desk, client):
    publisher = at_desk("Publisher")
    _response, address = share(publisher, draft)
    publisher.post(f"/admin/desk/share/{draft.pk}/", {"revoke": ShareLink.objects.get().pk})
    assert client.get(address).status_code == 410


def test_token_is_not_kept(draft, at_desk):
    _response, address = share(at_desk("Publisher"), draft)
    token = address.strip("/").split("/")[-1]
    assert len(token) >= 40
    assert token not in str(ShareLink.objects.values_list().get())


def test_unknown_token_is_not_found(draft, client):
    assert client.get(f"/draft/{'a' * 43}/").status_code == 404
    assert client.post(f"/draft/{'a' * 43}/").status_code == 405


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [("opinion", {"Publisher"}), ("story", {"Protection reviewer"}), ("help", {"Publisher"})],
)
def test_only_by_those_who_may(home, every_role, person, kind, allowed):
    page = make(home, kind, "A page")
    write(page, person("Writer"))
    for name, client in every_role.items():
        response, address = share(client, page)
        assert bool(address) == (name in allowed), f"{name}: {response.status_code}"
    assert ShareLink.objects.count() == len(allowed)


def test_item_that_becomes_a_story_in_the_draft_is_one(home, at_desk, person):
    page = make(home, "opinion", "A page")
    write(page, person("Writer"), kind="story")
    assert share(at_desk("Publisher"), page)[1] == ""
    assert share(at_desk("Protection reviewer"), page)[1] == ""  # live or not, it is still an opinion too


def test_making_and_revoking_are_in_the_record_opening_is_not(draft, at_desk, client):
    _response, address = share(at_desk("Publisher"), draft)
    before = Record.objects.count()
    client.get(address)
    assert Record.objects.count() == before
    at_desk("Publisher").post(f"/admin/desk/share/{draft.pk}/", {"revoke": ShareLink.objects.get().pk})
    found = list(Record.objects.filter(action__startswith="share.").order_by("pk").values_list("action", "person"))
    assert found == [("share.made", "publisher"), ("share.revoked", "publisher")]


def test_wrong_length_is_refused(draft, at_desk):
    assert share(at_desk("Publisher"), draft, hours="9000")[1] == ""
    assert not ShareLink.objects.exists()


def test_ended_links_are_forgotten_after_a_month(draft, at_desk):
    share(at_desk("Publisher"), draft)
    share(at_desk("Publisher"), draft)
    old = ShareLink.objects.first()
    ShareLink.objects.filter(pk=old.pk).update(ends_at=timezone.now() - datetime.timedelta(days=31))
    assert forget_ended() == ["forgot 1 links to drafts"]
    assert ShareLink.objects.count() == 1
    assert forget_ended() == []


def test_kiswahili_draft_is_shown_in_kiswahili(home, kiswahili_home, at_desk, client):
    kiswahili_home.title = "Nyumbani mpya"
    kiswahili_home.save_revision()
    _response, address = share(at_desk("Publisher"), kiswahili_home)
    shown = client.get(address).text
    assert 'lang="sw"' in shown
    assert "Nyumbani mpya" in shown


def test_is_revoked_from_the_screen_that_shows_it(draft, at_desk):
    """That screen is the answer to the editor's form, at the editor's address."""
    publisher = at_desk("Publisher")
    screen = BeautifulSoup(press(publisher, draft, "share").content, "lxml")
    button = screen.select_one("button[name=revoke]")
    publisher.post(button.find_parent("form")["action"], {"revoke": button["value"]})
    assert ShareLink.objects.get().revoked_at
