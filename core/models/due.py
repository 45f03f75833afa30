"""The memory of `run_due`: when each job ran, whether it went well, and who is running it now."""

from django.db import models


class DueJob(models.Model):
    """One timed job. A row is claimed by one conditional UPDATE, which is atomic on both databases."""

    name = models.CharField(max_length=80, unique=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_started = models.DateTimeField(null=True, blank=True)
    last_succeeded = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
