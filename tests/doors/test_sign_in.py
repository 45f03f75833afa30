"""Every door, the second factor, recovery codes: nobody gets in with a password alone."""

import re

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.urls import get_resolver

from core.models import Record, User
from tests.doors.conftest import LOGIN, PASSWORD, code, is_in, password_step, sign_in

pytestmark = pytest.mark.upgrade

STRICT = "default-src 'none'"


def doors():
    """Every address of the sign-in pages, with something in place of its arguments."""
    for pattern in next(p for p in get_resolver().url_patterns if str(p.pattern) == "admin/sign-in/").url_patterns:
        text = str(pattern.pattern)
        yield LOGIN + re.sub(r"<int:pk>", "1", text if not text.startswith("^") else "link/1-set-password/")


def admin_pages(page):
    """Some of the admin's pages of each kind."""
    return [
        "/admin/",
        "/admin/pages/",
        f"/admin/pages/{page.pk}/edit/",
        f"/admin/pages/{page.pk}/view_draft/",
        f"/admin/pages/{page.pk}/edit/preview/",
        "/admin/users/",
        "/admin/account/",
        "/admin/reports/site-history/",
        "/admin/images/",
        "/admin/private/documents/x.pdf",
        "/admin/snippets/core/notice/",
        "/admin/settings/core/facts/",
        "/admin/localize/translate/1/",
    ]


def test_password_alone_opens_nothing(client, home, person):
    person("ann", factor=True, is_superuser=True)
    assert password_step(client, "ann").headers["Location"] == "/admin/sign-in/factor/ask/"
    for address in admin_pages(home):
        steps = client.get(address, follow=True).redirect_chain
        assert steps[-1][0].startswith(LOGIN), address


@pytest.mark.parametrize(
    "nonsense", ['{"response": [], "id": 5}', '{"response": [], "rawId": "x"}', "[" * 9999, "9" * 9999]
)
def test_nonsense_in_the_place_of_a_passkey_is_a_wrong_answer(client, home, person, nonsense):
    """Not a fault of the site: a stranger would fill the administrators' letter-boxes with it."""
    person("ann", factor=True)
    sent = {"credential": nonsense}
    answer = client.post("/admin/sign-in/factor/keys/in/", sent, follow=True)
    assert "Incorrect code" in answer.content.decode()
    password_step(client, "ann")
    assert "Incorrect code" in client.post("/admin/sign-in/factor/ask/", sent).content.decode()
    sign_in(client, "ann")
    for address in ("again/", "add/"):
        assert client.post(f"/admin/sign-in/factor/keys/{address}", sent).status_code in {200, 302}


def test_without_a_factor_only_its_set_up_opens(client, home, person):
    person("ann", is_superuser=True)
    assert password_step(client, "ann").status_code == 302
    for address in admin_pages(home):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/sign-in/factor/"), address
    assert client.get("/admin/sign-in/factor/").status_code == 200


