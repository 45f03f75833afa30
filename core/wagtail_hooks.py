"""What the admin and Wagtail's page serving are told to do differently."""

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Page
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.pages import PageLinkHandler
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup
from wagtail_modeladmin.options import modeladmin_register

from . import approval_screens, picture_screens, records_report, redirect_admin, reports, rule_screens, views
from .chrome import chrome_of
from .documents import is_public
from .doors.users import SetActiveStateBulkAction, listing_buttons, reset_factor
from .file_policies import document_policy, picture_policy
from .middleware import language_of
from .modeladmin import LoadedItemAdmin, mark_reviewed
from .models import Footer, Helpline, LoadedItem, Menu, Notice
from .pages import address, is_private, live_in_language, pages_by_id
from .roles import PROTECTION, wears

# --- Serving -----------------------------------------------------------------------------------------------------


@hooks.register("before_serve_page", order=-100)
def serve_only_the_path_s_language(page, request, args, kwargs):
    """Without a Kiswahili home page, Wagtail would serve English text under /sw/: answer 404 instead."""
    if page.locale.language_code != language_of(request.path_info):
        raise Http404


@hooks.register("before_serve_page", order=-90)
def restricted_pages_do_not_exist(page, request, args, kwargs):
    """There is no sign-in on the public site, so a private page answers 404 to everybody there."""
    if is_private(page):
        raise Http404


@hooks.register("before_serve_page", order=-80)
def look_up_what_is_referred_to(page, request, args, kwargs):
    """One look-up for menu, footer, breadcrumbs, languages and links, instead of one for each."""
    chrome_of(request).look_up_together(page)


@hooks.register("before_serve_document", order=-90)
def restricted_documents_do_not_exist(document, request):
    """The same for documents in private collections."""
    if document.collection.get_view_restrictions().exists():
        raise Http404


# --- Rich text ---------------------------------------------------------------------------------------------------


class LivePageLinkHandler(PageLinkHandler):
    """A link to a page that isn't published stays words, without an address; others lead to the reader's language."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list):
        chosen = pages_by_id([attrs["id"] for attrs in attrs_list if attrs.get("id", "").isdigit()])
        live = {page.translation_key: page for page in live_in_language(chosen.values())}
        tags = []
        for attrs in attrs_list:
            page = chosen.get(int(attrs["id"])) if attrs.get("id", "").isdigit() else None
            found = live.get(page.translation_key) if page else None
            tags.append(f'<a href="{address(found)}">' if found else "<a>")
        return tags


class PublicDocumentLinkHandler(DocumentLinkHandler):
    """A link to a document in a private collection stays words, without an address."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list):
        return [
            format_html('<a href="{}">', document.url) if is_public(document) else "<a>"
            for document in cls.get_many(attrs_list)
        ]


class OutsideLinkHandler(LinkHandler):
    """A link out of the site tells the other side nothing of where the reader came from."""

    identifier = "external"

    @classmethod
    def expand_db_attributes(cls, attrs):
        return format_html('<a href="{}" rel="noreferrer">', attrs["href"])


@hooks.register("register_rich_text_features", order=100)
def safer_links(features):
    features.register_link_type(LivePageLinkHandler)
    features.register_link_type(PublicDocumentLinkHandler)
    features.register_link_type(OutsideLinkHandler)


# --- Snippets, menus, reports ---------------------------------------------------------------------------------------


class NoticeViewSet(SnippetViewSet):
    model = Notice
    icon = "warning"
    list_display = ["text_en", "severity", "show_from", "show_until", "live"]
    list_filter = ["severity"]


class HelplineViewSet(SnippetViewSet):
    model = Helpline
    icon = "mobile-alt"
    list_display = ["name", "phone", "checked_on", "live"]


class MenuViewSet(SnippetViewSet):
    model = Menu
    icon = "list-ul"


class FooterViewSet(SnippetViewSet):
    model = Footer
    icon = "list-ul"


class ChromeGroup(SnippetViewSetGroup):
    """What appears on every page."""

    menu_label = _("On every page")
    menu_icon = "site"
    menu_order = 250
    items = [NoticeViewSet, MenuViewSet, FooterViewSet, HelplineViewSet]


register_snippet(ChromeGroup)


modeladmin_register(LoadedItemAdmin)


@hooks.register("before_edit_page", order=-10)
def say_that_a_translation_waits(request, page):
    """Above the editor of a loaded translation: that a native speaker has still to read it, and where to say so."""
    if request.method != "GET":
        return
    item = LoadedItem.objects.filter(page=page, reviewed_at=None).exclude(language=settings.LANGUAGE_CODE).first()
    if item:
        where = reverse("core_loadeditem_modeladmin_inspect", args=[item.pk])
        messages.warning(
            request,
            _("This translation is to be reviewed by a native speaker."),
            buttons=[messages.button(where, _("I have reviewed it"))],
        )


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("approval/<int:kind>/<int:pk>/", approval_screens.approval, name="approve"),
        path("approval/override/<int:pk>/", approval_screens.review_override, name="review_override"),
        path("images/<int:image_id>/clear/", picture_screens.clear_picture, name="clear_picture"),
        path("images/<int:image_id>/withdraw/", picture_screens.withdraw_picture, name="withdraw_picture"),
        path("images/<int:image_id>/cover/", picture_screens.cover_picture, name="cover_picture"),
        path("checks/<int:kind>/<int:pk>/", rule_screens.checks, name="checks"),
        path("protected-names/", rule_screens.protected_names, name="protected_names"),
        path("people/<int:pk>/reset-factor/", reset_factor, name="reset_factor"),
        path("private/<path:path>", views.private_file, name="private_file"),
        path("loaded-content/<int:pk>/reviewed/", mark_reviewed, name="mark_reviewed"),
        path("reports/record/", records_report.RecordView.as_view(), name="record"),
        path("reports/record/results/", records_report.RecordView.as_view(results_only=True), name="record_results"),
        path("reports/pictures-of-people/", reports.PicturesOfPeopleView.as_view(), name="pictures_of_people"),
        path("reports/to-be-supplied/", reports.ToBeSuppliedView.as_view(), name="to_be_supplied"),
    ]


