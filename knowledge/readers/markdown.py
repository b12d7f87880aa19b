"""Markdown as a tree of sections with their tables and labelled texts: as much of it as journey maps are written in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.readers.lanes import plain

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*(\w*)")
_RULE = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?\s*$")
_ITEM = re.compile(r"(\s*)(?:[-*+]|\d+[.)])\s+(.*)")
_BOLD_LABEL = re.compile(r"(?:\*\*|__)([^*_]+?)(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:)\s*(.*)")
_LABEL = re.compile(r"([^\W\d][\w /&'-]{1,40}):(?:\s+(.*)|\s*)$")
_LONE_LABEL = re.compile(r"(?:\*\*|__)([^*_]+?)(?:\*\*|__)\s*:?\s*$")


@dataclass(frozen=True, kw_only=True)
class GridTable:
    """A table: its header and rows, all of the header's width, and the line on which it begins."""

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(kw_only=True, eq=False)
class Section:
    """A heading (level 0: the document itself) with what stands under it, down to the next heading of any level.

    `labelled` holds (label, text) in order: `**Pains:** slow`, a list item `Pains: slow`, or a label above a list.
    `items` are the list items that stand under no label.
    """

    level: int
    title: str
    line: int
    parent: "Section | None" = None
    children: "list[Section]" = field(default_factory=list)
    tables: list[GridTable] = field(default_factory=list)
    labelled: list[tuple[str, str]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def walk(self) -> "Iterator[Section]":
        """Yield this section and all below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document: its sections as a tree, and its fenced blocks as (language, text, line on which the text begins)."""

    root: Section
    fences: tuple[tuple[str, str, int], ...]


def parse_markdown(text: str, *, first_line: int = 1) -> Document:
    """Return the document; nothing in Markdown is an error."""
    lines = text.splitlines()
    root = here = Section(level=0, title="", line=first_line)
    fences: list[tuple[str, str, int]] = []
    at = 0
    label: str | None = None
    while at < len(lines):
        line = lines[at]
        if fence := _FENCE.match(line):
            end = _end_of_fence(lines, at, fence[1])
            fences.append((fence[2].lower(), "\n".join(lines[at + 1 : end]), first_line + at + 1))
            at = end + 1
        elif heading := _HEADING.match(line):
            here = _below(here, Section(level=len(heading[1]), title=plain(heading[2]), line=first_line + at))
            label = None
            at += 1
        elif "|" in line and at + 1 < len(lines) and "-" in lines[at + 1] and _RULE.match(lines[at + 1]):
            table, at = _table(lines, at, first_line)
            here.tables.append(table)
        else:
            label = _text(line, here, label)
            at += 1
    return Document(root=root, fences=tuple(fences))


def _below(here: Section, new: Section) -> Section:
    """Hang a new section under the nearest one above it that is of a higher rank."""
    parent = here
    while parent.parent is not None and parent.level >= new.level:
        parent = parent.parent
    new.parent = parent
    parent.children.append(new)
    return new


def _end_of_fence(lines: list[str], start: int, mark: str) -> int:
    """Return the line that closes a fence; the end of the text where none does."""
    for at in range(start + 1, len(lines)):
        stripped = lines[at].strip()
        if stripped.startswith(mark) and not stripped.strip(mark[0]):
            return at
    return len(lines)


def _table(lines: list[str], start: int, first_line: int) -> tuple[GridTable, int]:
    header = _cells(lines[start])
    rows = []
    at = start + 2
    while at < len(lines) and "|" in lines[at] and lines[at].strip():
        cells = _cells(lines[at])
        rows.append(tuple((cells + [""] * len(header))[: len(header)]))
        at += 1
    return GridTable(line=first_line + start, header=tuple(header), rows=tuple(rows)), at


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _text(line: str, here: Section, label: str | None) -> str | None:
    """Take in a line of text; return the label under which the items of the next lines stand."""
    line = re.sub(r"^(?:\s*>)+\s?", "", line)
    item = _ITEM.match(line)
    content = (item[2] if item else line).strip()
    if not content:
        return label
    if (
        labelled := _BOLD_LABEL.match(content)
        or _LONE_LABEL.match(content)
        or (_LABEL.match(content) if item else None)
    ):
        value = labelled[2] if labelled.re.groups > 1 else ""
        if value:
            here.labelled.append((plain(labelled[1]), value))
        return plain(labelled[1]) if not value or not item else label
    if item and label:
        here.labelled.append((label, content))
    elif item:
        here.items.append(content)
    else:
        return None
    return label
