"""Who may do what: one table, role to permissions.

`manage.py make_roles` makes the groups of it and writes docs/roles.md; the tests read it. Roles are hats: a person may
wear several. What a role approves (core.approvals) goes by the hat alone; being a superuser is none.
"""

from dataclasses import dataclass, field

DRAFTABLE = ["core.notice", "core.menu", "core.footer", "core.helpline", "programmes.strategicplan",
             "donations.donationform"]  # fmt: skip
TERMS = ["desk.add_term", "desk.change_term", "desk.delete_term"]  # the words of the house, for translators
# What finance keeps. Nobody may change or delete any of it: what is to be done is done by the permissions with verbs.
GIFTS = ["donations.gift", "donations.attempt", "donations.entry", "donations.event", "donations.payment",
         "donations.refund", "donations.receipt", "donations.letter"]  # fmt: skip
READ_FILES = ["wagtailimages.choose_image", "wagtaildocs.choose_document"]
WRITE_FILES = ["wagtailimages.add_image", "wagtailimages.change_image", "wagtaildocs.add_document",
               "wagtaildocs.change_document"]  # fmt: skip


def on(verb, models=DRAFTABLE):
    """The permissions (list of str) to do `verb` to these models."""
    return [f"{app}.{verb}_{model}" for app, model in (name.split(".") for name in models)]


@dataclass(frozen=True, eq=False)
class Role:
    """`pages` are what the role may do to every page, `files` to every picture and document; the rest by name."""

    key: str
    name: str
    does: str
    pages: list = field(default_factory=list)
    files: list = field(default_factory=list)
    permissions: list = field(default_factory=list)


WRITER = Role(
    "writer",
    "Writer",
    "writes pages and snippets as drafts, uploads pictures and documents, submits for approval",
    pages=["add", "change"],
    files=READ_FILES + WRITE_FILES,
    permissions=on("add", DRAFTABLE[1:]) + on("change", DRAFTABLE[1:]),
)
PUBLISHER = Role(
    "publisher",
    "Publisher",
    "approves and publishes; puts up notices; keeps facts, menus and redirects",
    pages=["add", "change", "publish", "lock", "unlock"],
    files=READ_FILES + WRITE_FILES + ["wagtailimages.delete_image", "wagtaildocs.delete_document"],
    permissions=[
        *(permission for verb in ("add", "change", "delete", "publish") for permission in on(verb)),
        *on("change", ["core.facts", "core.wording"]),
        *("core.view_loadeditem", "core.change_loadeditem", "wagtail_localize.submit_translation", *TERMS),
        *(f"wagtailredirects.{verb}_redirect" for verb in ("add", "change", "delete")),
    ],
)
PROTECTION = Role(
    "protection",
    "Protection reviewer",
    "clears stories, and pictures of people, before anybody can publish them; withdraws pictures",
    pages=["change"],
    files=[*READ_FILES, "wagtailimages.change_image"],
)
TRANSLATOR = Role(
    "translator",
    "Translator",
    "translates into Kiswahili and says that a translation was reviewed",
    pages=["add", "change"],
    files=READ_FILES,
    permissions=[
        *("core.view_loadeditem", "core.change_loadeditem", "wagtail_localize.submit_translation", *TERMS),
        *on("change", DRAFTABLE[1:]),
    ],
)
FINANCE = Role(
    "finance",
    "Finance",
    "keeps the gifts: enters money, allocates, asks for refunds, exports; sees the pages of the admin, changes none",
    permissions=[
        *on("view", GIFTS),
        *(f"donations.{verb}_fund" for verb in ("add", "change", "view")),
        *(f"donations.{name}" for name in ("enter_payment", "allocate_payment", "ask_refund", "correct_gift")),
        *("donations.see_donor", "donations.erase_donor", "donations.export_gift", "donations.resend_receipt"),
        *("donations.change_receiptwords", "donations.stop_method"),
    ],
)
APPROVER = Role(
    "approver",
    "Approver",
    "the director: the second pair of eyes for money and emergencies; puts up notices; reviews overrides",
    permissions=[permission for verb in ("add", "change", "publish") for permission in on(verb, ["core.notice"])]
    + on("view", GIFTS)
    + ["core.view_record", "donations.confirm_payment", "donations.approve_refund", "donations.stop_method"],
)
ADMINISTRATOR = Role(
    "administrator",
    "Administrator",
    "people and settings; the only one to touch users and groups; may override in an emergency, with a reason",
    pages=["change", "publish"],
    files=READ_FILES,
    permissions=[
        "donations.stop_method",
        *(f"core.{verb}_user" for verb in ("add", "change", "delete", "view")),
        *("auth.change_group", "auth.view_group", "core.view_record"),
        *on("change", ["core.facts", "core.wording"]),
        *on("publish", DRAFTABLE[1:]),
        *on("change", DRAFTABLE[1:]),
        *(f"wagtailcore.{verb}_{what}" for verb in ("add", "change") for what in ("site", "workflow", "task")),
    ],
)
ROLES = [WRITER, PUBLISHER, PROTECTION, TRANSLATOR, FINANCE, APPROVER, ADMINISTRATOR]
PUBLISHING, REVIEW_FIRST = "Publishing", "Protection review, then publishing"  # the workflows
EVERYBODY = ["wagtailadmin.access_admin"]  # every role
EMERGENCY_DAYS = 2  # within which an override is to be reviewed


