"""From a content file's data to the values of a model's fields, checked against the fields and blocks themselves."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from core.counties import CountiesField

from .files import Map, Problem, Seq
from .markdown import MarkdownError, to_rich_text

NAMESPACE = uuid.UUID("7d1f1f60-6a2e-4c53-9d0b-0d2a6c1a93aa")


class Converter:
    """Converts one file's values. Mistakes are added to `problems`; conversion goes on, so that all are found.

    Args:
        name: the file's name, for problems.
        seed: what block ids are derived from; stable ids keep translations attached to their text.
        references: an object with page(key), picture(name), document(name), snippet(model, name); each returns
            an id or raises KeyError.
        problems: a list to add to.
    """

    def __init__(self, name, seed, references, problems):
        self.name, self.seed, self.references, self.problems = name, seed, references, problems
        self.lines = {}  # block id → line

    def problem(self, line, message):
        self.problems.append(Problem(self.name, line or 1, message))

    def block_id(self, path, line):
        result = str(uuid.uuid5(NAMESPACE, f"{self.seed}:{path}"))
        self.lines[result] = line
        return result

    # --- fields ---

    def field(self, field, value, line):
        """Return the value for a model field, or None (with a problem noted) if it does not fit."""
        if isinstance(field, StreamField):
            return self.stream(field.stream_block, value, line, field.name)
        if isinstance(field, RichTextField):
            return self.rich_text(value, line)
        if isinstance(field, CountiesField):
            return self.cleaned(field, list(value) if isinstance(value, list) else value, line)
        if isinstance(field, models.ForeignKey):
            return self.foreign_key(field, value, line)
        if isinstance(field, models.TextField) and isinstance(value, list):
            return "\n".join(str(item).strip() for item in value)
        if isinstance(field, (models.CharField, models.TextField)):
            if isinstance(value, (list, dict)):
                return self.problem(line, f"{field.name}: expected text")
            value = " ".join(str(value).split())
        return self.cleaned(field, value, line)

    def cleaned(self, field, value, line):
        try:
            return field.clean(value, None)
        except (ValidationError, TypeError) as error:
            reason = (
                " ".join(error.messages) if isinstance(error, ValidationError) else "expected another kind of value"
            )
            return self.problem(line, f"{field.name}: {reason}")

    def foreign_key(self, field, value, line):
        from wagtail.images import get_image_model
        from wagtail.models import Page

        model = field.related_model
        if issubclass(model, Page):
            return self.reference(self.references.page, value, line, "page")
        if model is get_image_model():
            return self.reference(self.references.picture, value, line, "picture")
        return self.reference(lambda name: self.references.snippet(model, name), value, line, "snippet")

    def reference(self, look_up, key, line, kind):
        try:
            return look_up(str(key))
        except KeyError:
            return self.problem(line, f"expected the key of a {kind}, there is no «{key}»")

    def rich_text(self, value, line):
        if not isinstance(value, str):
            return self.problem(line, "expected text (Markdown)")
        try:
            return to_rich_text(value, self.references.page)
        except MarkdownError as error:
            return self.problem((line or 1) + 1 + error.line, str(error))

    # --- blocks ---

    def stream(self, block, value, line, path):
        """Return a StreamField's raw data. A stream with a single kind of block takes its values without the kind."""
        if not isinstance(value, Seq):
            self.problem(line, f"{path}: expected a list of blocks")
            return []
        result = []
        only = next(iter(block.child_blocks)) if len(block.child_blocks) == 1 else None
        for place, item in enumerate(value):
            item_line = value.lines[place]
            if only:
                kind, content = only, item
            elif isinstance(item, Map) and len(item) == 1:
                kind, content = next(iter(item.items()))
            else:
                self.problem(item_line, f"{path}: expected one block, «name:» with its fields below")
                continue
            if kind not in block.child_blocks:
                self.problem(item_line, f"no block «{kind}»; expected one of {', '.join(block.child_blocks)}")
                continue
            child_path = f"{path}.{place}.{kind}"
            result.append(
                {
                    "type": kind,
                    "value": self.block(block.child_blocks[kind], content, item_line, child_path),
                    "id": self.block_id(child_path, item_line),
                }
            )
        return result

    def block(self, block, value, line, path):
        if isinstance(block, TypedTableBlock):
            return self.table(block, value, line)
        if isinstance(block, blocks.StructBlock):
            return self.struct(block, value, line, path)
        if isinstance(block, blocks.ListBlock):
            return self.list(block, value, line, path)
        if isinstance(block, blocks.RichTextBlock):
            return self.rich_text(value, line)
        if isinstance(block, blocks.PageChooserBlock):
            return self.reference(self.references.page, value, line, "page")
        if isinstance(block, ImageChooserBlock):
            return self.reference(self.references.picture, value, line, "picture")
        if isinstance(block, SnippetChooserBlock):
            return self.reference(
                lambda name: self.references.snippet(block.target_model, name), value, line, "snippet"
            )
        if isinstance(block, DocumentChooserBlock):
            return self.reference(self.references.document, value, line, "document")
        if isinstance(value, (list, dict)):
            return self.problem(line, f"{block.name}: expected a single value")
        if isinstance(block, (blocks.CharBlock, blocks.TextBlock, blocks.RegexBlock)):
            value = " ".join(str(value).split())
        try:
            return block.get_prep_value(block.clean(value))
        except ValidationError as error:
            return self.problem(line, f"{block.name}: {' '.join(error.messages)}")

    def struct(self, block, value, line, path):
        if not isinstance(value, Map):
            return self.problem(line, f"expected the fields {', '.join(block.child_blocks)}")
        value = _table_fields(block, value)
        result = {}
        for name in value:
            if name not in block.child_blocks:
                self.problem(value.lines[name], f"no field «{name}»; expected {', '.join(block.child_blocks)}")
        for name, child in block.child_blocks.items():
            if name in value and value[name] is not None:
                result[name] = self.block(child, value[name], value.lines[name], f"{path}.{name}")
            elif child.required and not isinstance(child, (blocks.ListBlock, blocks.ChoiceBlock)):
                self.problem(line, f"«{name}» is missing")
            else:
                default = child.get_prep_value(child.get_default())
                is_text = isinstance(child, (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock, blocks.RegexBlock))
                result[name] = "" if default is None and is_text else default
        given = [name for name in ("page", "document", "url", "phone", "email") if value.get(name)]
        if {"page", "url", "phone"} <= set(block.child_blocks) and len(given) != 1:
            self.problem(line, "expected exactly one of page, document, url, phone, email")
        return result

    def list(self, block, value, line, path):
        if not isinstance(value, Seq):
            self.problem(line, f"{block.name}: expected a list")
            return []
        return [
            {
                "type": "item",
                "value": self.block(block.child_block, item, value.lines[place], f"{path}.{place}"),
                "id": self.block_id(f"{path}.{place}", value.lines[place]),
            }
            for place, item in enumerate(value)
        ]

    def table(self, block, value, line):
        columns, rows = value.get("columns"), value.get("rows")
        if not isinstance(columns, Seq) or not isinstance(rows, Seq):
            return self.problem(line, "expected columns and rows")
        for place, column in enumerate(columns):
            if not isinstance(column, Map) or column.get("kind") not in block.child_blocks or not column.get("heading"):
                self.problem(columns.lines[place], "expected {heading: …, kind: text or number}")
                return None
        for place, row in enumerate(rows):
            if not isinstance(row, Seq) or len(row) != len(columns):
                self.problem(rows.lines[place], f"expected {len(columns)} cells")
        return {
            "columns": [{"type": column["kind"], "heading": column["heading"]} for column in columns],
            "rows": [{"values": ["" if cell is None else str(cell) for cell in row]} for row in rows],
            "caption": value.get("caption") or "",
        }


