"""“Approve” in a workflow is an approval like any other. Workflows route and remind; the lock is core.approvals."""

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import TaskState

from . import approvals
from .roles import wears


@receiver(post_save, sender=TaskState)
def approving_a_task_approves_the_words(sender, instance, **kwargs):
    """Keep the approval of a person who has a role for it. An author is refused, and the task stays open.

    A protection reviewer approves on the screen “Approval”, where the questions are; then here, to send it on.
    """
    if instance.status != TaskState.STATUS_APPROVED or not instance.finished_by:
        return
    target = instance.revision.as_object()
    if hasattr(target, "needs_protection_review"):
        words = approvals.Words(target)
        own = words.approvals().filter(person=instance.finished_by).values_list("role", flat=True)
        needed = [role for role in words.needed if role.key not in own]
        roles = [role for role in needed if wears(instance.finished_by, role)]
        if roles:
            approvals.approve(instance.revision, instance.finished_by, roles)
