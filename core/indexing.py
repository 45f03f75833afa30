"""How a page or document is written into Wagtail's search index: its text, the stems of its words, and its facets.

Stems and facets end in a mark that no word of a text has, so that search can ask for them alone. The search page
(`search/engine.py`) reads what is written here; docs/search.md says why it is done so.
"""

from functools import lru_cache

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation
from wagtail.search import index
from wagtail.search.models import IndexEntry

from . import words

# Raise the number when stems, fields or facets change: `manage.py prepare` then writes all entries anew.
VERSION = "index3"
MARK = "x0"
PASSAGE_END = "¶"


def mark(word):
    """A stem or facet as it stands in the index."""
    return word + MARK


def facet(name, value):
    """The word in the index that says, for example, that a page is of the kind "news". Nobody types what begins so."""
    return mark(f"zq{name}{value}")


def name_facet(name):
    """The word in the index that says that something is called so, whatever its spaces, hyphens and capitals."""
    return facet("name", "".join(words.words(name)))


@lru_cache(maxsize=16)  # asked for several times, as below
def _stems(text, language):
    return " ".join(mark(stem) for stem in words.stems(text, language))


def _text(value):
    """The words of a field's value (str), each passage with its end marked."""
    passages = value if isinstance(value, list) else [value]
    return " ".join(f"{str(passage).strip()} {PASSAGE_END}" for passage in passages if passage and str(passage).strip())


class Passages(index.SearchField):
    """A field's own text."""

    def get_value(self, obj):
        # Wagtail asks for each value up to five times while it writes an entry, and a body's text takes milliseconds.
        known, value = obj.__dict__.setdefault("_passages", {}), obj.__dict__.get(self.field_name)
        if self.field_name not in known or known[self.field_name][0] is not value:
            with translation.override(obj.search_language):
                known[self.field_name] = value, _text(super().get_value(obj))
        return known[self.field_name][1]


class Stems(Passages):
    """The stems of a field's words."""

    def get_value(self, obj):
        return _stems(super().get_value(obj), obj.search_language)


class AutocompleteStems(index.AutocompleteField):
    """The stems of the summary's words in a column of their own: SQLite tells words apart by column alone."""

    def get_value(self, obj):
        return _stems(_text(super().get_value(obj)), obj.search_language)


class Searchable:
    """A mixin before Page or Document: for every SearchField of the model, the stems of its words are indexed too."""

    search_kind = "page"

    @property
    def search_language(self):
        """The language code of the words."""
        return self.locale.language_code

    @property
    def search_year(self):
        """The year (int) by which it can be filtered, or None."""
        return None

    @property
    def search_more(self):
        """Further words (list of str) by which it is found: what is no field of text."""
        return []

    @property
    def search_names(self):
        """What it is called (list of str): who types one of these means it, and finds it first."""
        return [self.title]

    @property
    def search_facets(self):
        """The facets' words (str). The version comes first: what stands before it is text."""
        facets = [mark(VERSION), facet("kind", self.search_kind)]
        if self.search_year:
            facets.append(facet("year", self.search_year))
        facets += [name_facet(name) for name in self.search_names if name]
        return " ".join(facets)

    @classmethod
    def get_search_fields(cls):
        fields = super().get_search_fields()
        texts = [field for field in fields if type(field) is index.SearchField]
        fields = [field for field in fields if field not in texts]
        fields += [Passages(field.field_name, boost=field.boost) for field in texts]
        fields.append(index.SearchField("search_facets"))
        fields += [Stems(field.field_name, boost=field.boost) for field in [*texts, index.SearchField("search_more")]]
        if any(field.field_name == "summary" for field in texts):
            fields.append(AutocompleteStems("summary"))
        return fields


def text_of_entry(body):
    """The passages (list of str) of an index entry's body, without what was added to them."""
    return [passage.strip() for passage in body.partition(mark(VERSION))[0].split(PASSAGE_END) if passage.strip()]


def is_current():
    """Whether every entry of ours is as this version writes it. Reads the whole index."""
    text = "body_text" if connection.vendor == "postgresql" else "body"
    models = [model for model in apps.get_models() if issubclass(model, Searchable)]
    ours = IndexEntry.objects.filter(content_type__in=ContentType.objects.get_for_models(*models).values())
    return not ours.exclude(**{f"{text}__contains": mark(VERSION)}).exists()
