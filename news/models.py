"""Statements, stories, reports, vacancies and tenders."""

import datetime
import re

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.db import models
from django.db.models.functions import Cast, Substr
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, TitleFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageLogEntry, PageManager, PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from blocks.body import BodyBlock
from blocks.media import FileBlock
from blocks.sources import SOURCES
from core import redirects
from core.canonical import canonical_query
from core.counties import CountiesField
from core.links import PageBlock
from core.locales import with_locales
from core.models import BasePage
from core.pages import live_in_language, pages_by_id, public
from core.panels import ListedPagePanel

PER_PAGE = 12
KEPT = 60  # seconds
CARD_FIELDS = [
    "title", "slug", "url_path", "locale_id", "translation_key", "content_type_id",
    "summary", "kind", "date", "date_precision", "closing_date",
]  # fmt: skip


class NewsQuerySet(PageQuerySet):
    """The public contract of news in lists."""

    def newest_first(self):
        """Live and public items."""
        return public(self).select_related("locale", "listing_image").order_by("-date", "-pk")

    def newest_below(self, parent):
        """Live and public items below a page, newest first: to be counted, or cut with `cut`.

        Whether an item is there and live is asked of each as the database walks along the index of the dates, so
        that a page of a list costs what it shows. A join would read and sort the whole tree (docs/performance.md).
        """
        there = public(Page.objects.child_of(parent)).filter(pk=models.OuterRef("page_ptr_id"))
        return self.filter(models.Exists(there)).order_by("-date", "-page_ptr_id")

    def cut(self, start, stop, count=None):
        """The items of `newest_below` from `start` to before `stop`, as a queryset in the same order. One more query.

        With the `count` of all items the database may begin at the nearer end: the last page costs what the first does.
        """
        ids = self.values_list("page_ptr_id", flat=True)
        if count and start > count - stop:
            ids, start, stop = ids.reverse(), max(count - stop, 0), count - start
        chosen = list(ids[start:stop])
        return self.model.objects.filter(pk__in=chosen).newest_first()

    def for_cards(self):
        """With all that a card needs, and no more; `with_locales` fills in the languages."""
        return self.select_related(None).only(*CARD_FIELDS)

    def prefer(self, locale):
        """Put an item's version in `locale` before its other languages (for `in_language`)."""
        wanted = models.Case(models.When(locale=locale, then=0), default=1, output_field=models.IntegerField())
        return self.order_by("-date", "translation_key", wanted)


