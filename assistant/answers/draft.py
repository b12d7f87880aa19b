"""Draft: an answer in the making. Findings are measured as they are added, sentences made from templates only."""

from collections.abc import Iterable, Sequence

from assistant.answers.answer import Answer, Finding, Line, Quote
from assistant.answers.confidence import trust
from assistant.answers.context import Context
from assistant.answers.measures import measure
from assistant.answers.wording import Template, key_of, say
from assistant.questions.question import Question


class Draft:
    """Collects the parts of one answer in reading order."""

    def __init__(self, question: Question, context: Context) -> None:
        self.question = question
        self.context = context
        self.findings: list[Finding] = []
        self._headline: Line | None = None
        self._lines: list[Line] = []
        self._caveats: list[Line] = []
        self._evidence: list[Quote] = []
        self._follow_ups: list[str] = []

    def add(self, finding: Finding, *keys: str) -> int:
        """Measure a finding, keep it, and return its index."""
        self.findings.append(measure(finding, keys or tuple(finding.numbers), self.context.source))
        return len(self.findings) - 1

    def head(self, template: Template, *findings: int) -> None:
        """Set the first sentence: the answer."""
        self._headline = self._line(template, findings)

    def say(self, template: Template, *findings: int) -> None:
        """Add a sentence to the body; a template that has nothing to say returns an empty one, which is left out."""
        if line := self._line(template, findings):
            self._lines.append(line)

    def limit(self, template: Template, *findings: int) -> None:
        """Add a sentence on what limits the answer."""
        if line := self._line(template, findings):
            self._caveats.append(line)

    def quote(self, quotes: Iterable[Quote]) -> None:
        """Add evidence; a piece of feedback is quoted once."""
        for quote in quotes:
            if all(quote.row != held.row for held in self._evidence):
                self._evidence.append(quote)

    def ask(self, *questions: str) -> None:
        """Add what to ask next."""
        self._follow_ups += [q for q in questions if q not in self._follow_ups]

    @property
    def quoted(self) -> frozenset[int]:
        """Rows that are quoted already."""
        return frozenset(quote.row for quote in self._evidence)

    def answer(self, confidence: float = 1.0) -> Answer:
        """Return the answer; how sure it is cannot exceed how often questions understood like this one were."""
        return self._finish(abstained=False, reason=None, confidence=min(confidence, trust(self.question)))

    def abstain(self, reason: str) -> Answer:
        """Return the refusal, with its reason as a slug; claims and quotes do not go with it."""
        return self._finish(abstained=True, reason=reason, confidence=0.0)

    def _finish(self, *, abstained: bool, reason: str | None, confidence: float) -> Answer:
        if self._headline is None:
            raise ValueError("an answer begins with a headline")
        return Answer(
            question=self.question, headline=self._headline, lines=tuple(self._lines), findings=tuple(self.findings),
            evidence=tuple(self._evidence), caveats=tuple(self._caveats), follow_ups=tuple(self._follow_ups[:4]),
            abstained=abstained, reason=reason, confidence=round(confidence, 2),
        )  # fmt: skip

    def _line(self, template: Template, findings: Sequence[int]) -> Line:
        key = key_of(template)
        text = say(key, self.context.names, [self.findings[i] for i in findings])
        return Line(text, template=key, findings=tuple(findings))


def sure(n: int) -> float:
    """Return how much n pieces of feedback can carry: half at 3, nine tenths at 27, never all."""
    return n / (n + 3)