def test_a_session_that_was_never_shown_a_factor_ends(client, home, person):
    """By whatever door it began."""
    client.force_login(person("ann", factor=True, is_superuser=True))
    assert client.get("/admin/").headers["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["login/", "password_reset/", "password_reset/confirm/MQ/set-password/"])
def test_wagtails_own_doors_lead_to_ours(client, home, path):
    answer = client.get(f"/admin/{path}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(LOGIN)
    assert client.post(f"/admin/{path}", {"username": "x", "password": "y"}).status_code == 302


def test_nobody_signs_up(client, home):
    assert client.get("/admin/sign-in/signup/").status_code in {302, 404}
    assert client.post("/admin/sign-in/signup/", {"username": "x"}).status_code in {302, 404}


def test_enrolling_an_app(client, home, person, committing):
    ann = person("ann", is_superuser=True)
    password_step(client, "ann")
    page = client.get("/admin/sign-in/factor/app/add/")
    secret = re.search(r'id="secret">(\w+)<', page.content.decode())[1]
    assert "data:image/svg+xml" in page.content.decode()
    wrong = client.post("/admin/sign-in/factor/app/add/", {"code": "000000"})
    assert wrong.status_code == 200
    used = code(secret)
    answer = client.post("/admin/sign-in/factor/app/add/", {"code": used}, follow=True)
    codes = re.findall(r"<li><code>(\d+)</code>", answer.content.decode())
    assert len(codes) == 10
    assert is_in(client)
    # The key lies encrypted in the database.
    assert secret not in str(Authenticator.objects.get(user=ann, type="totp").data)
    # Shown once: neither a second look nor the download has them.
    for address in ("/admin/sign-in/factor/codes/", "/admin/sign-in/factor/codes/file/"):
        again = client.get(address)
        assert not any(one in again.content.decode() for one in codes), address
    # The code that switched it on is used up.
    other = Client()
    password_step(other, "ann")
    assert other.post("/admin/sign-in/factor/ask/", {"code": used}).status_code == 200
    assert not is_in(other)
    assert mail.outbox[0].to == ["ann@example.org"]


def test_a_used_code_is_refused(client, home, person, another_client, now):
    person("ann", factor=True, is_superuser=True)
    assert sign_in(client, "ann").headers["Location"] == "/admin/"
    assert is_in(client)
    password_step(another_client, "ann")
    assert another_client.post("/admin/sign-in/factor/ask/", {"code": code()}).status_code == 200
    assert not is_in(another_client)
    now.add(40)
    assert another_client.post("/admin/sign-in/factor/ask/", {"code": code()}).status_code == 302
    assert is_in(another_client)


def test_a_recovery_code_works_once(client, home, person, another_client, committing):
    ann = person("ann", is_superuser=True)
    password_step(client, "ann")
    page = client.get("/admin/sign-in/factor/app/add/").content.decode()
    secret = re.search(r'id="secret">(\w+)<', page)[1]
    shown = client.post("/admin/sign-in/factor/app/add/", {"code": code(secret)}, follow=True).content.decode()
    recovery = re.findall(r"<li><code>(\d+)</code>", shown)[0]
    password_step(another_client, "ann")
    assert another_client.post("/admin/sign-in/factor/ask/", {"code": recovery}).status_code == 302
    assert is_in(another_client)
    third = Client()
    password_step(third, "ann")
    assert third.post("/admin/sign-in/factor/ask/", {"code": recovery}).status_code == 200
    assert not is_in(third)
    assert Record.objects.filter(action="sign-in.failed", person_id=ann.pk, detail__at="second factor").exists()


def test_the_last_factor_stays(client, home, person):
    ann = person("ann", factor=True, is_superuser=True)
    sign_in(client, "ann")
    assert client.post("/admin/sign-in/factor/app/remove/").status_code == 200
    assert Authenticator.objects.filter(user=ann, type="totp").exists()


def test_an_administrator_resets_a_factor(client, home, person, another_client, now):
    person("ada", "Administrator", factor=True)
    bob = person("bob", "Writer", factor=True)
    sign_in(another_client, "bob")
    assert is_in(another_client)
    now.add(31)
    sign_in(client, "ada")
    address = f"/admin/people/{bob.pk}/reset-factor/"
    assert another_client.post(address).status_code == 302  # a writer is sent away …
    assert Authenticator.objects.filter(user=bob).exists()
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=bob).exists()
    assert not is_in(another_client)
    assert [message.to for message in mail.outbox] == [["bob@example.org"]]
    row = Record.objects.get(action="factor.reset")
    assert (row.person, row.object_id) == ("ada", str(bob.pk))


def test_every_sign_in_page_is_strict_and_in_both_languages(client, home, person):
    walked = list(doors())
    assert len(walked) == 24
    shown = 0
    for user in (None, person("ann", is_superuser=True)):
        if user:
            password_step(client, "ann")
        for address in walked:
            for language in ("en", "sw"):
                answer = client.get(address, {"language": language})
                if answer.status_code != 200 or "json" in answer.headers["Content-Type"]:
                    continue
                shown += 1
                text = answer.content.decode()
                assert STRICT in answer.headers["Content-Security-Policy"], address
                assert "unsafe" not in answer.headers["Content-Security-Policy"], address
                assert "no-store" in answer.headers["Cache-Control"], address
                assert f'<html lang="{language}">' in text, address
                assert "<style" not in text
                assert " style=" not in text
                assert not re.findall(r"<script(?![^>]*(src=|application/json))", text), address
    assert shown >= 20


def test_a_link_sets_the_password_once_and_still_asks_for_the_factor(client, home, person):
    person("ann", factor=True, is_superuser=True)
    client.post("/admin/sign-in/forgotten/", {"email": "ann@example.org"})
    link = re.search(r"https?://[^/]+(/admin/sign-in/link/\S+)", mail.outbox[0].body)[1]
    page = client.get(link, follow=True)
    new = "nine green lamps dance"
    address = page.redirect_chain[-1][0]
    assert client.post(address, {"password1": new, "password2": new}).status_code == 302
    assert not is_in(client)
    assert "not good any more" in Client().get(link, follow=True).content.decode()
    assert password_step(client, "ann", new).headers["Location"] == "/admin/sign-in/factor/ask/"
    assert password_step(Client(), "ann", PASSWORD).status_code == 200


def test_an_unknown_address_is_told_nothing(client, home):
    answer = client.post("/admin/sign-in/forgotten/", {"email": "nobody@example.org"})
    assert answer.headers["Location"] == "/admin/sign-in/forgotten/sent/"
    assert mail.outbox == []


def test_a_former_e_mail_address_gets_no_link(client, home, person):
    """allauth notes the address that asked for a link."""
    ann = person("ann")
    client.post("/admin/sign-in/forgotten/", {"email": "ann@example.org"})
    assert len(mail.outbox) == 1
    ann.refresh_from_db()
    ann.email = "new@example.org"
    ann.save()
    client.post("/admin/sign-in/forgotten/", {"email": "ann@example.org"})
    assert len(mail.outbox) == 1
    client.post("/admin/sign-in/forgotten/", {"email": "new@example.org"})
    assert mail.outbox[-1].to == ["new@example.org"]


def test_who_gets_another_address_or_password_hears_of_it_at_the_old_one(client, home, person):
    """Else an administrator could take an account over, and the mails of that would reach the administrator."""
    person("ada", "Administrator", factor=True)
    ann, new = person("ann", "Writer"), "nine green lamps dance"
    sign_in(client, "ada")
    form = {"username": "ann", "email": "ann@example.org", "first_name": "A", "last_name": "N", "is_active": "on"}
    address = f"/admin/users/edit/{ann.pk}/"
    client.post(address, form)
    assert mail.outbox == []
    client.post(address, {**form, "email": "ada@example.org"})
    client.post(address, {**form, "email": "ada@example.org", "password1": new, "password2": new})
    told = [(letter.subject, letter.to) for letter in mail.outbox]
    words = "Your account on the website was changed"
    assert told == [(words, ["ann@example.org"]), (words, ["ada@example.org"])]


def test_who_makes_an_account_need_not_know_its_password(client, home, person):
    person("ada", "Administrator", factor=True)
    sign_in(client, "ada")
    form = {"username": "zoe", "email": "zoe@example.org", "first_name": "Z", "last_name": "E", "is_active": "on"}
    assert client.post("/admin/users/new/", form).status_code == 302
    zoe = User.objects.get(username="zoe")
    assert not zoe.has_usable_password()
    assert mail.outbox[0].to == ["zoe@example.org"]
    assert "/admin/sign-in/forgotten/" in mail.outbox[0].body
    assert "Your user name: zoe" in mail.outbox[0].body
    Client().post("/admin/sign-in/forgotten/", {"email": "zoe@example.org"})
    link = re.search(r"/admin/sign-in/link/\S+", mail.outbox[1].body)[0]
    browser, new = Client(), "nine green lamps dance"
    page = browser.get(link, follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    zoe.refresh_from_db()
    assert zoe.check_password(new)


def test_new_recovery_codes_are_recorded(client, home, person, committing):
    person("ann", is_superuser=True, factor=True)
    sign_in(client, "ann")
    client.post("/admin/sign-in/factor/codes/new/")
    line = Record.objects.filter(action="factor.added").get()
    assert (line.person, line.detail) == ("ann", {"kind": "recovery_codes"})


def test_public_pages_know_nothing_of_it(client, home, person, django_assert_num_queries):
    person("ann", factor=True, is_superuser=True)
    sign_in(client, "ann")
    answer = Client().get("/")
    assert answer.cookies == {}
    assert "Cookie" not in answer.headers.get("Vary", "")
    client.post("/admin/logout/")  # the next page says something of it
    assert {cookie["path"] for cookie in client.cookies.values()} == {"/admin/"}


NOT_REAL = "This is not the real website: nothing here is seen by the public, and no mail leaves it."
FACTOR_OFF = "Sign-in is by password alone, because the setting SECOND_FACTOR is off."


@pytest.mark.parametrize(
    ("environment", "factor", "words"),
    [
        ("demo", False, f"Demo. {NOT_REAL} {FACTOR_OFF}"),
        ("demo", True, f"Demo. {NOT_REAL}"),
        ("production", False, f"Production. {FACTOR_OFF}"),
        ("production", True, ""),
    ],
)
def test_the_dashboard_says_when_a_password_is_enough(client, home, person, settings, environment, factor, words):
    settings.ENVIRONMENT, settings.SECOND_FACTOR = environment, factor
    person("ann", factor=True, is_superuser=True)
    sign_in(client, "ann")
    banner = BeautifulSoup(client.get("/admin/").content, "lxml").select_one(".environment")
    assert (banner.get_text(" ", strip=True).replace(" .", ".") if banner else "") == words
    if banner:
        assert banner["role"] == "note"
