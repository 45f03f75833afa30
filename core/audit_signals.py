"""What is recorded without anybody's asking: signing in, accounts, roles, Wagtail's own log."""

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail import hooks
from wagtail.models import (
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    RevisionMixin,
    Site,
)
from wagtail.models.audit_log import BaseLogEntry
from wagtail.snippets.models import get_snippet_models

from .audit import record
from .models import Facts, Helpline, SiteDocument, SiteImage, Wording
from .setting_changes import reached, tell_of_helpline, tell_of_sites

User = get_user_model()
WATCHED = ["username", "email", "is_active", "is_superuser", "is_staff"]
# Says nothing that the page's own history does not say.
NOT_RECORDED = ("wagtail.comments", "wagtail.rename")
# Whose edits are recorded with old and new, here or in core.setting_changes: once is enough.
WITH_VALUES = {Site: ["hostname", "port", "root_page_id", "is_default_site"], Group: ["name"]}
OWN_LINES = (*WITH_VALUES, User, Facts, Wording)


@receiver(user_logged_in)
def signed_in(sender, request, user, **kwargs):
    record("sign-in", user)


@receiver(user_login_failed)
def failed_to_sign_in(sender, credentials, **kwargs):
    """Only the name of an account that exists: people type passwords in the wrong field."""
    user = User.objects.filter(username=credentials.get("username", "")).first()
    record("sign-in.failed", user, at="password")


@receiver(authentication_failed)
def failed_second_factor(sender, user, **kwargs):
    record("sign-in.failed", user, at="second factor")


