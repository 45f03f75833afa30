"""A draft of a translation stays a draft.

wagtail-localize saves translated words to the page itself before it makes a draft of them, and takes a snippet down:
whoever may translate would change what readers see.
"""

from contextvars import ContextVar
from functools import wraps

from .loading import is_loading

_drafting = ContextVar("drafting", default=False)


def is_drafting():
    """Whether wagtail-localize is making a draft of a translation."""
    return _drafting.get()


def keep_drafts():
    """Let `TranslationSource` say while it does so; `save()` then leaves alone what is live (core.models.four_eyes)."""
    from wagtail_localize.models import TranslationSource

    original = TranslationSource.create_or_update_translation

    @wraps(original)
    def create_or_update_translation(self, locale, user=None, publish=True, **kwargs):
        token = _drafting.set(not publish and not is_loading())
        try:
            return original(self, locale, user=user, publish=publish, **kwargs)
        finally:
            _drafting.reset(token)

    TranslationSource.create_or_update_translation = create_or_update_translation
