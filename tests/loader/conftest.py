"""A small content folder, and a way to load it as outside of a test's transaction."""

import io
import shutil
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from wagtail.models import Page, Site

from core.models import Facts, LoadedItem
from home.models import HomePage
from tests.conftest import rolled_back

CONTENT = Path(__file__).with_name("content")


@pytest.fixture
def folder(tmp_path):
    """A copy of the small content folder, to be changed by the test."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@contextmanager
def commits():
    """Let `on_commit` work as in production: at the end of each outermost transaction of the code under test."""
    depth, leave = len(connection.savepoint_ids), transaction.Atomic.__exit__

    def leave_and_commit(atomic, kind, *rest):
        leave(atomic, kind, *rest)
        if kind is None and len(connection.savepoint_ids) == depth:
            waiting, connection.run_on_commit = connection.run_on_commit, []
            for _savepoints, function, _robust in waiting:
                function()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction.Atomic, "__exit__", leave_and_commit)
        yield


@pytest.fixture
def load(db, folder):
    """Load the folder and return what the command says; further arguments are the command's."""
    return partial(load_folder, folder)


def load_folder(folder, **options):
    out = io.StringIO()
    if not LoadedItem.objects.exists():
        as_new()
    with commits():
        call_command("load_content", folder=folder, stdout=out, **options)
    return out.getvalue()


def as_new():
    """A database as Wagtail's migrations leave it: with a welcome page in place of the tests' home page."""
    root, site = Page.objects.get(depth=1), Site.objects.get()
    Site.objects.update(root_page=root)
    HomePage.objects.get(depth=2).delete()
    Facts.objects.all().delete()
    site.root_page = Page.objects.get(depth=1).add_child(title="Welcome to your new Wagtail site!", slug="home")
    site.save()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The small content folder, loaded once for all tests of a module. Returns what the command said."""
    with rolled_back(django_db_blocker):
        yield load_folder(CONTENT)


@pytest.fixture
def edit(folder):
    """Replace words in a file of the folder."""

    def replace(name, old, new):
        path = folder / name
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new))

    return replace
