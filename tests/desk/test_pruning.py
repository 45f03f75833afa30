"""Old drafts go; what was published, is planned, in review, shared, approved or the newest stays."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Revision

from core import due
from core.approvals import Words
from core.models import Approval
from desk.models import ShareLink
from desk.pruning import prune
from tests.doors.approvals import make, write

pytestmark = pytest.mark.django_db
OLD = datetime.timedelta(days=100)


@pytest.fixture
def page(home, person):
    return make(home, "opinion", "Many versions")


def age(**filters):
    Revision.objects.filter(**filters).update(created_at=timezone.now() - OLD)


def test_old_drafts_go_and_the_rest_stays(page, person):
    writer, publisher = person("Writer"), person("Publisher")
    draft = write(page, writer, summary="A draft.")
    published = write(page, writer, summary="Published once.")
    published.publish(user=publisher)
    second = write(page, writer, summary="Another draft.")
    live = write(page, writer, summary="Live.")
    live.publish(user=publisher)
    shared = write(page, writer, summary="Shown to somebody.")
    ShareLink.make(shared, publisher, datetime.timedelta(hours=1))
    approved = write(page, writer, summary="Approved.")
    Approval.objects.create(content_type=page.cached_content_type, object_id=str(page.pk), revision=approved,
                            digest="x", person=publisher, role="publisher")  # fmt: skip
    newest = write(page, writer, summary="Newest.")
    age()
    lines = prune()
    left = set(Revision.objects.values_list("pk", flat=True))
    assert {draft.pk, second.pk}.isdisjoint(left)
    assert {published.pk, live.pk, shared.pk, approved.pk, newest.pk} <= left
    assert lines
    assert prune() == []


def test_young_drafts_stay(page, person):
    first = write(page, person("Writer"), summary="One.")
    write(page, person("Writer"), summary="Two.")
    assert prune() == []
    assert Revision.objects.filter(pk=first.pk).exists()


def test_what_is_in_review_or_planned_stays(home, person):
    page = make(home, "press_statement", "In review")
    sent = write(page, person("Writer"))
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, person("Writer"))
    Revision.objects.filter(pk=write(page, person("Writer"), summary="Later.").pk)
    planned = make(home, "opinion", "Planned")
    first = write(planned, person("Writer"))
    Revision.objects.filter(pk=first.pk).update(approved_go_live_at=timezone.now() + OLD)
    write(planned, person("Writer"), summary="Later.")
    age()
    prune()
    assert Revision.objects.filter(pk__in=[first.pk]).count() == 1
    assert Revision.objects.filter(task_states__workflow_state__object_id=str(page.pk)).exists()
    assert sent


def test_jobs_are_registered():
    names = set(due.JOBS)
    assert {"delete old drafts", "forget ended links to drafts", "ask other websites at night",
            "note links to other websites"} <= names  # fmt: skip


def test_who_wrote_in_a_draft_is_not_forgotten(page, person):
    """Who began it half a year ago does not approve it because a colleague mended a comma since."""
    began, mended = person("Protection reviewer"), person("Writer")
    for user, summary in ((began, "Begun."), (began, "Begun, and more."), (mended, "Begun and more.")):
        write(page, user, summary=summary)
    age()
    assert prune()
    assert {began.pk, mended.pk} <= Words(page.get_latest_revision_as_object()).authors()
