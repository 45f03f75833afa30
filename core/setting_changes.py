"""Changes of settings: recorded with old and new; those that callers and donors depend on are mailed at once."""

from contextlib import contextmanager
from contextvars import ContextVar

from wagtail.models import Site

from .audit import record
from .loading import is_unattended
from .models import Facts
from .roles import APPROVER, PUBLISHER, addresses_of
from .tell import tell

_inside = ContextVar("inside", default=False)

# What of the facts is mailed. Paybill and bank details are set on the server: donations.timed looks at them.
MAILED = ("phones", "exit_url")


@contextmanager
def change_of(instance, values, then=None):
    """Compare `values(instance)` (a function that returns a dict) in the database before and after what is inside.

    A change is recorded once, though rows inside save themselves too; `then(instance, {name: [old, new]})` is called.
    """
    if _inside.get():
        yield
        return
    token = _inside.set(True)
    try:
        old = _stored(instance, values)
        yield
        new = _stored(instance, values)
    finally:
        _inside.reset(token)
    changed = {name: [old.get(name), new[name]] for name in new if old.get(name) != new[name]}
    if old and changed:
        record("setting.changed", None, instance, **changed)
        if then:
            then(instance, changed)


def _stored(instance, values):
    found = type(instance)._base_manager.filter(pk=instance.pk).first() if instance.pk else None
    return values(found) if found else {}


def facts_values(facts):
    """The facts as they are compared: fields, numbers and links."""
    fields = {field.name: getattr(facts, field.attname) for field in facts._meta.concrete_fields}
    # With their labels: two numbers that swap them are two others to who calls.
    names = ("kind", "number", "international", "toll_free", "label_en", "label_sw")
    phones = facts.phones.order_by("sort_order").values_list(*names)
    links = facts.social_links.order_by("sort_order").values_list("name", "url")
    return {**fields, "phones": [_text(row) for row in phones], "social_links": [_text(row) for row in links]}


def helpline_values(helpline):
    """What of another organisation's helpline readers call: none while it is not live, or a number that was taken down
    first would come back as another one unseen.
    """
    return {"phone": helpline.phone if helpline.live else ""}


def tell_of_helpline(helpline, changed):
    """The same for the number of a helpline of others."""
    if not is_unattended():
        path = "/admin/snippets/core/helpline/"
        lines = [f"{helpline}: {old or '–'} → {new or '–'}" for old, new in changed.values()]
        tell(addresses_of(PUBLISHER, APPROVER), "facts", path, *lines)


def _text(row):
    return " ".join("(free)" if part is True else str(part) for part in row if part not in ("", False))


def tell_of_facts(facts, changed):
    """Mail old and new of telephone numbers and of where “Leave this page” leads to all publishers and approvers."""
    lines = [f"{name}: {old} → {new}" for name, (old, new) in changed.items() if name in MAILED]
    if lines and not is_unattended():
        tell(addresses_of(PUBLISHER, APPROVER), "facts", "/admin/settings/core/facts/", *lines)


def reached():
    """{host name, or "*" for any other: what is MAILED of the facts that readers find there (list)}."""
    found = {}
    for site in Site.objects.all():
        facts = Facts.objects.filter(site=site).first()
        values = facts_values(facts) if facts else {}
        for host in [site.hostname, "*"] if site.is_default_site else [site.hostname]:
            found[host] = [values[name] for name in MAILED if values]
    return found


def tell_of_sites(before):
    """The same where another site's facts take their place; `before` is what was `reached()`."""
    after = reached()
    lines = []
    for host in sorted({*after, "*"}):
        old, new = before.get(host, before.get("*")), after.get(host)
        if old != new:
            lines.append(f"{host}: {old or '–'} → {new or '–'}")
    if lines and not is_unattended():
        tell(addresses_of(PUBLISHER, APPROVER), "facts", "/admin/settings/core/facts/", *lines)
