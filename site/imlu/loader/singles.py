"""The content files of which there is one: facts.yaml, pictures.yaml and old-addresses.yaml, read and checked."""

from django.core.exceptions import ValidationError

from core import old_addresses
from core.models import Facts, Phone, SiteImage, SocialLink
from core.uploads.pictures import clean_picture

from .convert import Converter
from .files import ContentFile, Problem, digest, read

ROWS = {"phones": Phone, "social_links": SocialLink}
# What pictures.yaml calls a field → what the model calls it; which of them a picture needs.
PICTURE_FIELDS = {"title": "title", "alt": "description", "alt_sw": "description_sw", "credit": "credit"}
PICTURE_NEEDS = ("name", "file", "title", "alt", "credit")


def _single(path, root, language, problems, expected=dict):
    """The ContentFile at `path`, or None: there is none, or it can't be read, which is then added to `problems`."""
    if not path.exists():
        return None
    file = ContentFile(path, path.relative_to(root).as_posix(), path.stem, language, digest(path))
    return file if read(file, problems, expected) else None


def read_facts(folder, root, language, problems):
    """Read and check facts.yaml against the setting, its telephone numbers and links. Returns a ContentFile or None."""
    file = _single(folder / "facts.yaml", root, language, problems)
    if not file:
        return None
    converter = Converter(file.name, "facts", None, problems)
    for name in [name for name in ("name", "short_name") if not file.data.get(name)]:
        converter.problem(1, f"«{name}» is missing")
    for name, value in file.data.items():
        line = file.data.lines[name]
        if name not in ROWS:
            _check_fact(converter, Facts, name, value, line)
        elif not isinstance(value, list):
            converter.problem(line, f"{name}: expected a list (- …)")
        else:
            for row, row_line in zip(value, value.lines, strict=True):
                _check_row(converter, name, row, row_line)
    return file


def _check_row(converter, name, row, line):
    if not isinstance(row, dict):
        converter.problem(line, f"{name}: expected name: value")
        return
    before = len(converter.problems)
    for key, part in row.items():
        _check_fact(converter, ROWS[name], key, part, row.lines[key])
    if len(converter.problems) > before:
        return
    try:
        ROWS[name](**row).full_clean(exclude=["facts"])
    except ValidationError as error:
        for key, messages in error.message_dict.items():
            converter.problem(row.lines.get(key, line), f"{key}: {' '.join(messages)}")


def _check_fact(converter, model, name, value, line):
    known = [
        field.name for field in model._meta.fields if not (field.primary_key or field.is_relation) and field.editable
    ]
    if name in known:
        converter.field(model._meta.get_field(name), value, line)
    else:
        converter.problem(line, f"no fact «{name}»; expected one of {', '.join(known)}")


def read_pictures(folder, root, language, problems):
    """Read and check pictures.yaml and its files, as an upload would be.

    Returns:
        A list of {name, file, title, alt, alt_sw, credit, path, digest}.
    """
    file = _single(folder / "pictures" / "pictures.yaml", root, language, problems, expected=list)
    pictures = []
    for picture, line in zip(file.data, file.data.lines, strict=True) if file else []:
        converter = Converter(file.name, "pictures", None, problems)
        missing = [key for key in PICTURE_NEEDS if not isinstance(picture, dict) or not picture.get(key)]
        if missing:
            converter.problem(line, f"expected {', '.join(missing)}")
        elif picture["name"] in [other["name"] for other in pictures]:
            converter.problem(line, f"a picture «{picture['name']}» stands above already")
        else:
            source = folder / "pictures" / str(picture["file"])
            _check_picture(converter, picture, source)
            pictures.append({**picture, "path": source, "digest": digest(source) if source.is_file() else ""})
    return pictures


def _check_picture(converter, picture, source):
    for name, value in picture.items():
        line = picture.lines[name]
        if name in PICTURE_FIELDS:
            converter.field(SiteImage._meta.get_field(PICTURE_FIELDS[name]), value, line)
        elif name not in PICTURE_NEEDS:
            known = ", ".join(dict.fromkeys([*PICTURE_NEEDS, *PICTURE_FIELDS]))
            converter.problem(line, f"no field «{name}»; expected {known}")
    line = picture.lines["file"]
    if not source.is_file():
        converter.problem(line, f"there is no file {picture['file']}")
        return
    try:
        with source.open("rb") as data:
            clean_picture(data, source.name)
    except ValidationError as error:
        converter.problem(line, f"{picture['file']}: {' '.join(error.messages)}")


def check_old_addresses(folder, root, language, keys, problems):
    """Check old-addresses.yaml, the rules for the addresses of earlier websites. Nothing of it is loaded."""
    file = _single(folder / "old-addresses.yaml", root, language, problems)
    if file:
        problems += [Problem(file.name, line, words) for line, words in old_addresses.problems(file.data, keys)]
