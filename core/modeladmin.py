"""wagtail-modeladmin for records: listed, filtered and inspected, never edited by hand."""

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView

from .models import LoadedItem


class ReadOnly(PermissionHelper):
    """Records are looked at: nobody adds, changes or deletes them here."""

    def user_can_create(self, user):
        return False

    def user_can_edit_obj(self, user, obj):
        return False

    def user_can_delete_obj(self, user, obj):
        return False


class FilteredIndexView(IndexView):
    """A list that its own filters narrow, and nothing else in its address does.

    wagtail-modeladmin takes any other parameter for a lookup (Django's admin asks `lookup_allowed` first): with
    `?by__password__startswith=…` whoever sees a list could read other tables letter by letter.
    """

    def get_filters(self, request):
        filters, has_filters, _lookups, may_repeat = super().get_filters(request)
        return filters, has_filters, {}, may_repeat

    def get_queryset(self, request=None):
        try:
            return super().get_queryset(request)
        except IncorrectLookupParameters:  # ?year=x: no filter offers that
            return self.model._default_manager.none()


class LoadedItemButtons(ButtonHelper):
    """Beside “Inspect”: the page's editor."""

    def get_buttons_for_obj(self, obj, exclude=None, classnames_add=None, classnames_exclude=None):
        buttons = super().get_buttons_for_obj(obj, exclude, classnames_add, classnames_exclude)
        if obj.page_id:
            buttons.append(
                {
                    "url": reverse("wagtailadmin_pages:edit", args=[obj.page_id]),
                    "label": _("Edit the page"),
                    "classname": "button button-small button-secondary",
                    "title": _("Edit the page"),
                }
            )
        return buttons


class ReviewFilter(SimpleListFilter):
    """Which translations wait for a native speaker."""

    title = _("translation")
    parameter_name = "reviewed"

    def lookups(self, request, model_admin):
        return [("no", _("to be reviewed")), ("yes", _("reviewed"))]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.exclude(language=settings.LANGUAGE_CODE).filter(reviewed_at__isnull=self.value() == "no")


class LoadedItemAdmin(ModelAdmin):
    """What `load_content` put in, what has been changed since, and which translations wait for a reader."""

    model = LoadedItem
    menu_label = _("Loaded content")
    menu_icon = "download"
    menu_order = 900
    list_display = ["key", "language", "page", "source_file", "loaded_at", "changed", "translation_state"]
    list_filter = [ReviewFilter, "changed_by_editor", "language"]
    search_fields = ["key", "source_file"]
    index_view_class = FilteredIndexView
    inspect_view_enabled = True
    inspect_view_fields = [
        "page",
        "model",
        "key",
        "language",
        "source_file",
        "loaded_at",
        "changed_by_editor",
        "translation_state",
        "reviewed_at",
        "reviewed_by",
    ]
    inspect_template_name = "core/inspect_loaded_item.html"
    permission_helper_class = ReadOnly
    button_helper_class = LoadedItemButtons

    def changed(self, obj):
        """In words: Django's own admin, whose yes/no pictures would be shown, is not installed."""
        return obj.get_changed_by_editor_display()

    changed.short_description = _("changed by an editor since")
    changed.admin_order_field = "changed_by_editor"

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(key="*").select_related("page", "reviewed_by")


@require_POST
def mark_reviewed(request, pk):
    """Note that a native speaker has read a loaded translation. For those who may edit the page."""
    item = get_object_or_404(LoadedItem.objects.exclude(language=settings.LANGUAGE_CODE), pk=pk)
    if item.page and not item.page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if not item.page and not request.user.is_superuser:
        raise PermissionDenied
    LoadedItem.objects.filter(pk=pk).update(reviewed_at=timezone.now(), reviewed_by=request.user)
    messages.success(request, _("Noted: this translation has been reviewed."))
    return redirect(reverse("core_loadeditem_modeladmin_inspect", args=[pk]))
