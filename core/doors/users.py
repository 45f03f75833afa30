"""Wagtail's screens for people: who is not a superuser makes none, and a lost second factor can be reset."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.users.views import users
from wagtail.users.views.bulk_actions import set_active_state

from ..audit import record
from ..tell import tell
from .sessions import TYPE_AGAIN, end_sessions


class OnlySuperusersMakeSuperusers:
    """Of a form's fields, `is_superuser` is there for superusers alone; a password that was not kept is asked again."""

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_superuser:
            form.fields.pop("is_superuser", None)
        if TYPE_AGAIN in self.request.POST:
            form.fields["password1"].required = form.fields["password2"].required = True
        return form


class CreateView(OnlySuperusersMakeSuperusers, users.CreateView):
    """Nobody needs to know another person's password: left empty, the person asks for a link and chooses it."""

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        form.fields["password1"].help_text = _("Left empty, the person chooses it: a mail tells them how.")
        return form

    def save_instance(self):
        has_password = bool(self.form.cleaned_data.get("password1"))
        if not has_password:
            self.form.instance.set_unusable_password()
        person = super().save_instance()
        if not has_password:
            name = _("Your user name: %s") % person.get_username()
            tell([person.email], "account.made", reverse("account_reset_password"), name)
        return person


class EditView(OnlySuperusersMakeSuperusers, users.EditView):
    def dispatch(self, request, *args, **kwargs):
        """Nobody but a superuser changes one: a new e-mail address or password would be as good as being one."""
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class UserViewSet(users.UserViewSet):
    copy_view_enabled = False  # a copy of a superuser would be one
    add_view_class = CreateView
    edit_view_class = EditView


class SetActiveStateBulkAction(set_active_state.SetActiveStateBulkAction):
    """Account by account: Wagtail's own way neither ends sessions nor leaves a record."""

    def check_perm(self, obj):
        return super().check_perm(obj) and (self.request.user.is_superuser or not obj.is_superuser)

    @classmethod
    def execute_action(cls, objects, mark_as_active=False, user=None, **kwargs):
        people = [person for person in objects if user is None or person.pk != user.pk]
        for person in people:
            person.is_active = mark_as_active
            person.save(update_fields=["is_active"])
        return len(people), 0


def listing_buttons(user, request_user):
    """In the list of people: reset the second factor of somebody else."""
    if user.pk != request_user.pk and request_user.has_perm("core.change_user"):
        yield Button(_("Reset the second factor"), reverse("reset_factor", args=[user.pk]), icon_name="lock-open")


def reset_factor(request, pk):
    """Take all factors away from a person who has lost them. Logged, and mailed to the person."""
    person = get_object_or_404(get_user_model(), pk=pk)
    own = person.pk == request.user.pk
    if own or not request.user.has_perm("core.change_user") or (person.is_superuser and not request.user.is_superuser):
        raise PermissionDenied
    if request.method == "POST":
        Authenticator.objects.filter(user=person).delete()
        end_sessions(person)
        record("factor.reset", request.user, person)
        get_adapter().send_notification_mail("account/email/factor_reset", person)
        messages.success(request, _("The second factor is reset. A mail tells the person so."))
        return redirect("wagtailusers_users:index")
    return TemplateResponse(request, "core/reset_factor.html", {"person": person})
