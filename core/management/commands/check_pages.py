from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Page

from core.models.four_eyes import FourEyes
from core.rules import BLOCKING, blocking, findings


def live():
    """Every page and draftable snippet that is live."""
    for model in apps.get_models():
        if issubclass(model, FourEyes) and not model._meta.abstract:
            objects = model.objects.filter(live=True)
            yield from objects.order_by("path") if issubclass(model, Page) else objects.order_by("pk")


class Command(BaseCommand):
    help = "Say what the rules of “Before you publish” find in all that is live; fail if something should not be."

    def add_arguments(self, parser):
        parser.add_argument("--warnings", action="store_true", help="say what they warn of, too")

    def handle(self, *args, warnings=False, **options):
        seen = failed = 0
        for instance in live():
            seen += 1
            found = blocking(instance)
            failed += bool(found)
            if warnings:
                found += [finding for finding in findings(instance) if finding.rule.severity != BLOCKING]
            for finding in found:
                rule, place = finding.rule, finding.place
                self.stdout.write(f"{instance._meta.label} {instance.pk}: {rule.key}: {place.label}: {finding.quote}")
        if failed:
            raise CommandError(f"{failed} of {seen} have something that keeps them from going live anew.")
        self.stdout.write(f"{seen} pages and snippets: nothing that blocks.")
