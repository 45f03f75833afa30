"""What an editor wrote in a page or snippet, taken apart once for all rules: texts, links, figures, pictures, files.

It reads the instance in memory, saved or not. A picture, page or document is looked up with all others of its kind,
so that the number of queries does not grow with the page.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from bs4 import BeautifulSoup
from django.db import models
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from ..compare import ENDS
from ..links import LinkBlock

# Fields that readers never see, or that hold no words.
NOT_READ = set("slug url_path path draft_title to_be_supplied old_addresses phone".split())
FIGURE = ("period", "definition", "source_name")  # what makes a block one of evidence (blocks.data)


@dataclass(frozen=True)
class Place:
    """Where something stands: `field` is the model's, `block` the id of the innermost block that has one, or ""."""

    field: str
    label: str
    block: str = ""

    @property
    def anchor(self):
        """The id of the element in Wagtail's editor."""
        return f"block-{self.block}-section" if self.block else f"id_{self.field}"


@dataclass(frozen=True)
class Text:
    """Words at a place; `html` only of rich text. `level` is that of the last heading above them."""

    place: Place
    words: str
    html: str = ""
    level: int = 1

    @cached_property
    def soup(self):
        return BeautifulSoup(self.html, "html.parser")


@dataclass(frozen=True)
class Link:
    """A link: its words, and either what it names in the database or an address."""

    place: Place
    words: str
    page: int = None
    document: int = None
    href: str = ""


@dataclass(frozen=True)
class Shown:
    """A picture at a place; `alt` are words in place of its own."""

    place: Place
    image: int
    alt: str = ""


