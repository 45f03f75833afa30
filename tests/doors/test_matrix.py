"""Every address of the admin × every role (and nobody) × GET and POST: the expected answers are in role-matrix.txt.

The file is reviewed like code: a line for each address, a column for each role, "GET/POST" in each. After a change
that is meant, `ROLE_MATRIX=write pytest tests/doors/test_matrix.py -p no:xdist` writes it anew; read what differs and
commit it.

`200` the screen; `home` sent to the dashboard, as Wagtail does with whoever has not the right; `302` sent elsewhere;
`in` sent to the sign-in; `*` something was done that the record keeps; `403`, `404`, `405` refused; `400` a form or
question that makes no sense; `500` Wagtail's own example of an error. Arguments are those of real objects where there
are such. What a POST did is undone.
"""

import gc
import os
import re
import time
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.test import Client
from django.urls import get_resolver
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.models import Collection, Locale, Site, Workflow
from wagtail_localize.models import Translation, TranslationSource

from core.loading import unattended
from core.models import Approval, Footer, Helpline, LoadedItem, Menu, Notice, Record, User
from core.roles import ROLES
from desk.models import Term
from donations.finance.actions import ACTIONS
from programmes.models import StrategicPlan
from tests import examples
from tests.doors.approvals import make, write
from tests.doors.conftest import PASSWORD
from tests.finance import books

EXPECTED = Path(__file__).with_name("role-matrix.txt")
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|\((?:\[[^]]*\]|[^()])*\)")
# Addresses that have nothing to do with rights, or answer for ever.
LEFT_OUT = re.compile(r"^admin/(sign-in/out/|.*jsi18n|logout/)")
SHARES = 2  # a test for each share of the addresses, so that two processes can walk


def walk(patterns, above="", names=()):
    """Yield (address with its arguments, namespaces) of every URL pattern."""
    for pattern in patterns:
        text = above + str(pattern.pattern).lstrip("^")
        if hasattr(pattern, "url_patterns"):
            yield from walk(pattern.url_patterns, text, (*names, pattern.namespace or ""))
        else:
            yield text.rstrip("$").replace("\\Z", ""), names


def each(text):
    """An address; or one for each kind of thing that it is about, where these are registered elsewhere."""
    if text.startswith("admin/bulk/"):
        bulk_action_registry.get_bulk_actions_for_model("", "")  # reads the hooks
        return [
            f"admin/bulk/{app}/{model}/{action}/"
            for app, models in bulk_action_registry.actions.items()
            for model, actions in models.items()
            for action in actions
        ]
    if text.startswith("admin/settings/"):
        models = [model._meta for model in settings_registry]
        return [
            text.replace("<slug:app_name>", meta.app_label).replace("<slug:model_name>", meta.model_name)
            for meta in models
        ]
    return (
        [text.replace("<str:action_name>", name) for name in PagesAdminAPIViewSet.actions]
        if "action_name" in text and "/api/" in text
        else [text]
    )


def addresses():
    """The admin's addresses, in order, each once."""
    found = {text for text, _names in walk(get_resolver().url_patterns) if text.startswith("admin/")}
    return sorted({one for text in found if not LEFT_OUT.match(text) for one in each(text)})


