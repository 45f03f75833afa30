from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from core.roles import PROTECTION, PUBLISHER, PUBLISHING, REVIEW_FIRST, ROLES, document, permissions_of


class Command(BaseCommand):
    help = "Make the groups of the table in core/roles.py; what was changed by hand is put back. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--write-doc", action="store_true", help="write docs/roles.md instead")

    def handle(self, *args, write_doc=False, **options):
        if write_doc:
            (settings.BASE_DIR / "docs" / "roles.md").write_text(document())
            return
        self.known = {
            f"{permission.content_type.app_label}.{permission.codename}": permission
            for permission in Permission.objects.select_related("content_type")
        }
        with transaction.atomic():
            for role in ROLES:
                self.make(role)
            # Wagtail's own two groups may publish whatever they like.
            Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
        with transaction.atomic():
            make_workflows()
        self.stdout.write(f"Roles: {', '.join(role.name for role in ROLES)}.")

    def make(self, role):
        """One group, changed only where it differs from the table."""
        group, _created = Group.objects.get_or_create(name=role.name)
        wanted = {self.known[name] for name in permissions_of(role)}
        if set(group.permissions.all()) != wanted:
            group.permissions.set(wanted)
        self.sync(
            GroupPagePermission.objects.filter(group=group),
            {"group": group, "page": Page.objects.get(depth=1)},
            [self.known[f"wagtailcore.{verb}_page"] for verb in role.pages],
        )
        self.sync(
            GroupCollectionPermission.objects.filter(group=group),
            {"group": group, "collection": Collection.get_first_root_node()},
            [self.known[name] for name in role.files],
        )

    def sync(self, rows, common, permissions):
        """Make `rows` be one for each permission, all with the `common` values."""
        rows = rows.all()
        place = {name: value for name, value in common.items() if name != "group"}
        for row in rows.exclude(permission__in=permissions, **place):
            row.delete()
        for permission in permissions:
            rows.model.objects.get_or_create(permission=permission, **common)


def make_workflows():
    """Two workflows: publishing for every page; for stories the protection review before it (core.models.four_eyes)."""
    tasks = {}
    for role in (PROTECTION, PUBLISHER):
        tasks[role], _created = GroupApprovalTask.objects.get_or_create(name=role.name)
        tasks[role].groups.set(Group.objects.filter(name=role.name))
    for name, roles in ((PUBLISHING, [PUBLISHER]), (REVIEW_FIRST, [PROTECTION, PUBLISHER])):
        workflow, _created = Workflow.objects.get_or_create(name=name)
        for place, role in enumerate(roles):
            WorkflowTask.objects.update_or_create(workflow=workflow, task=tasks[role], defaults={"sort_order": place})
    WorkflowPage.objects.update_or_create(
        page=Page.objects.get(depth=1), defaults={"workflow": Workflow.objects.get(name=PUBLISHING)}
    )
    # Wagtail's own has nobody to approve.
    Workflow.objects.filter(name="Moderators approval", workflow_pages=None).update(active=False)
    Task.objects.filter(name="Moderators approval").update(active=False)
