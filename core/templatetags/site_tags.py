"""Template tags and filters of every page."""

import json

from django import template
from django.templatetags.static import static
from django.utils import formats, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from .. import weave as weaves
from ..icons import shapes
from ..pages import address, full_address
from ..pictures import filters, renditions, shape, specs
from ..structured_data import structured_data_of

register = template.Library()

register.filter("address", address)
register.filter("full_address", full_address)


@register.simple_tag
def icon(name):
    """A decorative icon, inside the page (no request): never read out."""
    box = 'width="24" height="24" viewBox="0 0 24 24"'  # as large as the screen without that, if no style sheet arrives
    return mark_safe(f'<svg class="icon" {box} aria-hidden="true" focusable="false">{shapes().get(name, "")}</svg>')


@register.simple_tag
def stylesheet_if_there_is_one():
    """The link to the style sheet, for error pages: they must not fail when static files were never collected."""
    try:
        return format_html('<link rel="stylesheet" href="{}">', static("css/site.css"))
    except ValueError:
        return ""


@register.simple_tag
def weave(seed):
    """The pattern of a page, as a small square beside its name."""
    return weaves.tile(seed)


@register.simple_tag(takes_context=True)
def cloth(context, seed, height=560):
    """The pattern of a page as a cloth that fills what it stands in, `height` pixels long."""
    request = context.get("request")
    number = getattr(request, "cloths", 0) + 1
    if request:
        request.cloths = number
    return weaves.cloth(seed, height, f"weave{number}")


@register.simple_tag(takes_context=True)
def picture(context, image, alt=None, kind="body", sizes="(min-width: 64rem) 40rem, 92vw", lazy=True):
    """A `<picture>`: AVIF, WebP, JPEG; its size, so that nothing shifts; and its alternative text.

    In the place of a picture that the public may not see, the page's pattern, of the same shape.

    Args:
        image: a SiteImage.
        alt: text in place of the picture's own; "" for a decorative one.
        kind: a key of core.pictures.KINDS.
        sizes: how wide it is shown (the HTML `sizes` attribute).
        lazy: False for a picture on the first screen.
    """
    if not image.is_shown:
        return _pattern_in_place_of(context, image, kind)
    found = renditions(image, *specs(kind))
    if not found:
        return ""
    sources = format_html_join(
        "",
        '<source type="image/{}" srcset="{}" sizes="{}">',
        (
            (name, ", ".join(f"{found[spec].url} {found[spec].width}w" for spec in chosen), sizes)
            for name, chosen in filters(kind).items()
            if name != "jpeg"
        ),
    )
    plain = found[filters(kind)["jpeg"][0]]
    return format_html(
        '<picture>{}<img src="{}" width="{}" height="{}" alt="{}"{} decoding="async"></picture>',
        sources,
        plain.url,
        plain.width,
        plain.height,
        image.default_alt_text if alt is None else alt,
        mark_safe(' loading="lazy"') if lazy else "",
    )


def _pattern_in_place_of(context, image, kind):
    width, height = shape(image, kind)
    inside = cloth(context, getattr(context.get("page"), "weave_seed", "picture"), height)
    return format_html('<svg class="place" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', width, height, inside)


@register.simple_tag
def logo(rendition, name):
    """The organisation's own logo, at half its pixels, with the organisation's short name as alternative text."""
    return format_html(
        '<img class="brand__logo" src="{}" width="{}" height="{}" alt="{}">',
        rendition.url,
        round(rendition.width / 2),
        round(rendition.height / 2),
        name,
    )


@register.simple_tag
def news_date(page):
    """The date of a news item as exactly as it is known, as `<time>`."""
    shown = {"day": "DATE_FORMAT", "month": "YEAR_MONTH_FORMAT", "year": "Y"}[page.date_precision]
    machine = page.date.isoformat()[: {"day": 10, "month": 7, "year": 4}[page.date_precision]]
    return format_html('<time datetime="{}">{}</time>', machine, formats.date_format(page.date, shown))


@register.simple_tag
def lang_of(page):
    """` lang="en"` where a page is in another language than the one being read, else nothing."""
    code = page.locale.language_code
    return "" if code == translation.get_language() else format_html(' lang="{}"', code)


@register.simple_tag(takes_context=True)
def structured_data(context):
    """The page's JSON-LD, as an element; on help and story pages nothing."""
    graph = structured_data_of(context["request"], context["chrome"], context.get("page"))
    if not graph or context.get("sensitive"):
        return ""
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # As Django's json_script: nothing in the data can end the script element.
    escaped = text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')


@register.filter
def other_languages(choices):
    """The language choices without the active one."""
    return [choice for choice in choices if choice["code"] != translation.get_language()]
