"""Timed work: a registry of jobs that `manage.py run_due` runs, each on its own.

A room registers what it needs in its AppConfig.ready():

    due.register("purge old revisions", every=3600)(function)
"""

import datetime
import logging
import traceback
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from .models import DueJob

logger = logging.getLogger(__name__)
LONGEST_RUN = 15 * 60  # seconds; after that a claim is taken to be a dead process's


@dataclass(frozen=True)
class Job:
    """`function` takes nothing and returns a list of lines to print; `every` is in seconds (0: at every run)."""

    name: str
    function: object
    every: int


JOBS = {}


def register(name, every=0):
    """Register a job under `name` (unique). The function must be idempotent. Returns a decorator."""

    def decorator(function):
        JOBS[name] = Job(name, function, every)
        return function

    return decorator


def run(job):
    """Run one job unless another process is at it or it isn't due.

    Returns:
        (state, lines): state is "ran", "failed" or "skipped"; lines say what was done, or the error.
    """
    now = timezone.now()
    row, _ = DueJob.objects.get_or_create(name=job.name)
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = Q(last_started=None) | Q(last_started__lte=now - datetime.timedelta(seconds=job.every))
    mine = DueJob.objects.filter(free & due, pk=row.pk)
    if not mine.update(claimed_until=now + datetime.timedelta(seconds=LONGEST_RUN), last_started=now):
        return "skipped", []
    try:
        lines = job.function() or []
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} in {where.name} ({where.filename}:{where.lineno})"
        DueJob.objects.filter(pk=row.pk).update(claimed_until=None, last_error=reason)
        logger.error("run_due: %s failed: %s", job.name, reason)
        return "failed", [reason]
    DueJob.objects.filter(pk=row.pk).update(claimed_until=None, last_succeeded=timezone.now(), last_error="")
    return "ran", lines
