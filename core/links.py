"""One link everywhere: to a page, a document, an address outside, a telephone or an e-mail address."""

import re

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock

from .compare import FilesApart
from .documents import is_public
from .memo import in_public_request
from .pages import address, live_in_language, pages_by_id
from .telephones import PATTERN, SENTENCE

TARGETS = ("page", "document", "url", "phone", "email")


class PageBlock(blocks.PageChooserBlock):
    """Wagtail's page chooser; on public pages, where a page is only linked to, it is found once in a request."""

    def bulk_to_python(self, values):
        if not in_public_request():
            return super().bulk_to_python(values)
        pages = pages_by_id(values)
        return [pages.get(value) for value in values]


class DocumentBlock(DocumentChooserBlock):
    """Wagtail's document chooser, which asks for nothing where nothing was chosen: most links lead to pages."""

    def bulk_to_python(self, values):
        return super().bulk_to_python(values) if any(values) else [None] * len(values)

    def get_comparison_class(self):
        """What Wagtail compares two versions with."""
        return FilesApart

    def deconstruct(self):
        """To migrations it is Wagtail's own: what is stored is the same."""
        return ("wagtail.documents.blocks.DocumentChooserBlock", *super().deconstruct()[1:])


class LinkValue(blocks.StructValue):
    """A link's value. It is empty (and shown nowhere) when its page or document isn't live and public."""

    @cached_property
    def target_page(self):
        """The live page in the reader's language that the link leads to, or None."""
        page = self.get("page")
        return next(iter(live_in_language([page])), None) if page else None

    @cached_property
    def href(self):
        """The address (str), or "" where the link leads nowhere."""
        if self.get("page"):
            return address(self.target_page) if self.target_page else ""
        if self.get("document"):
            return self["document"].url if is_public(self["document"]) else ""
        if self.get("url"):
            return self["url"]
        if self.get("phone"):
            return "tel:" + re.sub(r"[^\d+]", "", self["phone"])
        if self.get("email"):
            return "mailto:" + self["email"]
        return ""

    @property
    def is_outside(self):
        """Whether it leaves the site (then it is marked, and sends no referrer)."""
        return bool(self.get("url"))

    @property
    def label(self):
        """The words of the link; the page's title where none are given."""
        return self.get("text") or (self.target_page.title if self.target_page else self.href)

    def __bool__(self):
        return bool(self.href)


class LinkBlock(blocks.StructBlock):
    """Exactly one target."""

    text = blocks.CharBlock(
        label=_("Words of the link"),
        max_length=120,
        required=False,
        help_text=_("Say what the reader finds there. Left empty, the page's title is shown."),
    )
    page = PageBlock(required=False, help_text=_("The link disappears while this page isn't published."))
    document = DocumentBlock(required=False)
    url = blocks.URLBlock(label=_("Address outside this site"), required=False)
    phone = blocks.RegexBlock(
        PATTERN,
        label=_("Telephone number"),
        required=False,
        error_messages={"invalid": SENTENCE},
    )
    email = blocks.EmailBlock(label=_("E-mail address"), required=False)

    class Meta:
        icon = "link"
        label = _("Link")
        value_class = LinkValue
        template = "components/link.html"
        form_layout = ["text", "page", "url", "document", "phone", "email"]

    def __init__(self, local_blocks=None, required=True, **kwargs):
        super().__init__(local_blocks, required=required, **kwargs)

    def clean(self, value):
        cleaned = super().clean(value)
        given = [name for name in TARGETS if cleaned.get(name)]
        if len(given) == 1 or (not given and not self.meta.required and not cleaned.get("text")):
            return cleaned
        message = (
            _("Choose where this link leads: a page, a document, an address, a telephone number or an e-mail address.")
            if not given
            else _("Choose one target only; this link has several.")
        )
        raise StructBlockValidationError(
            block_errors={(given or ["page"])[-1]: ValidationError(message, code="one_target")}
        )


def resolve(links):
    """Find the pages of many links at once (two queries), instead of two for each.

    Args:
        links: LinkValues; those that lead to no page are left alone.
    """
    chosen = [link["page"] for link in links if link.get("page")]
    found = {page.translation_key: page for page in live_in_language(chosen)}
    for link in links:
        if link.get("page"):
            link.target_page = found.get(link["page"].translation_key)
