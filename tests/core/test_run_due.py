"""`run_due`: each job and each item on its own, safe to run twice and at once."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page, Revision

from core import due
from core.models import DueJob, Helpline
from home.models import ContentPage
from tests.examples import add

PAST = datetime.timedelta(minutes=-1)


def run():
    """The lines that the command prints, without the pictures that it draws beside (tests/core/test_share.py)."""
    out = io.StringIO()
    call_command("run_due", stdout=out)
    return [line for line in out.getvalue().splitlines() if not line.startswith("draw pictures")]


def schedule(instance, **changes):
    """Have an editor plan the publication of `instance`, and let its time come."""
    instance = type(instance).objects.get(pk=instance.pk)
    for name, value in changes.items():
        setattr(instance, name, value)
    instance.go_live_at = timezone.now() + datetime.timedelta(hours=1)
    revision = instance.save_revision()
    revision.publish()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() + PAST)
    content = {**revision.content, "go_live_at": (timezone.now() + PAST).isoformat()}
    Revision.objects.filter(pk=revision.pk).update(content=content)
    return instance


def is_live(instance):
    return type(instance).objects.get(pk=instance.pk).live


@pytest.fixture
def jobs(monkeypatch):
    """An empty registry of jobs."""
    monkeypatch.setattr(due, "JOBS", {})
    return due.JOBS


@pytest.mark.upgrade
def test_what_is_due_is_published_once(home):
    page = schedule(add(home, "home.ContentPage", "Page", live=False))
    assert not is_live(page)
    assert len(run()) == 1
    assert is_live(page)
    assert run() == []


def test_what_is_not_due_waits(home):
    page = add(home, "home.ContentPage", "Page", live=False)
    page.go_live_at = timezone.now() + datetime.timedelta(hours=1)
    page.save_revision().publish()
    assert run() == []
    assert not is_live(page)


@pytest.mark.upgrade
def test_a_planned_change_of_a_live_page_is_published(home, get):
    page = add(home, "home.ContentPage", "Before", slug="page")
    page.save_revision().publish()
    schedule(page, title="After")
    assert get("/page/").soup.h1.string == "Before"
    run()
    assert get("/page/").soup.h1.string == "After"


@pytest.mark.upgrade
def test_what_has_expired_is_taken_down_once(home):
    page = add(home, "home.ContentPage", "Page", expire_at=timezone.now() + PAST)
    helpline = Helpline.objects.create(
        name="Line",
        phone="1195",
        description="D",
        checked_on=datetime.date(2026, 1, 1),
        expire_at=timezone.now() + PAST,
    )
    stays = add(home, "home.ContentPage", "Other", expire_at=timezone.now() - 60 * PAST)
    assert len(run()) == 2
    assert (is_live(page), is_live(helpline), is_live(stays)) == (False, False, True)
    assert Page.objects.get(pk=page.pk).expired
    assert run() == []


@pytest.mark.upgrade
def test_one_refused_item_does_not_stop_the_others(home):
    first = schedule(add(home, "home.ContentPage", "First", live=False))
    refused = schedule(Helpline.objects.create(name="Line", phone="1195", description="D", live=False))
    last = schedule(add(home, "home.ContentPage", "Last", live=False))
    lines = run()
    assert len(lines) == 3
    assert [line for line in lines if "refused" in line and "only with the day" in line]
    assert (is_live(first), is_live(refused), is_live(last)) == (True, False, True)


@pytest.mark.upgrade
def test_a_refused_item_stays_due_and_is_published_when_mended(home):
    helpline = schedule(Helpline.objects.create(name="Line", phone="1195", description="D", live=False))
    assert "refused" in run()[0]
    assert Revision.objects.filter(approved_go_live_at__isnull=False).exists(), "the plan was lost"
    assert "refused" in run()[0]
    schedule(Helpline.objects.get(pk=helpline.pk), checked_on=datetime.date(2026, 1, 1))
    assert "published" in run()[0]
    assert is_live(helpline)


def test_a_failing_job_does_not_stop_the_others(db, jobs):
    done = []

    def broken():
        raise ValueError("typed by a visitor")

    due.register("a broken one")(broken)
    due.register("a good one")(lambda: done.append(1))
    with pytest.raises(CommandError, match="1 of 2 jobs failed"):
        run()
    assert done == [1]
    row = DueJob.objects.get(name="a broken one")
    assert "ValueError" in row.last_error
    assert "typed" not in row.last_error
    assert row.claimed_until is None


def test_a_job_runs_as_often_as_it_asks(db, jobs):
    done = []
    due.register("hourly", every=3600)(lambda: done.append(1))
    run()
    run()
    assert done == [1]
    DueJob.objects.update(last_started=timezone.now() - datetime.timedelta(hours=1))
    run()
    assert done == [1, 1]


def test_a_job_claimed_by_another_process_is_left_alone_until_that_has_died(db, jobs):
    done = []
    due.register("job")(lambda: done.append(1))
    DueJob.objects.create(name="job", claimed_until=timezone.now() + datetime.timedelta(minutes=1))
    run()
    assert done == []
    DueJob.objects.update(claimed_until=timezone.now() + PAST)
    run()
    assert done == [1]


def test_the_alarm_is_silent_while_all_is_well(db, jobs, capsys):
    due.register("job")(list)
    run()
    call_command("run_due", check=5)
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (None, "Not done for 5 minutes: job."),
        ({"last_succeeded": datetime.timedelta(minutes=-6)}, "Not done for 5 minutes: job."),
        ({"last_succeeded": None, "last_error": "ValueError"}, "Not done for 5 minutes: job (ValueError)."),
    ],
)
def test_the_alarm_names_what_was_not_done(db, jobs, row, sentence):
    due.register("job")(lambda: pytest.fail("--check runs nothing"))
    if row:
        before = row["last_succeeded"]
        DueJob.objects.create(name="job", **{**row, "last_succeeded": before and timezone.now() + before})
    with pytest.raises(CommandError) as caught:
        call_command("run_due", check=5)
    assert str(caught.value) == sentence


def test_an_hourly_job_has_two_hours(db, jobs):
    due.register("job", every=3600)(list)
    DueJob.objects.create(name="job", last_succeeded=timezone.now() - datetime.timedelta(minutes=90))
    call_command("run_due", check=5)


def test_the_registered_jobs():
    assert {"publish what is due", "take down what has expired"} <= set(due.JOBS)


def test_jobs_of_the_site_leave_an_empty_site_alone(home):
    assert run() == []
    assert ContentPage.objects.count() == 0
