"""The one place that finds locales and translations, with as few queries as can be."""

from django.conf import settings
from django.utils import translation
from wagtail.models import Locale

from .kept import until_written
from .memo import per_request
from .prepared import Prepared

_locales = Prepared(Locale.objects.all)


@per_request
@until_written
def locales():
    """All Locales, by id."""
    return {locale.pk: locale for locale in _locales()}


def active_locale():
    """Return the Locale of the active language (English if the language has none)."""
    by_code = {locale.language_code: locale for locale in locales().values()}
    return by_code.get(translation.get_language()) or by_code[settings.LANGUAGE_CODE]


def with_locales(objects):
    """Fill in the locale of translatable objects without a query for each; return them as a list."""
    known = locales()
    objects = list(objects)
    for item in objects:
        if item.locale_id in known:
            item.locale = known[item.locale_id]
    return objects


def in_language(queryset, locale):
    """Return the objects of `queryset` in the language of `locale`, falling back to what exists.

    Args:
        queryset: objects of a translatable model, ordered; of several languages, one object per translation key.
        locale: the wanted Locale.

    Returns:
        A list in the queryset's order of the wanted language's object, or of the first one found where the
        translation is missing. One query.
    """
    chosen = {}
    for item in with_locales(queryset):
        if item.translation_key not in chosen or item.locale_id == locale.pk:
            chosen[item.translation_key] = item
    return list(chosen.values())
