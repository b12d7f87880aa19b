"""One line that says what was understood, for the place above an answer."""

from collections.abc import Mapping, Sequence

from assistant.questions.question import DEFAULT_LIMIT, Question
from assistant.questions.vocabulary import Vocabulary


def summary_line(
    question: Question, vocabulary: Vocabulary | None = None, named: Mapping[str, str] | None = None
) -> str:
    """Return "Onboarding · Q3 2026 · enterprise · compared with Q2 2026"; empty where nothing was narrowed.

    With a vocabulary, stages, metrics and themes carry their names instead of their ids; `named` holds such names
    by id where no vocabulary is at hand.
    """
    names = _names(vocabulary) | dict(named or {})
    parts = [" and ".join(names.get(stage, stage.replace("-", " ").capitalize()) for stage in question.stages)]
    parts.append(" and ".join(names.get(metric, metric.upper()) for metric in question.metrics))
    parts += [f"{theme} ({names[theme]})" if theme in names else theme for theme in question.themes]
    parts.append(f"about “{question.topic}”{_typed(question)}" if question.topic else "")
    parts.append({"complaint": "complaints", "praise": "praise", None: ""}[question.polarity])
    parts.append(question.period.label if question.period else "")
    parts += [_held(name, values) for name, values in question.filters.items() if name != question.by]
    parts.append(f"by {_spoken(question.by)}" if question.by else "")
    parts += [f"without {' and '.join(values)}" for values in question.without.values()]
    parts += [f"not about “{topic}”" for topic in question.not_about]
    parts.append(_rating(question.rating))
    parts.append(f"customer {question.customer[:8]}" if question.customer else "")
    parts.append(f"compared with {question.baseline.label}" if question.baseline else "")
    parts.append(f"top {question.limit}" if question.limit != DEFAULT_LIMIT else "")
    parts.append(f"from the {_ordinal(question.skip + 1)} on" if question.skip else "")
    return " · ".join(part for part in parts if part)


def _held(name: str, values: Sequence[str]) -> str:
    """Return the values of a filter; with its name where they say nothing without it: "timely response: no"."""
    listed = " or ".join(values)
    return f"{_spoken(name)}: {listed.lower()}" if {value.lower() for value in values} <= _BARE else listed


_BARE = frozenset(("yes", "no", "true", "false", "other", "none", "unknown"))


def _spoken(name: str) -> str:
    return name.replace("_", " ").strip()


def _typed(question: Question) -> str:
    return f" (read for “{question.mended}”)" if question.mended else ""


def _ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _names(vocabulary: Vocabulary | None) -> dict[str, str]:
    if not vocabulary:
        return {}
    names = {stage.id: stage.name for stage in vocabulary.stages}
    return names | {metric.id: metric.name for metric in vocabulary.metrics} | dict(vocabulary.themes)


def _rating(rating: tuple[float, float] | None) -> str:
    if not rating:
        return ""
    low, high = rating
    if low == high:
        return f"rated {low:g}"
    if low <= 0:
        return f"rated {high:g} or less"
    return f"rated {low:g} or more" if high >= 100 else f"rated {low:g} to {high:g}"


__all__ = ["summary_line"]
