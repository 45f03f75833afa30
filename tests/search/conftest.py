"""What the tests of search share."""

import pytest


@pytest.fixture
def indexed(django_capture_on_commit_callbacks):
    """A block in which pages are made: at its end they are in the index, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def find(get):
    """Search, and return the titles (list of str) of what is found; `find.last` is the response."""

    def find(words, address="/search/", **more):
        find.last = get(address, data={"q": words, **more})
        return [item.a.get_text() for item in find.last.soup.select("main .results > li")]

    return find