@dataclass
class Reading:
    """All that the rules look at. Use `Reading.of(instance)`, or `Reading.of_text(html)` for a text alone."""

    instance: object = None
    is_help: bool = False
    texts: list = field(default_factory=list)
    links: list = field(default_factory=list)
    figures: list = field(default_factory=list)  # (Place, value of the block)
    shown: list = field(default_factory=list)
    files: list = field(default_factory=list)  # (Place, id of a document)

    @classmethod
    def of_text(cls, html, is_help=False):
        """A reading of one rich text."""
        reading = cls(is_help=is_help)
        reading._rich(html, Place("text", "text"))
        return reading

    @classmethod
    def of(cls, instance):
        """A reading of a page or snippet."""
        reading = cls(instance, is_help=bool(getattr(instance, "is_sensitive", False)))
        reading._walk_fields(instance)
        for relation in getattr(instance._meta, "child_relations", []):
            for child in getattr(instance, relation.get_accessor_name()).all():
                reading._walk_fields(child, within=relation.get_accessor_name())
        reading._told_with_files()
        return reading

    # --- what is looked up ---

    @cached_property
    def images(self):
        """{id: picture} of all pictures shown."""
        return get_image_model().objects.in_bulk({shown.image for shown in self.shown})

    @cached_property
    def documents(self):
        """{id: document} of all files offered or linked to."""
        ids = {pk for _place, pk in self.files} | {link.document for link in self.links if link.document}
        return get_document_model().objects.in_bulk(ids)

    @cached_property
    def pages(self):
        """The ids (set) of the pages linked to that exist."""
        ids = {link.page for link in self.links if link.page}
        return set(Page.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()

    @cached_property
    def words(self):
        """All words as one text."""
        return "\n".join(text.words for text in self.texts)

    def _told_with_files(self):
        """What stands with pictures and documents, or is read out for them, is read by readers too."""
        for shown in self.shown:
            image = self.images.get(shown.image)
            words = [image.description, image.description_sw, image.credit] if image and not image.withdrawn_at else []
            self.texts += [Text(shown.place, told) for told in words if told]
        for place, pk in self.files:
            if pk in self.documents:
                self.texts.append(Text(place, self.documents[pk].title))

    # --- the walk ---

    def _walk_fields(self, instance, within=""):
        for one in instance._meta.get_fields():
            if one.name in NOT_READ or not getattr(one, "editable", False) or not one.concrete:
                continue
            place = Place(within or one.name, str(one.verbose_name))
            value = getattr(instance, one.attname)
            if isinstance(one, StreamField):
                self._walk(one.stream_block, value, place)
            elif isinstance(one, RichTextField):
                self._rich(value or "", place)
            elif isinstance(one, (models.TextField, models.CharField)):
                if value and not one.choices and type(one) in (models.TextField, models.CharField):
                    self.texts.append(Text(place, value))
            elif isinstance(one, models.ForeignKey) and value:
                self._refer(one.related_model, value, place)

    def _refer(self, model, pk, place, alt=""):
        if issubclass(model, get_image_model()):
            self.shown.append(Shown(place, pk, alt))
        elif issubclass(model, get_document_model()):
            self.files.append((place, pk))

    def _walk(self, block, value, place):
        if isinstance(block, blocks.StreamBlock):
            for child in value or []:
                label = str(child.block.label or child.block_type)
                self._walk(child.block, child.value, Place(place.field, label, str(child.id or place.block)))
        elif isinstance(block, blocks.ListBlock):
            for child in getattr(value, "bound_blocks", None) or []:
                self._walk(child.block, child.value, Place(place.field, place.label, str(child.id or place.block)))
        elif isinstance(block, LinkBlock):
            self._link(block, value, place)
        elif isinstance(block, blocks.StructBlock):
            self._struct(block, value, place)
        elif isinstance(block, TypedTableBlock):
            self._table(value, place)
        elif isinstance(block, blocks.RichTextBlock):
            self._rich(getattr(value, "source", value) or "", place)
        elif isinstance(block, (ImageChooserBlock, DocumentChooserBlock)):
            if value:
                self._refer(type(value), value.pk, place)
        elif isinstance(block, (blocks.CharBlock, blocks.TextBlock)) and value:
            self.texts.append(Text(place, str(value), level=self._level))

    def _struct(self, block, value, place):
        if value is None:  # a link or file that leads nowhere now is there, and false
            return
        if all(name in block.child_blocks for name in FIGURE):
            self.figures.append((place, value))
        if value.get("heading"):
            self._level = 2
        for name, child in block.child_blocks.items():
            own = str(child.label)
            label = place.label if place.label.endswith(own) else f"{place.label}: {own}"
            inner = Place(place.field, label, place.block)
            if isinstance(child, ImageChooserBlock) and value.get(name):
                self._refer(type(value[name]), value[name].pk, inner, value.get("alt") or "")
            else:
                self._walk(child, value.get(name), inner)

    def _table(self, value, place):
        words = [getattr(value, "caption", "") or ""]
        words += [column["heading"] for column in getattr(value, "columns", [])]
        words += [str(cell) for row in getattr(value, "row_data", []) for cell in row["values"] if cell]
        self.texts.append(Text(place, "\n".join(filter(None, words))))

    def _link(self, block, value, place):
        value = {} if value is None else value
        given = {name: value.get(name) for name in ("page", "document", "url", "phone", "email")}
        words = value.get("text") or ""
        if not any(given.values()) and not block.meta.required and not words:
            return
        if given.get("phone"):
            self.texts.append(Text(place, given["phone"]))
        self.links.append(
            Link(
                place,
                words,
                page=getattr(given.get("page"), "pk", None),
                document=getattr(given.get("document"), "pk", None),
                href=given.get("url") or (given.get("email") and "mailto:") or (given.get("phone") and "tel:") or "",
            )
        )

    def _rich(self, html, place):
        soup = BeautifulSoup(html, "html.parser")
        for element in soup.find_all(ENDS):
            element.append("\n")
        text = Text(place, re.sub(r"[ \t\xa0]+", " ", soup.get_text()).strip(), html, self._level)
        self.texts.append(text)
        for anchor in soup.find_all("a"):
            kind, pk = anchor.get("linktype"), anchor.get("id", "")
            pk = int(pk) if pk.isdigit() else 0
            page, document = (pk if kind == name else None for name in ("page", "document"))
            words = anchor.get_text(" ", strip=True)
            self.links.append(Link(place, words, page=page, document=document, href=anchor.get("href", "")))
        headings = [int(element.name[1]) for element in soup.find_all(re.compile("^h[2-6]$"))]
        self._level = headings[-1] if headings else self._level

    _level = 1
