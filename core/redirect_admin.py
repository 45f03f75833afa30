"""Redirects and moves in the admin: what Wagtail's own screens leave open (docs/old-addresses.md)."""

from django.core.exceptions import ValidationError
from django.forms import CharField
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.contrib.redirects import forms, views
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from . import redirects
from .locales import locales, with_locales

# Without an apostrophe: Wagtail's summary of an import would show it as &#x27;.
NOT_PUBLISHED = gettext_lazy("This page is not published: nobody could be led there.")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet takes a cell that begins so for a formula


def harmless(value):
    """Return a cell's text such that no spreadsheet runs it."""
    value = str(value)
    return f"'{value}" if value.startswith(RISKY) else value


class RedirectForm(forms.RedirectForm):
    """Wagtail's form, which also refuses what could never work; an address of ours may be written from its slash on."""

    redirect_link = CharField(label=Redirect._meta.get_field("redirect_link").verbose_name, required=False)

    def clean_old_path(self):
        return redirects.small_letters(self.cleaned_data["old_path"])

    def clean_redirect_link(self):
        link = self.cleaned_data["redirect_link"].strip()
        if link.startswith("/") and not link.startswith("//"):
            return Site.objects.get(is_default_site=True).root_url + link
        if link and not link.lower().startswith(("http://", "https://")):
            raise ValidationError(_("Write the whole address, from https:// on, or one of ours from its slash on."))
        return link

    def clean(self):
        super().clean()
        data = self.cleaned_data
        old = redirects.normalise(data["old_path"]) if data.get("old_path") else ""
        page = redirects.pages_at([old]).get(old)
        if page and page.live:
            words = _("This is the present address of “%(title)s”. Move or unpublish that page first.")
            self.add_error("old_path", words % {"title": page.title})
        if data.get("redirect_page") and not data["redirect_page"].live:
            self.add_error("redirect_page", NOT_PUBLISHED)
        inside = redirects.path_inside(data["redirect_link"]) if data.get("redirect_link") else None
        path = redirects.normalise(inside) if inside else ""
        if old and redirects.leads_back(path, old):
            self.add_error("redirect_link", _("This leads to itself."))
        target = redirects.pages_at([path]).get(path) if path else None
        if target and not target.live:
            self.add_error("redirect_link", NOT_PUBLISHED)
        return data


# The import makes its rows with the form that it finds in its own module: this one, so that it refuses the same and
# says so row by row (test_import_refuses_what_can_t_work fails when Wagtail looks elsewhere).
views.RedirectForm = RedirectForm


class ListView(views.IndexView):
    """The list, whose export can be imported again: with whole addresses, and without formulas."""

    def to_row_dict(self, item):
        page = item.redirect_page
        link = (page.full_url or "") + item.redirect_page_route_path if page else item.redirect_link
        cells = {
            "old_path": item.old_path,
            "link": link,
            "get_is_permanent_display": item.get_is_permanent_display(),
            "site": item.site or "",
        }
        return {name: harmless(cell) for name, cell in cells.items()}


class AddView(views.CreateView):
    form_class = RedirectForm


class EditView(views.EditView):
    form_class = RedirectForm


urls = [
    path("redirects/", ListView.as_view()),
    path("redirects/results/", ListView.as_view(results_only=True)),
    path("redirects/add/", AddView.as_view()),
    path("redirects/<int:redirect_id>/", EditView.as_view()),
]


# --- Moving: each language on its own ------------------------------------------------------------------------------


def _translations(request, page):
    """The other languages' versions of a page that this person may move."""
    pages = with_locales(page.get_translations().filter(alias_of=None))
    return [other for other in pages if other.permissions_for_user(request.user).can_move()]


def say_that_translations_stay(request, page):
    """On the screen that asks “Are you sure?”: the other language is not moved along."""
    for other in _translations(request, page):
        words = _("Only this language is moved. “%(title)s” (%(language)s) stays; you can move it right afterwards.")
        messages.info(
            request, words % {"title": other.get_admin_display_title(), "language": other.locale.get_display_name()}
        )


def offer_to_move_translations(request, pages):
    """After a move: one step to the screen that moves the other language to the same place."""
    for page in pages:
        parent = Page.objects.get(pk=page.pk).get_parent()
        for other in _translations(request, page):
            if other.get_parent().translation_key == parent.translation_key:
                continue
            there = parent.get_translation_or_none(locales()[other.locale_id])
            where = (
                reverse("wagtailadmin_pages:move_confirm", args=[other.pk, there.pk])
                if there
                else reverse("wagtailadmin_pages:move", args=[other.pk])
            )
            words = _("“%(title)s” (%(language)s) is still in its old place.")
            messages.warning(
                request,
                words % {"title": other.get_admin_display_title(), "language": other.locale.get_display_name()},
                buttons=[messages.button(where, _("Move it too"))],
            )
