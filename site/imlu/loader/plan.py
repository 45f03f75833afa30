"""Reads and checks all content files before anything is written."""

from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from wagtail.models import Page
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from core.models import BasePage, Helpline, LoadedItem
from core.models.snippets import NOT_CHECKED

from .convert import Converter, ShapeError, merge
from .files import Problem, find, read
from .singles import check_old_addresses, read_facts, read_pictures

ENGLISH = settings.LANGUAGE_CODE
# What stands in a file for the loader, beside its type: what is expected there, and whether a value is that.
FRAME = {
    "status": ("live or draft", lambda value: value in ("live", "draft")),
    "position": ("a whole number", lambda value: type(value) is int),
}
STREAM_NAMES = {"tab_title": "seo_title"}  # what content files call a field → what the model calls it
# Child rows of a page: name in the file → (relation, how one item becomes the child's fields).
CHILDREN = {
    "service_areas": ("service_area_links", lambda item: {"service_area": item}),
    "members": ("members", lambda item: {"name": item} if isinstance(item, str) else dict(item)),
    "signatories": ("signatories", lambda item: {"name": item}),
}


class Placeholder:
    """References while checking: everything that will exist has id 0."""

    def __init__(self, pages, pictures, snippets):
        self._pages, self._pictures, self._snippets = pages, pictures, snippets

    def page(self, key):
        return self._known(key, self._pages)

    def picture(self, name):
        return self._known(name, self._pictures)

    def document(self, name):
        raise KeyError(name)

    def snippet(self, model, name):
        return self._known(name, self._snippets)

    @staticmethod
    def _known(name, names):
        if name not in names:
            raise KeyError(name)
        return 0


@dataclass
class Entry:
    """One object to load: its English file, its model, and the files of its translations by language."""

    key: str
    model: type
    english: object
    translations: dict = field(default_factory=dict)

    @property
    def is_page(self):
        return issubclass(self.model, Page)

    @property
    def live(self):
        return self.english.data.get("status", "live") == "live"

    @property
    def slug(self):
        return self.english.data.get("slug") or self.key.rpartition("/")[2]

    @property
    def parent_key(self):
        """The key of the page above: the folder it lies in; pages at the top lie below home."""
        return self.key.rpartition("/")[0] or (None if self.key == "index" else "index")

    def values(self, file, references, problems):
        """Convert a file's data to ({field: value}, {relation: [child fields]}, {block id: line})."""
        return convert(self.model, file, self.key, references, problems)


@dataclass
class Plan:
    """Everything that there is to load, checked."""

    pages: list
    snippets: list
    pictures: list
    facts: object
    problems: list


def convert(model, file, seed, references, problems):
    """Convert one file's data for `model`. Unknown names and values that don't fit are added to `problems`."""
    converter = Converter(file.name, seed, references, problems)
    values, children = {}, {}
    for name, value in file.data.items():
        line = file.data.lines[name]
        if name == "type" or name in FRAME or value is None:
            continue
        if name in CHILDREN and hasattr(model, CHILDREN[name][0]):
            children[CHILDREN[name][0]] = _children(model, name, value, line, converter)
            continue
        try:
            model_field = model._meta.get_field(STREAM_NAMES.get(name, name))
        except FieldDoesNotExist:
            converter.problem(line, f"{model._meta.label} has no field «{name}»")
            continue
        result = converter.field(model_field, value, line)
        is_key = isinstance(model_field, models.ForeignKey)
        values[model_field.attname if is_key else model_field.name] = result
    return values, children, converter.lines


def _children(model, name, value, line, converter):
    relation, build = CHILDREN[name]
    child_model = model._meta.get_field(relation).related_model
    rows = []
    if not isinstance(value, list):
        converter.problem(line, f"{name}: expected a list")
        return rows
    for place, item in enumerate(value):
        row = {}
        try:
            fields = build(item)
        except (TypeError, ValueError):
            converter.problem(value.lines[place], f"{name}: expected a name")
            continue
        for child_name, child_value in fields.items():
            try:
                child_field = child_model._meta.get_field(child_name)
            except FieldDoesNotExist:
                converter.problem(value.lines[place], f"{name}: no field «{child_name}»")
                continue
            attribute = child_field.attname if isinstance(child_field, models.ForeignKey) else child_name
            row[attribute] = converter.field(child_field, child_value, value.lines[place])
        rows.append(row)
    return rows


