"""What people do is kept, once, unchangeably, and leaves the machine; what visitors do is in none of it."""

import csv
import datetime
import io
import json
import logging
import os
import socket
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings as project
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, GroupCollectionPermission, Locale, Page, Site

from core.audit import record
from core.loading import unattended
from core.models import Facts, Helpline, NotChanged, Phone, Record, SiteDocument, SiteImage, User
from core.records_report import COLUMNS, cell, in_words, kind_of
from core.roles import WRITER, permissions_of
from core.tell import tell
from donations.timed import tell_of_details
from tests.doors.approvals import at_desk, make, press
from tests.doors.conftest import password_step
from tests.examples import make_picture

pytestmark = pytest.mark.upgrade

MARK = "zq7marked"


@pytest.fixture(autouse=True)
def compulsory(settings):
    settings.SECOND_FACTOR = False


def lines(action):
    return list(Record.objects.filter(action=action).order_by("pk"))


# --- What is recorded ------------------------------------------------------------------------------------------------


def test_signing_in(client, home, person):
    person("ann")
    password_step(client, "ann", "wrong")
    password_step(client, "my-password-typed-as-a-name", "wrong")
    password_step(client, "ann")
    (ann_failed, nobody_failed), (signed_in,) = lines("sign-in.failed"), lines("sign-in")
    assert (ann_failed.person, nobody_failed.person, signed_in.person) == ("ann", "", "ann")
    assert not Record.objects.filter(detail__icontains="my-password").exists()


def test_publishing_and_deleting(home, person):
    bob = person("bob", "Publisher")
    desk = at_desk(bob)
    page = make(home, "opinion", "A title of no business")
    press(desk, page)
    desk.post(f"/admin/pages/{page.pk}/unpublish/")
    bob.user_permissions.clear()
    Page.objects.get(pk=page.pk).delete(user=bob)
    for action in ("wagtail.publish", "wagtail.unpublish", "wagtail.delete"):
        found = lines(action)
        assert len(found) == 1, action
        line = found[0]
        assert (line.person, line.model, line.object_id) == ("bob", "news.NewsPage", str(page.pk)), action
    assert "business" not in json.dumps(list(Record.objects.values_list("detail", "model", "action")))


@pytest.mark.parametrize(
    "road", ["images/{pk}/delete/", "images/multiple/{pk}/delete/", "bulk/core/siteimage/delete/?id={pk}"]
)
def test_a_deleted_picture_is_recorded_once_on_every_screen(home, person, road):
    desk = at_desk(person("bob", "Publisher"))
    with unattended():
        picture = make_picture()
    desk.post(f"/admin/{road.format(pk=picture.pk)}")
    assert not SiteImage.objects.exists()
    assert [(line.person, line.model, line.object_id) for line in lines("wagtail.delete")] == [
        ("bob", "core.SiteImage", str(picture.pk))
    ]


def test_accounts_roles_and_permissions(home, person):
    ann = person("ann")
    writer = Group.objects.get(name="Writer")
    ann.groups.add(writer)
    ann.groups.remove(writer)
    ann.email = "new@example.org"
    ann.save()
    ann.set_password("nine green lamps dance")
    ann.save()
    had = permissions_of(WRITER)
    writer.permissions.clear()
    assert [line.detail for line in lines("roles.changed")][-2:] == [{"add": ["Writer"]}, {"remove": ["Writer"]}]
    changes = [line.detail for line in lines("account.changed")]
    assert changes == [{"email": ["ann@example.org", "new@example.org"]}, {"password": "set"}]
    assert had and lines("permissions.changed")[-1].detail == {"remove": had}


