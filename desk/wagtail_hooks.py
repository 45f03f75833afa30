"""What the desk adds to Wagtail's admin."""

import tomllib

from django.conf import settings
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from core.reports import works_on_pages

from . import dashboard, handbook, keeping, reports, review, sharing, signed_in, translate_screens
from .models import Term

urls = [
    path("handbook/", handbook.handbook, name="handbook"),
    path("handbook/<slug:name>/", handbook.handbook, name="handbook_page"),
    path("handbook/img/<str:name>", handbook.image, name="handbook_image"),
    path("review/<int:pk>/", review.review, name="review"),
    path("put-back/<int:pk>/<int:revision_pk>/", review.put_back, name="put_back"),
    path("share/<int:pk>/", sharing.share, name="share"),
    path("signed-in/", signed_in.signed_in, name="signed_in"),
    path("broken-links/", reports.BrokenLinksView.as_view(), name="broken_links"),
    path("translate/", translate_screens.overview, name="translate"),
    path("translate/<int:pk>/begin/", translate_screens.begin, name="translate_begin"),
    path("translate/<int:pk>/changes/", translate_screens.changes, name="translate_changes"),
    path("translate/<int:pk>/send/", translate_screens.send, name="translate_send"),
    path("translate/terms/", translate_screens.terms, name="terms"),
    path("translate/po/<int:pk>/", translate_screens.po, name="po"),
]


@hooks.register("register_admin_urls", order=-10)
def admin_urls():
    instead_of_localize = [
        path("localize/translate/<int:translation_id>/pofile/upload/", translate_screens.upload_of_localize),
        path("localize/page/<int:page_id>/convert_to_alias/", translate_screens.no_alias),
        path("localize/update/<int:translation_source_id>/", translate_screens.SyncView.as_view()),
        path("localize/reports/translations/", reports.TranslationsView.as_view()),
        path("localize/reports/translations/results/", reports.TranslationsView.as_view(results_only=True)),
    ]
    return [path("desk/", include((urls, "desk"))), *instead_of_localize]


# --- The dashboard -----------------------------------------------------------------------------------------------


@hooks.register("construct_homepage_summary_items", order=1000)
def no_numbers(request, items):
    """How many pages and pictures there are helps nobody to begin."""
    items.clear()


hooks.register("construct_homepage_panels", dashboard.arrange, order=1000)


class TermViewSet(SnippetViewSet):
    model = Term
    icon = "wagtail-localize-language"
    list_display = ["english", "kiswahili", "note"]
    search_fields = ["english", "kiswahili"]


register_snippet(TermViewSet)


# --- The editor --------------------------------------------------------------------------------------------------

hooks.register("before_edit_page", translate_screens.above_the_editor, order=-20)
hooks.register("after_edit_page", sharing.share_what_was_saved)


@hooks.register("register_page_action_menu_item")
def share_item():
    return sharing.ShareMenuItem(order=70)


@hooks.register("insert_editor_js")
def terms_beside_the_pieces():
    script = '<script type="module" src="{}" data-desk-terms="{}"></script>'
    return format_html(script, static("desk/terms.js"), reverse("desk:terms"))


@hooks.register("insert_editor_js")
def writing():
    """What is written during a save is saved too; what is pasted from a table stays apart."""
    scripts = [(static("desk/autosave.js"),), (static("desk/paste.js"),)]
    return format_html_join("\n", '<script type="module" src="{}"></script>', scripts)


hooks.register("insert_global_admin_js", signed_in.script)


@hooks.register("insert_global_admin_css")
def css():
    return format_html('<link rel="stylesheet" href="{}">', static("desk/desk.css"))


@hooks.register("register_help_menu_item")
def version_item():
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    words = _("This site: %s") % version
    return MenuItem(words, reverse("desk:handbook"), name="version", icon_name="info-circle", order=5)


@hooks.register("register_help_menu_item")
def handbook_item():
    return MenuItem(_("Handbook"), reverse("desk:handbook"), name="handbook", icon_name="help", order=1)


@hooks.register("construct_help_menu")
def one_handbook(request, items):
    """Wagtail's own guide and news, with a badge that counts them, are another website's, and not about this one."""
    items[:] = [item for item in items if not item.name.startswith(("whats-new-in-wagtail", "editor-guide"))]


class EditorsMenuItem(MenuItem):
    """Shown to those who work on pages."""

    def is_shown(self, request):
        return works_on_pages(request.user)


@hooks.register("register_reports_menu_item")
def broken_links_item():
    return EditorsMenuItem(
        _("Broken links"), reverse("desk:broken_links"), name="broken-links", icon_name="link", order=55
    )


@hooks.register("construct_reports_menu")
def translations_are_for_who_works_on_pages(request, items):
    """wagtail-localize shows its report to everybody."""
    if not works_on_pages(request.user):
        items[:] = [item for item in items if item.url != reverse("wagtail_localize:translations_report")]


# --- What is not deleted -----------------------------------------------------------------------------------------

hooks.register("before_delete_page", keeping.say_before_deleting)
hooks.register("before_bulk_action", keeping.say_before_deleting_many)
