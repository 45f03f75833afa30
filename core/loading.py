"""Work that no person does: the content loader's. It needs no second pair of eyes, since its files were reviewed.

A request of somebody in the admin can never pass for it: there, whoever is signed in did it, whatever is said here.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from wagtail.log_actions import get_active_log_context

_loading = ContextVar("loading", default=False)
_unattended = ContextVar("unattended", default=False)


def is_loading():
    """Return True inside `loading()`."""
    return _loading.get()


def is_unattended():
    """Return True inside `unattended()` or `loading()`, unless a person is at work in the admin."""
    return _unattended.get() and get_active_log_context().user is None


@contextmanager
def unattended():
    """What happens inside is done by no person, and may publish."""
    token = _unattended.set(True)
    try:
        yield
    finally:
        _unattended.reset(token)


@contextmanager
def loading():
    """Mark what happens inside as the loader's work, not an editor's."""
    token = _loading.set(True)
    try:
        with unattended():
            yield
    finally:
        _loading.reset(token)
