"""The dashboard: what each role may begin and what waits for them; nothing that they may not do; few queries."""

import datetime
import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.approvals import OVERRIDE
from core.loading import unattended
from core.models import Approval, DueJob, Notice
from desk.dashboard import SHOWN
from tests import examples
from tests.doors.approvals import make, news, write

pytestmark = pytest.mark.django_db

STARTS = {
    "Writer": ["Press statement", "Story"],
    "Publisher": ["Press statement", "Story", "Contact details", "Notice on every page", "Translate"],
    "Protection reviewer": [],
    "Translator": ["Press statement", "Story", "Translate"],
    "Finance": [],
    "Approver": ["Notice on every page"],
    "Administrator": ["Contact details"],
}


def dashboard(client):
    """The dashboard's part of the screen (BeautifulSoup)."""
    response = client.get("/admin/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "lxml").select_one(".w-dashboard")


def rows(soup, name):
    """The lines (list of str) of one of its lists; [] where it is not there."""
    panel = soup.select_one(f"[aria-labelledby=desk-{name}]")
    return [item.get_text(" ", strip=True) for item in panel.select("li")] if panel else []


@pytest.fixture
def site(home, kiswahili_home):
    """A home page in both languages, and a list of news."""
    with unattended():
        home.save_revision().publish()
    news(home)
    return home


def test_starts_are_what_the_role_may_begin(site, every_role):
    for name, client in every_role.items():
        starts = [
            start.get_text(strip=True) for start in dashboard(client).select(".desk-start:not(.desk-start--quiet)")
        ]
        assert starts == STARTS[name], name


@pytest.mark.once
def test_nothing_leads_where_the_role_may_not_go(site, every_role, person):
    page = make(site, "press_statement", "A statement", to_be_supplied="The date")
    write(page, person("Writer"))
    page.get_workflow().start(page, person("Writer"))
    for role in every_role:
        if role not in ("Finance", "Approver"):
            write(make(site, "opinion", f"Draft of {role}"), person(role))
    Notice.objects.create(text_en="Closed on Friday", live=True)
    DueJob.objects.create(name="a job", last_error="ValueError in x", last_started=timezone.now())
    visited = 0
    for name, client in every_role.items():
        for link in dashboard(client).select(".desk-starts a, .desk-panel a"):
            address = link["href"].partition("#")[0]
            answer = client.get(address, follow=True)  # a refusal leads back to the dashboard
            where = f"{name}: {link.get_text()} {address}"
            assert answer.status_code == 200 and answer.request["PATH_INFO"] != "/admin/", where
            visited += 1
    assert visited > 30


def test_wagtail_s_numbers_are_gone(site, every_role):
    assert "Pages" not in dashboard(every_role["Publisher"]).get_text()


def test_what_waits_for_review_and_what_was_sent_back(site, every_role, person):
    page = make(site, "press_statement", "On the arrests")
    write(page, person("Writer"))
    page.get_workflow().start(page, person("Writer"))
    assert any("On the arrests" in row for row in rows(dashboard(every_role["Publisher"]), "waiting"))
    assert rows(dashboard(every_role["Protection reviewer"]), "waiting") == []
    assert any("waits for: Publisher" in row for row in rows(dashboard(every_role["Writer"]), "sent"))
    state = page.current_workflow_task_state
    state.task.specific.on_action(state, person("Publisher"), "reject", comment="Name the article")
    assert any("Name the article" in row for row in rows(dashboard(every_role["Writer"]), "waiting"))
    assert rows(dashboard(every_role["Publisher"]), "waiting") == []


def test_a_story_waits_for_the_protection_reviewer(site, every_role, person):
    page = make(site, "story", "A life")
    write(page, person("Writer"))
    page.get_workflow().start(page, person("Writer"))
    assert any("A life" in row for row in rows(dashboard(every_role["Protection reviewer"]), "waiting"))


def test_drafts_are_one_s_own(site, every_role, person):
    write(make(site, "opinion", "Mine"), person("Writer"))
    write(make(site, "opinion", "By another"), person("Publisher"))
    assert [row for row in rows(dashboard(every_role["Writer"]), "drafts") if "Mine" in row]
    assert not [row for row in rows(dashboard(every_role["Writer"]), "drafts") if "By another" in row]
    assert "Show to someone" not in rows(dashboard(every_role["Writer"]), "drafts")[0]
    assert "Show to someone" in rows(dashboard(every_role["Publisher"]), "drafts")[0]


def test_what_ends(site, every_role):
    soon = timezone.now() + datetime.timedelta(days=10)
    examples.add(site, "home.ContentPage", "Ending", slug="ending", expire_at=soon)
    examples.add(site, "home.ContentPage", "Staying", slug="staying", expire_at=soon + datetime.timedelta(days=90))
    examples.add(news(site), "news.NewsPage", "Post", slug="post", kind="vacancy", closing_date=soon.date())
    found = rows(dashboard(every_role["Writer"]), "expiring")
    assert ["Ending" in row or "Post" in row for row in found] == [True, True]


def test_notices_now_up(site, every_role):
    Notice.objects.create(text_en="Closed on Friday", live=True)
    Notice.objects.create(text_en="Over", live=True, show_until=timezone.now() - datetime.timedelta(hours=1))
    Notice.objects.create(text_en="A draft", live=False)
    found = rows(dashboard(every_role["Publisher"]), "notices")
    assert len(found) == 1
    assert "Closed on Friday" in found[0]
    assert "Take down" in found[0]
    assert "Take down" not in rows(dashboard(every_role["Writer"]), "notices")[0]


def test_what_lacks_kiswahili_help_pages_first(site, every_role):
    examples.add(site, "home.ContentPage", "About", slug="about")
    examples.add(site, "home.ContentPage", "Find help", slug="help", sensitive=True, seo_title="Information")
    found = rows(dashboard(every_role["Translator"]), "translations")
    assert found[0].startswith("Find help")
    assert any(row.startswith("About") for row in found)


def test_facts_to_be_supplied(site, every_role):
    assert rows(dashboard(every_role["Writer"]), "supplied")
    assert rows(dashboard(every_role["Finance"]), "supplied") == []


def test_failed_jobs_are_the_administrator_s(site, every_role):
    DueJob.objects.create(name="purge", last_error="ValueError in x", last_started=timezone.now())
    assert any("purge" in row for row in rows(dashboard(every_role["Administrator"]), "jobs"))
    assert rows(dashboard(every_role["Writer"]), "jobs") == []
    DueJob.objects.update(last_error="", last_started=timezone.now() - datetime.timedelta(hours=1))
    assert "has not run since" in rows(dashboard(every_role["Administrator"]), "jobs")[0]


def test_overrides_are_still_there(site, every_role, person):
    page = make(site, "press_statement", "Urgent")
    revision = write(page, person("Writer"))
    Approval.objects.create(
        content_type=page.cached_content_type, object_id=str(page.pk), revision=revision, digest="x",
        person=person("Administrator"), role=OVERRIDE, reason="It could not wait.",
    )  # fmt: skip
    assert "It could not wait." in dashboard(every_role["Approver"]).get_text()


@pytest.mark.once
@pytest.mark.parametrize("role", ["Publisher", "Translator", "Administrator"])
def test_queries_do_not_grow(site, every_role, person, role):
    def asked():
        """{a query's shape: how often}."""
        every_role[role].get("/admin/")  # content types and the like are looked up once
        with CaptureQueriesContext(connection) as queries:
            every_role[role].get("/admin/")
        return Counter(re.sub(r"\d+|'[^']*'", "?", query["sql"])[:300] for query in queries)

    def fill(start, number):
        for place in range(start, start + number):
            page = make(site, "press_statement", f"Statement {place}", to_be_supplied="The date")
            write(page, person("Writer"))
            page.get_workflow().start(page, person("Writer"))
            write(make(site, "opinion", f"Draft {place}"), person(role))
            Notice.objects.create(text_en=f"Notice {place}", live=True)
            DueJob.objects.create(name=f"job {place}", last_error="x", last_started=timezone.now())
            examples.add(site, "home.ContentPage", f"Page {place}", slug=f"page-{place}")

    fill(0, SHOWN + 1)
    few = asked()
    fill(SHOWN + 1, 9)
    assert {sql: times for sql, times in (asked() - few).items() if "savepoint" not in sql.lower()} == {}
    assert few.total() <= 110, few.total()
