"""Template tags of the news."""

from django import template

from core.kept import until_written
from core.locales import active_locale
from core.pages import is_private
from core.prepared import Prepared
from news.models import NewsIndexPage

register = template.Library()

_lists = until_written(Prepared(lambda: NewsIndexPage.objects.live().defer_streamfields().order_by()))


@register.simple_tag
def news_list():
    """The live news list in the reader's language, whose feed a page may offer; or None."""
    language = active_locale()
    lists = [page for page in _lists() if page.locale_id == language.pk and not is_private(page)]
    return min(lists, key=lambda page: page.path, default=None)
