from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Page

from core.models import LoadedItem
from imlu.loader.plan import make_plan
from imlu.loader.write import Loader, tree_hash
from imlu.settings.env import CHECKOUT

EVERYTHING = {"model": "content", "key": "*", "language": "en"}


class Command(BaseCommand):
    help = "Load content/ into the site. Safe to run again: what an editor has changed is left alone, and said."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=CHECKOUT / "content", help="default: content/")
        parser.add_argument("--check", action="store_true", help="check the files and write nothing")

    def handle(self, *args, folder, check=False, **options):
        if not (folder / "pages").is_dir():
            raise CommandError(f"{folder} has no folder pages/.")
        digest = tree_hash(folder)
        if not check and LoadedItem.objects.filter(**EVERYTHING, source_hash=digest).exists():
            theirs = LoadedItem.objects.filter(changed_by_editor=True).count()
            self.stdout.write(f"Content: nothing new; {theirs} items were changed by editors and are left alone.")
            return
        plan = make_plan(folder)
        if plan.problems:
            lines = "\n".join(str(problem) for problem in plan.problems)
            raise CommandError(f"nothing was written, since these files need mending:\n{lines}")
        if check:
            self.stdout.write(f"Content: {len(plan.pages)} pages, {len(plan.snippets)} snippets, all well formed.")
            return
        counts = Loader(plan, self.stdout.write).run()
        if any(Page.find_problems()):
            raise CommandError("the page tree is damaged; run `manage.py fixtree`.")
        LoadedItem.objects.update_or_create(**EVERYTHING, defaults={"source_file": "content/", "source_hash": digest})
        self.stdout.write("Content: " + ", ".join(f"{number} {what}" for what, number in counts.items()) + ".")
