"""Reports for editors."""

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.models import Site
from wagtail.permissions import page_permission_policy

from .clearances import ending, waiting
from .file_policies import picture_policy
from .models import BasePage, Facts


def works_on_pages(user):
    """Whether a person sees drafts: a story's title can tell whom it is about."""
    return page_permission_policy.user_has_any_permission(user, ["add", "change", "publish"])


class ToBeSuppliedView(WagtailAdminTemplateMixin, TemplateView):
    """Everything that IMLU has still to supply: empty facts, and the gaps noted on pages. Visitors see none of it.

    Who does not work on pages sees the gaps of live ones.
    """

    page_title = _("To be supplied")
    header_icon = "help"
    template_name = "core/to_be_supplied.html"
    breadcrumbs_items = [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": page_title}]

    def get_context_data(self, **kwargs):
        site = Site.objects.filter(is_default_site=True).first()
        seen, pages = {} if works_on_pages(self.request.user) else {"live": True}, []
        for model in apps.get_models():
            if issubclass(model, BasePage):
                pages += model.objects.exclude(to_be_supplied="").filter(locale__language_code="en", **seen)
        pages.sort(key=lambda page: page.path)
        return super().get_context_data(
            facts=Facts.for_site(site).missing() if site else [],
            pages=[(page, page.to_be_supplied.splitlines()) for page in pages],
            **kwargs,
        )


class PicturesOfPeopleView(WagtailAdminTemplateMixin, TemplateView):
    """The pictures that wait for a clearance, and those whose consent ends within 60 days."""

    page_title = _("Pictures of people")
    header_icon = "image"
    template_name = "core/pictures_of_people.html"
    breadcrumbs_items = [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": page_title}]

    def dispatch(self, request, *args, **kwargs):
        if not picture_policy.user_has_permission(request.user, "change"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(waiting=waiting(), ending=ending(), **kwargs)
