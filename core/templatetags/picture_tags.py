"""Tags of the admin's picture screens."""

from django import template
from wagtail.images.shortcuts import get_rendition_or_not_found

from ..picture_screens import box_of
from ..pictures import DESK

register = template.Library()


@register.inclusion_tag("core/clearance_box.html", takes_context=True)
def clearance_box(context, image):
    """What a picture shows, whether it is cleared, and what this person can do about it."""
    return box_of(context["request"].user, image)


@register.simple_tag
def desk_picture(image):
    """A picture on a screen of the admin, cleared or not; its address is for people who are signed in."""
    return get_rendition_or_not_found(image, DESK).img_tag({"alt": image.description})
