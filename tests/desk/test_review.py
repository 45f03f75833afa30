"""Reviewing in one place, and an earlier version put back: the lock of core.approvals holds on both roads."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import TaskState
from wagtail.rich_text import RichText

from core.checklist import QUESTIONS
from core.loading import unattended
from tests import examples
from tests.doors.approvals import is_live, make, press, said, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def system():
    """Here nothing is done by the system: every page that goes live needs its approvals."""


@pytest.fixture
def sent(home, person):
    """A press statement that a writer has sent for review; its address of reviewing."""
    page = make(home, "press_statement", "On the closed road")
    write(page, person("Writer"), summary="Nobody was let through.")
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, person("Writer"))
    return page


def address(page):
    return f"/admin/desk/review/{page.current_workflow_task_state.pk}/"


def decide(client, page, decision="approve", comment="", **more):
    revision = type(page).objects.get(pk=page.pk).latest_revision_id
    sent = {"revision": revision, "decision": decision, "comment": comment, **more}
    return client.post(address(page), sent, follow=True)


def test_shows_what_is_new(sent, at_desk):
    screen = at_desk("Publisher").get(address(sent)).text
    assert "Nobody was let through." in screen
    assert "Readers have not seen any of this yet." in screen


def read(words):
    """A section that says to read something, the same in each version."""
    value = {"heading": "Read on", "text": words}
    return [{"type": "section", "id": "8c1f0a52-3f6b-4a57-9d2e-5b0e6c7d8f90", "value": value}]


def file(document):
    """The files of a news item: one."""
    return [{"type": "file", "id": "1f0a8c52-3f6b-4a57-9d2e-5b0e6c7d8f90", "value": {"document": document.pk}}]


def changes(home, at_desk, person, before, after):
    """What a reviewer sees of a live page of which these fields (dicts) have changed."""
    page = make(home, "press_statement", "On the closed road")
    with unattended():
        write(page, person("Writer"), **before).publish()
    write(page, person("Writer"), **after)
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, person("Writer"))
    return BeautifulSoup(at_desk("Publisher").get(address(page)).text, "lxml").select_one(".desk-differences")


def test_shows_where_a_link_leads_now(home, at_desk, person):
    before = read('<p><a href="https://example.org/a">Here</a></p>')
    after = read(f'<p><a linktype="page" id="{home.pk}">Here</a></p>')
    seen = changes(home, at_desk, person, {"body": before}, {"body": after})
    assert "https://example.org/a" in " ".join(gone.get_text() for gone in seen.select(".deletion"))
    assert str(home) in " ".join(new.get_text() for new in seen.select(".addition"))


def test_editor_s_marks_are_no_change(home, at_desk, person):
    before, after = read("<p>Read.</p>"), read('<p data-block-key="a1b2c">Read.</p>')
    seen = changes(home, at_desk, person, {"body": before}, {"summary": "New.", "body": after})
    assert [field.get_text() for field in seen.select("tbody th")] == ["Summary"]


def test_shows_that_there_is_another_file_of_the_same_title(home, at_desk, person):
    old, new = examples.make_document(), examples.make_document(text="Other numbers.")
    seen = changes(home, at_desk, person, {"files": file(old)}, {"files": file(new)})
    (row,) = (row for row in seen.select("tbody tr") if row.th.get_text() == "Files")
    assert row.select_one(".deletion").get_text() == str(old.pk)
    assert row.select_one(".addition").get_text() == str(new.pk)


def test_approving_publishes_with_the_comment(sent, at_desk):
    assert "Readers see it now" in said(decide(at_desk("Publisher"), sent, comment="Good."))
    assert is_live(sent)
    assert TaskState.objects.get().comment == "Good."


def test_sending_back_needs_a_comment(sent, at_desk):
    publisher = at_desk("Publisher")
    assert "Please say what is to be changed" in said(decide(publisher, sent, "reject"))
    assert sent.current_workflow_state.status == "in_progress"
    assert "Sent back" in said(decide(publisher, sent, "reject", "Name the article."))
    assert not is_live(sent)


def test_what_changed_meanwhile_is_read_again(sent, at_desk, person):
    old = sent.latest_revision_id
    write(sent, person("Writer"), summary="Something else.")
    publisher = at_desk("Publisher")
    assert "changed meanwhile" in said(decide(publisher, sent, revision=old))
    assert not is_live(sent)
    assert "Something else." in publisher.get(address(sent)).text
    assert "Readers see it now" in said(decide(publisher, sent))


def test_nobody_else_reviews(sent, every_role):
    for name, client in every_role.items():
        status = client.get(address(sent)).status_code
        assert status == (200 if name == "Publisher" else 404), name


def test_protection_reviewer_answers_the_questions(home, at_desk, person):
    story = make(home, "story", "A life")
    write(story, person("Writer"), summary="What somebody told us.")
    story = type(story).objects.get(pk=story.pk)
    story.get_workflow().start(story, person("Writer"))
    reviewer = at_desk("Protection reviewer")
    assert all(str(question)[:20] in reviewer.get(address(story)).text for question in QUESTIONS.values())
    assert "answer each question" in said(decide(reviewer, story))
    assert story.current_workflow_task_state.task.name == "Protection reviewer"
    decide(reviewer, story, ticked=list(QUESTIONS))
    assert story.current_workflow_task_state.task.name == "Publisher"
    decide(at_desk("Publisher"), story)
    assert is_live(story)


def test_what_a_rule_forbids_is_told_and_stays_a_draft(home, at_desk, person):
    page = make(home, "press_statement", "Hints left")
    write(page, person("Writer"), body=[("section", {"heading": "What we ask", "text": RichText("<p>✎ Who?</p>")})])
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, person("Writer"))
    response = decide(at_desk("Publisher"), page)
    assert "hint" in said(response).lower()
    assert not is_live(page)
    assert page.current_workflow_state.status == "in_progress"


def test_author_does_not_approve_own_words(home, at_desk, person):
    page = make(home, "press_statement", "Mine")
    write(page, person("Publisher"))
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, person("Publisher"))
    response = decide(at_desk("Publisher"), page)
    assert "somebody else must approve" in said(response)
    assert not is_live(page)


def test_put_back_is_published_by_those_who_may(home, at_desk, person):
    page = make(home, "opinion", "On a version")
    first = write(page, person("Writer"), summary="As it was.")
    first.publish(user=person("Publisher"))
    write(page, person("Writer"), summary="Spoiled.").publish(user=person("Publisher"))
    where = f"/admin/desk/put-back/{page.pk}/{first.pk}/"
    assert "As it was." in at_desk("Publisher").get(where).text
    assert type(page).objects.get(pk=page.pk).summary == "Spoiled."
    at_desk("Writer").post(where)
    assert type(page).objects.get(pk=page.pk).summary == "Spoiled."
    assert type(page).objects.get(pk=page.pk).get_latest_revision_as_object().summary == "As it was."
    at_desk("Publisher").post(where)
    assert type(page).objects.get(pk=page.pk).summary == "As it was."
    assert type(page).objects.get(pk=page.pk).live


def test_dates_do_not_come_back_with_the_words(home, at_desk, person):
    """A version that was planned for a day, or ended on one, is put back now; it took the page away from readers."""
    page, publisher = make(home, "opinion", "On a version"), person("Publisher")
    ended, coming = (timezone.now() + datetime.timedelta(days=days) for days in (-1, 1))
    first = write(page, person("Writer"), summary="As it was.", go_live_at=coming, expire_at=ended)
    write(page, person("Writer"), summary="Spoiled.", go_live_at=None, expire_at=None).publish(user=publisher)
    response = at_desk("Publisher").post(f"/admin/desk/put-back/{page.pk}/{first.pk}/", follow=True)
    assert "Readers see the earlier version now" in said(response)
    page = type(page).objects.get(pk=page.pk)
    assert (page.live, page.summary, page.go_live_at, page.expire_at) == (True, "As it was.", None, None)


def test_put_back_passes_the_lock(home, at_desk, person):
    page = make(home, "story", "A life")
    first = write(page, person("Writer"), summary="As it was.")
    where = f"/admin/desk/put-back/{page.pk}/{first.pk}/"
    type(page).objects.filter(pk=page.pk).update(live=True)
    write(page, person("Writer"), summary="Other words.")
    response = at_desk("Publisher").post(where, follow=True)
    assert "protection reviewer" in said(response)
    assert type(page).objects.get(pk=page.pk).summary != "As it was."


def test_revision_of_another_page_is_not_found(home, at_desk, person):
    first, second = make(home, "opinion", "One"), make(home, "opinion", "Two")
    revision = write(first, person("Writer"))
    assert at_desk("Publisher").get(f"/admin/desk/put-back/{second.pk}/{revision.pk}/").status_code == 404


@pytest.fixture
def with_a_hint(home, person):
    """The same with a hint left in it."""
    page = make(home, "press_statement", "On the closed road")
    write(page, person("Writer"), summary="✎ When and where.")
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, person("Writer"))
    return page


def test_reviewer_sees_first_what_keeps_it_from_going_live(with_a_hint, at_desk):
    publisher = at_desk("Publisher")
    screen = publisher.get(address(with_a_hint)).text
    assert "1 thing keeps it from going live" in screen
    assert screen.index("A hint or placeholder") < screen.index("desk-differences")


def test_refusal_is_told_once(with_a_hint, at_desk):
    assert said(decide(at_desk("Publisher"), with_a_hint)).count("A hint or placeholder") == 1
    assert not is_live(with_a_hint)


@pytest.mark.parametrize(("button", "told"), [("action-submit", True), ("action-none", False)])
def test_sender_is_told_what_would_keep_it_from_going_live(home, at_desk, person, button, told):
    page = make(home, "press_statement", "On the closed road")
    write(page, person("Writer"), summary="✎ When and where.")
    answer = press(at_desk("Writer"), type(page).objects.get(pk=page.pk), button.removeprefix("action-"))
    assert ("Before this can go live: A hint or placeholder is still there (summary)" in said(answer)) == told


def test_mail_leads_to_the_review(home, person, mailoutbox, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://imlu.test"
    publisher = person("Publisher")
    page = make(home, "press_statement", "On the closed road")
    write(page, person("Writer"), summary="Nobody was let through.")
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, person("Writer"))
    mails = [mail.body for mail in mailoutbox if publisher.email in mail.to]
    assert f"https://imlu.test{address(page)}" in mails[0]


def test_a_number_is_let_pass_from_there(home, at_desk, person):
    page = make(home, "press_statement", "On the closed road")
    write(page, person("Writer"), summary="Call 0712 345 678.")
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, person("Writer"))
    assert "#override-telephone" in at_desk("Publisher").get(address(page)).text
