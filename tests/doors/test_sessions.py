"""How sessions end, and what needs a fresh sign-in."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.users.models import UserProfile

from core import due
from core.doors.sessions import forget_what_is_over
from core.models import Record, User
from tests.core.make_files import encoded, gradient
from tests.doors.conftest import PASSWORD, code, is_in, sign_in

pytestmark = pytest.mark.upgrade

NEW = "nine green lamps dance"


@pytest.fixture
def ann(client, home, person):
    """A person who is signed in."""
    ann = person("ann", factor=True, is_superuser=True)
    sign_in(client, "ann")
    assert is_in(client)
    return ann


@pytest.fixture
def elsewhere(ann, now):
    """The same person in a second browser."""
    now.add(31)
    other = Client()
    sign_in(other, "ann")
    assert is_in(other)
    return other


def test_the_key_changes_at_sign_in(client, home, person):
    person("ann", factor=True, is_superuser=True)
    client.get("/admin/sign-in/")
    client.post("/admin/sign-in/", {"login": "ann", "password": PASSWORD})
    before = client.session.session_key
    sign_in(client, "ann")
    assert before
    assert client.session.session_key != before


def test_half_an_hour_alone(client, ann, now):
    for _ in range(3):
        now.add(29 * 60)
        assert is_in(client)
    now.add(31 * 60)
    assert client.get("/admin/").headers["Location"] == "/admin/sign-in/?next=%2Fadmin%2F"
    assert not is_in(client)


def test_an_open_editor_is_nobody(client, ann, now):
    for _ in range(4):
        now.add(10 * 60)
        client.post("/admin/editing-sessions/ping/wagtailcore/page/1/")
    assert not is_in(client)


def test_twelve_hours_in_all(client, ann, now):
    for _ in range(12 * 60 // 20):
        assert is_in(client)
        now.add(20 * 60 + 1)
    assert not is_in(client)


def test_a_new_password_ends_all(client, ann, elsewhere):
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/admin/sign-in/password/", form).status_code == 302
    assert not is_in(client)
    assert not is_in(elsewhere)


def test_a_new_factor_ends_all_others(client, ann, elsewhere):
    from allauth.mfa.models import Authenticator

    key = Authenticator.objects.create(user=ann, type="webauthn", data={"name": "key", "credential": {}})
    assert elsewhere.post(f"/admin/sign-in/factor/keys/{key.pk}/remove/").status_code == 302
    assert is_in(elsewhere)
    assert not is_in(client)


def test_a_closed_account_is_out_at_once(client, ann):
    User.objects.get(pk=ann.pk).save()
    ann.is_active = False
    ann.save()
    assert not is_in(client)


def test_sessions_that_ran_out_are_forgotten(client, ann, elsewhere):
    """With the addresses and browsers beside them; whoever forgot to sign out leaves nothing behind."""
    Session.objects.filter(session_key=client.session.session_key).update(expire_date=timezone.now())
    assert forget_what_is_over() == []
    assert [row.session_key for row in UserSession.objects.all()] == [elsewhere.session.session_key]
    assert Session.objects.count() == 1
    assert is_in(elsewhere)
    assert "forget sessions that are over" in due.JOBS


def test_own_sessions_can_be_seen_and_ended(client, ann, elsewhere):
    page = client.get("/admin/sign-in/sessions/").content.decode()
    assert page.count("<li><b>") == 2
    assert client.post("/admin/sign-in/sessions/").status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)


@pytest.mark.parametrize(
    "path",
    ["users/", "users/edit/{pk}/", "users/new/", "groups/", "people/{pk}/reset-factor/", "bulk/core/user/assign_role/"],
)
def test_people_and_roles_need_a_fresh_sign_in(client, ann, now, path):
    path = "/admin/" + path.format(pk=ann.pk)
    assert not client.get(path).headers.get("Location", "").startswith("/admin/sign-in/")
    now.add(6 * 60)
    for answer in (client.get(path), client.post(path, {"username": "eve"})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/sign-in/factor/again/")
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize("path", ["factor/app/remove/", "factor/codes/new/", "factor/keys/add/"])
def test_changing_the_factor_needs_a_fresh_sign_in_with_the_factor(client, ann, now, path):
    now.add(6 * 60)
    answer = client.get(f"/admin/sign-in/{path}")
    assert answer.headers["Location"].startswith("/admin/sign-in/factor/again/")
    # The password alone is not enough for that.
    assert client.get("/admin/sign-in/again/").headers["Location"].startswith("/admin/sign-in/factor/again/")
    assert client.post("/admin/sign-in/again/", {"password": PASSWORD}).status_code == 302
    assert client.get(f"/admin/sign-in/{path}").status_code == 302


def test_ones_own_e_mail_is_not_changed_in_the_account_page(client, ann):
    page = client.get("/admin/account/").content.decode()
    assert 'name="name_email-email"' not in page
    assert 'name="password' not in page


def test_no_picture_of_oneself_is_asked_for_or_kept(client, ann):
    """Wagtail would keep it as it came, with the place where it was taken and its file's name, in public storage."""
    page = client.get("/admin/account/").content.decode()
    assert 'name="name_email-first_name"' in page
    assert 'type="file"' not in page
    me = SimpleUploadedFile("me-at-home.jpg", encoded(gradient(60, 40), "JPEG"))
    form = {"name_email-first_name": "Ann", "name_email-last_name": "A", "theme-theme": "system"}
    client.post("/admin/account/", form | {"avatar-avatar": me})
    assert not UserProfile.objects.filter(user=ann).exclude(avatar="").exists()
    with pytest.raises(PermissionDenied):
        UserProfile.objects.update_or_create(user=ann, defaults={"avatar": me})


