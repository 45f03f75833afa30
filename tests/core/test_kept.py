"""What public pages remember between requests: never older than the last commit, by whatever road it came."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from core import kept
from core.kept import until_written
from core.memo import middleware
from core.models import Facts, Phone
from core.pages import roots
from home.models import HomePage

pytestmark = pytest.mark.upgrade


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """In place of pytest-django's: no transaction around the test, since inside one nothing is remembered."""
    with django_db_blocker.unblock():
        yield
        Phone.objects.filter(label_en__startswith="Kept").delete()


@pytest.fixture
def asked():
    """Arguments with which the function below was really called, in order."""
    return []


@pytest.fixture
def numbers(asked):
    """A remembered look-up: the numbers of telephones whose label begins with its argument."""

    @until_written
    def find(start):
        asked.append(start)
        return sorted(Phone.objects.filter(label_en__startswith=start).values_list("number", flat=True))

    return lambda start="Kept", path="/": visit(path, lambda: find(start))


def visit(path, work):
    """The result of `work`, done while a request for `path` is answered."""
    request = type("Request", (), {"path_info": path})
    return middleware(lambda request: work())(request)


@pytest.fixture
def phone(db):
    return Phone.objects.create(facts=Facts.objects.get(), label_en="Kept", number="020 1")


@contextmanager
def another_connection():
    """Do what is inside on a connection of another thread; the caller's own never sees it begin."""
    work = []

    def run():
        try:
            for each in work:
                each()
        finally:
            connection.close()

    yield work.append
    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def test_asked_once_while_nothing_is_written(phone, numbers, asked):
    assert numbers() == numbers() == ["020 1"]
    assert numbers("None") == numbers("None") == []
    assert asked == ["Kept", "None"]


@pytest.mark.parametrize(
    "write",
    [
        lambda phone: phone.delete(),
        lambda phone: Phone.objects.filter(label_en="Kept").update(number="020 2"),
        lambda phone: Phone.objects.bulk_create([Phone(facts_id=phone.facts_id, label_en="Kept too", number="020 3")]),
        lambda phone: connection.cursor().execute("UPDATE core_phone SET number = '020 4' WHERE label_en = 'Kept'"),
    ],
    ids=["delete", "update", "bulk", "SQL"],
)
@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_asked_again_after_a_write(phone, numbers, write, where):
    before = numbers()
    if where == "here":
        write(phone)
    else:
        with another_connection() as do:
            do(lambda: write(phone))
    now = sorted(Phone.objects.filter(label_en__startswith="Kept").values_list("number", flat=True))
    assert numbers() == now != before


def test_what_another_has_not_committed_is_not_there_yet(phone, numbers):
    numbers()
    seen = []
    with another_connection() as do, transaction.atomic():
        Phone.objects.filter(label_en="Kept").update(number="020 2")
        do(lambda: seen.append(numbers()))
    assert seen == [["020 2"]]


def test_a_transaction_sees_its_own_rows_and_leaves_nothing(phone, numbers):
    assert numbers() == ["020 1"]
    with transaction.atomic():
        Phone.objects.filter(label_en="Kept").update(number="020 2")
        assert numbers() == ["020 2"]
        transaction.set_rollback(True)
    assert numbers() == ["020 1"]


def test_admin_and_commands_remember_nothing(phone, numbers, asked):
    numbers(path="/admin/")
    numbers(path="/admin/")
    assert asked == ["Kept", "Kept"]


def test_not_more_than_so_many_answers(phone, numbers, monkeypatch):
    monkeypatch.setattr(kept, "MANY", 3)
    for number in range(10):
        numbers(str(number))
    assert len(kept._thread.answers) <= 3


def test_another_address_of_the_home_page_is_seen_at_once(db):
    """Wagtail tells its own process alone of it: the others showed pages without a single link, for an hour."""

    def begins():
        return [root_path for root_path, _prefix, _language in visit("/", roots)]

    (before,) = begins()
    HomePage.objects.update(url_path="/elsewhere/")
    assert begins() == ["/elsewhere/"]
    HomePage.objects.update(url_path=before)
    assert begins() == [before]