def wears(user, role):
    """Whether a person has the role's hat. Superusers too must wear it."""
    return bool(user and user.is_active and user.groups.filter(name=role.name).exists())


def roles_of(user):
    """The Roles (list) that a person has."""
    names = set(user.groups.values_list("name", flat=True))
    return [role for role in ROLES if role.name in names]


def permissions_of(role):
    """All permissions of a role (sorted list of str), without those on pages and files."""
    return sorted({*EVERYBODY, *role.permissions})


def addresses_of(*roles):
    """The e-mail addresses (sorted list) of the active people with any of these roles."""
    from django.contrib.auth import get_user_model

    people = get_user_model().objects.filter(is_active=True, groups__name__in=[role.name for role in roles])
    return sorted({person.email for person in people if person.email})


def document():
    """The text of docs/roles.md."""
    lines = [
        "# Who may do what",
        "",
        "Written by `manage.py make_roles --write-doc` from the table in `core/roles.py`, which the tests read too.",
        "`manage.py make_roles` makes the groups (`manage.py prepare` does it too): what is changed by hand in",
        "`Settings` → `Groups` is put back. Give people roles in `Settings` → `Users`; a person may have several.",
        "",
        "| role | what it is for | pages | pictures and documents |",
        "|---|---|---|---|",
    ]
    for role in ROLES:
        files = sorted({permission.partition(".")[2].partition("_")[0] for permission in role.files})
        lines.append(f"| **{role.name}** | {role.does} | {', '.join(role.pages) or '–'} | {', '.join(files) or '–'} |")
    lines += [
        "",
        "Whoever may change a picture, document or draft may delete it too, in Wagtail; the record keeps it.",
    ]
    lines += ["", "Everybody with a role may open the admin. Beyond that, by name:", ""]
    for role in ROLES:
        names = [f"`{name}`" for name in permissions_of(role) if name not in EVERYBODY]
        lines.append(f"- **{role.name}**: {', '.join(names) or 'nothing'}")
    lines += [
        "",
        "## Two pairs of eyes",
        "",
        "| what | goes live with |",
        "|---|---|",
        "| a story, and whatever shows a person who can be recognised | the approval of a protection reviewer who is"
        " not its author |",
        "| press statements, help and safety pages | the approval of a publisher who is not their author |",
        "| anything, in an emergency | an administrator's override with a reason: recorded, mailed to all approvers,"
        f" reviewed within {EMERGENCY_DAYS * 24} hours |",
        "| a notice | nobody else: any publisher or approver alone, since seconds count |",
        "| telephone numbers, where “Leave this page” leads; paybill and bank account, on the server | nobody else; all"
        " publishers and approvers get the old and the new at once (of the latter within a minute) |",
        "",
        "An author is everybody who changed the words since they were last live. Approved are these very words: one"
        " more change, and they wait again.",
        "",
        "## With three people",
        "",
        "The whole work can be done by three (a test does it): one is writer, translator and finance; one is publisher"
        " and administrator; one is protection reviewer, publisher and approver.",
    ]
    return "\n".join(lines) + "\n"
