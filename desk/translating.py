"""Into Kiswahili: what is missing or out of date, what changed since, sending it for review, files for translators.

The words themselves are wagtail-localize's business. A page is out of date when its English was published after the
translation last took it over (“Bring in the new English”). Only a publisher makes a translation live.
"""

import json
from collections import defaultdict
from dataclasses import dataclass

import polib
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Exists, OuterRef, Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail.signals import page_published
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import OverridableSegmentValue, RelatedObjectSegmentValue, StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from core.loading import is_loading
from core.models import BasePage
from home.models import ContentPage

from .links import Row

SECTION_LENGTH = Page.steplen * 3  # of the tree path of a page right below a home page
MISSING, OUT_OF_DATE, BEGUN, DRAFT, DONE = "missing", "out of date", "begun", "draft", "done"


@dataclass
class State:
    """How far one English page is translated. `twin` is the Kiswahili page's number, or None."""

    page: Page
    state: str
    twin: int | None
    done: int
    total: int
    is_help: bool
    section: str

    @property
    def words(self):
        """The state for people."""
        return {
            MISSING: _("not begun"),
            OUT_OF_DATE: _("out of date: the English has changed since"),
            BEGUN: _("%(done)s of %(total)s done") % {"done": self.done, "total": self.total},
            DRAFT: _("translated, not published"),
            DONE: _("published"),
        }[self.state]


def kiswahili():
    """The Locale that we translate into, or None."""
    return Locale.objects.filter(language_code="sw").first()


def states():
    """The State of every live English page: help pages first, then in the order of the tree. Seven queries."""
    target = kiswahili()
    pages = Page.objects.live().filter(locale__language_code="en", depth__gt=1, alias_of=None).order_by("path")
    pages = list(pages.only("path", "title", "draft_title", "translation_key", "last_published_at", "content_type"))
    twins = {row.translation_key: row for row in Page.objects.filter(locale=target).only("translation_key", "live")}
    sources = dict(TranslationSource.objects.filter(locale__language_code="en").values_list("object_id", "pk"))
    taken = dict(TranslationSource.objects.filter(pk__in=sources.values()).values_list("pk", "last_updated_at"))
    done = progress(target)
    help_pages = set(ContentPage.objects.filter(sensitive=True).values_list("translation_key", flat=True))
    sections = {page.path: page.title for page in pages if len(page.path) <= SECTION_LENGTH}
    found = []
    for page in pages:
        twin, source = twins.get(page.translation_key), sources.get(page.translation_key)
        count, total = done.get(source, (0, 0))
        if twin is None:
            state = MISSING
        elif source and page.last_published_at and page.last_published_at > taken[source]:
            state = OUT_OF_DATE
        elif count < total:
            state = BEGUN
        else:
            state = DONE if twin.live else DRAFT
        is_help, section = page.translation_key in help_pages, sections.get(page.path[:SECTION_LENGTH], page.title)
        found.append(State(page, state, twin and twin.pk, count, total, is_help, section))
    return sorted(found, key=lambda state: not state.is_help)  # a stable sort


def progress(target):
    """{number of a TranslationSource: (strings translated into `target`, strings)}. One query."""
    translated = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"), context_id=OuterRef("context_id"), locale=target, has_error=False
    )
    segments = StringSegment.objects.annotate(is_done=Exists(translated)).order_by()
    counts = segments.values("source").annotate(total=Count("pk"), done=Count("pk", filter=Q(is_done=True)))
    return {row["source"]: (row["done"], row["total"]) for row in counts}


def by_section():
    """[(section, States to do, how many pages it has)]: help pages, then the sections of the site."""
    groups = defaultdict(list)
    for state in states():
        groups[_("Help and safety") if state.is_help else state.section].append(state)
    return [(name, [state for state in group if state.state != DONE], len(group)) for name, group in groups.items()]


