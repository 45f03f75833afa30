"""Giving in the admin."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from . import desk
from .finance import action_screens, lists, screens

register_snippet(desk.GivingGroup)
hooks.register("register_admin_urls", lambda: desk.urls)
hooks.register("register_reports_menu_item", desk.menu_item)
hooks.register("construct_homepage_panels", desk.show_problems)

modeladmin_register(lists.Giving)
hooks.register("register_admin_urls", lambda: [*screens.urls, *action_screens.urls])
hooks.register("register_admin_menu_item", screens.month_item)
hooks.register("construct_homepage_panels", screens.waiting_panel)
