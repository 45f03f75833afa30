"""Guessing is slowed down, for an account and for an address, and nobody is locked out."""

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.test import Client

from core.doors import throttle
from tests.doors.conftest import PASSWORD, password_step, sign_in

WRONG = "not the password"


def guess(client, name, times, **more):
    """Wrong tries as fast as they are answered: the answers."""
    return [password_step(client, name, WRONG, **more) for _ in range(times)]


def test_waits_grow_and_the_right_password_works_after_them(client, home, person, now):
    person("ann", factor=True)
    assert [answer.status_code for answer in guess(client, "ann", 5)] == [200, 200, 200, 200, 429]
    waits = []
    for _ in range(8):
        answer = password_step(client, "ann", WRONG)
        assert answer.status_code == 429
        waits.append(int(answer.headers["Retry-After"]))
        now.add(waits[-1])
        assert password_step(client, "ann", WRONG).status_code == 200
    assert waits == [2, 4, 8, 16, 32, 40, 40, 40]
    # Too early, the right password changes nothing; after the wait it works.
    assert password_step(client, "ann").status_code == 429
    now.add(40)
    assert password_step(client, "ann").status_code == 302


def test_an_address_is_slowed_down_whatever_names_it_tries(client, home):
    answers = [password_step(client, f"name{number}", WRONG).status_code for number in range(13)]
    assert answers == [200] * 11 + [429] * 2
    assert password_step(Client(), "another", WRONG, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_new_address_of_the_same_ipv6_network_is_no_new_guesser(home):
    def guess_from(address, number):
        return password_step(Client(REMOTE_ADDR=address), f"name{number}", WRONG).status_code

    assert [guess_from(f"2001:db8::{number:x}", number) for number in range(13)] == [200] * 11 + [429] * 2
    assert guess_from("2001:db8:0:1::1", 20) == 200
    assert [guess_from(f"::ffff:192.0.2.{number}", 30 + number) for number in range(12)] == [200] * 12


def test_codes_can_be_guessed_no_faster(client, home, person):
    person("ann", factor=True)
    password_step(client, "ann")
    answers = [client.post("/admin/sign-in/factor/ask/", {"code": f"{n:06}"}).status_code for n in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]
    # … nor by beginning anew with the password.
    assert password_step(client, "ann").status_code == 429


def test_codes_are_counted_for_whom_they_are_whatever_name_is_sent_along(client, home, person):
    person("ann", factor=True)
    person("ben", factor=True)
    sign_in(client, "ben")  # a browser in which the guesser is known
    client.post("/admin/sign-in/out/")
    password_step(client, "ann")
    names = ["ben", "name1", "name2", "name3", "name4", "name5"]
    ask = "/admin/sign-in/factor/ask/"
    answers = [client.post(ask, {"code": f"{n:06}", "login": name}).status_code for n, name in enumerate(names)]
    assert answers == [200, 200, 200, 200, 429, 429]
    assert password_step(Client(REMOTE_ADDR="192.0.2.7"), "ann").status_code == 429


def test_a_stranger_does_not_keep_the_person_out(client, home, person, now):
    person("ann", factor=True)
    sign_in(client, "ann")
    client.post("/admin/sign-in/out/")
    stranger = Client(REMOTE_ADDR="192.0.2.66")
    assert guess(stranger, "ann", 12)[-1].status_code == 429
    now.add(31)
    assert sign_in(client, "ann").status_code == 302  # in her own browser, while the stranger still waits
    assert password_step(stranger, "ann", PASSWORD).status_code in {302, 429}


def test_mails_cannot_be_asked_for_without_end(client, home):
    answers = [client.post("/admin/sign-in/forgotten/", {"email": "a@example.org"}).status_code for _ in range(6)]
    assert answers[-1] == 429


def test_all_processes_count_together(client, home, person):
    """The count lies in the database: another process, with an empty memory, sees it."""
    person("ann", factor=True)
    guess(client, "ann", 5)
    assert isinstance(caches["shared"], DatabaseCache)
    caches["default"].clear()
    assert password_step(Client(), "ann").status_code == 429


def test_used_codes_are_shared_and_pages_are_not(home):
    caches["default"].set("allauth.mfa.totp.used?user=1", "y", 30)
    caches["default"].set("wagtail_site_root_paths", "x", 30)
    assert caches["shared"].get("allauth.mfa.totp.used?user=1") == "y"
    assert caches["shared"].get("wagtail_site_root_paths") is None


def test_keys_tell_nothing(rf):
    request = rf.post("/", REMOTE_ADDR="203.0.113.77")
    keys = throttle.keys_of(request, "ann")
    assert set(keys) == {"account", "address"}
    assert not any("203.0" in key or "ann" in key for key in keys.values())


def test_the_address_is_nginxs_word_only_behind_a_trusted_proxy(rf, settings):
    request = rf.post("/", REMOTE_ADDR="", HTTP_X_REAL_IP="203.0.113.77")
    assert throttle.client_address(request) == "127.0.0.1"
    settings.TRUST_PROXY = True
    assert throttle.client_address(request) == "203.0.113.77"


def test_a_forged_cookie_helps_nobody(client, home, person):
    person("ann", factor=True)
    guess(client, "ann", 5)
    client.cookies[throttle.COOKIE] = "WyJhbm4iLCJ4Il0:1:forged"
    assert password_step(client, "ann").status_code == 429
