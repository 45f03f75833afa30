import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donations import alarms, reconcile


class Command(BaseCommand):
    help = (
        "Ask the providers about every gift that is open or in doubt, compare a day of the ledger with their lists, "
        "and print what differs. Safe to run twice and at once; run_due does the same by itself."
    )

    def add_arguments(self, parser):
        parser.add_argument("--day", metavar="YYYY-MM-DD", help="the day to compare (Nairobi's); else today")

    def handle(self, *args, day=None, **options):
        try:
            date = datetime.date.fromisoformat(day) if day else timezone.localdate()
        except ValueError:
            raise CommandError("--day is a date: 2026-11-25.") from None
        for line in reconcile.everything():
            self.stdout.write(line)
        differences = reconcile.compare(date)
        for line in differences:
            self.stdout.write(f"differs: {line}")
        for what, rows in alarms.hanging().items():
            self.stdout.write(f"for a person, {what}: {rows.count()}")
        self.stdout.write(f"{date}: {len(differences)} differences")