def test_what_takes_effect_at_once_is_recorded_too(home, person):
    """Which host shows which tree, what a group is called and may do, redirects: none of these has drafts."""
    ada, bob = at_desk(person("ada", "Administrator")), at_desk(person("bob", "Publisher"))
    site, writer = Site.objects.get(), Group.objects.get(name="Writer")
    form = {"hostname": "other.example", "port": "80", "site_name": "", "root_page": home.pk, "is_default_site": "on"}
    ada.post(f"/admin/sites/edit/{site.pk}/", form)
    old = {
        "old_path": "/one",
        "site": "",
        "is_permanent": "on",
        "redirect_link": "https://example.org/",
        "redirect_page": "",
    }
    bob.post("/admin/redirects/add/", old)
    redirect = Redirect.objects.get(old_path="/one")
    bob.post(f"/admin/redirects/{redirect.pk}/", {**old, "old_path": "/two"})
    writer.name = "Protection"
    writer.save()
    right = GroupCollectionPermission.objects.get(group=writer, permission__codename="choose_document")
    right.delete()
    assert lines("setting.changed")[-2].detail["hostname"] == ["localhost", "other.example"]
    assert lines("setting.changed")[-1].detail == {"name": ["Writer", "Protection"]}
    assert [(line.person, line.model) for line in lines("wagtail.edit")] == [("bob", "wagtailredirects.Redirect")]
    assert lines("permissions.changed")[-1].detail == {"remove": ["wagtaildocs.choose_document"]}


def test_who_may_read_documents_is_recorded(home, person):
    """A collection that is made private or public, and files that are moved to another one."""
    root, ada = Collection.get_first_root_node(), at_desk(person("ada", is_superuser=True))
    private = root.add_child(name="Private")
    file = SiteDocument.objects.create(title="List", file=ContentFile(b"One, two", "list.txt"), collection=private)
    for kind in ("login", "none"):
        ada.post(reverse("wagtailadmin_collections:set_privacy", args=[private.pk]), {"restriction_type": kind})
    move = reverse("wagtail_bulk_action", args=["core", "sitedocument", "add_to_collection"])
    ada.post(f"{move}?id={file.pk}", {"collection": root.pk})
    kinds = [line.detail["who_may_read"] for line in lines("setting.changed") if "Collection" in line.model]
    assert kinds == [["none", "login"], ["login", "none"]]
    (moved,) = lines("wagtail.edit")
    assert (moved.person, moved.object_id, moved.detail) == ("ada", str(file.pk), {"collection": [private.pk, root.pk]})


def test_settings_with_old_and_new_and_a_mail_at_once(home, person, mailoutbox):
    """A telephone number takes effect alone, and everybody who must know is told."""
    for name, role in (("bob", "Publisher"), ("dan", "Approver"), ("ann", "Writer")):
        person(name, role)
    facts = Facts.for_site(Site.objects.get(is_default_site=True))
    facts.phones.set([Phone(kind="helpline", number="0800 000 999", toll_free=True)])
    facts.save()
    before = len(lines("setting.changed")) - 1
    assert lines("setting.changed")[-1].detail == {
        "phones": [["helpline 0800 000 123 (free)"], ["helpline 0800 000 999 (free)"]]
    }
    assert sorted(mail.to[0] for mail in mailoutbox) == ["bob@example.org", "dan@example.org"]
    assert "0800 000 123" in mailoutbox[0].body
    assert "0800 000 999" in mailoutbox[0].body
    facts.save()
    facts.hours_en = "Always"
    facts.save()
    assert len(mailoutbox) == 2  # hours harm nobody
    assert len(lines("setting.changed")) == before + 2
    facts.phones.get().delete()  # by another road
    assert len(mailoutbox) == 4
    facts.exit_url = "https://example.org/"
    facts.save()
    assert len(mailoutbox) == 6
    phone = Phone.objects.create(facts=facts, number="0800 000 999", label_en="Doctors")
    phone.label_en = "Police"
    phone.save()
    assert lines("setting.changed")[-1].detail == {
        "phones": [["office 0800 000 999 Doctors"], ["office 0800 000 999 Police"]]
    }
    assert len(mailoutbox) == 10
    facts.logo = make_picture("A logo")
    facts.save()
    assert lines("setting.changed")[-1].detail == {"logo": [None, facts.logo.pk]}


