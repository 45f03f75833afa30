from allauth.account import apps
from wagtail.users.apps import WagtailUsersAppConfig


class AccountConfig(apps.AccountConfig):
    """allauth insists on its middleware by name; ours is the same, on the admin's addresses alone."""

    def ready(self):
        from allauth.account import checks  # noqa: F401


class UsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's screens for people, with views of our own."""

    user_viewset = "core.doors.users.UserViewSet"

    def ready(self):
        from wagtail.admin.views.account import AvatarSettingsPanel

        super().ready()
        # A picture of oneself would be kept as it came, with its place and its file's name, in public storage.
        AvatarSettingsPanel.is_active = lambda panel: False
