"""What the tests of search share."""

from contextlib import contextmanager

import pytest
from django.test import TestCase

from core.loading import unattended
from home.models import HomePage
from tests.conftest import rolled_back
from tests.examples import add, block, translate


@pytest.fixture
def indexed(django_capture_on_commit_callbacks):
    """A block in which pages are made: at its end they are in the index, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@contextmanager
def once_for_all(blocker, make):
    """The smallest site in both languages with what `make(home, kiswahili_home)` adds, indexed; undone at the end.

    For fixtures of a whole module: `with once_for_all(django_db_blocker, make): yield`.
    """
    with rolled_back(blocker):
        with TestCase.captureOnCommitCallbacks(execute=True), unattended():
            home = HomePage.objects.get(locale__language_code="en")
            make(home, translate(home, slug="home-sw"))
        yield


def offer(home, *documents, live=True, title="A publication"):
    """A publication with these files."""
    index = add(home, "resources.ResourceIndexPage", f"Publications {home.get_children().count()}")
    files = [block("file", document=document.pk, title="") for document in documents]
    return add(index, "resources.ResourcePage", title, files=files, live=live)


@pytest.fixture
def find(get):
    """Search, and return the titles (list of str) of what is found; `find.last` is the response."""

    def find(words, address="/search/", **more):
        find.last = get(address, data={"q": words, **more})
        return [item.a.get_text() for item in find.last.soup.select("main .results > li")]

    return find