@pytest.fixture
def objects(kiswahili_home, home):
    """One of each thing that addresses ask for: {beginning of the address: the thing}."""
    page, moderated = make(home, "story", "Event"), make(home, "opinion", "Moderated")
    author = User.objects.create_user("author", "author@example.org", PASSWORD)
    write(page, author)
    write(moderated, author)
    locale = Locale.get_default()
    with unattended():
        alias = page.create_alias(update_slug="alias")
        source, _created = TranslationSource.update_or_create_from_instance(home)
        snippets = {
            "core/notice": Notice.objects.create(text_en="A notice", live=True),
            "core/menu": Menu.objects.create(title="A menu", locale=locale, live=True),
            "core/footer": Footer.objects.create(title="A footer", locale=locale, live=True),
            "core/helpline": Helpline.objects.create(
                name="Others", phone="999", description="Police", locale=locale, live=False
            ),
            "desk/term": Term.objects.create(english="a word of a test", kiswahili="neno la jaribio"),
            "programmes/strategicplan": StrategicPlan.objects.create(
                title="A plan", first_year=2026, last_year=2030, locale=locale, live=False
            ),
        }
        form = examples.make_donation_form()
        snippets |= {"donations/donationform": form}
        for snippet in snippets.values():
            if hasattr(snippet, "save_revision"):
                snippet.save_revision(user=author)
        image, document = examples.make_picture(), examples.make_document()
        # Not of what is to be deleted here, page or person: both stay until an emergency is reviewed.
        moderated.refresh_from_db()
        override = Approval.objects.create(
            content_type=ContentType.objects.get_for_model(moderated),
            object_id=moderated.pk,
            revision=moderated.latest_revision,
            digest="x",
            person=User.objects.create_user("other", "other@example.org", PASSWORD),
            role="override",
            reason="Our people are in danger now.",
        )
        state = Workflow.objects.get(name="Publishing").start(moderated, author)
    found = {
        "": page, "users/": author, "people/": author, "groups/": Group.objects.get(name="Writer"),
        "sites/": Site.objects.get(is_default_site=True), "settings/": Site.objects.get(is_default_site=True),
        "locales/": locale, "workflows/": Workflow.objects.first(), "workflows/task": state.current_task_state.task,
        "images/": image, "api/main/images/": image, "documents/": document, "api/main/documents/": document,
        "collections/": Collection.get_first_root_node().add_child(name="Pictures of an event"),
        "redirects/": Redirect.objects.create(old_path="/old", redirect_link="/"),
        "core/loadeditem": LoadedItem.objects.create(
            key="home", language="sw", source_file="home.md", source_hash="", model="home.HomePage",
            object_id=kiswahili_home.pk, page=kiswahili_home,
        ),
        "localize/": Translation.objects.create(source=source, target_locale=kiswahili_home.locale),
        "localize/update/": source, "localize/submit/page/": home, "localize/page/": kiswahili_home,
        "localize/submit/snippet/": snippets["core/menu"], "localize/api/snippets/": snippets["core/menu"],
        "pages/workflow/": moderated, "pages/<int:page_id>/convert_alias": alias, "approval/override": override,
        **{f"snippets/{name}": snippet for name, snippet in snippets.items()},
        **{f"snippets/choose/{name}": snippet for name, snippet in snippets.items()},
        "bulk/core/user": author, "bulk/wagtailimages": image, "bulk/core/siteimage": image,
        "bulk/wagtaildocs": document, "bulk/core/sitedocument": document,
        **{f"bulk/{name}": snippet for name, snippet in snippets.items()},
    }  # fmt: skip
    found["loaded-content/"] = found["core/loadeditem"]
    money = {thing._meta.model_name: thing for thing in books.one_of_each()}
    found |= {"snippets/donations/fund": form.fund, "giving/form": form}
    found |= {f"donations/{name}/": money[name] for name in books.KINDS}
    found |= {f"gifts/{action.key}/": money[action.model._meta.model_name] for action in ACTIONS}
    for thing in found.values():
        thing.refresh_from_db()
    return SimpleNamespace(by_place=found, page=page, image=image, state=state)


def fill(text, objects):
    """An address with arguments in place: those of the objects, by where the address lies."""
    place = max((place for place in objects.by_place if text.startswith(f"admin/{place}")), key=len)
    thing = objects.by_place[place]
    kind = ContentType.objects.get_for_model(type(objects.page))
    revision = getattr(thing, "latest_revision_id", None) or objects.page.latest_revision_id
    named = {
        "app_label": "core", "model_name": "menu", "app_name": "core", "kind": kind.pk, "content_type_id": kind.pk,
        "content_type_app_name": "news", "content_type_model_name": "newspage",
        "parent_page_id": objects.page.get_parent().pk, "destination_id": objects.page.get_parent().pk,
        "revision_id": revision, "revision_id_a": "earliest", "revision_id_b": "latest", "action_name": "approve",
        "task_state_id": objects.state.current_task_state_id, "task_id": objects.state.current_task_state.task_id,
        "workflow_pk": objects.state.workflow_id, "page_pk": objects.page.pk,
        "uidb36": "1", "key": "set-password", "uidb64": "MQ", "token": "set-password", "path": objects.image.file.name,
        "filter_spec": "width-400", "kind_of_code": "svg",
    }  # fmt: skip

    def value(found):
        if found[0].startswith(("(live", "(earliest")):
            return "earliest" if "earliest" in found[0] else "latest"
        return str(named.get(found[1] or found[2] or "", thing.pk))

    address = "/" + ARGUMENT.sub(value, text).replace("\\.", ".").replace("?", "")
    return f"{address}?id={thing.pk}" if "/bulk/" in text else address


