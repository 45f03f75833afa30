"""Writes a checked plan: pages and snippets with revisions, translations through wagtail-localize.

One transaction for each object, parents first, snippets before pages: one transaction around everything would leave
the second language's home page with a wrong number of children.
"""

import hashlib
import json
from urllib.parse import urlsplit

import polib
from django.conf import settings
from django.core.files import File
from django.db import transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, Locale, Page, RevisionMixin, Site, TranslatableMixin
from wagtail_localize.models import StringSegment, Translation, TranslationSource

from core.loading import loading
from core.models import Facts, LoadedItem, Phone, SiteImage, SocialLink, Wording
from core.models.clearance import Shows

from .files import digest, read
from .plan import CHILDREN, ENGLISH, strings, translated_data
from .singles import PICTURE_FIELDS

# Fields that a file has no word for: they are Wagtail's own.
OF_WAGTAIL = {
    field.name for mixin in (DraftStateMixin, RevisionMixin, TranslatableMixin, Page) for field in mixin._meta.fields
} - {"seo_title", "search_description"}


class Loader:
    """Loads a Plan. `report` is called with a line (str) for everything done or skipped."""

    def __init__(self, plan, report):
        self.plan, self.report = plan, report
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self.records = {(item.model, item.key, item.language): item for item in LoadedItem.objects.all()}
        self.objects = {}  # (kind, key) → English object
        self.counts = {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0}

    # --- references, for the converter ---

    def page(self, key):
        return self.objects["page", key].pk

    def picture(self, name):
        return self.objects["picture", name].pk

    def document(self, name):
        raise KeyError(name)

    def snippet(self, model, name):
        return self.objects["snippet", name].pk

    # --- the whole ---

    def run(self):
        """Load everything; return the counts (dict)."""
        with loading():
            self.make_locales()
            for picture in self.plan.pictures:
                self.load_picture(picture)
            self.load_facts()
            for entry in self.plan.pages:
                self.make_page(entry)
            entries = [*self.plan.snippets, *self.plan.pages]
            for entry in entries:
                self.load_entry(entry)
            for entry in entries:
                for language, file in entry.translations.items():
                    self.load_translation(entry, language, file)
            self.choose_wording()
        return self.counts

    def make_locales(self):
        for code, _name in settings.LANGUAGES:
            self.locales[code] = Locale.objects.get_or_create(language_code=code)[0]

    def record(self, model, key, language=ENGLISH):
        return self.records.get((model._meta.label, key, language))

    def keep_record(self, instance, key, language, name, source_hash):
        """Remember what was loaded, from which file, and as which revision."""
        page = instance.pk if isinstance(instance, Page) else None
        item, _created = LoadedItem.objects.update_or_create(
            model=instance._meta.label,
            key=key,
            language=language,
            defaults={
                "source_file": name,
                "source_hash": source_hash,
                "object_id": instance.pk,
                "page_id": page,
                "revision_id": getattr(instance, "latest_revision_id", None),
                "loaded_live": getattr(instance, "live", True),
                "changed_by_editor": False,
                "reviewed_at": None,
                "reviewed_by": None,
            },
        )
        self.records[item.model, key, language] = item

    def is_untouched(self, record, instance, name):
        """Whether the loader may write: False (and reported) for what an editor changed, moved down or deleted."""
        if instance is None:
            reason = "deleted by an editor"
        elif record.changed_by_editor or record.revision_id != getattr(instance, "latest_revision_id", None):
            reason = "changed by an editor"
        elif getattr(instance, "live", True) != record.loaded_live:
            reason = "published or unpublished by an editor"
        else:
            return True
        self.skip(name, f"{reason} since it was loaded")
        return False

    def skip(self, name, reason):
        """Say that a file isn't loaded, and why."""
        self.report(f"skipped {name}: {reason}")
        self.counts["skipped"] += 1

    # --- pictures and facts ---

    def load_picture(self, picture):
        record = self.record(SiteImage, picture["name"])
        fields = {
            **{field: picture.get(name) or "" for name, field in PICTURE_FIELDS.items()},
            "shows": Shows.NOBODY.value,  # the pictures of content/ are drawn
        }
        image = SiteImage.objects.filter(pk=record.object_id).first() if record else SiteImage()
        source_hash = digest_of({**fields, "file": picture["digest"]})
        name = f"content/pictures/{picture['file']}"
        if image:
            self.objects["picture", picture["name"]] = image
        if record and record.source_hash == source_hash:
            self.counts["unchanged"] += 1
            return
        if record and not self.is_untouched(record, image, name):
            return
        with transaction.atomic():
            for field, value in fields.items():
                setattr(image, field, value)
            with picture["path"].open("rb") as file:
                image.file = File(file, name=picture["file"])
                image.save()
            self.keep_record(image, picture["name"], ENGLISH, name, source_hash)
        self.counts["updated" if record else "created"] += 1

    def load_facts(self):
        file = self.plan.facts
        if not file:
            return
        record = self.record(Facts, "facts")
        site = self.site()
        facts = Facts.for_site(site)
        if record and record.source_hash == file.digest:
            self.counts["unchanged"] += 1
            return
        if record and not self.is_untouched(record, facts, file.name):
            return
        read(file, [])
        data = dict(file.data)
        phones, links = data.pop("phones", []), data.pop("social_links", [])
        with transaction.atomic():
            for field, value in data.items():
                setattr(facts, field, value)
            facts.phones.set([Phone(sort_order=place, **phone) for place, phone in enumerate(phones)])
            facts.social_links.set([SocialLink(sort_order=place, **link) for place, link in enumerate(links)])
            facts.save()
            self.keep_record(facts, "facts", ENGLISH, file.name, file.digest)
        self.counts["updated" if record else "created"] += 1

    def site(self):
        """The default site, made or mended on the first load."""
        address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        site = Site.objects.filter(is_default_site=True).first()
        if site and self.record(Facts, "facts"):
            return site
        # Off the welcome page first: deleting that would take the site, and its facts, along.
        site = site or Site(is_default_site=True)
        site.root_page = Page.objects.get(depth=1)
        site.hostname, site.site_name = address.hostname, settings.WAGTAIL_SITE_NAME
        site.port = address.port or (443 if address.scheme == "https" else 80)
        site.save()
        return site

    # --- pages and snippets ---

    def existing(self, entry, language=ENGLISH):
        record = self.record(entry.model, entry.key, language)
        return record and entry.model.objects.filter(pk=record.object_id).first()

    def make_page(self, entry):
        """Create an English page empty and unpublished, so that every page can refer to every other.

        It is recorded at once, without a hash: a load that is interrupted goes on where it was.
        """
        record = self.record(entry.model, entry.key)
        page = self.existing(entry)
        if page or record:
            if page:
                self.objects["page", entry.key] = page
            return
        page = entry.model(
            title=entry.english.data["title"], slug=entry.slug, live=False, locale=self.locales[ENGLISH], seo_title="-"
        )
        with transaction.atomic():
            if entry.key == "index":
                self.remove_welcome_page()
                Page.objects.get(depth=1).add_child(instance=page)
                Site.objects.filter(is_default_site=True).update(root_page=page)
                Site.clear_site_root_paths_cache()
            else:
                parent = self.objects.get(("page", entry.parent_key))
                if parent is None:
                    self.skip(entry.english.name, "the page above it was deleted by an editor")
                    return
                if parent.get_children().filter(slug=entry.slug).exists():
                    self.skip(entry.english.name, "an editor has made a page with its address")
                    return
                type(parent).objects.get(pk=parent.pk).add_child(instance=page)
            self.keep_record(page, entry.key, ENGLISH, entry.english.name, "")
        self.objects["page", entry.key] = page

    def remove_welcome_page(self):
        """Wagtail's own migration makes a page «Welcome to your new Wagtail site!»; it owns the slug `home`."""
        for page in Page.objects.filter(depth=2, slug="home"):
            if type(page.specific) is Page:
                page.delete()

    def load_entry(self, entry):
        record = self.record(entry.model, entry.key)
        if record:
            instance = self.existing(entry)
            if instance and not entry.is_page:
                self.objects["snippet", entry.key] = instance
            if record.source_hash == entry.english.digest:
                self.counts["unchanged"] += 1
                return
            if not self.is_untouched(record, instance, entry.english.name):
                return
        elif entry.is_page:  # the page above it was deleted: make_page said so
            return
        else:
            live = {"live": False} if issubclass(entry.model, DraftStateMixin) else {}
            locale = {"locale": self.locales[ENGLISH]} if issubclass(entry.model, TranslatableMixin) else {}
            instance = entry.model(**locale, **live)
        problems = []
        values, children, _lines = entry.values(entry.english, self, problems)
        if problems:  # the plan was checked, so this is a reference to what an editor deleted
            for problem in problems:
                self.report(f"left out: {problem}")
        self.fill(instance, values, children)
        with transaction.atomic():
            # A draft's words stand in its row too, as when an editor saves a new page: lists and reports read rows.
            if not entry.is_page or not entry.live:
                instance.save()
            revision = instance.save_revision(log_action=True) if hasattr(instance, "save_revision") else None
            if revision and entry.live:
                revision.publish()
            instance = entry.model.objects.get(pk=instance.pk)
            self.keep_record(instance, entry.key, ENGLISH, entry.english.name, entry.english.digest)
        self.objects["page" if entry.is_page else "snippet", entry.key] = instance
        self.counts["updated" if record and record.source_hash else "created"] += 1

    def fill(self, instance, values, children):
        """Set the values of a file on an object; what the file leaves out is emptied."""
        for name, value in {**empty_values(type(instance)), **values}.items():
            setattr(instance, name, value)
        left_out = {relation: [] for relation, _build in CHILDREN.values() if hasattr(instance, relation)}
        for relation, rows in {**left_out, **children}.items():
            model = instance._meta.get_field(relation).related_model
            getattr(instance, relation).set([model(sort_order=place, **row) for place, row in enumerate(rows)])

    # --- translations ---

    def load_translation(self, entry, language, file):
        source = self.objects.get(("page" if entry.is_page else "snippet", entry.key))
        if source is None:
            return
        record = self.record(entry.model, entry.key, language)
        # The translation depends on both files.
        source_hash = digest(entry.english.path, file.path)
        if record:
            target = self.existing(entry, language)
            if record.source_hash == source_hash:
                self.counts["unchanged"] += 1
                return
            if not self.is_untouched(record, target, file.name):
                return
            english = self.record(entry.model, entry.key)
            if english.changed_by_editor:
                self.skip(file.name, "its English page was changed by an editor")
                return
        words = self.pairs(entry, source, file)
        locale = self.locales[language]
        with transaction.atomic():
            translation_source, _created = TranslationSource.update_or_create_from_instance(source)
            translation, _created = Translation.objects.update_or_create(
                source=translation_source, target_locale=locale, defaults={"enabled": True}
            )
            po = polib.POFile()
            segments = StringSegment.objects.filter(source=translation_source).select_related("string", "context")
            for segment in segments.order_by("order"):
                text = words.get((segment.context.path, segment.string.data))
                if text:
                    po.append(polib.POEntry(msgid=segment.string.data, msgctxt=segment.context.path, msgstr=text))
            for warning in translation.import_po(po, delete=True, tool_name="content files"):
                self.report(f"{file.name}: {warning}")
            translation.save_target(publish=entry.live)
        # Recorded once it is live, which it is on commit; interrupted before, it is simply saved again.
        target = source.get_translation(locale)
        if not record and entry.is_page:
            # The page was made under its English slug for a moment; nobody has seen that address.
            Redirect.objects.filter(redirect_page=target, automatically_created=True).delete()
        self.keep_record(target, entry.key, language, file.name, source_hash)
        self.counts["updated" if record else "created"] += 1

    def pairs(self, entry, source, file):
        """{(path, English words): Kiswahili words}, by laying the two files' strings side by side."""
        values, _children_rows, _lines = entry.values(translated_data(entry, file), self, [])
        translated = entry.model(**{**values, **({"slug": file.data["slug"]} if entry.is_page else {})})
        return {
            (path, english): words
            for (path, english), (_path, words) in zip(strings(source), strings(translated), strict=True)
        }

    def choose_wording(self):
        """On the first load, show the menu and footer of the content files."""
        wording = Wording.for_site(self.site())
        for name in ("menu", "footer"):
            snippet = self.objects.get(("snippet", name))
            if snippet and getattr(wording, f"{name}_id") is None:
                setattr(wording, name, snippet)
        wording.save()


def empty_values(model):
    """{name: value} of the fields that a file may leave out, as they are then."""
    found = {}
    for field in model._meta.concrete_fields:
        if field.name in OF_WAGTAIL or field.primary_key:
            continue
        if isinstance(field, StreamField):
            found[field.name] = []
        elif field.null or field.blank or (field.has_default() and not callable(field.default)):
            found[field.attname] = field.get_default()
    return found


def digest_of(fields):
    """The SHA-256 (hex) of a dict of words."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def tree_hash(folder):
    """The SHA-256 (hex) of all files below `folder`, names and bytes."""
    result = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            result.update(path.relative_to(folder).as_posix().encode())
            result.update(path.read_bytes())
    return result.hexdigest()
