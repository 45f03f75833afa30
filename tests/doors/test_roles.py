"""One table of roles: the groups, the document and the screens follow it, and three people can do the whole work."""

import io

import pytest
from django.conf import settings as project
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page
from wagtail_localize.models import Translation, TranslationSource

from core.models import Record
from core.roles import ADMINISTRATOR, APPROVER, FINANCE, ROLES, WRITER, document, permissions_of
from tests.doors.approvals import approve, at_desk, is_live, make, press, said, write
from tests.examples import make_document, make_picture

pytestmark = pytest.mark.upgrade


@pytest.fixture(autouse=True)
def compulsory(settings):
    settings.SECOND_FACTOR = False


def test_the_document_is_written_from_the_table():
    assert (project.BASE_DIR / "docs/roles.md").read_text() == document(), "run manage.py make_roles --write-doc"


def test_the_command_makes_what_the_table_says_and_puts_it_back(db):
    assert set(Group.objects.values_list("name", flat=True)) == {role.name for role in ROLES}
    finance = Group.objects.get(name=FINANCE.name)
    finance.permissions.set(Permission.objects.all())
    GroupPagePermission.objects.create(
        group=finance, page=Page.objects.get(depth=1), permission=Permission.objects.get(codename="publish_page")
    )
    call_command("make_roles", stdout=io.StringIO())
    before = Record.objects.count()
    call_command("make_roles", stdout=io.StringIO())
    assert Record.objects.count() == before  # the second time there is nothing to change
    for role in ROLES:
        group = Group.objects.get(name=role.name)
        names = {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")}
        assert names == set(permissions_of(role)), role.name
        pages = {row.permission.codename for row in group.page_permissions.all()}
        assert pages == {f"{verb}_page" for verb in role.pages}, role.name
        files = {f"wagtail{row.permission.content_type.app_label[7:]}.{row.permission.codename}"
                 for row in group.collection_permissions.all()}  # fmt: skip
        assert files == set(role.files), role.name


def test_only_administrators_touch_users_and_groups():
    """“Change user” is as good as being everybody."""
    holders = [
        role for role in ROLES for name in permissions_of(role) if name.endswith(("_user", "_group", "_permission"))
    ]
    assert set(holders) == {ADMINISTRATOR}


def test_three_people_do_the_whole_work(home, person, kiswahili_home):
    """As docs/roles.md deals the hats."""
    amina = person("amina", "Writer", "Translator", "Finance")
    ben = person("ben", "Publisher", "Administrator")
    carol = person("carol", "Protection reviewer", "Publisher", "Approver")
    desks = {user.username: at_desk(user) for user in (amina, ben, carol)}

    # A story: Amina writes, Carol clears, Ben publishes. Nobody of them alone.
    story = make(home, "story")
    write(story, amina)
    press(desks["ben"], story)
    assert not is_live(story)
    assert "Approved" in said(approve(desks["carol"], story))
    press(desks["ben"], story)
    assert is_live(story)

    # A story that Ben wrote: Carol clears and publishes. One that Carol wrote waits for another reviewer.
    own = make(home, "story", "Second")
    write(own, ben)
    approve(desks["carol"], own)
    press(desks["carol"], own)
    assert is_live(own)

    # Statements and help pages: whoever of Ben and Carol did not write it.
    for kind, author, publisher in (("press_statement", ben, "carol"), ("help", carol, "ben"), ("help", amina, "ben")):
        page = make(home, kind, f"{kind} of {author}")
        write(page, author)
        press(desks[publisher], page)
        assert is_live(page)

    # Other news: alone.
    news = make(home, "event_report", "Event")
    write(news, ben)
    press(desks["ben"], news)
    assert is_live(news)

    # The screens that each needs.
    for name, path in [
        ("amina", "images/add/"),
        ("amina", "documents/multiple/add/"),
        ("amina", f"localize/submit/page/{home.pk}/"),
        ("ben", "settings/core/facts/"),
        ("ben", "redirects/"),
        ("ben", "users/new/"),
        ("ben", "snippets/core/menu/"),
        ("carol", "snippets/core/notice/add/"),
        ("carol", "reports/record/"),
        ("ben", "workflows/list/"),
    ]:
        response = desks[name].get(f"/admin/{path}", follow=True)  # who has not the right is sent to the dashboard
        assert response.status_code == 200 and response.request["PATH_INFO"] != "/admin/", (name, path)
    assert desks["amina"].get("/admin/users/").status_code == 302
    assert desks["carol"].get("/admin/users/").status_code == 302

    # An emergency: Ben lets it go live with a reason, Carol reviews it.
    urgent = make(home, "story", "Urgent")
    write(urgent, ben)
    approve(desks["ben"], urgent, override="1", reason="Our people are in danger now.")
    press(desks["ben"], urgent)
    assert is_live(urgent)
    assert "Our people are in danger now." in desks["carol"].get("/admin/").content.decode()


@pytest.mark.parametrize("role, shown", [(FINANCE, False), (APPROVER, False), (WRITER, True)])
def test_drafts_and_files_are_for_who_works_on_pages(home, kiswahili_home, person, role, shown):
    """Choosers and reports name every draft, and the API gives everybody the address at which a document is open."""
    draft = make(home, "story", "What happened to her", to_be_supplied="Her age")
    source, _created = TranslationSource.update_or_create_from_instance(draft)
    Translation.objects.create(source=source, target_locale=kiswahili_home.locale)
    file, picture = make_document("Names.txt"), make_picture("A room")
    client = at_desk(person("tom", role.name))
    search = client.get(reverse("wagtailadmin_choose_page_search"), {"q": draft.title}).content.decode()
    assert (f'data-id="{draft.pk}"' in search) == shown
    for report in ("to_be_supplied", "wagtail_localize:translations_report"):
        assert (draft.title in client.get(reverse(report), follow=True).content.decode()) == shown, report
    menu = client.get("/admin/").content.decode()
    assert (reverse("wagtail_localize:translations_report") in menu) == shown
    for name, thing in (("documents", file), ("images", picture)):
        address = f"/admin/api/main/{name}/"
        assert (thing.title in client.get(address).content.decode()) == shown
        assert client.get(f"{address}{thing.pk}/").status_code == (200 if shown else 404)
