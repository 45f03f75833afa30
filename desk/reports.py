"""Reports of the desk."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail_localize.views.report import TranslationsReportView

from core.reports import works_on_pages

from . import broken


class ForEditors:
    """A view for those who work on pages."""

    def dispatch(self, request, *args, **kwargs):
        if not works_on_pages(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class TranslationsView(ForEditors, TranslationsReportView):
    """wagtail-localize's list of all translations, which names drafts too."""


class BrokenLinksView(ForEditors, WagtailAdminTemplateMixin, TemplateView):
    """Links of live pages that lead nowhere: ours as they are now, others' as they answered at night."""

    page_title = _("Broken links")
    header_icon = "link"
    template_name = "desk/broken_links.html"
    breadcrumbs_items = [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": page_title}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(inside=broken.inside(), outside=broken.outside(), **kwargs)