class NewsIndexPage(RoutablePageMixin, BasePage):
    """All news, filtered by kind, year and coalition through plain links and a GET form."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    subpage_types = ["news.NewsPage"]
    template = "news/news_index_page.html"
    page_description = _(
        "The list of all news, with filters, twelve on a page. It fills itself from the items below it."
    )

    class Meta:
        verbose_name = _("news list")

    def items(self):
        """The live items below this page, for `count` and `cut`."""
        return NewsPage.objects.newest_below(self)

    @path("")
    def listing(self, request):
        return self.with_cache_policy(self.render(request, context_overrides=self.list_context(request)))

    @path("feed/", name="feed")
    def feed(self, request):
        from .feeds import NewsFeed

        return NewsFeed(self)(request)

    def get_route_paths(self):
        """When the list moves, the feed's old address goes with it."""
        return ["/", "/feed/"]

    def get_cached_paths(self):
        """What front caches forget when the list changes."""
        return ["/", "/feed/"]

    def _groups(self):
        """How many live items there are of each kind, year and coalition: all that the filters and the pages need.

        Returns:
            A list of dicts with `kind`, `year` (str), `coalition` (id or None), `count` (int). It is counted anew when
            the record of what happened to pages has grown, and at the latest after a minute: what it takes grows with
            the number of items. The items themselves are always fresh.
        """
        return cache.get_or_set(f"news-{self.pk}-{self._state_of_news()}", self._count_groups, KEPT)

    @staticmethod
    def _state_of_news():
        """What changes with every act on a page, by whoever and in whatever process, and with every new item."""
        acts = PageLogEntry.objects.aggregate(last=models.Max("pk"))["last"]
        return f"{acts}-{NewsPage.objects.aggregate(last=models.Max('page_ptr_id'))['last']}"

    def _count_groups(self):
        year = Substr(Cast("date", models.CharField()), 1, 4)  # a function of both databases, unlike Django's for dates
        items = self.items().order_by().annotate(year=year)
        return list(items.values("kind", "year", "coalition").annotate(count=models.Count("page_ptr_id")))

    def list_context(self, request):
        """Read the filters from the query string; what is not a known choice answers 404."""
        items, groups = self.items(), self._groups()
        used = {group["kind"] for group in groups}
        years = sorted({group["year"] for group in groups}, reverse=True)
        coalitions = self._coalitions(groups)
        kind, year, coalition = (request.GET.get(name, "") for name in ("kind", "year", "coalition"))
        if kind:
            if kind not in NewsPage.Kind.values:
                raise Http404
            items, groups = items.filter(kind=kind), [group for group in groups if group["kind"] == kind]
        if year:
            if not re.fullmatch("[1-9][0-9]{3}", year):
                raise Http404
            items, groups = items.filter(date__year=int(year)), [group for group in groups if group["year"] == year]
        if coalition:
            if coalition not in coalitions:
                raise Http404
            _page, ids = coalitions[coalition]
            items, groups = items.filter(coalition__in=ids), [group for group in groups if group["coalition"] in ids]
        paginator = Paginator(items, PER_PAGE)
        paginator.count = sum(group["count"] for group in groups)
        try:
            page = paginator.page(request.GET.get("page", 1))
        except InvalidPage as error:
            raise Http404 from error
        start = (page.number - 1) * PER_PAGE
        page.object_list = with_locales(items.cut(start, start + PER_PAGE, paginator.count).for_cards())
        return {
            "items": page,
            "kinds": [(value, label) for value, label in NewsPage.Kind.choices if value in used],
            "years": [(year, year) for year in years],
            "coalitions": [(slug, page.title) for slug, (page, _ids) in coalitions.items()],
            "chosen": {"kind": kind, "year": year, "coalition": coalition},
            "query": canonical_query(kind=kind, year=year, coalition=coalition),
            "filtered": bool(kind or year or coalition),
            "canonical_query": canonical_query(kind=kind, year=year, coalition=coalition, page=page.number),
        }

    @staticmethod
    def _coalitions(groups):
        """{slug: (the coalition's page in the reader's language, the ids of its pages in all languages)}."""
        chosen = pages_by_id([group["coalition"] for group in groups])
        pages = {page.translation_key: page for page in live_in_language(chosen.values())}
        found = {page.slug: (page, []) for page in pages.values()}
        for pk, page in chosen.items():
            if page.translation_key in pages:
                found[pages[page.translation_key].slug][1].append(pk)
        return found


