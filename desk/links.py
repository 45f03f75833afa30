"""Lines of lists, and addresses in the admin."""

from dataclasses import dataclass, field

from django.urls import reverse
from wagtail.models import Page


@dataclass
class Row:
    """A line of a list: what, where it leads, what is to be known, and further (words, address) to press."""

    title: str
    url: str = ""
    detail: str = ""
    actions: list = field(default_factory=list)


def edit_address(instance):
    """Where a page or snippet is edited."""
    if isinstance(instance, Page):
        return reverse("wagtailadmin_pages:edit", args=[instance.pk])
    return reverse(type(instance).snippet_viewset.get_url_name("edit"), args=[instance.pk])
