import io
import os
import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core.roles import ROLES


class Command(BaseCommand):
    help = (
        "Make the demo's one account, with every role, from ADMIN_USERNAME and ADMIN_PASSWORD, "
        "or with a password shown once."
    )

    def handle(self, *args, **options):
        users = get_user_model().objects
        username = os.environ.get("ADMIN_USERNAME") or "admin"
        password = os.environ.get("ADMIN_PASSWORD")
        user = users.filter(username=username).first()
        if user is None and users.filter(is_superuser=True).exists() and not os.environ.get("ADMIN_USERNAME"):
            names = ", ".join(users.filter(is_superuser=True).values_list("username", flat=True))
            self.stdout.write(f"Sign in as {names}, with the password from the first start.")
            return
        if user is None:
            shown = not password
            password = password or secrets.token_urlsafe(12)
            user = users.model(username=username, is_staff=True, is_superuser=True)
            self.refuse_weak(password, user)
            user.set_password(password)
            user.save()
            call_command("make_roles", stdout=io.StringIO())
            user.groups.set(Group.objects.filter(name__in=[role.name for role in ROLES]))
            how = f"the password {password} (shown this once)" if shown else "the password of ADMIN_PASSWORD"
            self.stdout.write(f"Sign in as {username}, with {how}.")
        elif password and not user.check_password(password):
            self.refuse_weak(password, user)
            user.set_password(password)
            user.save()
            self.stdout.write(f"Sign in as {username}, with the new password of ADMIN_PASSWORD.")
        elif password:
            self.stdout.write(f"Sign in as {username}, with the password of ADMIN_PASSWORD.")
        else:
            self.stdout.write(f"Sign in as {username}, with the password from the first start.")

    def refuse_weak(self, password, user):
        if os.environ.get("ADMIN_PASSWORD"):
            try:
                validate_password(password, user)
            except ValidationError as error:
                raise CommandError(f"ADMIN_PASSWORD is too weak: {' '.join(error.messages)}") from error