class NewsPage(BasePage):
    """One item."""

    class Kind(models.TextChoices):
        PRESS_STATEMENT = "press_statement", _("Press statement")
        JOINT_STATEMENT = "joint_statement", _("Joint statement")
        STORY = "story", _("Story")
        EVENT_REPORT = "event_report", _("Event report")
        OPINION = "opinion", _("Opinion")
        NOTICE = "notice", _("Notice")
        VACANCY = "vacancy", _("Vacancy")
        TENDER = "tender", _("Tender")

    PRECISIONS = [("day", _("day")), ("month", _("month")), ("year", _("year"))]

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.PRESS_STATEMENT)
    date = models.DateField(_("date"), default=datetime.date.today, db_index=True)
    date_precision = models.CharField(
        _("known to the"),
        max_length=5,
        choices=PRECISIONS,
        default="day",
        help_text=_("How exactly the date is known. Only that much is shown."),
    )
    author_role = models.CharField(
        _("author"), max_length=120, blank=True, help_text=_("A role, such as “Communications office”; not a name.")
    )
    coalition = models.ForeignKey(
        "coalitions.CoalitionPage",
        verbose_name=_("coalition"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The item also appears on the coalition's page."),
    )
    counties = CountiesField(_("counties"))
    closing_date = models.DateField(
        _("closing date"),
        null=True,
        blank=True,
        help_text=_("Vacancies and tenders close by themselves after this day."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    files = StreamField([("file", FileBlock())], verbose_name=_("files"), blank=True)
    sources = StreamField(SOURCES, verbose_name=_("sources"), blank=True)
    related = StreamField([("page", PageBlock())], verbose_name=_("related pages"), blank=True)
    old_addresses = models.TextField(
        _("old addresses"), blank=True, help_text=_("Paths on earlier sites, one a line. They lead here.")
    )

    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("old_addresses", overridable=False),
    ]
    exclude_fields_in_copy = ["old_addresses"]  # an address leads to one page

    objects = PageManager.from_queryset(NewsQuerySet)()

    content_panels = [
        TitleFieldPanel("title"),
        MultiFieldPanel(
            [
                FieldPanel(
                    "kind",
                    help_text=_(
                        "Decides who must approve it: a story a protection reviewer, a statement a second publisher. "
                        "A story has “Leave this page”, and is in no feed."
                    ),
                ),
                FieldPanel("author_role"),
                FieldRowPanel([FieldPanel("date"), FieldPanel("date_precision"), FieldPanel("closing_date")]),
            ],
            _("What and when"),
        ),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("listing_image"),
        FieldPanel("files"),
        ListedPagePanel("coalition"),
        InlinePanel("signatories", heading=_("Signatories"), label=_("Organisation")),
        MultiFieldPanel([FieldPanel("counties")], _("Counties"), classname="collapsed"),
        FieldPanel("sources"),
        FieldPanel("related"),
    ]
    desk_panels = [FieldPanel("old_addresses"), *BasePage.desk_panels]
    search_kind = "news"
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.FilterField("kind"),
        index.FilterField("date"),
    ]
    parent_page_types = ["news.NewsIndexPage"]
    subpage_types = []
    template = "news/news_page.html"
    handbook = "press-statement"
    page_description = _(
        "A press statement, joint statement, story, report, opinion, notice, vacancy or tender. It appears in the news "
        "list, on its coalition's page and, unless it is a story, in the feed."
    )

    class Meta:
        verbose_name = _("news item")

    @property
    def is_sensitive(self):
        return self.kind == self.Kind.STORY

    def needs_protection_review(self):
        return self.kind == self.Kind.STORY or super().needs_protection_review()

    def needs_second_publisher(self):
        return self.kind in {self.Kind.PRESS_STATEMENT, self.Kind.JOINT_STATEMENT}

    @property
    def search_year(self):
        return self.date.year

    @property
    def search_more(self):
        """Its kind, its counties, and who signed."""
        return [str(self.get_kind_display()), *self.counties, *(item.name for item in self.signatories.all())]

    @property
    def is_closed(self):
        """Whether a vacancy or tender has passed its closing date."""
        return bool(self.closing_date and self.closing_date < timezone.localdate())

    @cached_property
    def live_coalition(self):
        """The coalition's live page in the reader's language, or None."""
        return next(iter(live_in_language([self.coalition])), None)

    @cached_property
    def related_pages(self):
        """The chosen pages that are live."""
        return live_in_language([block.value for block in self.related])

    def clean(self):
        super().clean()
        if self.closing_date and self.kind not in {self.Kind.VACANCY, self.Kind.TENDER}:
            raise ValidationError({"closing_date": _("Only a vacancy or a tender has a closing date.")})
        faults = redirects.faults(self, self.old_addresses)
        if faults:
            raise ValidationError({"old_addresses": faults})

    def save(self, *args, **kwargs):
        result = super().save(*args, **kwargs)
        redirects.keep_old_addresses(self, self.old_addresses)
        return result

    @property
    def file_list(self):
        """The files that a visitor may have, as plain values."""
        return [block.value for block in self.files if block.value]

    @cached_property
    def signed_by(self):
        """The organisations that signed, looked up once."""
        return list(self.signatories.all())

    def sections_after_body(self):
        return [
            ("files", _("Files"), self.file_list),
            ("signatories", _("Signed by"), self.signed_by),
            ("related", _("Related"), self.related_pages),
        ]

    def structured_data(self, request):
        if self.is_sensitive or self.kind in {self.Kind.VACANCY, self.Kind.TENDER}:
            return []
        return [
            {
                "@type": "NewsArticle",
                "headline": self.title,
                "description": self.description,
                "datePublished": self.date.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.date_precision]],
                "dateModified": self.last_published_at.isoformat() if self.last_published_at else None,
                "inLanguage": self.locale.language_code,
                "url": self.get_full_url(request),
                "mainEntityOfPage": self.get_full_url(request),
                "image": self.get_site().root_url + self.share_image if self.share_image else None,
                "publisher": {"@id": self.get_site().root_url + "/#organisation"},
            }
        ]


class Signatory(Orderable):
    """An organisation that signed."""

    page = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="signatories")
    name = models.CharField(_("name"), max_length=160)

    panels = [FieldPanel("name")]
