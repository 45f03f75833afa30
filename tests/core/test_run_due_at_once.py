"""Two `run_due` at the same moment, on the real database with real commits."""

import threading

import pytest
from django.db import connection

from core import due
from core.models import DueJob


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """In place of pytest-django's: no transaction around the test, so that the threads see each other's writes."""
    with django_db_blocker.unblock():
        yield
        DueJob.objects.all().delete()


def test_two_at_once_run_a_job_once(db, monkeypatch):
    done, states = [], []
    together, finished = threading.Barrier(2), threading.Event()

    def job():
        done.append(1)
        finished.wait(10)  # until the other one is through

    def one():
        try:
            together.wait(10)
            states.append(due.run(due.JOBS["job"])[0])
        finally:
            finished.set()
            connection.close()

    monkeypatch.setattr(due, "JOBS", {})
    due.register("job")(job)
    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(states) == ["ran", "skipped"]
    assert done == [1]
