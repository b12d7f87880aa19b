"""Mermaid `journey` diagrams: what the text says, to the letter of Mermaid's own grammar, before it is a journey map.

    journey
      title My order
      section Checkout
        Pay: 2: Customer, Payments

Where Mermaid itself would stop with an error but the meaning is plain (a colon in the name of a section, a semicolon
between two statements), it is read; where it is not plain, the error names the line and what was expected.
"""

import html
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.errors import InvalidMap

_FRONT = re.compile(r"\A\s*---[^\S\n]*\n(.*?)\n[^\S\n]*---[^\S\n]*(?:\n|\Z)", re.DOTALL)
_DIRECTIVE = re.compile(r"%%\{.*?\}%%", re.DOTALL)
_COMMENT = re.compile(r"^[^\S\n]*%%(?!\{)[^\n]*$", re.MULTILINE)
_ENTITY = re.compile(r"#(\w+);")
_HELD = re.compile("\ue000(\\w+)\ue001")
_KEYWORD = re.compile(r"(title|section)[^\S\n](.+)", re.IGNORECASE)
_ACCESS = re.compile(r"(accTitle|accDescr)\s*:\s*(.*)", re.IGNORECASE)
_BLOCK = re.compile(r"accDescr\s*\{", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Task:
    """A line of a section. `score` is None where `scored` (what stands in its place) is no number."""

    name: str
    section: str
    score: float | None
    scored: str = ""
    people: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """A diagram as Mermaid sees it; `front_title` is the title that stands in its front matter."""

    title: str | None = None
    front_title: str | None = None
    acc_title: str | None = None
    acc_descr: str | None = None
    sections: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()

    @property
    def actors(self) -> tuple[str, ...]:
        """Everybody who takes part in a task, sorted."""
        return tuple(sorted({person for task in self.tasks for person in task.people}))


def parse_diagram(text: str, name: str) -> Diagram:
    """Return the diagram that a text holds. Raises InvalidMap naming file, line and what was expected."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(text)
    front_title = _front_title(front[1]) if front else None
    if front:
        text = _blank(front) + text[front.end() :]
    text = _DIRECTIVE.sub(_blank, text)
    text = _COMMENT.sub("", text)
    text = _ENTITY.sub("\ue000\\1\ue001", text)
    reading = _Reading(name=name, lines=text.split("\n"))
    reading.header()
    reading.body()
    return Diagram(
        title=_decoded(reading.title),
        front_title=front_title,
        acc_title=_decoded(reading.acc_title),
        acc_descr=_decoded(reading.acc_descr),
        sections=tuple(section for section in map(_decoded, reading.sections) if section is not None),
        tasks=tuple(reading.tasks),
    )


class _Reading:
    """The state of one reading: where we are, and what was found."""

    def __init__(self, *, name: str, lines: list[str]) -> None:
        self.name = name
        self.lines = lines
        self.at = 0
        self.title: str | None = None
        self.acc_title: str | None = None
        self.acc_descr: str | None = None
        self.sections: list[str] = []
        self.tasks: list[Task] = []

    def header(self) -> None:
        """Find the word `journey`, which must come first."""
        while self.at < len(self.lines) and not _code(self.lines[self.at]).strip():
            self.at += 1
        if self.at == len(self.lines):
            raise InvalidMap(f"{self.name} is empty; expected a Mermaid diagram that begins with “journey”")
        first = _code(self.lines[self.at])
        word = re.match(r"\s*(journey)\b(?!\s*:)", first, re.IGNORECASE)
        if not word:
            raise InvalidMap(self._no_journey(first.strip()))
        rest = first[word.end() :]
        if rest.strip():
            self.lines[self.at] = " " * word.end() + rest
        else:
            self.at += 1

    def _no_journey(self, first: str) -> str:
        here = f"{self.name}, line {self.at + 1}: expected “journey”, the first word of a journey diagram, found "
        later = (i for i, line in enumerate(self.lines) if i > self.at and line.strip().lower() == "journey")
        also = next(later, None)
        hint = f"; a line “journey” stands on line {also + 1}: put that diagram into a file of its own" if also else ""
        return f"{here}“{_restored(first[:60])}”{hint}"

    def body(self) -> None:
        """Read the statements, a line at a time; only a description in braces runs over several."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            stripped = line.strip()
            if _BLOCK.match(stripped):
                self._description()
                continue
            if access := _ACCESS.fullmatch(stripped):
                self._access(access[1].lower(), access[2].strip())
            else:
                for column, statement in _statements(_code(line)):
                    self._statement(statement, column)
            self.at += 1

    def _access(self, key: str, value: str) -> None:
        if key == "acctitle":
            self.acc_title = value
        else:
            self.acc_descr = value

    def _description(self) -> None:
        start = self.at
        opened = self.lines[start].index("{")
        rest = "\n".join([self.lines[start][opened + 1 :], *self.lines[start + 1 :]])
        inside, brace, after = rest.partition("}")
        if not brace:
            raise InvalidMap(f"{self.name}, line {start + 1}, column {opened + 1}: “accDescr {{” is never closed; "
                             "expected “}” after the description")  # fmt: skip
        self.acc_descr = re.sub(r"\n\s+", "\n", inside.strip())
        self.at = start + inside.count("\n")
        self.lines[self.at] = after.split("\n", 1)[0]

    def _statement(self, text: str, column: int) -> None:
        keyword = _KEYWORD.fullmatch(text)
        if keyword and keyword[1].lower() == "title":
            self.title = keyword[2]
        elif keyword:
            self.sections.append(keyword[2])
        else:
            self.tasks.append(self._task(text, column))

    def _task(self, text: str, column: int) -> Task:
        name, colon, data = text.partition(":")
        place = f"{self.name}, line {self.at + 1}, column {column}"
        if not name.strip() or not data.strip():
            sign = " (what follows “#” is a comment; write #35; for the sign)" if "#" in self.lines[self.at] else ""
            found = "nothing before the colon" if colon and not name.strip() else f"“{_restored(text.strip()[:60])}”"
            raise InvalidMap(f"{place}: expected a title, a section, or a task as “name: score: actors”, "
                             f"found {found}{sign}")  # fmt: skip
        scored, _, people = data.partition(":")
        score = _number(scored)
        return Task(
            name=_decoded(name) or "",
            section=_decoded(self.sections[-1]) or "" if self.sections else "",
            score=score,
            scored=(_decoded(data if score is None else scored) or "").strip(),
            # a third colon ends the actors, as it does for Mermaid
            people=tuple((_decoded(p) or "").strip() for p in people.split(":")[0].split(",")) if people else (),
            line=self.at + 1,
        )


def _code(line: str) -> str:
    """Return the line up to a `#`: the rest is a comment."""
    return line.split("#", 1)[0]


def _statements(line: str) -> Iterator[tuple[int, str]]:
    """Yield the statements of a line, each with the column it begins in; white space at its end is Mermaid's too."""
    column = 1
    for part in line.split(";"):
        text = part.lstrip()
        if text:
            yield column + len(part) - len(text), text
        column += len(part) + 1


def _number(text: str) -> float | None:
    """Return a score as a number; an empty one counts 0, as it does in Mermaid."""
    text = text.strip()
    if not text:
        return 0.0
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None


def _blank(match: re.Match[str]) -> str:
    """Return as many line ends as the match has, so that the numbers of the lines below it stay."""
    return "\n" * match[0].count("\n")


def _front_title(text: str) -> str | None:
    import yaml

    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError:
        return None  # how the diagram looks is no concern of ours
    title = front.get("title") if isinstance(front, dict) else None
    return str(title).strip() or None if title is not None else None


def _decoded(text: str | None) -> str | None:
    """Turn Mermaid's entities, held aside while reading, into characters: `#35;` is #, `#quot;` is "."""
    return _HELD.sub(lambda m: html.unescape(f"&#{m[1]};" if m[1].isdigit() else f"&{m[1]};"), text) if text else text


def _restored(text: str) -> str:
    return _HELD.sub(r"#\1;", text)
