"""What all top-level blocks share."""

from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

from core.compare import LinksOfBlockToo

FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class SectionValue(blocks.StructValue):
    """A section's value; `anchor` is its address within the page, empty where the section shows nothing."""

    @cached_property
    def anchor(self):
        """Made of the heading; the page sets another where two are the same (BasePage.get_context)."""
        if not self.get("heading") or not self.block.shows(self):
            return ""
        return slugify(self["heading"]) or "section"


class SectionBlock(blocks.StructBlock):
    """A top-level block with a heading: headings are in order, and the contents list right, by construction.

    Its template gets the fields by their plain names, so that it can also be included outside a StreamField.
    """

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)

    class Meta:
        value_class = SectionValue

    def shows(self, value):
        """Whether there is anything to show below the heading; if not, the block's template shows nothing at all."""
        return True

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        return {**context, **value, "anchor": getattr(value, "anchor", "")}


class RichTextBlock(blocks.RichTextBlock):
    """Rich text with few features and no pictures (pictures are blocks)."""

    def __init__(self, **kwargs):
        kwargs.setdefault("features", FEATURES)
        super().__init__(**kwargs)

    def get_comparison_class(self):
        """What Wagtail compares two versions with."""
        return LinksOfBlockToo


class QuietChoiceBlock(blocks.ChoiceBlock):
    """A choice of how a block looks or what it lists. Its words are no words of the page: search passes them over."""

    def get_searchable_content(self, value):
        return []


def rich(html):
    """A rich text value, for previews."""
    return RichText(html)