def strings(instance):
    """The translatable strings of an object as wagtail-localize sees them: [(path, words)], in order."""
    return [
        (segment.path, segment.string.data)
        for segment in extract_segments(instance)
        if isinstance(segment, StringSegmentValue)
    ]


def make_plan(folder):
    """Read and check all files below `folder` (content/). Nothing is written.

    Returns:
        A Plan; if `problems` is not empty, nothing of it may be loaded.
    """
    problems = []
    root = folder.parent
    for path in [*folder.glob("pages/**/*.*"), *folder.glob("snippets/**/*.*")]:
        if path.suffix != ".yaml" and not path.name.startswith("."):
            problems.append(Problem(path.relative_to(root).as_posix(), 1, "expected a name ending in .en.yaml"))
    pages = _entries(find(folder / "pages", root), problems, page_type)
    snippets = _entries(find(folder / "snippets", root), problems, snippet_type)
    pictures = read_pictures(folder, root, ENGLISH, problems)
    facts = read_facts(folder, root, ENGLISH, problems)
    keys = {entry.key for entry in pages}
    check_places(pages, problems)
    check_old_addresses(folder, root, ENGLISH, keys, problems)
    references = Placeholder(keys, {picture["name"] for picture in pictures}, {entry.key for entry in snippets})
    for entry in [*snippets, *pages]:
        check(entry, references, problems)
    if not problems:  # a position that is no number can't be sorted by
        pages.sort(key=lambda entry: (entry.key.count("/") + (entry.key != "index"), _position(entry)))
    return Plan(pages, snippets, pictures, facts, sorted(problems, key=lambda p: (p.file, p.line)))


def _position(entry):
    return (entry.english.data.get("position", 100), str(entry.english.data.get("title", "")))


def check_places(pages, problems):
    """Check where pages stand: what is above them, whether that type may stand there, and that addresses differ."""
    models_by_key = {entry.key: entry.model for entry in pages}
    taken = {}
    for entry in pages:
        above = models_by_key.get(entry.parent_key, None if entry.parent_key else Page)
        if above is None:
            problems.append(Problem(entry.english.name, 1, f"expected a page «{entry.parent_key}» above this one"))
        elif above not in entry.model.allowed_parent_page_models():
            types = ", ".join(sorted(model._meta.label for model in above.allowed_subpage_models()))
            _at(entry.english, "type", f"type: below «{entry.parent_key or '/'}» expected one of {types}", problems)
        slugs = {ENGLISH: (entry.english, entry.slug)}
        slugs |= {language: (file, file.data.get("slug")) for language, file in entry.translations.items()}
        for language, (file, slug) in slugs.items():
            other = taken.setdefault((language, entry.parent_key, slug), file)
            if slug and other is not file:
                _at(file, "slug", f"slug: «{slug}» is the address of {other.name} already", problems)


def _at(file, name, message, problems):
    """Add a problem at the line of a file's field, or at its first line if the field isn't there."""
    problems.append(Problem(file.name, (file.data.lines or {}).get(name, 1), message))


def page_type(label):
    """The page model of a label such as "home.ContentPage". Raises LookupError, ValueError."""
    model = apps.get_model(label)
    if not issubclass(model, Page):
        raise LookupError(label)
    return model


def snippet_type(label):
    """The snippet model of a label. Raises LookupError, ValueError."""
    return apps.get_model(label)


def _entries(files, problems, model_of):
    entries, languages = {}, [code for code, _name in settings.LANGUAGES]
    for file in files:
        if file.language not in languages:
            problems.append(Problem(file.name, 1, f"expected the language in the name: {file.key}.en.yaml or .sw.yaml"))
        elif read(file, problems) and file.language == ENGLISH:
            label = str(file.data.get("type", ""))
            try:
                entries[file.key] = Entry(file.key, model_of(label), file)
            except (LookupError, ValueError):
                problems.append(Problem(file.name, 1, f"type: expected a type such as home.ContentPage, not «{label}»"))
    for file in files:
        if file.language != ENGLISH and file.language in languages and file.data:
            if file.key in entries:
                entries[file.key].translations[file.language] = file
            elif not any(other.key == file.key and other.language == ENGLISH for other in files):
                problems.append(Problem(file.name, 1, f"expected an English file {file.key}.en.yaml"))
    return list(entries.values())


