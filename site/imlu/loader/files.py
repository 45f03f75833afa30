"""Reading content files: YAML whose every value knows its line."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Map(dict):
    """A mapping that knows the line (1-based) of itself and of each of its keys."""

    line = 0
    lines = None


class Seq(list):
    """A list that knows the line (1-based) of itself and of each of its items."""

    line = 0
    lines = None


@dataclass(frozen=True)
class Problem:
    """A mistake in a content file: where it is, and what was expected."""

    file: str
    line: int
    message: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.message}"


@dataclass
class ContentFile:
    """One file: its key (path below its folder, without language and ending), language, data and hash."""

    path: Path
    name: str
    key: str
    language: str
    digest: str
    data: Map = field(default_factory=Map)


def _build(node, loader):
    if isinstance(node, yaml.MappingNode):
        result = Map()
        result.line, result.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node, deep=True))
            if key in result:  # YAML forbids it, PyYAML takes the last
                raise yaml.constructor.ConstructorError(
                    problem=f"“{key}” stands here a second time", problem_mark=key_node.start_mark
                )
            result[key] = _build(value_node, loader)
            result.lines[key] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        result = Seq(_build(child, loader) for child in node.value)
        result.line, result.lines = node.start_mark.line + 1, [child.start_mark.line + 1 for child in node.value]
        return result
    return loader.construct_object(node, deep=True)


def parse(text):
    """Parse YAML text into Map, Seq and plain values. Raises yaml.YAMLError."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        return _build(node, loader) if node is not None else Map()
    finally:
        loader.dispose()


def digest(*paths):
    """Return the SHA-256 (hex) of the files' bytes."""
    result = hashlib.sha256()
    for path in paths:
        result.update(path.read_bytes())
    return result.hexdigest()


def find(folder, root):
    """Find `KEY.LANGUAGE.yaml` below `folder`, without reading them into data.

    Returns:
        A list of ContentFile in the order of their keys. `root` is what their names are relative to.
    """
    files = []
    for path in sorted(folder.rglob("*.yaml")):
        stem, _, language = path.name.removesuffix(".yaml").rpartition(".")
        key = (path.parent.relative_to(folder) / stem).as_posix()
        files.append(ContentFile(path, path.relative_to(root).as_posix(), key, language, digest(path)))
    return files


def read(file, problems, expected=dict):
    """Fill `file.data`; a file that can't be read, or is not of the `expected` type, is added to `problems`.

    Returns whether it could be read.
    """
    try:
        file.data = parse(file.path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problems.append(Problem(file.name, line, f"not valid YAML: {getattr(error, 'problem', None) or error}"))
        return False
    except UnicodeDecodeError:
        problems.append(Problem(file.name, 1, "expected UTF-8 text"))
        return False
    if not isinstance(file.data, expected):
        what = "a mapping (name: value)" if expected is dict else "a list (- …)"
        problems.append(Problem(file.name, 1, f"expected {what}"))
        return False
    return True
