"""Fixtures that more than one room needs."""

import gc
import io
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TestCase
from django.utils import translation
from wagtail.models import Site

from core.loading import unattended
from core.models import Facts
from home.models import HomePage
from tests import examples, migrated


def pytest_addoption(parser):
    parser.addoption("--only-database", action="store_true", help="only tests that another database could change")


def pytest_ignore_collect(collection_path, config):
    """With `-m browser` read tests/browser alone: the other rooms took each process three seconds, for nothing."""
    rooms = Path(__file__).parent
    if config.option.markexpr == "browser" and collection_path.parent == rooms and collection_path.name != "browser":
        return True
    return None


def pytest_itemcollected(item):
    """Which is right as long as that is where they all are."""
    if item.get_closest_marker("browser") and "browser" not in item.path.parts:
        raise pytest.UsageError(f"{item.nodeid} is marked browser: its place is tests/browser/")


def pytest_collection_modifyitems(config, items):
    """With `--only-database` leave out what uses no database or says the same on each: on SQLite it has said it."""
    if not config.getoption("--only-database"):
        return
    chosen = {
        item
        for item in items
        if ({"db", "django_db_setup"} & set(item.fixturenames) or item.get_closest_marker("django_db"))
        and not (item.get_closest_marker("once") or item.get_closest_marker("one_database"))
    }
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


def pytest_configure(config):
    """Look for rubbish less often: a tenth of the tests' time (measured in tests/blocks)."""
    gc.set_threshold(100_000, 10, 10)


def pytest_unconfigure(config):
    """Remove the run's temporary folder (settings.VAR_DIR)."""
    if settings.configured and settings.VAR_DIR.name.startswith("imlu-test-"):
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_modify_db_settings):
    """Begin with a copy of the migrated database that an earlier run has kept; Django then brings it up to date."""
    if connection.vendor != "sqlite" or not migrated.kept().exists():
        return django_db_keepdb
    migrated.copy(migrated.kept(), connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Keep the migrated database for the next run (SQLite alone); then the groups and the smallest site, once for all.

    Most tests begin with these: made for each, they took a sixth of the tests' time.
    """
    if connection.vendor == "sqlite" and not migrated.kept().exists():
        migrated.keep(connection.settings_dict["NAME"])
    with django_db_blocker.unblock(), unattended():
        call_command("make_roles", stdout=io.StringIO())
        examples.make_site()
        examples.make_facts()
        cache.clear()


@pytest.fixture(autouse=True)
def nothing_left_over():
    """What lives outside the database must not reach the next test: caches, the active language."""
    cache.clear()
    translation.deactivate()
    yield
    cache.clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def system():
    """What a test makes and publishes is the system's work, as the loader's is; what it asks the admin for is not.

    tests/doors, which is about approval, overrides this.
    """
    with unattended():
        yield


@contextmanager
def rolled_back(blocker):
    """Do database work for a whole module, and undo it at the end. Tests inside have transactions of their own."""
    with blocker.unblock(), transaction.atomic():
        cache.clear()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def whole_site(django_db_setup, django_db_blocker):
    """The example site with everything in it, for all tests of a module."""
    with rolled_back(django_db_blocker):
        yield build(full=True)


@pytest.fixture(scope="module", params=["full", "empty"])
def tree(request, django_db_setup, django_db_blocker):
    """The example site, once with everything in it and once with titles alone, for all tests of a module."""
    with rolled_back(django_db_blocker):
        yield build(full=request.param == "full")


def build(full):
    """Make the example site; what waits for the end of the transaction (search and reference indexes) is done too."""
    with TestCase.captureOnCommitCallbacks(execute=True), unattended():
        return examples.build(full)


@pytest.fixture
def home(db):
    """A site with nothing but its English home page and the facts."""
    Site.clear_site_root_paths_cache()
    Facts.objects.get().keep_last_known()  # a file, which another test may have written since
    return HomePage.objects.get(locale__language_code="en")


@pytest.fixture
def kiswahili_home(home):
    """The Kiswahili home page beside it."""
    return examples.translate(home, slug="home-sw")


@pytest.fixture
def get(client):
    """Ask for an address, check the answer's status, and return the response; its `.soup` is the parsed page."""

    def ask(address, status=200, **more):
        response = client.get(address, **more)
        assert response.status_code == status, f"{address}: {response.status_code}, expected {status}"
        return with_soup(response)

    return ask


def with_soup(response):
    """Add the parsed HTML to a response."""
    if "html" in response.headers.get("Content-Type", ""):
        response.soup = BeautifulSoup(response.content, "lxml")
    return response
