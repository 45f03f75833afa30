"""The Kiswahili of the interface: whole, compiled, and with the placeholders of the English.

After adding or changing a string, bring the catalogue up to date (neither gettext nor a database is needed):

1. `.venv/bin/python tests/project/test_translations.py` adds what is new to `locale/sw/LC_MESSAGES/django.po` with an
   empty translation, sets aside what is no longer used (`#~`, at the file's end), and lists what is to be translated.
2. Translate it there, in a text editor: `msgstr` under each `msgid`.
3. Run the command again: it compiles `django.mo`. Commit both files.
"""

import ast
import re
import sys
from pathlib import Path

import allauth
import polib
import pytest
from django.utils.translation import templatize

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale/sw/LC_MESSAGES/django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
CODE = [
    "core",
    "blocks",
    "home",
    "programmes",
    "coalitions",
    "news",
    "resources",
    "search",
    "donations",
    "desk",
    "site/imlu",
]

# In the catalogue if they can be, but no visitor sees them: the tests do not insist.
ADMIN_TEMPLATES = re.compile(r"core/(to_be_supplied|environment_banner|inspect_\w+)\.html")

# Django's own Kiswahili writes "Disemba"; our pages write "Desemba". (context, English) as in django/utils/dates.py.
INSTEAD_OF_DJANGOS = [
    (None, "December"),
    (None, "dec"),
    ("abbrev. month", "Dec."),
    ("alt. month", "December"),
]

# allauth has no Kiswahili: its labels and refusals that our sign-in pages show.
OF_ALLAUTH = [
    "Authenticator code",
    "Backup key",
    "Code",
    "Current Password",
    "Email",
    "Enabling passwordless operation allows you to sign in using just this key, but imposes additional requirements "
    "such as biometrics or PIN protection.",
    "Forgot your password?",
    "Incorrect code.",
    "Key nr. {number}",
    "Master key",
    "New Password",
    "New Password (again)",
    "Passwordless",
    "Please type your current password.",
    "The username and/or password you specified are not correct.",
    "Username",
    "You cannot deactivate two-factor authentication.",
    "You must type the same password each time.",
]

