from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from core.roles import ADMINISTRATOR


class Command(BaseCommand):
    help = "Make the first administrator of a real site, and show a link, good once and for a day, to set the password."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("email")

    def handle(self, *args, username, email, **options):
        call_command("make_roles", stdout=self.stdout)
        group = Group.objects.get(name=ADMINISTRATOR.name)
        others = [user for user in group.user_set.filter(is_active=True) if user.has_usable_password()]
        if others:
            raise CommandError(f"There is an administrator already: {others[0]}. People are added in the admin.")
        user = get_user_model().objects.filter(username=username).first()
        if user and user.has_usable_password():
            raise CommandError(f"{username} has an account already.")
        user = user or get_user_model()(username=username, is_staff=True)
        user.email = email
        user.set_unusable_password()
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        user.groups.add(group)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        path = reverse("account_reset_password_from_key", args=key.split("-", 1))
        self.stdout.write(f"{username} is an administrator. Within a day, and once, this link sets the password:")
        self.stdout.write(f"{settings.WAGTAILADMIN_BASE_URL}{path}")
        self.stdout.write("The second factor is set up at the first sign-in. Then add the other people in the admin.")