@receiver([authenticator_added, authenticator_reset])  # the latter: new recovery codes in place of the old
def factor_added(sender, user, authenticator, **kwargs):
    record("factor.added", user, user, kind=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(sender, user, authenticator, **kwargs):
    record("factor.removed", user, user, kind=authenticator.type)


@receiver([password_changed, password_set, password_reset])
def password_was_changed(sender, user, **kwargs):
    record("password.changed", user, user)


@receiver(pre_save, sender=User)
def remember_old_account(sender, instance, **kwargs):
    instance._old_account = User.objects.filter(pk=instance.pk).values(*WATCHED, "password").first()


@receiver(post_save, sender=User)
def account_saved(sender, instance, created, **kwargs):
    old = getattr(instance, "_old_account", None)
    if created or not old:
        record("account.made", instance=instance)
        return
    changed = {name: [old[name], getattr(instance, name)] for name in WATCHED if old[name] != getattr(instance, name)}
    if changed:
        record("account.changed", instance=instance, **changed)
    if old["password"] != instance.password and old["password"].split("$")[0] == instance.password.split("$")[0]:
        record("account.changed", instance=instance, password="set")  # noqa: S106


@receiver(post_delete, sender=User)
def account_deleted(sender, instance, **kwargs):
    record("account.deleted", instance=instance, username=instance.username)


@receiver(m2m_changed, sender=User.groups.through)
def roles_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if action in ("post_add", "post_remove") and pk_set:
        groups = (
            [instance.name] if reverse else sorted(Group.objects.filter(pk__in=pk_set).values_list("name", flat=True))
        )
        for user in User.objects.filter(pk__in=pk_set) if reverse else [instance]:
            record("roles.changed", instance=user, **{action.removeprefix("post_"): groups})
    elif action == "pre_clear" and not reverse:
        record("roles.changed", instance=instance, remove=sorted(instance.groups.values_list("name", flat=True)))


def names_of(permissions):
    """Permissions (a queryset) as a reader of the record knows them (sorted list of str), as in docs/roles.md."""
    return sorted(".".join(names) for names in permissions.values_list("content_type__app_label", "codename"))


@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def permissions_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if action in ("post_add", "post_remove") and pk_set and not reverse:
        named = names_of(Permission.objects.filter(pk__in=pk_set))
        record("permissions.changed", instance=instance, **{action.removeprefix("post_"): named})
    elif action == "pre_clear" and not reverse:
        had = instance.permissions if isinstance(instance, Group) else instance.user_permissions
        record("permissions.changed", instance=instance, remove=names_of(had.all()))


@receiver([post_save, post_delete], sender=GroupPagePermission)
@receiver([post_save, post_delete], sender=GroupCollectionPermission)
def page_permissions_changed(sender, instance, **kwargs):
    change = "add" if "created" in kwargs else "remove"
    named = names_of(Permission.objects.filter(pk=instance.permission_id))
    record("permissions.changed", instance=instance.group, **{change: named})


@receiver(pre_save, sender=Site)
@receiver(pre_save, sender=Group)
def setting_changed(sender, instance, **kwargs):
    """Which host shows which tree; and the name of a group, since a hat goes by its name (core.roles)."""
    old = sender.objects.filter(pk=instance.pk).values(*WITH_VALUES[sender]).first() if instance.pk else None
    changed = {name: [value, getattr(instance, name)] for name, value in (old or {}).items()}
    changed = {name: values for name, values in changed.items() if values[0] != values[1]}
    if changed:
        record("setting.changed", instance=instance, **changed)


@receiver([pre_save, pre_delete], sender=Site)
def before_a_site_changes(sender, instance, **kwargs):
    instance._reached = reached()


@receiver([post_save, post_delete], sender=Site)
def other_numbers_may_be_shown(sender, instance, **kwargs):
    """Each site has facts of its own: another default one changes every telephone number, and no facts are saved."""
    tell_of_sites(instance._reached)


@receiver([pre_save, pre_delete], sender=CollectionViewRestriction)
def who_may_read_a_collection(sender, instance, signal, **kwargs):
    """Wagtail logs this of pages alone. Without such a restriction, the documents in it are everybody's."""
    stored = sender.objects.filter(pk=instance.pk).first()
    old, new = stored and stored.restriction_type, instance.restriction_type if signal is pre_save else None
    record("setting.changed", instance=instance.collection, who_may_read=[old or "none", new or "none"])


@hooks.register("before_bulk_action")
def moved_to_another_collection(request, action_type, objects, action):
    """Out of a private one, say: Wagtail writes it by `update()`, and no log."""
    if action_type == "add_to_collection":
        new = action.cleaned_form.cleaned_data["collection"].pk
        for file in objects:
            if file.collection_id != new:
                record("wagtail.edit", instance=file, collection=[file.collection_id, new])


def is_logged_now_and_then(model):
    """Whether Wagtail logs deletions of a model on some of its screens only: none where many are deleted at once."""
    return model in (SiteImage, SiteDocument, *get_snippet_models())


@receiver(post_delete)
def deleted(sender, instance, **kwargs):
    if is_logged_now_and_then(sender):
        record("wagtail.delete", instance=instance)


@receiver(post_delete, sender=Helpline)
def helpline_deleted(sender, instance, **kwargs):
    """Readers called it: it is told of as one that is taken down."""
    if instance.live:
        changed = {"phone": [instance.phone, ""]}
        record("setting.changed", instance=instance, **changed)
        tell_of_helpline(instance, changed)


@receiver(post_save)
def wagtail_logged(sender, instance, created, raw=False, **kwargs):
    """Every action that Wagtail logs: publish, unpublish, delete, workflow, settings of the site …"""
    if not issubclass(sender, BaseLogEntry) or not created or raw or instance.action.startswith(NOT_RECORDED):
        return
    model = instance.content_type.model_class() if instance.content_type_id else None
    # Saving a draft is in the page's own history; what has no drafts takes effect at once.
    if instance.action == "wagtail.edit" and (model is None or issubclass(model, (RevisionMixin, *OWN_LINES))):
        return
    if model is not None and not (instance.action == "wagtail.delete" and is_logged_now_and_then(model)):
        record(instance.action, instance.user, model(pk=instance.object_id))