def test_another_site_s_numbers_in_the_place_of_the_first_s_too(home, person, mailoutbox):
    """An administrator fills in the facts of a second site in peace, and then shows that one to everybody."""
    person("bob", "Publisher")
    with unattended():
        other = Site.objects.create(hostname="other.example.org", root_page=home)
        Phone.objects.create(facts=Facts.for_site(other), kind="helpline", number="0800 666 666")
    first = Site.objects.get(is_default_site=True)
    first.port = 8080
    first.save()
    assert mailoutbox == []  # the numbers are where they were
    first.is_default_site, other.is_default_site = False, True
    first.save()
    other.save()
    assert ["0800 000 123" in mailoutbox[0].body, "0800 666 666" in mailoutbox[1].body] == [True, True]
    Site.objects.create(hostname="third.example.org", root_page=home)
    assert "third.example.org: [['helpline 0800 666 666']" in mailoutbox[2].body  # it shows none


def test_another_organisations_helpline_too(home, person, mailoutbox):
    """Survivors call it: one publisher may change it, and all the others hear of it."""
    for name, role in (("bob", "Publisher"), ("dan", "Approver"), ("ann", "Writer")):
        person(name, role)
    helpline = Helpline(name="Children", phone="116", description="Day and night", checked_on=datetime.date.today())
    helpline.locale, helpline.live = Locale.get_default(), False
    helpline.save()
    helpline.phone = "1195"
    helpline.save()
    assert mailoutbox == []  # nobody reads it yet
    helpline.live = True
    helpline.save()
    assert "– → 1195" in mailoutbox[0].body
    helpline.phone = "0800 000 999"
    helpline.save()
    assert lines("setting.changed")[-1].detail == {"phone": ["1195", "0800 000 999"]}
    assert sorted(mail.to[0] for mail in mailoutbox[2:]) == ["bob@example.org", "dan@example.org"]
    assert "1195 → 0800 000 999" in mailoutbox[2].body


def test_taking_a_helpline_down_first_hides_no_new_number(home, person, mailoutbox):
    bob, publisher = person("bob", "Publisher"), person("ben", "Publisher")
    helpline = Helpline(name="Children", phone="116", description="Day and night", checked_on=datetime.date.today())
    helpline.locale = Locale.get_default()
    with unattended():
        helpline.save()
    client = at_desk(publisher)
    client.post(reverse("wagtailsnippets_core_helpline:unpublish", args=[helpline.pk]))
    address = reverse("wagtailsnippets_core_helpline:edit", args=[helpline.pk])
    sent = {"name": "Children", "phone": "0900 000 000", "description": "Day", "checked_on": "2026-11-01"}
    client.post(address, {**sent, "action-publish": "1"})
    told = [mail.body for mail in mailoutbox if mail.to == [bob.email]]
    assert ["116 → –" in told[0], "– → 0900 000 000" in told[1]] == [True, True]


@pytest.mark.parametrize("road", ["snippets/core/helpline/delete/{pk}/", "bulk/core/helpline/delete/?id={pk}"])
def test_a_deleted_helpline_is_recorded_once_and_told(home, person, mailoutbox, road):
    """Wagtail keeps no log where many snippets are deleted at once: a notice or a menu was gone without a trace."""
    desk = at_desk(person("bob", "Publisher"))
    helpline = Helpline(name="Children", phone="116", description="Day and night", checked_on=datetime.date.today())
    helpline.locale = Locale.get_default()
    with unattended():
        helpline.save()
    desk.post(f"/admin/{road.format(pk=helpline.pk)}")
    assert not Helpline.objects.exists()
    for action, detail in (("wagtail.delete", {}), ("setting.changed", {"phone": ["116", ""]})):
        (line,) = [line for line in lines(action) if line.model == "core.Helpline"]
        assert (line.person, line.object_id, line.detail) == ("bob", str(helpline.pk), detail)
    assert "116 → –" in mailoutbox[0].body