def done():
    """How much has been done that the record keeps."""
    return Record.objects.exclude(action__in=["refused", "sign-in.failed"]).count()


def answer(client, method, address):
    """The status of an address, in short; whatever was done is undone."""
    with transaction.atomic():
        before = done() if method == "post" else 0
        response = getattr(client, method)(address)
        if response.streaming:
            b"".join(response.streaming_content)
        something = "*" if method == "post" and done() > before else ""
        transaction.set_rollback(True)
    where = response.headers.get("Location", "")
    if where.startswith(("/admin/sign-in/?next", "/admin/login/?next")):
        return "in"
    return ("home" if where == "/admin/" else str(response.status_code)) + something


@pytest.fixture
def clients(settings, monkeypatch, objects):
    """{role, or "nobody": a client in which such a person has signed in}; for them the clock stands still."""
    settings.SECOND_FACTOR = False
    now = time.time()
    monkeypatch.setattr("core.doors.sessions.time", SimpleNamespace(time=lambda: now))
    found = {"nobody": Client(raise_request_exception=False)}
    for role in ROLES:
        user = User.objects.create_user(role.key, f"{role.key}@example.org", PASSWORD)
        user.groups.add(Group.objects.get(name=role.name))
        found[role.key] = Client(raise_request_exception=False)
        found[role.key].post("/admin/sign-in/", {"login": role.key, "password": PASSWORD})
    return found


@pytest.fixture
def fast(monkeypatch):
    """6,000 requests: what a person may do is looked up once for each, a screen is rendered for the first role that
    gets it, and nobody collects templates or rubbish."""
    render, rendered = SimpleTemplateResponse.rendered_content.fget, set()

    def once(response):
        screen = (response._request.method, response._request.path)
        if screen in rendered:
            return ""
        rendered.add(screen)
        return render(response)

    monkeypatch.setattr(TemplateResponse, "rendered_content", property(once))
    monkeypatch.setattr(ModelBackend, "get_user", staticmethod(cache(ModelBackend().get_user)))
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *args, **kwargs: None)
    gc.disable()
    yield
    gc.enable()


def heading():
    return f"{'':70} {' '.join(f'{name:>13}' for name in ['nobody', *(role.key for role in ROLES)])}"


def expected():
    """{address: its line} of the file."""
    return {line.split()[0]: line for line in EXPECTED.read_text().splitlines()[1:]}


def test_no_address_is_new():
    """… and none has gone, and there are as many as there were."""
    walked = addresses()
    assert len(walked) > 370
    if os.environ.get("ROLE_MATRIX") == "write":
        EXPECTED.write_text("\n".join([heading(), *(expected().get(text, text) for text in walked)]) + "\n")
    assert list(expected()) == walked, "to be reviewed; see the top of this file"


@pytest.mark.once  # it asks who may, not what is stored, and takes a tenth of a run
@pytest.mark.parametrize("share", range(SHARES))
def test_every_address_and_every_role(share, objects, clients, fast):
    walked, lines, seen_by_nobody = addresses()[share::SHARES], {}, []
    for text in walked:
        address = fill(text, objects)
        seen = [f"{answer(client, 'get', address)}/{answer(client, 'post', address)}" for client in clients.values()]
        lines[text] = f"{text:70} {' '.join(f'{cell:>13}' for cell in seen)}"
        if not text.startswith(("admin/sign-in/", "admin/login/", "admin/password_reset/")):
            seen_by_nobody += [address] if seen[0].startswith("200") else []
    if os.environ.get("ROLE_MATRIX") == "write":
        known = {**expected(), **lines}
        EXPECTED.write_text("\n".join([heading(), *(known[text] for text in sorted(known))]) + "\n")
    assert {text for text, line in lines.items() if "500" in line} <= {"admin/failwhale/"}  # Wagtail's example of one
    assert set(seen_by_nobody) <= {"/admin/sprite/"}  # Wagtail's icons
    known = expected()
    differing = [
        f"expected {known.get(text)}\nfound    {lines[text]}" for text in walked if known.get(text) != lines[text]
    ]
    assert not differing, "\n".join(differing[:20])
