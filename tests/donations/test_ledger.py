"""The ledger is only ever added to, and the database refuses what must not be."""

import importlib

import pytest
from django.conf import settings as project
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.models import ReferenceIndex

from donations import guards, ledger, refunds
from donations.models import DonationForm, Entry, NotChanged
from donations.sealed import SealedField, Unreadable, seal
from tests.donations.conftest import in_ledger


@pytest.fixture
def gift(house):
    gift = house.give(method="cash", phone="")
    ledger.entry("gift", gift, 20000, "manual/1", "manual").save()
    return gift


def test_the_model_refuses_changes(gift):
    one = Entry.objects.get()
    for change in (
        one.save,
        one.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(amount=1),
        lambda: Entry.objects.bulk_update([one], ["amount"]),
        lambda: Entry._base_manager.update(amount=1),
        lambda: gift.entries.all().delete(),
    ):
        with pytest.raises(NotChanged):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        gift.delete()
    assert in_ledger(gift) == [("gift", 20000)]


@pytest.mark.skipif(project.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="SQLite has no such trigger")
@pytest.mark.parametrize("change", ["UPDATE donations_entry SET amount = 1", "DELETE FROM donations_entry"])
def test_postgresql_refuses_changes_too(gift, change):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("refund", -20001),
        ("dispute", -30000),
        ("correction", -20001),
        ("gift", -1),
        ("gift", 0),
        ("fee", 1),
        ("refund", 5),
    ],
)
def test_the_database_refuses_what_cannot_be(gift, kind, amount):
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.entry(kind, gift, amount, "x", "manual").save()


def test_one_reference_is_entered_once(gift):
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.entry("gift", gift, 20000, "manual/1", "manual").save()


def test_the_triggers_are_there(db):
    """A migration that rebuilds a table on SQLite drops them silently: it must end with `guards.install`."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'donations_%'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'donations_%'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {row[0] for row in cursor.fetchall()}
    wanted = set(guards.NAMES) if connection.vendor == "sqlite" else {
        "donations_entry_is_kept", "donations_no_more_than_came", "donations_no_more_asked_than_is_left"
    }  # fmt: skip
    assert found == wanted


def test_a_correction_needs_a_reason_and_is_recorded(gift, people):
    from core.models import Record

    with pytest.raises(ValueError, match="reason"):
        ledger.correct(gift, -100, "oops", people[0])
    ledger.correct(gift, -100, "the bank kept a shilling of it", people[0])
    assert ledger.left_of(gift) == 19900
    assert Record.objects.get(action="gift.corrected").person == "faith"
    refunds.ask(gift, 19900, "asked by the donor", people[0])
    with pytest.raises(ValueError, match="left"):  # the refund could never be entered
        ledger.correct(gift, -100, "another shilling of it", people[0])


def test_no_personal_data_in_the_ledger():
    names = {field.name for field in Entry._meta.get_fields()}
    assert names == {"id", "kind", "gift", "amount", "currency", "provider", "reference", "livemode", "occurred_at",
                     "recorded_at", "reason", "by"}  # fmt: skip


def test_sealed_texts(settings):
    from cryptography.fernet import Fernet

    sealed = seal("Wanjiku")
    settings.SEALING_KEYS = [Fernet.generate_key().decode(), *settings.SEALING_KEYS]
    assert sealed.open() == "Wanjiku" and seal("x").open() == "x"
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]
    with pytest.raises(Unreadable):
        sealed.open()
    with pytest.raises(TypeError):
        SealedField().get_prep_value("Wanjiku")
    assert not seal("") and seal(b"\xff\x00").open().encode("utf-8", "surrogateescape") == b"\xff\x00"


def test_the_migrations_can_be_taken_back():
    module = importlib.import_module("donations.migrations.0001_initial")
    assert all(operation.reversible for operation in module.Migration.operations)
    assert timezone.now()


def test_the_usage_of_a_form_lists_no_gifts(gift):
    """Wagtail's screen of it is open to who edits forms; and for a callback its index took more time than all else."""
    assert gift.form
    assert not ReferenceIndex.get_references_to(gift.form).filter(base_content_type__app_label="donations").exists()
    assert [model for model in ReferenceIndex.indexed_models if model.__module__.startswith("donations")] == [
        DonationForm
    ]