# Each function's arguments, as far as they are words.
ARGUMENTS = {
    "_": ["id"],
    "gettext": ["id"],
    "gettext_lazy": ["id"],
    "gettext_noop": ["id"],
    "ngettext": ["id", "plural"],
    "ngettext_lazy": ["id", "plural"],
    "pgettext": ["context", "id"],
    "pgettext_lazy": ["context", "id"],
    "npgettext": ["context", "id", "plural"],
    "npgettext_lazy": ["context", "id", "plural"],
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL_IN_TEMPLATE = re.compile(rf"(?<![\w.])(_|n?p?gettext)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")


def _key(function, words):
    """(context, English, English plural), of a call's function and its strings."""
    named = dict(zip(ARGUMENTS[function], words, strict=False))
    return named.get("context"), named["id"], named.get("plural")


def strings_of_templates(skip=None):
    """Yield ((context, English, plural), file) for each translatable string in templates/."""
    for path in sorted((ROOT / "templates").rglob("*.*")):
        name = path.relative_to(ROOT / "templates").as_posix()
        if path.suffix not in {".html", ".txt", ".xml"} or (skip and skip.fullmatch(name)):
            continue
        for function, words in CALL_IN_TEMPLATE.findall(templatize(path.read_text("utf-8"))):
            yield _key(function, ast.literal_eval(f"[{words}]")), f"templates/{name}"


def strings_of_code():
    """Yield ((context, English, plural), file:line) for each `_("…")` and the like in our Python."""
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                function = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                if function in ARGUMENTS and words and all(isinstance(word, str) for word in words):
                    yield _key(function, words), f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"


def read_catalogue():
    return polib.pofile(str(CATALOGUE), encoding="utf-8", check_for_duplicates=True)


def words_of(entry):
    """All the translations of an entry: one, or one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def key_of(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural or None


def update():
    """Add what is new, set aside what is unused, compile. Returns the entries (list) still to be translated."""
    catalogue = read_catalogue()
    found = dict([*strings_of_code(), *strings_of_templates()])
    others = [*INSTEAD_OF_DJANGOS, *((None, english) for english in OF_ALLAUTH)]
    wanted = {*found, *((context, english, None) for context, english in others)}
    for entry in catalogue:
        entry.obsolete = key_of(entry) not in wanted
    catalogue[:] = [entry for entry in catalogue if not entry.obsolete or all(words_of(entry))]
    present = {key_of(entry) for entry in catalogue}
    for context, english, plural in sorted(wanted - present, key=str):
        entry = polib.POEntry(msgctxt=context, msgid=english)
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
        if re.search(r"%\(\w+\)", english):
            entry.flags.append("python-format")
        catalogue.append(entry)
    catalogue.save()
    catalogue.save_as_mofile(str(COMPILED))
    return catalogue.untranslated_entries()


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


@pytest.fixture(scope="module")
def translated(catalogue):
    """{(context, English, plural): [translations]} of what is in use."""
    return {key_of(entry): words_of(entry) for entry in catalogue if not entry.obsolete and all(words_of(entry))}


def test_compiled_file_is_what_the_catalogue_compiles_to(catalogue, translated):
    compiled = polib.mofile(str(COMPILED), encoding="utf-8")
    assert {key_of(entry): words_of(entry) for entry in compiled} == translated, "see this file's first lines"
    assert compiled.metadata == catalogue.metadata


@pytest.mark.parametrize(
    ("strings", "at_least"),
    [(lambda: strings_of_templates(skip=ADMIN_TEMPLATES), 80), (strings_of_code, 300)],
    ids=["templates", "code"],
)
def test_every_string_is_translated(translated, strings, at_least):
    walked = list(strings())
    assert len(walked) > at_least
    missing = [f"{where}: {key[1]}" for key, where in walked if key not in translated]
    assert not missing, f"{len(missing)} of {len(walked)} strings; see this file's first lines:\n" + "\n".join(missing)


def test_allauth_s_words_are_its_own_and_translated(translated):
    source = "\n".join(path.read_text("utf-8") for path in Path(allauth.__file__).parent.rglob("*.py"))
    source = re.sub(r'"\s+"', "", source)
    assert [english for english in OF_ALLAUTH if f'"{english}"' not in source] == []
    assert [english for english in OF_ALLAUTH if (None, english, None) not in translated] == []


def test_placeholders_are_kept(translated):
    wrong = []
    for (_context, english, plural), words in translated.items():
        originals = [english, *[plural or english] * (len(words) - 1)]
        for original, word in zip(originals, words, strict=True):
            if sorted(PLACEHOLDER.findall(original)) != sorted(PLACEHOLDER.findall(word)):
                wrong.append(f"{original} → {word}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_fuzzy(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []
    assert not catalogue.metadata_is_fuzzy


def test_header(catalogue):
    assert "to be reviewed by a native speaker" in catalogue.header
    assert catalogue.metadata["Language"] == "sw"
    assert catalogue.metadata["Plural-Forms"] == "nplurals=2; plural=n != 1;"
    assert {len(entry.msgstr_plural) for entry in catalogue if entry.msgid_plural} <= {2}


def test_words_that_must_be_so(translated):
    """What content/ quotes, what robots.txt names, and what Django would say otherwise."""
    assert translated[None, "Leave this page", None] == ["Ondoka kwenye ukurasa huu"]
    assert translated[None, "search/", None] == ["tafuta/"]
    for context, english in INSTEAD_OF_DJANGOS:
        assert translated[context, english, None][0].lower().startswith("des")


if __name__ == "__main__":
    to_do = update()
    for entry in to_do:
        print(f"to be translated: {entry.msgid}")
    sys.exit(1 if to_do else 0)
