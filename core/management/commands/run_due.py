from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core import due
from core.models import DueJob


class Command(BaseCommand):
    help = "Run whatever is due. Safe to run twice and at once; cron calls it every minute."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            type=int,
            metavar="MINUTES",
            help="run nothing; fail if a job has not succeeded for so many minutes (for an alarm)",
        )

    def handle(self, *args, check=None, **options):
        if check is not None:
            self.check_heartbeat(check)
            return
        failed = 0
        for job in due.JOBS.values():
            state, lines = due.run(job)
            failed += state == "failed"
            for line in lines:
                self.stdout.write(f"{job.name}: {line}")
        if failed:
            raise CommandError(f"{failed} of {len(due.JOBS)} jobs failed; the others ran.")

    def check_heartbeat(self, minutes):
        late = []
        known = {row.name: row for row in DueJob.objects.all()}
        for job in due.JOBS.values():
            row = known.get(job.name)
            allowed = max(minutes * 60, job.every * 2)
            if not row or not row.last_succeeded or (timezone.now() - row.last_succeeded).total_seconds() > allowed:
                late.append(f"{job.name} ({row.last_error})" if row and row.last_error else job.name)
        if late:
            raise CommandError(f"Not done for {minutes} minutes: {', '.join(late)}.")
        self.stdout.write("All timed jobs are up to date.")
