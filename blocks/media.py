"""Pictures and documents."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from core.documents import is_public
from core.kept import until_written
from core.links import DocumentBlock
from core.pictures import specs

from .base import SectionBlock


@until_written
def _pictures(ids):
    """{id: picture}, with the renditions that public pages show."""
    return apps.get_model("core.SiteImage").objects.prefetch_renditions(*specs("body")).in_bulk(ids)


class PictureChooserBlock(ImageChooserBlock):
    """Fetches a page's pictures and their renditions in two queries instead of one for each."""

    def bulk_to_python(self, values):
        pictures = _pictures(frozenset(values))
        return [pictures.get(pk) for pk in values]


def example_picture():
    """For the preview: a picture of the library."""
    image = apps.get_model("core.SiteImage").objects.first()
    return {"image": image, "alt": "", "caption": "A caption says what the picture shows, where and when."}


def example_documents():
    """For the preview: two documents of the library."""
    documents = apps.get_model("core.SiteDocument").objects.filter(collection__view_restrictions=None)[:2]
    return {"heading": "Documents", "documents": [{"document": found, "title": ""} for found in documents]}


class PictureBlock(blocks.StructBlock):
    """A picture with its caption and credit."""

    image = PictureChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Alternative text here"),
        required=False,
        max_length=255,
        help_text=_("Only if it should differ from the picture's own."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=255)

    class Meta:
        icon = "image"
        label = _("Picture")
        group = _("Pictures and files")
        description = _("One picture with a caption. The credit comes from the picture itself.")
        template = "blocks/picture.html"
        preview_value = staticmethod(example_picture)

    def get_context(self, value, parent_context=None):
        return {**super().get_context(value, parent_context), **value}


class FileValue(blocks.StructValue):
    """A file to download. It is empty (and shown nowhere) when its document is gone or private."""

    def __bool__(self):
        return is_public(self.get("document"))


class FileBlock(blocks.StructBlock):
    document = DocumentBlock(label=_("Document"))
    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=160, help_text=_("Left empty, the document's own title is shown.")
    )

    class Meta:
        value_class = FileValue


class DocumentsBlock(SectionBlock):
    """Files to download, with type, size and language."""

    documents = blocks.ListBlock(FileBlock(), label=_("Documents"))

    class Meta:
        icon = "doc-full"
        label = _("Documents")
        group = _("Pictures and files")
        description = _("Files to download. Type, size and language are shown by themselves.")
        template = "blocks/documents.html"
        preview_value = staticmethod(example_documents)

    def shows(self, value):
        return any(value.get("documents") or [])

    def get_context(self, value, parent_context=None):
        documents = [file for file in value.get("documents") or [] if file]
        return {**super().get_context(value, parent_context), "documents": documents}