def check(entry, references, problems):
    """Check one object and its translations against its model; add what is wrong to `problems`."""
    before = len(problems)
    for name, (expected, fits) in FRAME.items():
        if name in entry.english.data and not fits(entry.english.data[name]):
            _at(entry.english, name, f"{name}: expected {expected}", problems)
    values, _children_rows, _lines = entry.values(entry.english, references, problems)
    _check_required(entry, values, problems)
    if len(problems) > before:
        return
    original = entry.model(**{**_words(entry.model, values), **({"slug": entry.slug} if entry.is_page else {})})
    original.live = entry.live
    _check_model(entry, original, problems)
    for file in entry.translations.values():
        check_translation(entry, file, original, references, problems)


def _check_required(entry, values, problems):
    for model_field in entry.model._meta.fields:
        needed = isinstance(model_field, (models.CharField, models.TextField)) and not model_field.blank
        if needed and not model_field.has_default() and model_field.name not in values:
            if model_field.name in {"slug", "draft_title", "path", "url_path"}:
                continue
            problems.append(Problem(entry.english.name, 1, f"«{model_field.name}» is missing"))
    if entry.is_page and not values.get("summary") and entry.key != "index":
        problems.append(Problem(entry.english.name, 1, "«summary» is missing"))


def _check_model(entry, instance, problems):
    if isinstance(instance, BasePage):
        try:
            instance.clean_fields(exclude=[f.name for f in entry.model._meta.fields])
            if instance.is_sensitive and not instance.seo_title:
                problems.append(Problem(entry.english.name, 1, "«tab_title» is missing: this is a help or story page"))
            else:
                instance.translation_key = _loaded_key(entry) or instance.translation_key
                instance.clean()
        except ValidationError as error:
            _refused(entry, error, problems)
    elif isinstance(instance, Helpline):
        try:
            instance.clean()
        except ValidationError as error:
            _refused(entry, error, problems)
        if instance.live and not instance.checked_on:
            _refused(entry, ValidationError({"checked_on": NOT_CHECKED}), problems)


def _loaded_key(entry):
    """The translation key of the page of an earlier run, or None: its own redirects aren't somebody else's."""
    record = LoadedItem.objects.filter(model=entry.model._meta.label, key=entry.key, language=ENGLISH).first()
    pages = entry.model.objects.filter(pk=record.object_id) if record else entry.model.objects.none()
    return pages.values_list("translation_key", flat=True).first()


def _refused(entry, error, problems):
    """Note what the model refuses, at the line of the field that it names."""
    lines = entry.english.data.lines
    for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
        problems.append(Problem(entry.english.name, lines.get(name, 1), " ".join(messages)))


def _words(model, values):
    """Only what wagtail-localize looks at: text and streams, no references to rows that do not exist yet."""
    keys = {field.attname for field in model._meta.fields if isinstance(field, models.ForeignKey)}
    return {name: value for name, value in values.items() if name not in keys}


def translated_data(entry, file):
    """The translation's words laid over the English data. Raises ShapeError."""
    data = merge(entry.english.data, file.data)
    return type(file)(file.path, file.name, file.key, file.language, file.digest, data)


def check_translation(entry, file, original, references, problems):
    """Check that a translation has a string for each of the original's strings, at the same places."""
    for name, line in (file.data.lines or {}).items():
        if name not in entry.english.data and name != "slug":
            problems.append(Problem(file.name, line, f"the English file has no «{name}»"))
            return
    if entry.is_page and not file.data.get("slug"):
        problems.append(Problem(file.name, 1, "«slug» is missing"))
        return
    try:
        merged = translated_data(entry, file)
    except ShapeError as error:
        problems.append(Problem(file.name, error.line, str(error)))
        return
    before = len(problems)
    values, _children_rows, lines = entry.values(merged, references, problems)
    if len(problems) > before:
        return
    slug = {"slug": file.data["slug"]} if entry.is_page else {}
    translated = entry.model(**{**_words(entry.model, values), **slug})
    wanted, found = strings(original), strings(translated)
    for place, (path, words) in enumerate(wanted):
        if place >= len(found) or found[place][0] != path:
            line = next((lines[part] for part in reversed(path.split(".")) if part in lines), 1)
            what = path.split(".")[-1]
            problems.append(
                Problem(
                    file.name,
                    line,
                    f"expected a translation of «{words[:60]}» here ({what}): as many parts as in English",
                )
            )
            return
    if len(found) > len(wanted):
        path, words = found[len(wanted)]
        line = next((lines[part] for part in reversed(path.split(".")) if part in lines), 1)
        problems.append(Problem(file.name, line, f"«{words[:60]}» has nothing beside it in the English file"))
