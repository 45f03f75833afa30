"""What Wagtail's comparison of two versions leaves out of rich text: where links lead, and where lines end.

It compares the bare words. Whoever approves a page would not see that a link leads elsewhere now.
"""

from bs4 import BeautifulSoup
from django.core.exceptions import ObjectDoesNotExist
from django.utils.html import escape
from wagtail.admin.compare import BlockComparison, RichTextFieldComparison, diff_text, register_comparison_class
from wagtail.fields import RichTextField
from wagtail.rich_text import features

from .rules.reading import ENDS


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
        return handler.get_instance(anchor.attrs)
    except (ObjectDoesNotExist, LookupError, ValueError):
        return "?"


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


register_comparison_class(RichTextField, comparison_class=LinksToo)
