"""Reports of the desk."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permissions import page_permission_policy

from . import broken


class BrokenLinksView(WagtailAdminTemplateMixin, TemplateView):
    """Links of live pages that lead nowhere: ours as they are now, others' as they answered at night."""

    page_title = _("Broken links")
    header_icon = "link"
    template_name = "desk/broken_links.html"
    breadcrumbs_items = [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": page_title}]

    def dispatch(self, request, *args, **kwargs):
        if not page_permission_policy.user_has_any_permission(request.user, ["add", "change", "publish"]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(inside=broken.inside(), outside=broken.outside(), **kwargs)