def test_a_mail_that_cannot_be_sent_is_in_the_log(settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    tell(["dan@example.org"], "facts", "/admin/")
    assert "“facts” was not sent: ConnectionRefusedError" in caplog.text
    assert "dan@" not in caplog.text


def test_another_paybill_or_bank_account_is_told_with_old_and_new(home, person, settings, mailoutbox):
    """These are set on the server: a change of one line there leads all gifts elsewhere."""
    person("dan", "Approver")
    settings.MPESA_SHORTCODE, settings.BANK_ACCOUNT = "600000", "Bank: One"
    tell_of_details()
    mailoutbox.clear()
    assert tell_of_details() == []
    settings.MPESA_SHORTCODE = "666666"
    tell_of_details()
    (letter,) = mailoutbox
    assert letter.to == ["dan@example.org"]
    assert "MPESA_SHORTCODE: 600000 → 666666" in letter.body
    assert "BANK_ACCOUNT" not in letter.body
    assert lines("setting.changed")[-1].detail == {"MPESA_SHORTCODE": ["600000", "666666"]}


def test_a_notice_needs_nobody(home, person):
    """Seconds count: any publisher or approver alone."""
    from core.models import Notice

    for name, role in (("bob", "Publisher"), ("dan", "Approver")):
        form = {"severity": "emergency", "text_en": f"Of {name}", "show_from": "2026-01-01 08:00"}
        form |= {"text_sw": "", "link": "", "show_until": "", "action-publish": "1"}
        at_desk(person(name, role)).post("/admin/snippets/core/notice/add/", form)
        assert Notice.objects.get(text_en=f"Of {name}").live


# --- It stays --------------------------------------------------------------------------------------------------------


def test_the_model_refuses_every_change(db):
    row = record("sign-in")
    for change in (
        row.save,
        row.delete,
        lambda: Record.objects.update(person="x"),
        lambda: Record.objects.all().delete(),
        lambda: Record.objects.bulk_update([row], ["person"]),
        lambda: Record._base_manager.filter(pk=row.pk).update(person="x"),
    ):
        with pytest.raises(NotChanged):
            change()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such triggers: the model refuses there")
@pytest.mark.parametrize("sql", ["UPDATE core_record SET person = 'x'", "DELETE FROM core_record"])
def test_postgresql_refuses_it_too(db, sql):
    record("sign-in")
    before = Record.objects.count()
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Record.objects.count() == before


def test_it_outlives_people_and_pages(home, person):
    ann = person("ann")
    record("sign-in", ann)
    ann.delete()
    assert lines("sign-in")[0].person == "ann"


# --- It can be read, and kept elsewhere ------------------------------------------------------------------------------


def test_report_filters_and_export(home, person):
    desk = at_desk(person("ada", "Administrator"))
    record("sign-in", User(username="=HYPERLINK(1)", pk=99))
    page = desk.get("/admin/reports/record/", {"action": "sign-in", "person": "hyper"}).content.decode()
    assert "=HYPERLINK(1)" in page
    assert "ada" not in page.split("<table")[1].split("</table")[0]
    assert 'href="/admin/reports/record/?action=sign-in&amp;person=hyper&amp;export=csv"' in page
    answer = desk.get("/admin/reports/record/", {"export": "csv", "action": "sign-in"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert rows[0] == COLUMNS
    assert {row[1] for row in rows[1:]} == {"'=HYPERLINK(1)", "ada"}
    desk.get("/admin/reports/site-history/", {"export": "xlsx"})
    exports = [(line.person, line.detail["what"]) for line in lines("export")]
    assert exports == [("ada", "/admin/reports/record/"), ("ada", "/admin/reports/site-history/")]


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        ("setting.changed", {"phones": [["helpline 116"], ["helpline 1195", "office 2"]]},
         "phones: helpline 116 → helpline 1195, office 2"),
        ("setting.changed", {"menu": [None, 1]}, "menu: – → 1"),
        ("roles.changed", {"add": ["Writer", "Finance"]}, "add: Writer, Finance"),
        ("factor.added", {"kind": "totp"}, "kind: totp"),
        ("sign-in", {}, ""),
    ],
)  # fmt: skip
def test_it_reads_as_words(action, detail, words):
    assert in_words(Record(action=action, detail=detail)) == words


def test_a_kind_that_is_no_more_keeps_its_name():
    assert kind_of(Record(model="core.Facts")) == "Organisation facts"
    assert kind_of(Record(model="old.Thing")) == "old.Thing"
    assert kind_of(Record(model="")) == ""


def test_who_may_read_it(home, person):
    for role, status in (("Approver", 200), ("Administrator", 200), ("Writer", 302), ("Publisher", 302)):
        assert at_desk(person(role.lower(), role)).get("/admin/reports/record/").status_code == status, role


def test_a_new_field_does_not_leave_by_itself():
    assert set(COLUMNS) | {"id", "person_id"} == {field.name for field in Record._meta.fields}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_cells_are_never_formulas(text):
    assert cell(text) == f"'{text}"


def test_nor_are_those_of_wagtail_s_reports(home, person):
    """A writer gives a draft its title; an administrator's spreadsheet would compute it."""
    desk = at_desk(person("bob", "Publisher"))
    press(desk, make(home, "opinion", "=1+1", slug="sum"))
    answer = desk.get(reverse("wagtailadmin_reports:site_history"), {"export": "csv"})
    assert b",'=1+1," in b"".join(answer.streaming_content)


def test_syslog_gets_a_line_of_json(db, tmp_path):
    """In a process of its own, with the setting: a UDP socket stands in for the other machine's syslog."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(20)
        code = (
            "import sys; sys.path[:0] = ['site', '.']\nimport django; django.setup()\nimport logging\n"
            "logging.getLogger('imlu.record').info('{\"action\": \"sign-in\"}')"
        )
        environment = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "imlu.settings.demo"}
        environment["RECORD_SYSLOG"] = f"127.0.0.1:{receiver.getsockname()[1]}"
        environment.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "-c", code], cwd=project.BASE_DIR, env=environment, check=True)
        said = receiver.recv(2000).decode()
    assert json.loads(said.split("imlu-record: ")[1].rstrip("\0")) == {"action": "sign-in"}


def test_each_record_is_such_a_line(db, committing, monkeypatch):
    said = []
    monkeypatch.setattr(logging.getLogger("imlu.record"), "info", said.append)
    record("export", User(username="ada", pk=1), what="record")
    line = json.loads(said[0])
    assert {name: line[name] for name in ("person", "action", "detail")} == {
        "person": "ada",
        "action": "export",
        "detail": {"what": "record"},
    }


# --- Visitors are in none of it --------------------------------------------------------------------------------------


def test_a_visitor_leaves_no_trace(home, capfd):
    with unattended():
        make(home, "opinion", "Known", live=True)
    marked = {
        "REMOTE_ADDR": "203.0.113.77",
        "HTTP_X_FORWARDED_FOR": "203.0.113.77",
        "HTTP_USER_AGENT": f"Browser {MARK}",
        "HTTP_REFERER": f"https://elsewhere.example/{MARK}",
    }
    visitor = Client(raise_request_exception=False)
    for path in ("/", "/nothing/", "/search/", "/news/known/", "/sw/", "/admin/", "/admin/sign-in/"):
        visitor.get(path, {"q": MARK}, **marked)
    out = "".join(capfd.readouterr())
    searched = 0
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            searched += 1
            assert MARK not in str(row), model
            assert "203.0.113" not in str(row), model
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM shared_cache")
        assert not any(MARK in str(row) or "203.0.113" in str(row) for row in cursor.fetchall())
    for path in project.VAR_DIR.rglob("*"):
        if path.is_file() and "sqlite3" not in path.name:
            assert MARK.encode() not in path.read_bytes(), path
    assert searched > 100
    assert MARK not in out
    assert "203.0.113" not in out
