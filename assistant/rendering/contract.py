"""Answer -> the dict of `ask --json`: keys, order and units of the contract; what we add stands after its own keys."""

from collections.abc import Mapping

from assistant.answers.answer import Answer, Finding, Quote
from assistant.questions.question import Question
from assistant.rendering.text import render
from knowledge.periods import Period

_FIRST = {
    "metric": ("value", "n", "low", "high", "previous", "change", "target", "status"),
    "map": ("what", "lane", "step", "text"),
    "events": ("cases", "reached", "share", "low", "high", "previous", "change", "p_value"),
}
_FEEDBACK = ("count", "customers", "share", "previous", "change", "p_value", "sentiment")
_DIGITS = {"share": 4, "complaint_share": 4, "previous_complaint_share": 4, "recent_complaint_share": 4, "sentiment": 2}


def contract(answer: Answer, ids: Mapping[int, str]) -> dict[str, object]:
    """Return the answer as the contract has it; `ids` maps the rows of its findings to public ids."""
    return {
        "question": answer.question.text,
        "understood": understood(answer.question),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "text": render(answer),
        "findings": [] if answer.abstained else [finding(claim, ids) for claim in answer.claims],
        "evidence": [quote(item) for item in answer.evidence],
        "follow_ups": list(answer.follow_ups),
        "confidence": answer.confidence,
        "elapsed_ms": answer.elapsed_ms,
        "headline": str(answer.headline),
        "caveats": [str(caveat) for caveat in answer.caveats],
        "dropped": list(answer.dropped),
    }


def understood(question: Question) -> dict[str, object]:
    """Return what was understood."""
    return {
        "intent": question.intent,
        "stages": list(question.stages),
        "metrics": list(question.metrics),
        "topic": question.topic,
        "period": _period(question.period),
        "baseline": _period(question.baseline),
        "filters": {name: list(values) for name, values in question.filters.items()},
        "limit": question.limit,
        "themes": list(question.themes),
        "without": {name: list(values) for name, values in question.without.items()}
        | ({"topic": list(question.not_about)} if question.not_about else {}),
        "customer": question.customer,
        "polarity": question.polarity,
        "rating": list(question.rating) if question.rating else None,
        "unknown": [{"kind": u.kind, "asked": u.asked, "nearest": list(u.nearest)} for u in question.unknown],
        "confidence": round(question.confidence, 2),
    }


def finding(claim: Finding, ids: Mapping[int, str]) -> dict[str, object]:
    """Return one finding; `evidence` holds the ids of all of its rows."""
    head: dict[str, object] = {"kind": claim.kind, "stage": claim.stage}
    if claim.kind == "metric":
        head["metric"] = claim.metric
    else:
        head["theme_id"] = claim.theme_id
        head["name"] = claim.name
    known = {**claim.numbers, "change": claim.change}
    order = [*_FIRST.get(claim.kind, _FEEDBACK)]
    figures = {key: _rounded(key, known.get(key)) for key in order}
    if claim.kind != "metric":
        figures["evidence"] = [ids[row] for row in claim.rows if row in ids]
    rest = {key: _rounded(key, value) for key, value in known.items() if key not in order and value is not None}
    if claim.kind == "metric":
        rest["name"] = claim.name
    if claim.scope:
        rest["period"] = _period(claim.scope.period)
        rest["filters"] = {name: list(values) for name, values in claim.scope.filters.items()}
    if claim.recent:
        rest["recent_period"] = _period(claim.recent.period)
    if claim.before:
        rest["previous_period"] = _period(claim.before.period)
    if claim.series:
        rest["months"] = [{"month": month, "count": count, "of": of} for month, count, of in claim.series]
    return {**head, **figures, **rest}


def quote(item: Quote) -> dict[str, object]:
    """Return one quote."""
    return {
        "feedback_id": item.feedback_id,
        "quote": item.quote,
        "at": item.at.isoformat() if item.at else None,
        "channel": item.channel,
        "theme_id": item.theme_id,
    }


def _period(period: Period | None) -> dict[str, object] | None:
    if period is None:
        return None
    return {
        "start": period.start.isoformat() if period.start else None,
        "end": period.end.isoformat() if period.end else None,
        "label": period.label,
    }


def _rounded(key: str, value: object) -> object:
    if not isinstance(value, float):
        return value
    if key.endswith("p_value") or key in ("q_value", "trend_p"):
        return float(f"{value:.3g}")
    return round(value, _DIGITS.get(key, 4))
