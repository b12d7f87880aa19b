"""Record: a Question as JSON, for a thread to keep; and back. What cannot be read any more is nobody's question."""

import json
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from assistant.questions.question import Question, Unknown
from knowledge.periods import Period

_LISTS = ("stages", "metrics", "themes", "not_about")
_MAPS = ("filters", "without")
_PERIODS = ("period", "baseline")


def to_json(question: Question) -> str:
    """Return the question as JSON text."""
    return json.dumps(asdict(question), default=date.isoformat, ensure_ascii=False)


def from_json(text: str) -> Question | None:
    """Return the question of a JSON text; None where it is none of this version."""
    try:
        held: dict[str, Any] = json.loads(text)
        known = {field.name: held[field.name] for field in fields(Question) if field.name in held}
        known |= {name: tuple(known.get(name, ())) for name in _LISTS}
        known |= {name: {key: tuple(values) for key, values in known.get(name, {}).items()} for name in _MAPS}
        known["groups"] = tuple(tuple(group) for group in known.get("groups", ()))
        known |= {name: _period(known.get(name)) for name in _PERIODS}
        known["unknown"] = tuple(
            Unknown(kind=u["kind"], asked=u["asked"], nearest=tuple(u["nearest"])) for u in known.get("unknown", ())
        )
        rating = known.get("rating")
        known["rating"] = (float(rating[0]), float(rating[1])) if rating else None
        return Question(**known)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None


def _period(held: dict[str, str | None] | None) -> Period | None:
    if held is None:
        return None
    start, end = (date.fromisoformat(day) if (day := held[key]) else None for key in ("start", "end"))
    return Period(start=start, end=end, label=str(held["label"]))