@hooks.register("register_admin_urls", order=-10)
def urls_instead():
    """Before Wagtail's own views at the same addresses."""
    return redirect_admin.urls


@hooks.register("before_move_page")
def say_that_the_other_language_stays(request, page, destination):
    if request.method == "GET":
        redirect_admin.say_that_translations_stay(request, page)


@hooks.register("after_move_page")
def offer_to_move_the_other_language(request, page):
    redirect_admin.offer_to_move_translations(request, [page])


@hooks.register("after_bulk_action")
def offer_to_move_the_other_language_of_many(request, action_type, objects, action_class_instance):
    if action_type == "move":
        redirect_admin.offer_to_move_translations(request, [page for page in objects if isinstance(page, Page)])


@hooks.register("register_reports_menu_item")
def to_be_supplied_item():
    return MenuItem(_("To be supplied"), reverse("to_be_supplied"), name="to-be-supplied", icon_name="help", order=50)


class PicturesOfPeopleItem(MenuItem):
    def is_shown(self, request):
        return picture_policy.user_has_permission(request.user, "change")


@hooks.register("register_reports_menu_item")
def pictures_of_people_item():
    return PicturesOfPeopleItem(_("Pictures of people"), reverse("pictures_of_people"), icon_name="image", order=55)


hooks.register("register_user_listing_buttons", listing_buttons)
# After Wagtail's own, in whose place it stands.
hooks.register("register_bulk_action", SetActiveStateBulkAction, order=10)


class RecordMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("core.view_record")


@hooks.register("register_reports_menu_item")
def record_item():
    return RecordMenuItem(_("Record"), reverse("record"), name="record", icon_name="history", order=60)


# --- Two pairs of eyes ----------------------------------------------------------------------------------------------

hooks.register("before_publish_page", approval_screens.say_what_is_missing)
hooks.register("before_edit_page", approval_screens.say_that_it_waits)
hooks.register("before_copy_page", approval_screens.copy_all_or_nothing)
hooks.register("construct_homepage_panels", approval_screens.show_overrides)
for what_was_saved in ("after_create_page", "after_edit_page", "after_create_snippet", "after_edit_snippet"):
    hooks.register(what_was_saved, approval_screens.say_what_would_keep_it)


class WholeActions(PagesAdminAPIViewSet):
    """What the admin's API does to pages, it does or doesn't: a refused deletion would leave a parent without children.

    Wagtail's screens do the same in one transaction; treebeard counts the children before it deletes.
    """

    @transaction.atomic
    def action_view(self, request, pk, action_name):
        return super().action_view(request, pk, action_name)


class OnlyWhatOneMayChoose:
    """What the admin's API shows of files. Wagtail shows all to everybody, with the address that lets a file out."""

    policy = None

    def get_queryset(self):
        allowed = self.policy.instances_user_has_any_permission_for(self.request.user, ["choose", "change"])
        return super().get_queryset().filter(pk__in=allowed)


class PicturesToChoose(OnlyWhatOneMayChoose, ImagesAdminAPIViewSet):
    policy = picture_policy


class DocumentsToChoose(OnlyWhatOneMayChoose, DocumentsAdminAPIViewSet):
    policy = document_policy


@hooks.register("construct_admin_api", order=10)  # after Wagtail's own, in whose place they stand
def what_the_api_gives(router):
    router.register_endpoint("pages", WholeActions)
    router.register_endpoint("images", PicturesToChoose)
    router.register_endpoint("documents", DocumentsToChoose)


@hooks.register("construct_page_chooser_queryset")
def drafts_are_for_who_works_on_pages(pages, request):
    """Others link to what readers see."""
    return pages if reports.works_on_pages(request.user) else pages.live()


# --- Before you publish ---------------------------------------------------------------------------------------------


@hooks.register("insert_editor_js")
def checks_js():
    return format_html('<script src="{}" type="module"></script>', static("js/admin/checks.js"))


class ProtectedNamesMenuItem(MenuItem):
    def is_shown(self, request):
        return wears(request.user, PROTECTION)


@hooks.register("register_settings_menu_item")
def protected_names_item():
    return ProtectedNamesMenuItem(_("Protected names"), reverse("protected_names"), icon_name="lock", order=900)


# --- Pictures ---------------------------------------------------------------------------------------------------------


@hooks.register("construct_image_chooser_queryset")
def withdrawn_pictures_are_not_chosen(images, request):
    return images.filter(withdrawn_at=None)


# --- How the admin looks ---------------------------------------------------------------------------------------------


@hooks.register("insert_global_admin_css")
def admin_css():
    sheets = ["css/admin.css"]
    sheets.append("css/admin-production.css" if settings.ENVIRONMENT == "production" else "css/admin-environment.css")
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', [[static(sheet)] for sheet in sheets])


class EnvironmentBanner(Component):
    """Says on the dashboard that this is not the real site, or that a password alone opens it."""

    order = 10
    template_name = "core/environment_banner.html"

    def get_context_data(self, parent_context):
        return {"environment": settings.ENVIRONMENT, "second_factor": settings.SECOND_FACTOR}


@hooks.register("construct_homepage_panels")
def environment_banner(request, panels):
    if settings.ENVIRONMENT != "production" or not settings.SECOND_FACTOR:
        panels.insert(0, EnvironmentBanner())
