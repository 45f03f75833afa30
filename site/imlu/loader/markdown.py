"""The small Markdown of content files, turned into Wagtail's rich text."""

from html import escape

from markdown_it import MarkdownIt

ALLOWED = {
    "paragraph_open", "paragraph_close", "heading_open", "heading_close", "bullet_list_open", "bullet_list_close",
    "ordered_list_open", "ordered_list_close", "list_item_open", "list_item_close", "inline",
}  # fmt: skip
TAGS = {"em": "i", "strong": "b"}


class MarkdownError(ValueError):
    """Something that rich text can't hold; `line` counts from 0 within the text."""

    def __init__(self, message, line=0):
        super().__init__(message)
        self.line = line


def to_rich_text(text, page_id):
    """Turn Markdown into Wagtail's rich text HTML.

    Args:
        text: Markdown with paragraphs, ### headings, lists, bold, italic and links.
        page_id: called with a page's key for `[words](page:key)`; returns its id, or raises KeyError.

    Returns:
        HTML as Wagtail stores it (str).

    Raises:
        MarkdownError: for anything else.
    """
    parser = MarkdownIt("commonmark", {"html": False})
    parser.validateLink = lambda url: True  # judged below, with a clear message
    html = []
    for token in parser.parse(text):
        line = token.map[0] if token.map else 0
        if token.type not in ALLOWED:
            raise MarkdownError(f"rich text can't hold {token.type.replace('_', ' ')}", line)
        if token.type == "inline":
            html.append(_inline(token.children, page_id, line))
        elif token.hidden:
            continue  # the paragraphs of a tight list
        elif token.type.startswith("heading"):
            if token.tag != "h3":
                raise MarkdownError("expected ### for a heading inside text", line)
            html.append(f"<{'/' if token.nesting < 0 else ''}h3>")
        else:
            html.append(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
    return "".join(html)


def _inline(tokens, page_id, line):
    html = []
    for token in tokens:
        if token.type == "text":
            html.append(escape(token.content, quote=False))
        elif token.type == "softbreak":
            html.append(" ")
        elif token.tag in TAGS:
            html.append(f"<{'/' if token.nesting < 0 else ''}{TAGS[token.tag]}>")
        elif token.type == "link_open":
            html.append(_link(token.attrs["href"], page_id, line))
        elif token.type == "link_close":
            html.append("</a>")
        else:
            raise MarkdownError(f"rich text can't hold {token.type.replace('_', ' ')}", line)
    return "".join(html)


def _link(href, page_id, line):
    scheme, _, rest = href.partition(":")
    if scheme == "page":
        try:
            return f'<a linktype="page" id="{page_id(rest)}">'
        except KeyError:
            raise MarkdownError(f"expected the key of a page, there is no «{rest}»", line) from None
    if scheme in {"https", "http", "mailto", "tel"}:
        return f'<a href="{escape(href)}">'
    raise MarkdownError(f"expected a link to page:, https:, mailto: or tel:, not «{href}»", line)