def _table_fields(block, value):
    """Let a table block's caption, columns and rows stand beside its other fields, where a reader expects them."""
    if "table" not in block.child_blocks or "table" in value:
        return value
    result, table = Map(), Map()
    result.line, result.lines = value.line, dict(value.lines)
    table.line, table.lines = value.line, dict(value.lines)
    for name, content in value.items():
        (table if name in {"caption", "columns", "rows"} else result)[name] = content
    result["table"] = table
    result.lines["table"] = value.lines.get("columns", value.line)
    return result


def merge(original, translated):
    """Lay a translation's words over the original's data: same shape, and what is left out is the original's.

    Raises:
        ShapeError: where a list has another length, or the kinds of value differ.
    """
    if isinstance(original, Map) and isinstance(translated, Map):
        result = Map()
        result.line = translated.line
        result.lines = {**dict.fromkeys(original, translated.line), **translated.lines}
        for name in [*original, *(name for name in translated if name not in original)]:
            if name in original and name in translated:
                result[name] = merge(original[name], translated[name])
            else:
                result[name] = translated[name] if name in translated else original[name]
        return result
    if isinstance(original, Seq) and isinstance(translated, Seq):
        if len(original) != len(translated):
            raise ShapeError(
                translated.line, f"expected {len(original)} items as in the English file, found {len(translated)}"
            )
        result = Seq(merge(*pair) for pair in zip(original, translated, strict=True))
        result.line, result.lines = translated.line, translated.lines
        return result
    if isinstance(original, (Map, Seq)) != isinstance(translated, (Map, Seq)):
        line = getattr(translated, "line", 0) or getattr(original, "line", 1)
        raise ShapeError(line, "expected the same shape as in the English file")
    return translated


class ShapeError(ValueError):
    """A translation whose shape differs from its original's."""

    def __init__(self, line, message):
        super().__init__(message)
        self.line = line
