"""Journey maps from Markdown: tables either way round, a heading per stage with labelled lists, fenced diagrams.

A document may hold several maps; examples fenced as Markdown are read as documents of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from knowledge.errors import InvalidMap
from knowledge.journey import JourneyMap
from knowledge.readers.lanes import STAGE, STEP, part_of, plain, stage_name, texts_of
from knowledge.readers.map_building import StageParts, build
from knowledge.readers.map_tables import layout_of, stages_of
from knowledge.readers.markdown import Document, Section, parse_markdown
from knowledge.readers.mermaid_map import parse_mermaid_map

EXPECTED = (
    "expected a table with a column “Stage” beside lanes such as Actions, Feelings or Pain points, a table with stages "
    "as columns and lanes as rows, a heading per stage with such labels below it, or a ```mermaid journey diagram"
)
_PREFIX = re.compile(
    r"^(?:the\s+)?(?:customer|user)?\s*(?:experience\s+)?journey(?:\s+map)?\s*[:–—-]\s+", re.IGNORECASE
)
_STAGED = re.compile(r"^\W*(?:stage|phase)\b", re.IGNORECASE)


@dataclass(kw_only=True)
class _Found:
    """A map of a document: its stages, and the section that gives it its name."""

    section: Section
    line: int
    stages: list[StageParts] = field(default_factory=list)


def parse_markdown_map(text: str, name: str) -> JourneyMap:
    """Return the first map of a document. Raises InvalidMap where there is none, with what was expected."""
    return parse_markdown_maps(text, name)[0]


def parse_markdown_maps(text: str, name: str) -> list[JourneyMap]:
    """Return all maps of a document, in its order. Raises InvalidMap where there is none."""
    maps = [journey for _, journey in sorted(_maps(parse_markdown(text), name), key=lambda found: found[0])]
    if not maps:
        raise InvalidMap(f"{name}: no journey map in it; {EXPECTED}")
    return _told_apart(maps)


def _maps(document: Document, name: str) -> Iterator[tuple[int, JourneyMap]]:
    found = [*_table_maps(document.root), *_heading_maps(document.root)]
    found.sort(key=lambda each: each.line)
    title = next((section.title for section in document.root.walk() if section.level), "")
    for each in found:
        own = each.section.title if len(found) > 1 else title
        own = plain(_PREFIX.sub("", stage_name(own or title))) or "Journey"
        persona, owner = (_said(document.root, each.line, label) for label in ("persona", "owner"))
        yield each.line, build(own, each.stages, file=name, persona=persona, owner=owner)
    for language, text, line in document.fences:
        if language in ("markdown", "md"):
            yield from _maps(parse_markdown(text, first_line=line), name)
        elif language == "mermaid" and re.match(r"\s*(?:---.*?---\s*|%%[^\n]*\s*)*journey\b", text, re.DOTALL):
            yield line, replace(parse_mermaid_map("\n" * (line - 1) + text, name), source=name)


def _table_maps(root: Section) -> Iterator[_Found]:
    for section in root.walk():
        for table in section.tables:
            layout = layout_of(table.header, table.rows)
            if layout and layout != "one" and STEP not in map(part_of, table.header[:1]):
                stages = stages_of(table.header, table.rows, layout)
                if stages:
                    yield _Found(section=section, line=table.line, stages=stages)


def _heading_maps(root: Section) -> Iterator[_Found]:
    """Yield the maps that are written as a heading per stage: sections side by side that are stages."""
    for parent in root.walk():
        pairs = [(child, _stage_of(child)) for child in parent.children]
        stages = [(child, stage) for child, stage in pairs if stage is not None]
        if len(stages) > 1:
            yield _Found(section=parent, line=stages[0][0].line, stages=[stage for _, stage in stages])


def _stage_of(section: Section) -> StageParts | None:
    """Return a section as a stage; None where it says too little that a map would say."""
    if part_of(section.title):
        return None
    stage = StageParts(name=stage_name(section.title))
    for table in section.tables:
        _from_table(stage, table.header, table.rows)
    for label, text in section.labelled:
        if part_of(label) not in (STAGE, "persona"):
            stage.add("touchpoint" if part_of(label) == STEP else label, text)
    for child in section.children:
        if part_of(child.title):
            for item in child.items:
                stage.add(child.title, item)
    known = len(stage.lanes)
    return stage if known > 1 or (known and _STAGED.match(section.title)) else None


def _from_table(stage: StageParts, header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    """Take in a table of one stage: label and value, or its steps with their lanes."""
    parts = [part_of(cell) for cell in header]
    if parts and parts[0] == STEP:
        for row in rows:
            step = next(texts_of(row[0], None), None)
            for label, cell in zip(header[1:], row[1:], strict=True):
                stage.add(label, cell, step)
    elif layout_of(header, rows) == "one":
        for row in rows:
            stage.add("touchpoint" if part_of(row[0]) == STEP else plain(row[0]), row[1])


def _said(root: Section, before: int, label: str) -> str | None:
    """Return what the document says of its persona or owner above a line: the last word counts."""
    said = [
        text
        for section in root.walk()
        if section.line <= before
        for key, value in section.labelled
        if key.lower() == label
        for text in texts_of(value, None)
    ]
    return said[-1] if said else None


def _told_apart(maps: list[JourneyMap]) -> list[JourneyMap]:
    """Give maps of one document ids that differ."""
    used: dict[str, int] = {}
    apart = []
    for journey in maps:
        used[journey.id] = used.get(journey.id, 0) + 1
        count = used[journey.id]
        apart.append(replace(journey, id=f"{journey.id}-{count}") if count > 1 else journey)
    return apart
