"""What Wagtail's comparison of two versions leaves out: where links in rich text lead, and which of two files it is.

It compares the bare words. Whoever approves a page would not see that a link leads elsewhere now, or that there is
another file of the same title.
"""

from bs4 import BeautifulSoup
from django.core.exceptions import ObjectDoesNotExist
from django.utils.html import escape
from wagtail.admin.compare import BlockComparison, RichTextFieldComparison, diff_text, register_comparison_class
from wagtail.documents.models import AbstractDocument
from wagtail.fields import RichTextField
from wagtail.rich_text import features

ENDS = ["p", "li", "h2", "h3", "h4", "h5", "h6", "td", "br"]  # elements after which a line ends


def words_and_links(html):
    """What rich text (str, as it is stored) says, each link with its target in brackets."""
    soup = BeautifulSoup(html or "", "html.parser")
    for anchor in soup.find_all("a"):
        anchor.append(f" [→ {_target(anchor)}]")
    for element in soup.find_all(ENDS):
        element.append("\n")
    return soup.get_text().strip()


def _target(anchor):
    """An address; of a page or document its title."""
    handler = features.get_link_types().get(anchor.get("linktype"))
    if handler is None:
        return anchor.get("href", "")
    try:
        target = handler.get_instance(anchor.attrs)
        return file_s_name(target) if isinstance(target, AbstractDocument) else target
    except (ObjectDoesNotExist, LookupError, ValueError):
        return "?"


def file_s_name(document):
    """A document's title with its number, since a new file often has the old one's title; "" of None."""
    return f"{document} #{document.pk}" if document else ""


class LinksToo(RichTextFieldComparison):
    """Of a field of a model."""

    def htmldiff(self):
        return diff_text(words_and_links(self.val_a), words_and_links(self.val_b)).to_html()


class LinksOfBlockToo(BlockComparison):
    """Of a block."""

    def htmlvalue(self, val):
        return escape(words_and_links(val.source))

    def htmldiff(self):
        return diff_text(words_and_links(self.val_a.source), words_and_links(self.val_b.source)).to_html()


class FilesApart(BlockComparison):
    """Of a block that is a document."""

    def htmlvalue(self, val):
        return escape(file_s_name(val))

    def htmldiff(self):
        return diff_text(file_s_name(self.val_a), file_s_name(self.val_b)).to_html()


register_comparison_class(RichTextField, comparison_class=LinksToo)