def test_only_superusers_make_superusers(client, home, person):
    ada = person("ada", "Administrator", factor=True)
    sign_in(client, "ada")
    form = {"username": "bob", "email": "bob@example.org", "first_name": "B", "last_name": "B", "is_superuser": "on"}
    form |= {"password1": NEW, "password2": NEW}
    assert client.post("/admin/users/new/", form).status_code == 302
    assert not User.objects.get(username="bob").is_superuser
    chief = person("chief", is_superuser=True)
    assert client.get(f"/admin/users/edit/{chief.pk}/").status_code == 302
    assert client.post(f"/admin/users/edit/{chief.pk}/", form | {"username": "chief"}).status_code == 302
    chief.refresh_from_db()
    assert chief.check_password(PASSWORD)
    assert Record.objects.filter(action="account.made", person="ada").count() == 1
    assert ada


def test_what_was_sent_is_kept_until_the_confirmation_but_for_passwords(client, ann, now):
    """A form is not lost because five minutes are over; a password does not lie readable in the database meanwhile."""
    now.add(6 * 60)
    form = {"username": "bob", "email": "bob@example.org", "first_name": "B", "last_name": "B"}
    again = client.post("/admin/users/new/", form | {"password1": NEW, "password2": NEW}).headers["Location"]
    assert NEW not in str(dict(client.session))
    page = client.post(again, {"code": code()}).content.decode()
    assert 'value="bob@example.org"' in page
    assert not User.objects.filter(username="bob").exists()
    assert client.post("/admin/users/new/", form | {"password1": NEW, "password2": NEW}).status_code == 302
    assert User.objects.get(username="bob").check_password(NEW)


def test_a_forged_form_is_not_kept(ann, now):
    """Kept and done after the confirmation would be only what a page of the admin sent."""
    now.add(31)
    browser = Client(enforce_csrf_checks=True)
    browser.get("/admin/sign-in/")
    token = {"HTTP_X_CSRFTOKEN": browser.cookies["csrftoken"].value}
    browser.post("/admin/sign-in/", {"login": "ann", "password": PASSWORD}, **token)
    token = {"HTTP_X_CSRFTOKEN": browser.cookies["csrftoken"].value}
    browser.post("/admin/sign-in/factor/ask/", {"code": code()}, **token)
    assert is_in(browser)
    now.add(6 * 60)
    assert browser.post("/admin/users/new/", {"username": "eve"}).status_code == 403
    assert "account_reauthentication_state" not in browser.session


def test_closing_accounts_in_bulk(client, ann, elsewhere, person, now):
    """Wagtail's own way would leave the sessions and no record."""
    person("bob", "Administrator", factor=True)
    now.add(31)
    desk = Client()
    sign_in(desk, "bob")
    address = f"/admin/bulk/core/user/set_active_state/?id={ann.pk}"
    desk.post(address, {"mark_as_active": "False"})
    assert User.objects.get(pk=ann.pk).is_active  # Ann is a superuser, Bob is none
    User.objects.filter(pk=ann.pk).update(is_superuser=False)
    desk.post(address, {"mark_as_active": "False"})
    assert not User.objects.get(pk=ann.pk).is_active
    assert Record.objects.get(action="account.changed", person="bob").detail == {"is_active": [True, False]}
    User.objects.filter(pk=ann.pk).update(is_active=True)
    assert not is_in(client)  # the old sessions are gone, not asleep
