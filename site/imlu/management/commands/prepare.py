import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from wagtail.models import ReferenceIndex, Site

from core import indexing
from core.models import Facts, Wording


class Command(BaseCommand):
    help = "Bring a checkout up to date in one process: migrate, load the content, collect static files, first account."

    def add_arguments(self, parser):
        parser.add_argument("--no-collectstatic", action="store_true", help="static files are as they were")

    def handle(self, *args, no_collectstatic=False, **options):
        self.step("database", "migrate", interactive=False, verbosity=0)
        self.step("roles", "make_roles")
        self.step("content", "load_content")
        if not indexing.is_current():  # of an earlier version of the code
            self.step("search index", "update_index", verbosity=0)
        self.follow_address()
        self.note_references()
        if not no_collectstatic:
            self.step("static files", "collectstatic", interactive=False, clear=True, verbosity=0)
        if settings.ENVIRONMENT == "production":
            self.stdout.write("The first administrator: manage.py first_administrator NAME E-MAIL")
        else:
            self.step("account", "ensure_admin")

    def follow_address(self):
        """A demo may be started on another port than the last time; its links should lead there."""
        if settings.ENVIRONMENT != "production":
            address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
            for site in Site.objects.filter(is_default_site=True):
                site.hostname, site.port = address.hostname, address.port or 80
                site.save()

    def note_references(self):
        """The menu, footer and logo that the settings choose are in use: an older site's index does not know it."""
        for model in (Facts, Wording):
            for chosen in model.objects.all():
                ReferenceIndex.create_or_update_for_object(chosen)

    def step(self, name, command, **options):
        start = time.monotonic()
        call_command(command, stdout=self.stdout, stderr=self.stderr, **options)
        self.stdout.write(f"{name}: {time.monotonic() - start:.1f} s")