def waiting_rows(number):
    """(the first Rows of what is to be translated, help pages first; how many in all)."""
    found = [state for state in states() if state.state != DONE]
    rows = [
        Row(
            state.page.title,
            reverse("wagtailadmin_pages:edit", args=[state.twin]) if state.twin else "",
            state.words,
        )
        for state in found[:number]
    ]
    return rows, len(found)


def pages_with_gaps():
    """How many English pages say that something is still to be supplied."""
    models = [model for model in apps.get_models() if issubclass(model, BasePage)]
    counts = [model.objects.exclude(to_be_supplied="").filter(locale__language_code="en") for model in models]
    return sum(queryset.count() for queryset in counts)


def changes_since(source):
    """What the English says now and the translation has not taken over: [(old words or "", new words or "")]."""
    before = {
        (segment.context.path, segment.string.data): segment.order
        for segment in source.stringsegment_set.select_related("context", "string").order_by("order")
    }
    now = [
        (segment.path, segment.string.data)
        for segment in extract_segments(source.get_source_instance())
        if isinstance(segment, StringSegmentValue)
    ]
    gone = [key for key in before if key not in set(now)]
    new = [key for key in now if key not in before]
    pairs = []
    for path, words in new:
        old = next((key for key in gone if key[0] == path), None)
        if old:
            gone.remove(old)
        pairs.append((old[1] if old else "", words))
    return [*pairs, *((words, "") for _path, words in gone)]


def is_as_taken(source, page):
    """Whether a page has nothing that its translation could take over: no other words, pictures, links or settings."""
    taken = {
        (path, "words", text) for path, text in source.stringsegment_set.values_list("context__path", "string__data")
    }
    for path, data in source.overridablesegment_set.values_list("context__path", "data_json"):
        taken.add((path, "value", json.dumps(json.loads(data), sort_keys=True)))
    for path, key in source.relatedobjectsegment_set.values_list("context__path", "object_id"):
        taken.add((path, "object", str(key)))
    now = set()
    for segment in extract_segments(page):
        if isinstance(segment, StringSegmentValue):
            now.add((segment.path, "words", segment.string.data))
        elif isinstance(segment, OverridableSegmentValue):
            now.add((segment.path, "value", json.dumps(segment.data, sort_keys=True, cls=DjangoJSONEncoder)))
        elif isinstance(segment, RelatedObjectSegmentValue):
            now.add((segment.path, "object", str(segment.translation_key)))
    return now == taken


@receiver(page_published)
def stays_up_to_date(sender, instance, **kwargs):
    """An English page that is published again with the very same content does not make its translation out of date."""
    if is_loading() or instance.locale.language_code != "en":
        return
    source = TranslationSource.objects.get_for_instance_or_none(instance)
    if source and is_as_taken(source, instance):
        TranslationSource.objects.filter(pk=source.pk).update(last_updated_at=timezone.now())


def translation_of(page):
    """The Translation (with its source) whose target is this page, or None."""
    return (
        Translation.objects.filter(source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True)
        .select_related("source")
        .first()
    )


def take_back(page, old, user):
    """Give wagtail-localize the words of an earlier version of a translation: its next “Publish” would undo it.

    Where the English has other pieces now, the translation of these stays.
    """
    translation = translation_of(page)
    if translation is None:
        return
    words, english = defaultdict(list), defaultdict(list)
    for segment in extract_segments(old):
        if isinstance(segment, StringSegmentValue):
            words[segment.path].append(segment.string.data)
    pieces = translation.source.stringsegment_set.order_by("order")
    for path, text in pieces.values_list("context__path", "string__data"):
        english[path].append(text)
    po = polib.POFile()
    for path, texts in english.items():
        if len(texts) == len(words[path]):
            po.extend(
                polib.POEntry(msgid=text, msgctxt=path, msgstr=was)
                for text, was in zip(texts, words[path], strict=True)
            )
    translation.import_po(po, user=user)


def is_out_of_date(source):
    """Whether the English was published after the translation took it over."""
    page = source.get_source_instance()
    published = getattr(page, "last_published_at", None)
    return bool(published and published > source.last_updated_at)
