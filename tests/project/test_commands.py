"""The commands that prepare a checkout: migrate, content, static files, first account."""

import io

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command, get_commands, load_command_class
from imlu.management.commands import prepare
from wagtail.models import ReferenceIndex, Site

from core.models import Menu, Wording
from core.roles import ROLES, roles_of

pytestmark = pytest.mark.django_db

GOOD = "a-long-and-good-passphrase"


@pytest.fixture
def ensure(monkeypatch):
    """Run ensure_admin with these variables and return what it says."""

    def run(**variables):
        for name in ("ADMIN_USERNAME", "ADMIN_PASSWORD"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        out = io.StringIO()
        call_command("ensure_admin", stdout=out)
        return out.getvalue().strip()

    return run


def test_the_first_account_has_a_password_that_is_shown_once(ensure):
    said = ensure()
    assert said.startswith("Sign in as admin, with the password ")
    password = said.removeprefix("Sign in as admin, with the password ").removesuffix(" (shown this once).")
    assert len(password) >= 16
    assert authenticate(username="admin", password=password).is_superuser
    assert ensure() == "Sign in as admin, with the password from the first start."
    assert authenticate(username="admin", password=password)


def test_two_installations_have_different_passwords(ensure):
    first = ensure()
    get_user_model().objects.all().delete()
    assert ensure() != first


def test_name_and_password_may_be_given(ensure):
    assert ensure(ADMIN_USERNAME="desk", ADMIN_PASSWORD=GOOD) == "Sign in as desk, with the password of ADMIN_PASSWORD."
    assert authenticate(username="desk", password=GOOD).is_superuser


def test_a_given_password_is_never_shown(ensure):
    for said in (ensure(ADMIN_PASSWORD=GOOD), ensure(ADMIN_PASSWORD=GOOD), ensure(ADMIN_PASSWORD=GOOD + "-2")):
        assert GOOD not in said


def test_another_password_replaces_the_first(ensure):
    ensure(ADMIN_PASSWORD=GOOD)
    assert "the new password of ADMIN_PASSWORD" in ensure(ADMIN_PASSWORD=GOOD + "-2")
    assert authenticate(username="admin", password=GOOD) is None
    assert authenticate(username="admin", password=GOOD + "-2")


@pytest.mark.parametrize("password", ["short", "12345678901234", "administrator"])
def test_a_weak_password_is_refused(ensure, password):
    with pytest.raises(CommandError, match="ADMIN_PASSWORD is too weak: "):
        ensure(ADMIN_USERNAME="administrator", ADMIN_PASSWORD=password)
    assert not get_user_model().objects.exists()


def test_an_administrator_of_another_name_is_enough(ensure):
    get_user_model().objects.create_superuser("chief", password=GOOD)
    assert ensure() == "Sign in as chief, with the password from the first start."
    assert get_user_model().objects.count() == 1


def test_a_second_name_makes_a_second_account(ensure):
    ensure()
    ensure(ADMIN_USERNAME="desk")
    assert set(get_user_model().objects.values_list("username", flat=True)) == {"admin", "desk"}


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({}, ["migrate", "make_roles", "load_content", "collectstatic", "ensure_admin"]),
        ({"no_collectstatic": True}, ["migrate", "make_roles", "load_content", "ensure_admin"]),
    ],
)
def test_prepare_does_all_in_order(monkeypatch, options, steps):
    done = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **_: done.append(name))
    call_command("prepare", stdout=io.StringIO(), **options)
    assert done == steps


def test_prepare_writes_an_index_of_an_earlier_version_anew(monkeypatch):
    done = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **_: done.append(name))
    monkeypatch.setattr(prepare.indexing, "is_current", lambda: False)
    call_command("prepare", stdout=io.StringIO())
    assert done.index("update_index") > done.index("load_content")


def test_prepare_notes_which_menu_is_in_use(monkeypatch, home):
    menu = Menu.objects.create(title="Main", locale=home.locale, live=True)
    Wording.for_site(home.get_site())
    Wording.objects.update(menu=menu)
    monkeypatch.setattr(prepare, "call_command", lambda *_args, **_more: None)
    call_command("prepare", stdout=io.StringIO())
    assert ReferenceIndex.get_references_to(menu).exists()


def test_prepare_makes_no_account_on_a_real_site(monkeypatch, settings):
    done, said = [], io.StringIO()
    monkeypatch.setattr(prepare, "call_command", lambda name, **_: done.append(name))
    settings.ENVIRONMENT = "production"
    call_command("prepare", stdout=said)
    assert "ensure_admin" not in done
    assert "first_administrator" in said.getvalue()


def test_the_demos_account_wears_every_hat(ensure):
    ensure()
    admin = get_user_model().objects.get()
    assert {role.name for role in roles_of(admin)} == {role.name for role in ROLES}


def test_prepare_makes_the_sites_links_follow_its_port(monkeypatch, settings):
    monkeypatch.setattr(prepare, "call_command", lambda *_args, **_more: None)
    settings.WAGTAILADMIN_BASE_URL = "http://localhost:8123"
    call_command("prepare", stdout=io.StringIO())
    assert Site.objects.get().port == 8123
    settings.ENVIRONMENT, settings.WAGTAILADMIN_BASE_URL = "production", "http://elsewhere:1"
    call_command("prepare", stdout=io.StringIO())
    assert Site.objects.get().port == 8123


def test_our_commands_say_what_they_do():
    ours = {name: app for name, app in get_commands().items() if app in {"imlu", "core"}}
    assert {"load_content", "ensure_admin", "first_administrator", "make_roles", "prepare", "run_due"} <= set(ours)
    for name, app in ours.items():
        assert load_command_class(app, name).help, name
